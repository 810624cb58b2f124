// LoopUntil: its tasks, again and again until a condition holds (TASK-38). Between two rounds its run stays RUNNING and
// other branches go on (EXEC-154).
#include "engine/execution_state.h"
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"
#include "engine/lifecycle/lifecycle.h"
#include "engine/step.h"
#include "expression/convert.h"
#include "expression/template.h"

namespace gyr::engine {
namespace {

using base::Value;

/// How often the condition is looked at, and how long.
struct CheckFrequency {
  model::Dynamic<base::Duration> interval;
  model::Dynamic<int64_t> max_iterations;
  model::Dynamic<base::Duration> max_duration;
  static const model::Schema& schema() {
    static const model::Schema schema =
        model::describe<CheckFrequency>("io.kestra.plugin.core.flow.LoopUntil$CheckFrequency")
            .property("interval", &CheckFrequency::interval,
                      {.title = "Wait time between two iterations", .default_value = Value::string("PT1M")})
            .property("maxIterations", &CheckFrequency::max_iterations, {.title = "Maximum number of iterations"})
            .property(
                "maxDuration", &CheckFrequency::max_duration,
                {.title = "Maximum duration of the loop", .documentation = "No iteration starts after this time."})
            .build();
    return schema;
  }
};

struct LoopUntilProperties {
  model::Dynamic<std::string> condition;
  CheckFrequency check_frequency;
  model::Dynamic<bool> fail_on_max_reached;
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

/// The rendered limits of the loop.
struct Limits {
  base::Duration interval = base::Duration::of_seconds(60);
  std::optional<int64_t> iterations;
  std::optional<base::Duration> duration;
  bool fail = false;
};

base::Result<Limits> limits_of(const Value& rendered) {
  const auto of = [&rendered](std::string_view key) {
    const Value* value = rendered.find(key);
    return value == nullptr ? Value() : *value;
  };
  Limits limits;
  GYR_TRY(auto interval, expression::to_duration(of("interval")));
  if (interval) limits.interval = *interval;
  GYR_TRY(limits.iterations, expression::to_integer(of("maxIterations")));
  GYR_TRY(limits.duration, expression::to_duration(of("maxDuration")));
  GYR_TRY(auto fail, expression::to_boolean(of("failOnMaxReached")));
  limits.fail = fail.value_or(false);
  return limits;
}

class LoopUntil final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<LoopUntilProperties>("io.kestra.plugin.core.flow.LoopUntil")
        .title("Runs tasks repeatedly until a condition is true")
        .documentation(
            "The tasks run in order. Then the condition is evaluated with their outputs. If it is false, the loop "
            "waits for `checkFrequency.interval` and runs the tasks again; the new task runs replace those of the "
            "previous iteration. Other branches of the flow continue during the wait. When a limit is reached, the "
            "state of the loop is that of its tasks, or FAILED with `failOnMaxReached`.")
        .trait(plugin::Trait::flowable)
        .property("condition", &LoopUntilProperties::condition,
                  {.title = "Condition that ends the loop", .required = true})
        .property("tasks", &LoopUntilProperties::tasks,
                  {.title = "Tasks to run in each iteration, in order", .required = true})
        .property("checkFrequency", &LoopUntilProperties::check_frequency, {.title = "Interval and limits of the loop"})
        .property("failOnMaxReached", &LoopUntilProperties::fail_on_max_reached,
                  {.title = "Whether the loop fails when it reaches a limit", .default_value = Value::boolean(false)})
        .with([](auto& builder) { describe_lists(builder); })
        .output("iterationCount", {.type = model::ValueType::integer, .title = "Number of iterations, starting with 1"})
        .example("Checks a job until it is done", R"(id: wait_for_job
namespace: company.team
tasks:
  - id: poll
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ outputs.ask.value == 'done' }}"
    checkFrequency:
      interval: PT10S
      maxDuration: PT1H
    failOnMaxReached: true
    tasks:
      - id: ask
        type: io.kestra.plugin.core.debug.Return
        format: done
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<LoopUntilProperties>(spec); }

  /// The condition, and only where it does not hold the limits: they may speak of outputs, too.
  std::vector<Value> later(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<LoopUntilProperties>();
    const CheckFrequency& frequency = properties.check_frequency;
    base::MapBuilder limits;
    if (frequency.interval.is_set()) limits.set("interval", frequency.interval.source());
    if (frequency.max_iterations.is_set()) limits.set("maxIterations", frequency.max_iterations.source());
    if (frequency.max_duration.is_set()) limits.set("maxDuration", frequency.max_duration.source());
    if (properties.fail_on_max_reached.is_set())
      limits.set("failOnMaxReached", properties.fail_on_max_reached.source());
    return {properties.condition.source(), limits.build()};
  }

  bool repeats() const override { return true; }
  std::optional<int32_t> round_of(const FlowableState& state) const override {
    const auto* own = std::get_if<LoopUntilState>(&state.detail);
    return own == nullptr ? std::nullopt : std::optional(static_cast<int32_t>(own->round));
  }

  FlowableDetail first_state() const override { return LoopUntilState{}; }
  base::Result<Decision> decide(const CompiledTask&, const Value&) const override {
    return Decision{.outputs = count(1), .state = LoopUntilState{}};
  }

  bool is_sequential() const override { return true; }

  void next(Step& step, RunState& run) const override {
    next_of_list(step, &run, ListRole::tasks, step.task(run).branches[0], round_of(*run.flowable));
  }

  bool round_ended(Step& step, RunState& run) const override {
    const CompiledTask& task = step.task(run);
    FlowableState& loop = *run.flowable;
    auto& own = loop.as<LoopUntilState>();
    const int64_t counted = static_cast<int64_t>(own.round) + 2;
    if (!own.condition_failed) {
      run.run.outputs = count(counted);
      step.state().touch(run);
      const auto condition = step.render(run, task.later[0], false);
      if (!rendered(step, run, condition)) return false;
      if (expression::is_truthy(condition.value)) return loop.settled = true;
      own.condition_failed = true;
    }
    const auto rendering = step.render(run, task.later[1], false);
    if (!rendered(step, run, rendering)) return false;
    const auto limits = limits_of(rendering.value);
    if (!limits) {
      fail_flowable(step, run, limits.error().message());
      return false;
    }
    const bool too_often = limits->iterations && counted > *limits->iterations;
    const bool too_long = limits->duration && step.now() > run.run.state.started() + *limits->duration;
    if (too_often || too_long) {
      step.log(run, model::LogLevel::warn, too_often ? "Max iterations reached" : "Max duration reached");
      loop.settled = true;
      if (limits->fail) {
        loop.target = model::State::failed;
        loop.strict = true;  // `allowFailure` covers what its tasks do, not its limits
      }
      return true;
    }
    step.state().set_wait(run, Wait::next_round);
    step.state().set_wake(run, step.now() + limits->interval);
    return false;
  }

 private:
  static Value count(int64_t iterations) { return Value::map({{"iterationCount", Value::integer(iterations)}}); }

  /// False where the rendering is out, or has failed the loop.
  static bool rendered(Step& step, RunState& run, const Step::Rendering& rendering) {
    if (rendering.kind == Step::Rendering::Kind::pending) return false;
    step.state().set_wait(run, Wait::children);
    if (rendering.kind == Step::Rendering::Kind::done) return true;
    fail_flowable(step, run, rendering.error);
    return false;
  }
};

}  // namespace

const Flowable& loop_until() {
  static const LoopUntil behaviour;
  return behaviour;
}

}  // namespace gyr::engine
