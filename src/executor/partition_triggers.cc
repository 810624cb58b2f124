// The triggers of the flows of a partition: their rows change in the commit of their cause (TRIG-202, TRIG-203).
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/clock.h"
#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "executor/errors.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"
#include "executor/trigger_meters.h"
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

}  // namespace

// ---------------------------------------------------------------------------------------------- rows

base::Result<const store::TriggerRow*> Partition::trigger_row(const TriggerKey& trigger) {
  auto known = pending_->triggers.find(trigger);
  if (known == pending_->triggers.end()) {
    GYR_TRY(auto row, reader_->trigger(*trigger.flow, trigger.id));
    known = pending_->triggers.emplace(trigger, Pending::Trigger{std::move(row)}).first;
  }
  return known->second.row ? &*known->second.row : nullptr;
}

void Partition::read_due_triggers(base::Instant earliest) {
  auto rows = reader_->due_triggers(first_slot_, last_slot_, earliest, now_, limits_.drain);
  if (!rows) return base::log::warn("cannot read the due triggers together: {}", rows.error().message());
  for (auto& row : *rows) {
    TriggerKey key{row.flow, row.trigger_id};
    pending_->triggers.try_emplace(std::move(key), Pending::Trigger{.row = std::move(row)});
  }
}

void Partition::put_trigger(store::TriggerRow row) {
  GYR_INVARIANT(row.flow != nullptr, "a trigger has a flow");
  GYR_INVARIANT(row.evaluating_since.has_value() == !row.evaluation.is_none(), "an evaluation under way has an id");
  pending_->bytes += row.trigger_id.size() + 2 * small_row_bytes;  // it has many columns
  if (row.wake_at) trigger_wakes_.add(*row.wake_at, {row.flow, row.trigger_id});
  Pending::Trigger& known = pending_->triggers[{row.flow, row.trigger_id}];
  known.row = std::move(row);
  known.changed = true;
}

base::Result<void> Partition::remove_trigger(const TriggerKey& trigger) {
  GYR_TRY(const store::TriggerRow* row, trigger_row(trigger));
  if (row != nullptr && row->evaluating_since) end_evaluation(row->flow, row->evaluation);
  Pending::Trigger& known = pending_->triggers[trigger];
  known = {};
  known.deleted = true;
  return {};
}

