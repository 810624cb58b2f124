#include "engine/testing/random_steps.h"

#include <fmt/format.h>

#include <set>

#include "engine/testing/harness.h"

namespace gyr::engine::testing {
namespace {

using model::State;

/// The bytes as a sequence of choices; zeros after its end.
class Tape {
 public:
  explicit Tape(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  bool at_end() const { return at_ >= bytes_.size(); }
  uint8_t next() { return at_end() ? 0 : bytes_[at_++]; }
  size_t below(size_t limit) { return next() % limit; }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

/// A flow of few tasks, nested at most three deep.
class FlowWriter {
 public:
  explicit FlowWriter(Tape& tape) : tape_(tape) {}

  std::string write() {
    std::string out = "tasks:\n" + tasks(2, 0);
    if (tape_.below(3) == 0) out += "errors:\n" + leaf(2);
    if (tape_.below(3) == 0) out += "finally:\n" + leaf(2);
    if (tape_.below(3) == 0) out += "afterExecution:\n" + leaf(2);
    return out;
  }

 private:
  std::string head(size_t indent, std::string_view type) {
    const std::string margin(indent, ' ');
    std::string out = fmt::format("{}- id: t{}\n{}  type: {}\n", margin, ++made_, margin, type);
    switch (tape_.below(8)) {
      case 0: return out + margin + "  allowFailure: true\n";
      case 1: return out + margin + "  allowFailure: true\n" + margin + "  allowWarning: true\n";
      case 2: return out + margin + "  runIf: \"{{ 1 == 2 }}\"\n";
      case 3: return out + margin + "  retry: {type: constant, interval: PT1S, maxAttempts: 2}\n";
      case 4: return out + margin + "  disabled: true\n";
      default: return out;
    }
  }

  std::string leaf(size_t indent) {
    const std::string margin(indent, ' ');
    switch (tape_.below(5)) {
      case 0: return head(indent, "test.Echo") + margin + "  text: x\n";
      case 1: return head(indent, "test.Fail") + margin + "  text: x\n";
      case 2:
        return head(indent, "io.kestra.plugin.core.flow.Subflow") + margin + "  namespace: company.team\n" + margin +
               "  flowId: child\n";
      default: return head(indent, "test.Work");
    }
  }

  std::string tasks(size_t indent, size_t depth) {
    std::string out;
    const size_t count = 1 + tape_.below(3);
    for (size_t i = 0; i < count; ++i)
      out += depth < 3 && made_ < 12 && tape_.below(2) == 0 ? flowable(indent, depth) : leaf(indent);
    return out;
  }

  std::string flowable(size_t indent, size_t depth) {
    const std::string margin(indent + 2, ' ');
    std::string out;
    switch (tape_.below(4)) {
      case 0: out = head(indent, "io.kestra.plugin.core.flow.Sequential"); break;
      case 1:
        out = head(indent, "io.kestra.plugin.core.flow.Parallel") +
              fmt::format("{}concurrent: {}\n", margin, tape_.below(3));
        break;
      case 2:
        out = head(indent, "io.kestra.plugin.core.flow.ForEach") + margin + "values: [a, b, c]\n" +
              fmt::format("{}concurrencyLimit: {}\n", margin, tape_.below(3));
        break;
      default:
        out = head(indent, "io.kestra.plugin.core.flow.If") + margin + "condition: \"{{ 1 == 1 }}\"\n" + margin +
              "then:\n" + tasks(indent + 4, depth + 1);
        return out + handlers(indent);
    }
    out += margin + "tasks:\n" + tasks(indent + 4, depth + 1);
    return out + handlers(indent);
  }

  std::string handlers(size_t indent) {
    const std::string margin(indent + 2, ' ');
    std::string out;
    if (tape_.below(4) == 0) out += margin + "errors:\n" + leaf(indent + 4);
    if (tape_.below(4) == 0) out += margin + "finally:\n" + leaf(indent + 4);
    return out;
  }

  Tape& tape_;
  size_t made_ = 0;
};

/// The attempt that a worker has of a run, or had.
AttemptRef attempt_of(const RunState& run) {
  const bool begun = !run.run.attempts.empty() && run.run.state.current() != State::submitted;
  return {run.run.id, static_cast<int32_t>(run.run.attempts.size()) - (begun ? 1 : 0), run.epoch};
}

EventBody next_event(Tape& tape, const ExecutionState& state) {
  constexpr State ends[] = {State::success, State::failed, State::warning, State::killed};
  const size_t kind = tape.below(16);
  if (kind == 0) {
    const size_t how = tape.below(5);
    if (how == 4) return StopRequested{State::failed, {}, "an exception"};
    if (how < 2) return KillRequested{how == 0};
    return StopRequested{how == 2 ? State::killed : State::cancelled, "switch", "a kill switch"};
  }
  if (kind == 1) return TimerDue{};
  if (state.runs().empty()) return Continue{};
  const RunState& run = *state.runs()[tape.below(state.runs().size())];
  AttemptRef attempt = attempt_of(run);
  if (tape.below(16) == 0) attempt.epoch -= 1;  // stale
  switch (kind) {
    case 2: return WorkerLost{attempt};
    case 3:
    case 4: return WorkerStarted{attempt, "worker", {}};
    case 5: return ChildEnded{run.run.id, run.child, ends[tape.below(4)], {}, 1};
    case 6: return ChildStarted{run.run.id, run.child, tape.below(2) == 0, "no such flow"};
    case 7: return ChildNotRestarted{run.run.id, run.child};
    default: return WorkerFinished{attempt, ends[tape.below(8) < 5 ? 0 : tape.below(4)], {}, {}, 0, {}};
  }
}

std::string histories(Harness& flow) {
  std::string out = flow.history();
  for (const auto& run : flow.state().runs()) {
    out += "\n" + run->run.task_id + (run->run.value ? "[" + *run->run.value + "]" : "") + ":";
    for (const auto& change : run->run.state.changes()) out += fmt::format(" {}", model::to_text(change.state));
  }
  return out;
}

std::string problem_of(Harness& flow) {
  const model::Execution& execution = flow.state().execution();
  std::set<std::tuple<base::Id, std::string, std::string>> begun;
  for (const auto& run : flow.state().runs()) {
    if (!begun.insert({run->run.parent_id, run->run.task_id, run->run.value.value_or("-")}).second)
      return run->run.task_id + " was begun twice";
    const auto& changes = run->run.state.changes();
    for (size_t i = 1; i < changes.size(); ++i) {
      if (changes[i].date < changes[i - 1].date) return "the history of " + run->run.task_id + " runs backwards";
    }
    const bool follows = run->run.force_execution;
    if (model::is_terminated(execution.state.current()) && !follows &&
        !model::is_terminated(run->run.state.current())) {
      return "the execution has ended and " + run->run.task_id + " is open";
    }
  }
  return {};
}

}  // namespace

std::string problem_of_steps(std::span<const uint8_t> bytes) {
  Tape tape(bytes);
  const std::string yaml = FlowWriter(tape).write();
  Harness kept(yaml);
  Harness reloaded(yaml);
  kept.reload = false;
  for (Harness* flow : {&kept, &reloaded}) {
    flow->hold_work();
    flow->run(false);
  }
  constexpr size_t max_events = 200;
  for (size_t i = 0; i < max_events && !tape.at_end(); ++i) {
    const bool restart =
        tape.below(24) == 0 && model::is_terminated(kept.execution_state()) && kept.execution_state() != State::killed;
    const EventBody event = restart ? EventBody(RestartRequested{}) : next_event(tape, kept.state());
    for (Harness* flow : {&kept, &reloaded}) {
      if (std::holds_alternative<TimerDue>(event)) flow->advance_time(base::Duration::of_seconds(2));
      flow->deliver(event);
      flow->run(false);
    }
    const std::string told = fmt::format("after event {} (kind {}) of\n{}\n", i, event.index(), yaml);
    if (histories(kept) != histories(reloaded)) {
      return told + "in memory:\n" + histories(kept) + "\nread back after every step:\n" + histories(reloaded);
    }
    if (auto problem = problem_of(kept); !problem.empty()) return told + problem + "\n" + histories(kept);
  }
  return {};
}

}  // namespace gyr::engine::testing
