// Pause: the execution stands still until somebody resumes it or its time is over (TASK-39). What happens then is in
// lifecycle/pause.cc.
#include "engine/flowable/pause.h"

#include "engine/execution_state.h"
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"
#include "engine/lifecycle/lifecycle.h"
#include "engine/step.h"
#include "expression/convert.h"

namespace gyr::engine {
namespace {

using base::Value;

class Pause final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<PauseProperties>("io.kestra.plugin.core.flow.Pause")
        .title("Pauses the execution")
        .documentation(
            "The task waits until a user or an API call resumes the execution, or until `pauseDuration` has passed. "
            "Tasks that are already running continue; no other task starts. A paused execution does not occupy a "
            "worker. The values for `onResume` become outputs: `outputs.<task id>.onResume.<input id>`.")
        .trait(plugin::Trait::flowable)
        .property("pauseDuration", &PauseProperties::pause_duration,
                  {.title = "Duration of the pause",
                   .documentation = "By default, the pause lasts until the execution is resumed.",
                   .aliases = {}})
        .property("behavior", &PauseProperties::behavior,
                  {.title = "Action at the end of `pauseDuration`: RESUME, WARN, FAIL or CANCEL",
                   .default_value = Value::string("RESUME")})
        .property("onResume", &PauseProperties::on_resume, {.title = "Inputs to provide when the execution is resumed"})
        .property("onPause", &PauseProperties::on_pause,
                  {.title = "Task to run when the pause begins, such as a notification"})
        .property("delay", &PauseProperties::delay, {.title = "Deprecated name of `pauseDuration`", .deprecated = true})
        .property("tasks", &PauseProperties::tasks,
                  {.title = "Tasks to run after the execution is resumed", .deprecated = true})
        .with([](auto& builder) { describe_lists(builder); })
        .output("onResume", {.type = model::ValueType::map, .title = "Values of the inputs, by input id"})
        .output(
            "resumed",
            {.type = model::ValueType::map,
             .title =
                 "User who resumed the execution (`by`, if signed in), date in UTC (`on`) and resulting state (`to`)"})
        .example("Waits for an approval", R"(id: approval
namespace: company.team
tasks:
  - id: ask
    type: io.kestra.plugin.core.flow.Pause
    pauseDuration: PT1S
    onResume:
      - id: reason
        type: STRING
        defaults: none given
  - id: after
    type: io.kestra.plugin.core.log.Log
    message: "the reason: {{ outputs.ask.onResume.reason ?? 'nobody came' }}"
)",
                 true)
        .build();
  }

  FlowableDetail first_state() const override { return PauseState{}; }
  ChildLists lists(const model::TaskSpec& spec) const override {
    ChildLists lists = lists_of<PauseProperties>(spec);
    const auto& on_pause = spec.properties<PauseProperties>().on_pause;
    if (on_pause) lists.on_pause = &*on_pause;
    return lists;
  }

  std::optional<Value> decision(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<PauseProperties>();
    base::MapBuilder decision;
    if (properties.behavior.is_set()) decision.set("behavior", properties.behavior.source());
    if (properties.pause_duration.is_set()) {
      decision.set("pauseDuration", properties.pause_duration.source());
    } else if (properties.delay.is_set()) {
      decision.set("pauseDuration", properties.delay.source());
    }
    if (spec.timeout.is_set()) decision.set("timeout", spec.timeout.source());
    return decision.build();
  }

  base::Result<Decision> decide(const CompiledTask&, const Value& rendered) const override {
    const auto of = [&rendered](std::string_view key) {
      const Value* value = rendered.find(key);
      return value == nullptr ? Value() : *value;
    };
    static constexpr std::string_view names[] = {"RESUME", "WARN", "FAIL", "CANCEL"};
    std::optional<std::string> behavior = "RESUME";
    if (rendered.find("behavior") != nullptr) {
      GYR_TRY(behavior, expression::to_name(of("behavior"), names));
    }
    GYR_TRY(auto duration, expression::to_duration(of("pauseDuration")));
    GYR_TRY(auto timeout, expression::to_duration(of("timeout")));
    // With both, the timeout says nothing (TASK-39).
    if (!duration && timeout && *timeout > base::Duration())
      return Decision{.state = PauseState{std::string(pause_times_out), *timeout}};
    return Decision{.state = PauseState{std::move(behavior).value_or("RESUME"), duration}};
  }

  void begin(Step& step, RunState& run) const override {
    pause_run(step, run, run.flowable->as<PauseState>().duration);
  }

  bool is_sequential() const override { return true; }

  void next(Step& step, RunState& run) const override { next_sequential(step, run); }
};

}  // namespace

const Flowable& pause_task() {
  static const Pause behaviour;
  return behaviour;
}

}  // namespace gyr::engine
