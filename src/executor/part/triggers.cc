#include "executor/part/triggers.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/clock.h"
#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "executor/trigger_meters.h"
#include "executor/turn.h"
#include "model/flow.h"
#include "syntax/time.h"

namespace gyr::executor {

using model::TriggerSpec;
namespace trigger = engine::trigger;
using trigger::Answers;
using trigger::Effects;

namespace {

const TriggerSpec* find_spec(const LoadedFlow& flow, const std::string& trigger_id) {
  return flow.compiled->flow().find_trigger(trigger_id);
}

/// From this number on, triggers are read together; otherwise one by one.
constexpr size_t many_dates = 8;

}  // namespace

Triggers::Triggers(Turn& turn, size_t wakes) : turn_(turn), wakes_(wakes) {}

base::Result<void> Triggers::recover(base::Instant life_began) {
  life_began_ = life_began;
  GYR_CHECK(refill());
  return recover_evaluations();
}

void Triggers::collect(store::Batch& batch) {
  for (auto& [key, known] : rows_) {
    if (known.deleted) batch.deleted_triggers.push_back({*key.flow, key.id});
    if (known.changed && known.row) batch.triggers.push_back(*std::move(known.row));
  }
}

void Triggers::forget() {
  rows_.clear();
  asking_.clear();
  wakes_.refill({});
}

void Triggers::queue_due() {
  const auto earliest = wakes_.next();
  size_t taken = 0;
  for (; taken < turn_.limits.drain; ++taken) {
    auto due = wakes_.take_due(turn_.moment());
    if (!due) break;
    turn_.queue.put_last(TriggerMessage{.trigger = std::move(due->second), .due = due->first});
  }
  if (taken >= many_dates) read_due(*earliest);
}

// ---- rows

base::Result<const store::TriggerRow*> Triggers::row_of(const TriggerKey& trigger) {
  auto known = rows_.find(trigger);
  if (known == rows_.end()) {
    GYR_TRY(auto row, turn_.reader().trigger(*trigger.flow, trigger.id));
    known = rows_.emplace(trigger, Known{std::move(row)}).first;
  }
  return known->second.row ? &*known->second.row : nullptr;
}

void Triggers::read_due(base::Instant earliest) {
  auto rows =
      turn_.reader().due_triggers(turn_.slots.first, turn_.slots.last, earliest, turn_.moment(), turn_.limits.drain);
  if (!rows) return base::log::warn("cannot read the due triggers together: {}", rows.error().message());
  for (auto& row : *rows) {
    TriggerKey key{row.flow, row.trigger_id};
    rows_.try_emplace(std::move(key), Known{.row = std::move(row)});
  }
}

void Triggers::put(store::TriggerRow row) {
  GYR_INVARIANT(row.flow != nullptr, "a trigger has a flow");
  GYR_INVARIANT(row.evaluating_since.has_value() == !row.evaluation.is_none(), "an evaluation under way has an id");
  turn_.changes.bytes += row.trigger_id.size() + 2 * small_row_bytes;  // it has many columns
  if (row.wake_at) wakes_.add(*row.wake_at, {row.flow, row.trigger_id});
  Known& known = rows_[{row.flow, row.trigger_id}];
  known.row = std::move(row);
  known.changed = true;
}

base::Result<void> Triggers::remove_one(const TriggerKey& trigger) {
  GYR_TRY(const store::TriggerRow* row, row_of(trigger));
  if (row != nullptr && row->evaluating_since) end_evaluation(row->flow, row->evaluation);
  Known& known = rows_[trigger];
  known = {};
  known.deleted = true;
  return {};
}

base::Result<void> Triggers::refill() {
  const size_t capacity = wakes_.capacity();
  std::vector<TimerIndex<TriggerKey>::Entry> entries;
  // Dates of ignored flows stay due; they must not use the capacity of other dates.
  for (size_t asked_for = capacity;; asked_for *= 2) {
    GYR_TRY(auto wakes, turn_.reader().next_trigger_wakes(turn_.slots.first, turn_.slots.last, asked_for));
    const bool all = wakes.size() < asked_for;
    entries.clear();
    for (auto& wake : wakes) {
      if (turn_.holds.set().ignoring(*wake.flow, {}) == nullptr)
        entries.emplace_back(wake.at, TriggerKey{std::move(wake.flow), std::move(wake.trigger_id)});
    }
    if (all || entries.size() >= capacity) break;
    GYR_PROBE("dates of ignored triggers fill the index of dates");
  }
  // Dates of the same moment, in an order that does not depend on the store.
  const auto order = [](const auto& entry) {
    return std::tie(entry.first, entry.second.flow->namespace_, entry.second.flow->id, entry.second.id);
  };
  std::ranges::sort(entries, {}, order);
  wakes_.refill(std::move(entries));
  return {};
}

base::Result<std::optional<TriggerDefinition>> Triggers::definition_of(const TriggerKey& trigger) {
  GYR_TRY(LoadedFlowPtr flow, turn_.services.flows.get(turn_.reader(), *trigger.flow, 0));
  if (flow == nullptr || flow->deleted || flow->compiled == nullptr) return std::nullopt;
  const TriggerSpec* spec = find_spec(*flow, trigger.id);
  if (spec == nullptr) return std::nullopt;
  return TriggerDefinition{std::move(flow), spec};
}

void Triggers::log(const std::shared_ptr<const model::FlowKey>& flow, const std::string& trigger_id,
                   model::LogLevel level, std::string message) {
  model::LogEntry line;
  line.flow = flow;
  line.trigger_id = trigger_id;
  line.timestamp = turn_.moment();
  line.level = level;
  line.thread = "scheduler";
  line.message = std::move(message);
  turn_.changes.bytes += line.message.size() + small_row_bytes;
  turn_.changes.batch.logs.push_back(std::move(line));
}

// ---- one event

Effects Triggers::advance(const TriggerDefinition& definition, store::TriggerRow row, const trigger::Event& event,
                          const Answers& answers) {
  if (turn_.now() < life_began_) GYR_PROBE("a trigger advances after the clock was set back before its owner began");
  life_began_ = std::min(life_began_, turn_.now());
  const bool of_backfill = row.backfill.has_value();
  Effects effects = trigger::advance(row, event,
                                     {.flow = *definition.flow->compiled,
                                      .flow_disabled = definition.flow->disabled,
                                      .spec = *definition.spec,
                                      .settings = turn_.services.settings,
                                      .trigger_settings = turn_.services.triggers,
                                      .now = turn_.moment(),
                                      .life_began = turn_.holds.life_of(*row.flow),
                                      .random_seed = base::secure_random(),
                                      .new_execution = model::make_execution_id(*row.flow, turn_.moment()),
                                      .answers = answers});
  for (auto& line : effects.logs) log(row.flow, row.trigger_id, line.level, std::move(line.message));
  if (!effects.ended_evaluation.is_none()) end_evaluation(row.flow, effects.ended_evaluation);
  if (effects.evaluate) ask_worker(definition, *std::exchange(effects.evaluate, std::nullopt));
  if (effects.gone) {
    Known& known = rows_[{row.flow, row.trigger_id}];
    known = {};
    known.deleted = true;
  } else if (effects.changed) {
    put(std::move(row));  // before its execution starts, which can end immediately
  }
  if (effects.start && turn_.services.trigger_meters != nullptr) {
    const auto& date = effects.start->schedule_date;
    turn_.services.trigger_meters->started(*definition.flow->key, definition.spec->type,
                                           date && !of_backfill ? std::optional(turn_.moment() - *date) : std::nullopt);
  }
  if (effects.start) start(definition, *std::exchange(effects.start, std::nullopt));
  return effects;
}

void Triggers::start(const TriggerDefinition& definition, trigger::StartExecution start) {
  const LoadedFlowPtr& flow = definition.flow;
  model::Execution execution;
  execution.id = start.id;
  execution.flow = flow->key;
  execution.revision = flow->revision;
  execution.inputs = std::move(start.inputs);
  execution.labels = std::move(start.labels);
  execution.trigger = std::move(start.trigger);
  execution.schedule_date = start.schedule_date;
  const bool failed = !start.failure.empty();
  if (failed && start.log_failure) {
    model::LogEntry line;
    line.execution_id = start.id;
    line.flow = flow->key;
    line.sequence = line_of_executor;
    line.timestamp = turn_.moment();
    line.level = model::LogLevel::error;
    line.thread = "scheduler";
    line.message = std::move(start.failure);
    turn_.changes.batch.logs.push_back(std::move(line));
  }
  turn_.create(flow, std::move(execution), failed, 0);
}

void Triggers::could_not_read(const TriggerKey& trigger, const base::Error& error) {
  base::log::error("cannot read trigger {} of {}.{}: {}", trigger.id, trigger.flow->namespace_, trigger.flow->id,
                   error.message());
  turn_.apply_again();
}

// ---- executions that end

void Triggers::tell_end(const model::Execution& execution, const TriggerSpec* spec, std::optional<model::State> state) {
  // Most executions with a trigger come from webhooks or Subflow tasks: nothing needs to be read for them.
  if (spec == nullptr || spec->type != execution.trigger->type ||
      !trigger::kind_of(*spec, turn_.services.flows.registry()))
    return;
  if (auto told = end_for(execution, state); !told) turn_.abandon(told.error(), execution.id);
}

base::Result<void> Triggers::end_for(const model::Execution& execution, std::optional<model::State> state) {
  const TriggerKey key{execution.flow, execution.trigger->id};
  GYR_TRY(const store::TriggerRow* row, row_of(key));
  if (row == nullptr || (row->execution_id != execution.id && row->stop_after.empty())) return {};
  GYR_TRY(auto definition, definition_of(key));
  if (definition) {
    advance(*definition, *row, trigger::ExecutionEnded{execution.id, state}, {});
  } else if (row->execution_id == execution.id) {
    store::TriggerRow freed = *row;
    freed.execution_id = {};
    put(std::move(freed));
  }
  return {};
}

base::Result<void> Triggers::check_lock(const TriggerKey& key, const TriggerDefinition& definition,
                                        const store::TriggerRow& row) {
  if (!row.next || *row.next + trigger::lock_check > turn_.moment()) return {};
  GYR_PROBE("a trigger has waited long for its execution");
  wakes_.add(turn_.moment() + trigger::lock_check, key);
  const auto note = [&](bool missing) {
    if (turn_.services.trigger_meters != nullptr)
      turn_.services.trigger_meters->blocked(*row.flow, definition.spec->type, turn_.moment() - *row.next, missing);
  };
  if (turn_.live.peek(row.execution_id) != nullptr) {
    note(false);
    return {};
  }
  GYR_TRY(auto execution, turn_.reader().execution(row.execution_id));
  if (execution) {
    const model::State state = execution->execution.state.current();
    if (model::is_terminated(state)) {
      advance(definition, row, trigger::ExecutionEnded{row.execution_id, state}, {});
    } else {
      note(false);
    }
    return {};
  }
  note(true);
  // TRIG-194
  log(row.flow, row.trigger_id, model::LogLevel::warn,
      fmt::format("Execution '{}' is not found, schedule is blocked since '{}'", row.execution_id.to_text(),
                  syntax::format_instant(*row.next)));
  return {};
}

// ---- flows that are saved

base::Result<void> Triggers::define_one(const TriggerDefinition& definition, model::TriggerKind kind,
                                        bool was_disabled) {
  const TriggerKey key{definition.flow->key, definition.spec->id};
  GYR_TRY(const store::TriggerRow* row, row_of(key));
  const bool is_new = row == nullptr || row->kind != kind;
  if (is_new && row != nullptr && row->evaluating_since) end_evaluation(row->flow, row->evaluation);
  store::TriggerRow state = is_new ? trigger::new_state(key.flow, *definition.spec, kind) : *row;
  // Dates that passed while the flow was invalid are processed now.
  if (!is_new && row->wake_at && *row->wake_at <= turn_.moment()) wakes_.add(*row->wake_at, key);
  advance(definition, std::move(state), trigger::Defined{.is_new = is_new, .was_flow_disabled = was_disabled}, {});
  return {};
}

base::Result<void> Triggers::remove(const std::shared_ptr<const model::FlowKey>& flow,
                                    const std::vector<TriggerSpec>& but) {
  GYR_TRY(auto rows, turn_.reader().triggers_of(*flow));
  for (const auto& row : rows) {
    const auto same = std::ranges::find(but, row.trigger_id, &TriggerSpec::id);
    if (same == but.end() || !trigger::kind_of(*same, turn_.services.flows.registry()))
      GYR_CHECK(remove_one({row.flow, row.trigger_id}));
  }
  return {};
}

base::Result<void> Triggers::define(const LoadedFlowPtr& flow, bool was_disabled) {
  if (flow->compiled == nullptr) return {};  // unchanged until the flow is valid again (TRIG-21)
  const auto& specs = flow->compiled->flow().triggers;
  GYR_CHECK(remove(flow->key, specs));
  for (const TriggerSpec& spec : specs) {
    if (auto kind = trigger::kind_of(spec, turn_.services.flows.registry()))
      GYR_CHECK(define_one({flow, &spec}, *kind, was_disabled));
  }
  return {};
}

}  // namespace gyr::executor
