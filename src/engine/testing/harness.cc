#include "engine/testing/harness.h"

#include <map>
#include <stdexcept>

#include "base/assert.h"
#include "engine/execution_copy.h"
#include "engine/types.h"
#include "model/bind.h"
#include "model/flow_parser.h"
#include "plugin_api/render.h"
#include "plugin_api/run_context.h"
#include "plugins/plugins.h"

namespace gyr::engine::testing {
namespace {

using base::Value;
using model::State;

struct Echo {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    auto rendered = co_await context.render(text);
    if (!rendered) co_return std::unexpected(plugin::Failure(rendered.error()));
    context.log(model::LogLevel::info, rendered->value_or(""));
    co_return plugin::Success{Value::map({{"value", Value::string(rendered->value_or(""))}}), {}};
  }
};

struct FailTask {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    auto rendered = co_await context.render(text);
    if (!rendered) co_return std::unexpected(plugin::Failure(rendered.error()));
    co_return std::unexpected(plugin::Failure(base::Error(plugin::task_failed, rendered->value_or("failed"))));
  }
};

struct Work {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const { co_return plugin::Success{}; }
};

/// Stands for the workers' part of a ForEachItem.
struct ItemsWork {
  model::Dynamic<std::string> items;
  model::Dynamic<base::Value> batch;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const { co_return plugin::Success{}; }
};

}  // namespace

/// The store: rows as the executor would write them.
struct Harness::Rows {
  struct Run {
    model::TaskRun run;
    uint32_t position;
    std::string engine_state;
  };
  model::Execution execution;
  std::string engine_state;
  std::map<base::Id, Run> runs;
};

namespace {

/// The types that flows of tests are made of; the same for all.
const plugin::Registry& test_types() {
  struct Types {
    plugin::Registry registry;
    Types() {
      register_engine_types(registry);
      plugins::register_core_conditions(registry);
      registry.add(
          plugin::task_type<Echo>("test.Echo").trait(plugin::Trait::pure).property("text", &Echo::text).build());
      registry.add(plugin::task_type<FailTask>("test.Fail")
                       .trait(plugin::Trait::pure)
                       .property("text", &FailTask::text)
                       .build());
      registry.add(plugin::task_type<Work>("test.Work").property("text", &Work::text).build());
      registry.add(plugin::task_type<Work>("io.kestra.plugin.core.flow.Loop$Outputs").build());
      for (std::string_view part : {"Split", "MergeOutputs"}) {
        registry.add(
            plugin::task_type<ItemsWork>("io.kestra.plugin.core.flow.ForEachItem$ForEachItem" + std::string(part))
                .property("items", &ItemsWork::items)
                .property("batch", &ItemsWork::batch)
                .build());
      }
    }
  };
  static const Types types;
  return types.registry;
}

}  // namespace

Harness::Harness(std::string_view flow_yaml) : rows_(std::make_unique<Rows>()) { use(flow_yaml, 1); }

void Harness::use(std::string_view flow_yaml, int32_t revision) {
  auto parsed = model::parse_flow("id: flow\nnamespace: company.team\n" + std::string(flow_yaml), test_types());
  if (!parsed.ok()) throw std::runtime_error(parsed.first_error());
  parsed.flow->revision = revision;
  auto key = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "flow"});
  auto compiled = CompiledFlow::compile(parsed.flow, key, test_types());
  if (!compiled) throw std::runtime_error(compiled.error().message());
  flow_ = *compiled;
}

Harness::~Harness() = default;

