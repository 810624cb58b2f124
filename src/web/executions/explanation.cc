#include "web/executions/explanation.h"

#include <fmt/format.h>

#include "engine/flowable/pause.h"
#include "model/flow_json.h"
#include "syntax/time.h"

namespace gyr::web {
namespace {

using engine::RunState;
using engine::Wait;
using model::State;

/// `for 2 h`, as far as a person wants to know.
std::string span(base::Duration duration) {
  const int64_t seconds = std::max<int64_t>(0, duration.to_millis() / 1'000);
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7'200) return fmt::format("{} min", seconds / 60);
  if (seconds < 172'800) return fmt::format("{} h", seconds / 3'600);
  return fmt::format("{} days", seconds / 86'400);
}

/// A possible action: on the command line and with the API.
struct Offer {
  std::string_view text;
  std::string_view verb;  ///< of `gyr execution`; empty: only over the interface
  std::string_view method;
  std::string_view path;  ///< after `executions/{id}/`; also its name
};

constexpr Offer kill_it{"kill it", "kill", "DELETE", "kill"};
constexpr Offer restart_it{"run the failed tasks again", "restart", "POST", "restart"};
constexpr Offer replay_it{"run it again as a new execution", "replay", "POST", "replay"};
constexpr Offer resume_it{"resume it", "resume", "POST", "resume"};
constexpr Offer release_it{"release it from quarantine", "release", "POST", "release"};
constexpr Offer force_it{"start it now, even beyond the concurrency limit", "", "POST", "force-run"};
constexpr Offer step_on{"continue it to the next breakpoint", "", "POST", "resume-from-breakpoint"};

std::vector<json::ExplainedAction> actions_of(const std::string& id, std::initializer_list<Offer> offers) {
  std::vector<json::ExplainedAction> actions;
  for (const Offer& offer : offers) {
    std::optional<std::string> command;
    if (!offer.verb.empty()) command = fmt::format("gyr execution {} {}", offer.verb, id);
    actions.push_back({std::string(offer.path), std::string(offer.text), std::move(command), std::string(offer.method),
                       fmt::format("executions/{}/{}", id, offer.path)});
  }
  return actions;
}

json::WaitOwner owner(std::string_view type, std::string_view id = {}) {
  return {std::string(type), id.empty() ? std::nullopt : std::optional(std::string(id))};
}

/// One reason why the execution does not continue.
struct Reason {
  std::string_view kind;
  std::string text;
  base::Instant since;
  std::optional<base::Instant> until;
  json::WaitOwner owner;
  std::vector<json::ExplainedAction> actions = {};
  std::optional<std::vector<Object>> inputs = {};
};

class Explainer {
 public:
  Explainer(store::Reader& reader, const store::Visible& visible, const store::ExecutionRow& row,
            const engine::ExecutionState* state, base::Instant now, const executor::HoldSet& operator_holds)
      : reader_(reader),
        visible_(visible),
        execution_(row.execution),
        row_(row),
        state_(state),
        now_(now),
        operator_holds_(operator_holds),
        id_(row.execution.id.to_text()) {}

  base::Result<json::Explanation> run() {
    const State current = execution_.state.current();
    const auto* rule = operator_holds_.ignoring(*execution_.flow, execution_.id);
    if (rule != nullptr && row_.activity != store::Activity::ended) {
      ignored(*rule);
      return build();
    }
    if (operator_holds_.maintenance() && !model::is_terminated(current)) maintenance(current);
    if (row_.quarantined) {
      quarantine();
    } else if (model::is_terminated(current)) {
      ended(current);
    } else {
      GYR_CHECK(open(current));
    }
    GYR_CHECK(runs());
    return build();
  }

 private:
  void add(Reason reason, const RunState* run = nullptr) {
    if (count_++ >= max_waits) return;
    json::ExplainedWait wait{.kind = std::string(reason.kind),
                             .text = reason.text,
                             .since = reason.since,
                             .until = reason.until,
                             .owner = std::move(reason.owner),
                             .inputs = std::move(reason.inputs),
                             .actions = std::move(reason.actions)};
    if (!wait.actions.empty()) wait.action = wait.actions.front().action;
    if (run != nullptr) {
      wait.task_run_id = run->run.id;
      wait.task_id = run->run.task_id;
      wait.value = run->run.value;
    }
    if (shown_.summary.empty()) shown_.summary = std::move(reason.text);
    shown_.waits.push_back(std::move(wait));
  }

  base::Instant since() const { return execution_.state.last_date(); }
  std::string waited(base::Instant from) const { return span(now_ - from); }

  void quarantine() {
    add({"quarantine",
         execution_.error.empty() ? std::string("the execution is in quarantine") : execution_.error,
         since(),
         {},
         owner("person"),
         actions_of(id_, {release_it, kill_it})});
  }

  void ignored(const executor::Hold& rule) {
    std::vector<json::ExplainedAction> actions;
    if (!rule.switch_id.empty())
      actions.push_back(
          {"archive-kill-switch", "archive the kill switch", {}, "DELETE", "/api/v1/kill-switches/" + rule.switch_id});
    add({"ignored",
         fmt::format("the execution is ignored: {}. It stays {} and continues when it is no longer ignored",
                     executor::origin_of(rule), model::to_text(execution_.state.current())),
         since(),
         {},
         owner("operator", rule.switch_id.empty() ? rule.name : rule.switch_id),
         std::move(actions)});
  }

  void maintenance(State current) {
    const bool waits_to_begin = current == State::created || current == State::queued;
    add({"maintenance",
         waits_to_begin
             ? std::string("maintenance mode is on: the execution starts when maintenance mode ends")
             : std::string("maintenance mode is on: running tasks end, other tasks start when maintenance mode ends"),
         since(),
         {},
         owner("operator")});
  }

  void ended(State current) {
    const bool again = current == State::failed || current == State::warning;
    shown_.summary = fmt::format("the execution ended with {} {} ago", model::to_text(current), waited(since()));
    shown_.actions = again ? actions_of(id_, {restart_it, replay_it}) : actions_of(id_, {replay_it});
  }

  base::Result<void> open(State current) {
    shown_.actions = actions_of(id_, {kill_it});
    if (state_ != nullptr && state_->stopping) {
      add({"kill",
           fmt::format("a kill switch ends the execution; started tasks run to their end, {} are still running",
                       state_->waiting_for_workers() + state_->waiting_for_executions()),
           since(),
           {},
           owner("worker")});
      return {};
    }
    switch (current) {
      case State::created:
        if (execution_.schedule_date && *execution_.schedule_date > now_) {
          add({"timer",
               fmt::format("the execution is scheduled for {}, in {}",
                           syntax::format_instant(*execution_.schedule_date), span(*execution_.schedule_date - now_)),
               since(), execution_.schedule_date, owner("timer"), actions_of(id_, {force_it})});
        }
        return {};
      case State::queued: return queue();
      case State::paused:
        if (!any_paused_run()) {
          add({"person",
               fmt::format(
                   "the execution was paused manually {} ago; running tasks continue to their end, no new task starts",
                   waited(since())),
               since(),
               {},
               owner("person"),
               actions_of(id_, {resume_it})});
        }
        return {};
      case State::breakpoint:
        add({"person",
             fmt::format("the execution has been stopped at a breakpoint for {}", waited(since())),
             since(),
             {},
             owner("person"),
             actions_of(id_, {step_on})});
        return {};
      case State::killing:
        add({"kill",
             fmt::format("the execution is being killed: {} of its task runs have not yet ended on their workers",
                         state_ == nullptr ? 0 : state_->waiting_for_workers()),
             since(), state_ == nullptr ? std::nullopt : state_->kill_deadline, owner("worker")});
        return {};
      default: return {};
    }
  }

  /// The number of running executions of the flow, and of those that wait before this one.
  base::Result<void> queue() {
    store::ExecutionQuery query{visible_};
    query.tenant = execution_.flow->tenant;
    query.namespaces = {{store::Operator::equals, {execution_.flow->namespace_}}};
    query.flow_ids = {{store::Operator::equals, {execution_.flow->id}}};
    query.states = {State::running, State::paused,     State::retrying,
                    State::killing, State::breakpoint, State::restarted};
    GYR_TRY(uint64_t running, reader_.count_executions(query));
    query.states = {State::queued};
    query.started.push_back({store::Operator::less, execution_.state.started()});
    GYR_TRY(uint64_t before, reader_.count_executions(query));
    add({"slot",
         fmt::format("the concurrency limit of the flow is reached: {} executions run, {} wait before this one in "
                     "the queue, where it has waited for {}",
                     running, before, waited(since())),
         since(),
         {},
         owner("flow", execution_.flow->namespace_ + "." + execution_.flow->id),
         actions_of(id_, {force_it})});
    return {};
  }

  bool any_paused_run() const {
    if (state_ == nullptr) return false;
    return std::ranges::any_of(state_->runs(),
                               [](const auto& run) { return run->run.state.current() == State::paused; });
  }

  base::Result<void> runs() {
    if (state_ == nullptr) return {};
    for (const auto& owned : state_->runs()) {
      const RunState& run = *owned;
      if (model::is_terminated(run.run.state.current())) continue;
      GYR_CHECK(this->run(run));
    }
    return {};
  }

  static std::string named(const RunState& run) {
    return run.run.value ? fmt::format("task `{}` for value `{}`", run.run.task_id, *run.run.value)
                         : fmt::format("task `{}`", run.run.task_id);
  }

  /// What the resumption of a pause asks for.
  std::optional<std::vector<Object>> inputs_of(const RunState& run) const {
    if (run.wait != Wait::resume) return std::nullopt;
    const auto& pause = state_->flow().task(run.task).spec->properties<engine::PauseProperties>();
    if (pause.on_resume.empty()) return std::nullopt;
    std::vector<Object> inputs;
    for (const model::Input& input : pause.on_resume) inputs.push_back({model::input_to_value(input, input.id)});
    return inputs;
  }

  base::Result<void> run(const RunState& run) {
    const base::Instant from = run.run.state.last_date();
    const State current = run.run.state.current();
    if (current == State::paused) {
      add({"person",
           fmt::format("{} has been paused for {}{}", named(run), waited(from),
                       run.wake_at ? ", until " + syntax::format_instant(*run.wake_at) : ""),
           from, run.wake_at, owner("person"), actions_of(id_, {resume_it}), inputs_of(run)},
          &run);
      return {};
    }
    switch (run.wait) {
      case Wait::worker: worker(run, from); return {};
      case Wait::child: return child(run, from);
      case Wait::rendering:
        add({"server",
             fmt::format("{} waits for an expression that needs the server (secrets, keys, files)", named(run)),
             from,
             {},
             owner("server")},
            &run);
        return {};
      case Wait::retry:
        add({"retry",
             fmt::format("{} has failed {} times and is retried{}", named(run), run.run.attempts.size(),
                         run.wake_at ? " in " + span(*run.wake_at - now_) : ""),
             from, run.wake_at, owner("timer")},
            &run);
        return {};
      default:
        if (run.wake_at) {
          add({"timer", fmt::format("{} continues in {}", named(run), span(*run.wake_at - now_)), from, run.wake_at,
               owner("timer")},
              &run);
        }
        return {};  // a flowable waits for its children, which are explained themselves
    }
  }

  void worker(const RunState& run, base::Instant from) {
    if (run.run.state.current() == State::submitted) {
      add({"queue", fmt::format("{} has waited {} for a worker", named(run), waited(from)), from, {}, owner("worker")},
          &run);
      return;
    }
    const std::string id = run.run.attempts.empty() ? std::string() : run.run.attempts.back().worker_id;
    add({"worker",
         fmt::format("{} has run for {}{}", named(run), waited(from), id.empty() ? "" : " on worker " + id),
         from,
         {},
         owner("worker", id)},
        &run);
  }

  base::Result<void> child(const RunState& run, base::Instant from) {
    const std::string child = run.child.to_text();
    GYR_TRY(auto row, reader_.execution(run.child));
    if (row && !visible_.covers(row->execution.flow->namespace_)) {
      add({"child",
           fmt::format("{} waits for an execution that you may not see", named(run)),
           from,
           {},
           owner("execution"),
           {}},
          &run);
      return {};
    }
    std::vector<json::ExplainedAction> actions{{"explain", "see what that execution waits for",
                                                "gyr execution explain " + child, "GET",
                                                "executions/" + child + "/explain"}};
    add({"child",
         row ? fmt::format("{} waits for execution {} of flow {}.{}, which is {}", named(run), child,
                           row->execution.flow->namespace_, row->execution.flow->id,
                           model::to_text(row->execution.state.current()))
             : fmt::format("{} waits for execution {}, which is being created", named(run), child),
         from,
         {},
         owner("execution", child),
         std::move(actions)},
        &run);
    return {};
  }

  json::Explanation build() {
    if (shown_.summary.empty())
      shown_.summary = "the execution does not wait for anything: its next step follows automatically";
    shown_.execution_id = execution_.id;
    shown_.namespace_ = execution_.flow->namespace_;
    shown_.flow_id = execution_.flow->id;
    shown_.state = execution_.state.current();
    shown_.since = since();
    shown_.waiting = count_ > 0;
    shown_.more = static_cast<int64_t>(count_ > max_waits ? count_ - max_waits : 0);
    return std::move(shown_);
  }

  store::Reader& reader_;
  const store::Visible& visible_;
  const model::Execution& execution_;
  const store::ExecutionRow& row_;
  const engine::ExecutionState* state_;
  base::Instant now_;
  const executor::HoldSet& operator_holds_;
  std::string id_;
  json::Explanation shown_;
  size_t count_ = 0;
};

}  // namespace

base::Result<json::Explanation> explain(store::Reader& reader, const store::Visible& visible,
                                        const store::ExecutionRow& row, const engine::ExecutionState* state,
                                        base::Instant now, const executor::HoldSet& operator_holds) {
  return Explainer(reader, visible, row, state, now, operator_holds).run();
}

}  // namespace gyr::web
