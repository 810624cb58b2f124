// [old] Listeners: tasks that run before `afterExecution` if their conditions are true (EXEC-43).
#include <fmt/format.h>

#include <algorithm>

#include "engine/context.h"
#include "engine/lifecycle/lifecycle.h"
#include "engine/trigger/conditions.h"

namespace gyr::engine {
namespace {

/// A condition that cannot be evaluated is false, and the log contains the reason.
bool listens(Step& step, const model::Listener& listener) {
  const ExecutionState& state = step.state();
  const auto environment = step.environment();
  const ExecutionContext names(state, nullptr, step.settings(), environment);
  ObservedExecution observed{.execution = &state.execution()};
  if (std::ranges::any_of(listener.conditions, reads_task_runs)) {
    for (const auto& run : state.runs()) observed.task_runs.push_back(&run->run);
  }
  auto outcome = all_hold(listener.conditions, {.names = names,
                                                .environment = environment,
                                                .observed = std::move(observed),
                                                .listener = step.flow().key().get()});
  if (outcome.ok()) return outcome.value().as_boolean();
  std::string reason = outcome.failed()
                           ? fmt::format("{} [{}]", outcome.error().message(), outcome.error().code().text)
                           : "the expression needs a request to the server, which is not possible in a listener";
  step.log_execution(model::LogLevel::error, "A condition of a listener cannot be evaluated: " + reason);
  return false;
}

}  // namespace

void decide_listeners(Step& step) {
  const auto& listeners = step.flow().listeners();
  if (listeners.empty()) return;
  std::string held;
  for (const auto& listener : listeners) held += listens(step, *listener.spec) ? '1' : '0';
  step.state().set_listeners_held(std::move(held));
  step.state().touch();
}

}  // namespace gyr::engine