void Harness::run(bool pass_time) {
  if (!state_) {
    model::Execution execution;
    execution.id = base::IdGenerator(now_, 42, seed_).next();
    execution.flow = flow_->key();
    execution.revision = 1;
    execution.inputs = inputs_;
    execution.breakpoints = breakpoints;
    execution.variables = flow_->variables();
    execution.labels = flow_->flow().labels;
    execution.state = model::StateHistory(State::created, now_);
    execution.original_id = execution.id;
    execution.original_created = now_;
    execution.schedule_date = schedule_date;
    state_ = std::make_unique<ExecutionState>(flow_, std::move(execution), true);
    deliver(Drive{});
  }
  for (int i = 0; i < 1'000'000; ++i) {
    if (!pending_.empty()) {
      EventBody next = std::move(pending_.front());
      pending_.erase(pending_.begin());
      deliver(std::move(next));
    } else if (auto wake = state_->next_wake(); wake && pass_time && held_.empty()) {
      now_ = std::max(now_, *wake);
      deliver(TimerDue{});
    } else {
      return;
    }
  }
  throw std::runtime_error("the execution never comes to rest");
}

void Harness::deliver(EventBody body) {
  now_ = now_ + base::Duration::of_millis(1);
  Event event{now_, seed_++, 7, std::move(body), admission, defers_tasks};
  steps_ += 1;
  take(advance(*state_, settings, event));
  store();
  // An execution whose rendering is out stays in memory (executor/live_executions.h); after a loss it is asked for
  // again.
  bool rendering =
      std::ranges::any_of(pending_, [](const EventBody& event) { return std::holds_alternative<Rendered>(event); });
  if (reload && !rendering) restore();
}

bool Harness::copy(base::Id replayed) {
  model::Execution execution = state_->execution();
  execution.parent_id = execution.id;
  execution.id = base::IdGenerator(now_, 43, seed_).next();
  execution.revision = flow_->revision();
  base::IdGenerator ids(now_, 44, seed_);
  auto copied = copy_execution({*state_, flow_, std::move(execution), replayed}, ids);
  GYR_ASSERT(copied.has_value());
  if (!copied->state) return false;
  state_ = std::move(copied->state);
  rows_ = std::make_unique<Rows>();
  pending_.clear();
  held_.clear();
  if (replayed) {
    deliver(ReplayRequested{copied->replayed});
  } else {
    deliver(RestartRequested{.in_copy = true});
  }
  return true;
}

bool Harness::replay(const std::string& task_id, const std::string& value) {
  return copy(find(task_id, value)->run.id);
}

bool Harness::restart_with(std::string_view flow_yaml) {
  use(flow_yaml, flow_->revision() + 1);
  return copy({});
}

bool Harness::replay_with(std::string_view flow_yaml, const std::string& task_id) {
  use(flow_yaml, flow_->revision() + 1);
  return copy(find(task_id)->run.id);
}

void Harness::take(Effects effects) {
  logs_.insert(logs_.end(), effects.logs.begin(), effects.logs.end());
  server_log_.insert(server_log_.end(), effects.server_log.begin(), effects.server_log.end());
  for (auto& effect : effects.effects) {
    if (auto* job = std::get_if<Dispatch>(&effect)) {
      if (hold_) {
        held_.push_back(*job);
      } else {
        answer(*job);
      }
    } else if (auto* request = std::get_if<RenderRequest>(&effect)) {
      if (!on_render) continue;
      auto result = on_render(*request);
      pending_.push_back(Rendered{request->task_run, request->request, result.has_value(), result.value_or(Value()),
                                  result ? std::string() : result.error().message()});
    } else if (auto* child = std::get_if<StartChild>(&effect)) {
      children_.push_back(*child);
    } else if (auto* again = std::get_if<RestartChild>(&effect)) {
      restarted_children_.push_back(*again);
    } else if (auto* kill = std::get_if<KillChild>(&effect)) {
      killed_children_.push_back(*kill);
    } else if (auto* attempt = std::get_if<KillAttempt>(&effect)) {
      killed_attempts_.push_back(*attempt);
    } else if (auto* replacement = std::get_if<StartReplacement>(&effect)) {
      replacements_.push_back(replacement->replacement);
    } else if (std::get_if<ReplacementKilled>(&effect) != nullptr) {
      killed_replacements_ += 1;
    } else if (std::get_if<Ended>(&effect) != nullptr) {
      ended_ += 1;
    } else if (std::get_if<ContinueLater>(&effect) != nullptr) {
      pending_.push_back(Continue{});
    }
  }
}

