// Exit: ends the execution in a state of the author's choice (TASK-84). Who carries it out: lifecycle/updating.cc.
#include <fmt/format.h>

#include "engine/flowable/lists.h"
#include "engine/step.h"
#include "engine/updating/types.h"
#include "expression/convert.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;

struct ExitProperties {
  model::Dynamic<std::string> state;
};

class Exit final : public Updating {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<ExitProperties>("io.kestra.plugin.core.execution.Exit")
        .title("Ends the execution")
        .documentation(
            "No further task starts. The `errors` and `finally` tasks do not run; the `afterExecution` tasks do. Tasks "
            "that are already running continue. With the state KILLED they are stopped as well, except for executions "
            "of Subflow tasks.")
        .trait(plugin::Trait::execution_updating)
        .property("state", &ExitProperties::state,
                  {.title = "Final state of the execution: SUCCESS, WARNING, FAILED, KILLED or CANCELLED",
                   .default_value = Value::string("SUCCESS")})
        .example("Ends the execution early if there is nothing to do", R"(id: early_end
namespace: company.team
inputs:
  - id: rows
    type: INT
    defaults: 0
tasks:
  - id: nothing_to_do
    type: io.kestra.plugin.core.flow.If
    condition: "{{ inputs.rows == 0 }}"
    then:
      - id: stop
        type: io.kestra.plugin.core.execution.Exit
        state: SUCCESS
  - id: work
    type: io.kestra.plugin.core.log.Log
    message: working
)",
                 true)
        .build();
  }

  Value decision(const model::TaskSpec& spec) const override {
    const auto& state = spec.properties<ExitProperties>().state;
    return state.is_set() ? state.source() : Value();
  }

  base::Result<void> apply(Step& step, RunState& run, const model::TaskSpec& spec,
                           const Value& rendered) const override {
    static constexpr std::pair<std::string_view, State> states[] = {
        {"SUCCESS", State::success}, {"WARNING", State::warning},     {"FAILED", State::failed},
        {"KILLED", State::killed},   {"CANCELLED", State::cancelled}, {"CANCELED", State::cancelled}};
    std::string name = "SUCCESS";
    if (spec.properties<ExitProperties>().state.is_set()) {
      GYR_TRY(auto text, expression::to_string(rendered));
      name = text.value_or("");
    }
    const auto* found = std::ranges::find(states, name, &std::pair<std::string_view, State>::first);
    if (found == std::end(states)) {
      return base::fail(
          update_refused,
          fmt::format("`state` must be one of SUCCESS, WARNING, FAILED, KILLED, CANCELLED, not `{}`", name));
    }
    // Behind the end there is nothing left to end (EXEC-42).
    if (!run.run.force_execution) step.state().ending = found->second;
    return {};
  }
};

}  // namespace

const Updating& exit_task() {
  static const Exit behaviour;
  return behaviour;
}

}  // namespace gyr::engine