base::Result<void> Partition::refill_trigger_wakes() {
  const size_t capacity = trigger_wakes_.capacity();
  std::vector<TimerIndex<TriggerKey>::Entry> entries;
  // Dates of ignored flows stay due; they must not use the capacity of other dates.
  for (size_t asked_for = capacity;; asked_for *= 2) {
    GYR_TRY(auto wakes, reader_->next_trigger_wakes(first_slot_, last_slot_, asked_for));
    const bool all = wakes.size() < asked_for;
    entries.clear();
    for (auto& wake : wakes) {
      if (operator_holds_->ignoring(*wake.flow, {}) == nullptr)
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
  trigger_wakes_.refill(std::move(entries));
  return {};
}

base::Result<std::optional<Partition::TriggerDefinition>> Partition::trigger_definition(const TriggerKey& trigger) {
  GYR_TRY(LoadedFlowPtr flow, services_.flows.get(*reader_, *trigger.flow, 0));
  if (flow == nullptr || flow->deleted || flow->compiled == nullptr) return std::nullopt;
  const TriggerSpec* spec = find_spec(*flow, trigger.id);
  if (spec == nullptr) return std::nullopt;
  return TriggerDefinition{std::move(flow), spec};
}

void Partition::log_of_trigger(const std::shared_ptr<const model::FlowKey>& flow, const std::string& trigger_id,
                               model::LogLevel level, std::string message) {
  model::LogEntry line;
  line.flow = flow;
  line.trigger_id = trigger_id;
  line.timestamp = now_;
  line.level = level;
  line.thread = "scheduler";
  line.message = std::move(message);
  pending_->bytes += line.message.size() + small_row_bytes;
  pending_->batch.logs.push_back(std::move(line));
}

// ---------------------------------------------------------------------------------------------- one event

Effects Partition::advance_trigger(const TriggerDefinition& definition, store::TriggerRow row,
                                   const trigger::Event& event, const Answers& answers) {
  if (now() < life_began_) GYR_PROBE("a trigger advances after the clock was set back before its owner began");
  life_began_ = std::min(life_began_, now());
  const bool of_backfill = row.backfill.has_value();
  Effects effects = trigger::advance(row, event,
                                     {.flow = *definition.flow->compiled,
                                      .flow_disabled = definition.flow->disabled,
                                      .spec = *definition.spec,
                                      .settings = services_.settings,
                                      .trigger_settings = services_.triggers,
                                      .now = now_,
                                      .life_began = life_of_trigger(*row.flow),
                                      .random_seed = base::secure_random(),
                                      .new_execution = model::make_execution_id(*row.flow, now_),
                                      .answers = answers});
  for (auto& line : effects.logs) log_of_trigger(row.flow, row.trigger_id, line.level, std::move(line.message));
  if (!effects.ended_evaluation.is_none()) end_evaluation(row.flow, effects.ended_evaluation);
  if (effects.evaluate) ask_worker(definition, *std::exchange(effects.evaluate, std::nullopt));
  if (effects.gone) {
    Pending::Trigger& known = pending_->triggers[{row.flow, row.trigger_id}];
    known = {};
    known.deleted = true;
  } else if (effects.changed) {
    put_trigger(std::move(row));  // before its execution starts, which can end immediately
  }
  if (effects.start && services_.trigger_meters != nullptr) {
    const auto& date = effects.start->schedule_date;
    services_.trigger_meters->started(*definition.flow->key, definition.spec->type,
                                      date && !of_backfill ? std::optional(now_ - *date) : std::nullopt);
  }
  if (effects.start) start_of_trigger(definition, *std::exchange(effects.start, std::nullopt));
  return effects;
}

void Partition::start_of_trigger(const TriggerDefinition& definition, trigger::StartExecution start) {
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
    line.timestamp = now_;
    line.level = model::LogLevel::error;
    line.thread = "scheduler";
    line.message = std::move(start.failure);
    pending_->batch.logs.push_back(std::move(line));
  }
  create(flow, std::move(execution), failed, 0);
}

void Partition::process(TriggerMessage& message) {
  if (now_ < message.due) {
    GYR_PROBE("a trigger's date is early because the clock was set back");
    if (message.answers.size() > 0) asking_.erase(message.trigger);
    return trigger_wakes_.add(message.due, message.trigger);
  }
  // If a question is open, its answer has the same effect.
  if (message.answers.size() == 0 && asking_.contains(message.trigger)) return;
  auto row = trigger_row(message.trigger);
  if (!row) return could_not_read(message.trigger, row.error());
  auto definition = trigger_definition(message.trigger);
  if (!definition) return could_not_read(message.trigger, definition.error());
  asking_.erase(message.trigger);
  // An invalid trigger waits until the flow is saved or the server can read it again (TRIG-21).
  if (*row == nullptr || !*definition) return;
  if (!(*row)->execution_id.is_none() && !(*definition)->spec->allow_concurrent) {
    if (auto checked = check_lock(message.trigger, **definition, **row); !checked)
      could_not_read(message.trigger, checked.error());
    return;
  }
  const auto begun = base::monotonic_now();
  Effects effects = advance_trigger(**definition, **row, trigger::Due{}, message.answers);
  if (services_.trigger_meters != nullptr) services_.trigger_meters->evaluated(base::monotonic_now() - begun);
  if (!effects.question) return;
  asking_.insert(message.trigger);
  ask_host(*std::move(effects.question), message);
}

void Partition::could_not_read(const TriggerKey& trigger, const base::Error& error) {
  base::log::error("cannot read trigger {} of {}.{}: {}", trigger.id, trigger.flow->namespace_, trigger.flow->id,
                   error.message());
  unread_ = true;
}

void Partition::ask_host(trigger::Question question, std::variant<TriggerMessage, TriggerReported> again) {
  expression::HostCall call = question.call;
  const std::shared_ptr<const model::FlowKey> flow =
      std::visit([](const auto& message) { return message.trigger.flow; }, again);
  const size_t answers = std::visit([](const auto& message) { return message.answers.size(); }, again);
  auto answered = [this, question = std::move(question),
                   again = std::move(again)](base::Result<base::Value> answer) mutable {
    std::visit(
        [&](auto& message) {
          message.answers.add(std::move(question), std::move(answer));
          push(std::move(message));
        },
        again);
  };
  if (services_.host == nullptr || answers >= trigger::max_answers) {
    return answered(
        base::fail(expression::limit_exceeded,
                   "the expression needs too many requests to the server, or one that is not available here"));
  }
  services_.host->call({*flow, {}, {}}, std::move(call), std::move(answered));
}

// ---------------------------------------------------------------------------------------------- executions that end

void Partition::tell_trigger(const model::Execution& execution, const TriggerSpec* spec,
                             std::optional<model::State> state) {
  // Most executions with a trigger come from webhooks or Subflow tasks: nothing needs to be read for them.
  if (spec == nullptr || spec->type != execution.trigger->type || !trigger::kind_of(*spec, services_.flows.registry()))
    return;
  if (auto told = end_for_trigger(execution, state); !told) abandon_batch(told.error(), execution.id);
}

base::Result<void> Partition::end_for_trigger(const model::Execution& execution, std::optional<model::State> state) {
  const TriggerKey key{execution.flow, execution.trigger->id};
  GYR_TRY(const store::TriggerRow* row, trigger_row(key));
  if (row == nullptr || (row->execution_id != execution.id && row->stop_after.empty())) return {};
  GYR_TRY(auto definition, trigger_definition(key));
  if (definition) {
    advance_trigger(*definition, *row, trigger::ExecutionEnded{execution.id, state}, {});
  } else if (row->execution_id == execution.id) {
    store::TriggerRow freed = *row;
    freed.execution_id = {};
    put_trigger(std::move(freed));
  }
  return {};
}

base::Result<void> Partition::check_lock(const TriggerKey& key, const TriggerDefinition& definition,
                                         const store::TriggerRow& row) {
  if (!row.next || *row.next + trigger::lock_check > now_) return {};
  GYR_PROBE("a trigger has waited long for its execution");
  trigger_wakes_.add(now_ + trigger::lock_check, key);
  const auto note = [&](bool missing) {
    if (services_.trigger_meters != nullptr)
      services_.trigger_meters->blocked(*row.flow, definition.spec->type, now_ - *row.next, missing);
  };
  if (live_executions_.peek(row.execution_id) != nullptr) {
    note(false);
    return {};
  }
  GYR_TRY(auto execution, reader_->execution(row.execution_id));
  if (execution) {
    const model::State state = execution->execution.state.current();
    if (model::is_terminated(state)) {
      advance_trigger(definition, row, trigger::ExecutionEnded{row.execution_id, state}, {});
    } else {
      note(false);
    }
    return {};
  }
  note(true);
  // TRIG-194
  log_of_trigger(row.flow, row.trigger_id, model::LogLevel::warn,
                 fmt::format("Execution '{}' is not found, schedule is blocked since '{}'", row.execution_id.to_text(),
                             syntax::format_instant(*row.next)));
  return {};
}

// ---------------------------------------------------------------------------------------------- flows that are saved

base::Result<void> Partition::define_trigger(const TriggerDefinition& definition, model::TriggerKind kind,
                                             bool was_disabled) {
  const TriggerKey key{definition.flow->key, definition.spec->id};
  GYR_TRY(const store::TriggerRow* row, trigger_row(key));
  const bool is_new = row == nullptr || row->kind != kind;
  if (is_new && row != nullptr && row->evaluating_since) end_evaluation(row->flow, row->evaluation);
  store::TriggerRow state = is_new ? trigger::new_state(key.flow, *definition.spec, kind) : *row;
  // Dates that passed while the flow was invalid are processed now.
  if (!is_new && row->wake_at && *row->wake_at <= now_) trigger_wakes_.add(*row->wake_at, key);
  advance_trigger(definition, std::move(state), trigger::Defined{.is_new = is_new, .was_flow_disabled = was_disabled},
                  {});
  return {};
}

base::Result<void> Partition::remove_triggers(const std::shared_ptr<const model::FlowKey>& flow,
                                              const std::vector<TriggerSpec>& but) {
  GYR_TRY(auto rows, reader_->triggers_of(*flow));
  for (const auto& row : rows) {
    const auto same = std::ranges::find(but, row.trigger_id, &TriggerSpec::id);
    if (same == but.end() || !trigger::kind_of(*same, services_.flows.registry()))
      GYR_CHECK(remove_trigger({row.flow, row.trigger_id}));
  }
  return {};
}

base::Result<void> Partition::define_triggers(const LoadedFlowPtr& flow, bool was_disabled) {
  if (flow->compiled == nullptr) return {};  // unchanged until the flow is valid again (TRIG-21)
  const auto& specs = flow->compiled->flow().triggers;
  GYR_CHECK(remove_triggers(flow->key, specs));
  for (const TriggerSpec& spec : specs) {
    if (auto kind = trigger::kind_of(spec, services_.flows.registry()))
      GYR_CHECK(define_trigger({flow, &spec}, *kind, was_disabled));
  }
  return {};
}

base::Result<void> Partition::all_or_nothing(base::Result<void> change) {
  if (!change) abandoned_ = change.error();
  return change;
}

// ---------------------------------------------------------------------------------------------- commands

base::Result<TriggerChanged> Partition::apply(ChangeTrigger& command) {
  const TriggerKey key{command.flow, command.trigger_id};
  GYR_TRY(LoadedFlowPtr flow, services_.flows.get(*reader_, *command.flow, 0));
  if (flow == nullptr || flow->deleted)
    return base::fail(flow_not_found, fmt::format("Flow of trigger {} not found", key.id));
  if (flow->compiled == nullptr) return base::fail(flow_invalid, "the flow is invalid: " + flow->exception);
  const TriggerSpec* spec = find_spec(*flow, key.id);
  GYR_TRY(const store::TriggerRow* row, trigger_row(key));
  if (spec == nullptr || row == nullptr) {
    return base::fail(trigger_not_found, fmt::format("Flow {} has no trigger {}", command.flow->id, key.id));
  }
  Effects effects = advance_trigger({flow, spec}, *row, command.change, {});
  if (effects.refused) return base::fail(*std::move(effects.refused));
  GYR_TRY(row, trigger_row(key));
  TriggerChanged answer;
  if (row != nullptr) answer.trigger = *row;
  return answer;
}

base::Result<TriggerDeleted> Partition::apply(DeleteTrigger& command) {
  const TriggerKey key{command.flow, command.trigger_id};
  GYR_TRY(const store::TriggerRow* row, trigger_row(key));
  if (row == nullptr)
    return base::fail(trigger_not_found, fmt::format("Flow {} has no trigger {}", command.flow->id, key.id));
  TriggerDeleted answer{*row};
  GYR_TRY(auto definition, trigger_definition(key));
  GYR_CHECK(all_or_nothing(remove_trigger(key)));
  if (!definition) return answer;
  if (auto kind = trigger::kind_of(*definition->spec, services_.flows.registry()))
    GYR_CHECK(all_or_nothing(define_trigger(*definition, *kind, false)));
  return answer;
}

}  // namespace gyr::executor