void Harness::answer(const Dispatch& job) {
  Outcome outcome{State::success, Value::map({{"result", Value::string(job.task_id)}})};
  auto script = scripts_.find(job.task_id);
  if (script != scripts_.end()) {
    size_t number = attempts_[job.task_id]++;
    outcome = script->second[std::min(number, script->second.size() - 1)];
  }
  pending_.push_back(WorkerStarted{job.attempt, "worker", now_});
  pending_.push_back(WorkerFinished{job.attempt, outcome.state, outcome.outputs, now_, 0, {}});
}

void Harness::finish_work(const std::string& task_id, Outcome outcome) {
  auto found = std::find_if(held_.begin(), held_.end(), [&](const Dispatch& job) { return job.task_id == task_id; });
  GYR_ASSERT(found != held_.end());
  Dispatch job = *found;
  held_.erase(found);
  deliver(WorkerStarted{job.attempt, "worker", now_});
  deliver(WorkerFinished{job.attempt, outcome.state, outcome.outputs, now_, 0, {}});
  run(false);
}

void Harness::store() {
  auto changes = state_->take_changes();
  if (changes.execution) rows_->execution = state_->execution();
  rows_->engine_state = state_->encode_engine_state();
  for (const auto& changed : changes.runs) {
    const RunState& run = *changed.state;
    GYR_ASSERT(changed.is_new == !rows_->runs.contains(run.run.id));
    rows_->runs[run.run.id] = {run.run, run.position, ExecutionState::encode_run_state(run)};
  }
  for (base::Id gone : changes.removed_runs) rows_->runs.erase(gone);
}

void Harness::restore() {
  auto fresh = std::make_unique<ExecutionState>(flow_, rows_->execution, false);
  GYR_ASSERT(fresh->restore_engine_state(rows_->engine_state).has_value());
  std::vector<Rows::Run> ordered;
  for (const auto& [id, run] : rows_->runs) ordered.push_back(run);
  std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.position < b.position; });
  for (auto& run : ordered) {
    auto restored = fresh->restore_run(run.run, run.position, run.engine_state);
    GYR_ASSERT(restored.has_value());
  }
  fresh->finish_restore();
  state_ = std::move(fresh);
}

void Harness::crash() {
  restore();
  pending_.clear();
  held_.clear();
  deliver(Drive{true});
}

model::State Harness::execution_state() const { return state_->execution().state.current(); }

std::string Harness::tree() const {
  std::string out;
  for (const auto& run : state_->runs()) {
    if (!out.empty()) out += " ";
    out += run->run.task_id;
    if (run->run.value) out += "[" + *run->run.value + "]";
    out += ":" + std::string(model::to_text(run->run.state.current()));
  }
  return out;
}

const RunState* Harness::find(const std::string& task_id, const std::string& value) const {
  for (const auto& run : state_->runs()) {
    if (run->run.task_id == task_id && (value.empty() || run->run.value == value)) return run.get();
  }
  return nullptr;
}

std::string Harness::states_of(const std::string& task_id, const std::string& value) const {
  const RunState* run = find(task_id, value);
  if (run == nullptr) return "none";
  std::string out;
  for (const auto& change : run->run.state.changes()) {
    if (!out.empty()) out += " ";
    out += model::to_text(change.state);
  }
  return out;
}

std::string Harness::history() const {
  std::string out;
  for (const auto& change : state_->execution().state.changes()) {
    if (!out.empty()) out += " ";
    out += model::to_text(change.state);
  }
  return out;
}

std::vector<std::string> Harness::log_messages() const {
  std::vector<std::string> messages;
  for (const auto& line : logs_) messages.push_back(line.message);
  return messages;
}

}  // namespace gyr::engine::testing
