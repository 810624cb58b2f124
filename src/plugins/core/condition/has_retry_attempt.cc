// io.kestra.plugin.core.condition.HasRetryAttempt (TRIG-174)
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// Some task run of the upstream execution was tried again, with an attempt in such a state (TRIG-174).
struct HasRetryAttemptCondition {
  model::Dynamic<std::vector<model::State>> in;
  model::Dynamic<std::vector<model::State>> not_in;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

Truth HasRetryAttemptCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  if (evaluation.observed() == nullptr) return std::nullopt;
  const StateLists lists{evaluation.rendered(in), evaluation.rendered(not_in)};
  if (evaluation.stopped()) return std::nullopt;
  for (const model::TaskRun* run : evaluation.subject().observed.task_runs) {
    if (run->attempts.size() < 2) continue;
    for (const model::Attempt& attempt : run->attempts) {
      if (lists.allow(attempt.state.current())) return true;
    }
  }
  return false;
}

}  // namespace

plugin::ConditionType has_retry_attempt_condition() {
  return core_condition<HasRetryAttemptCondition>("HasRetryAttempt")
      .title("Matches executions in which a task was retried")
      .on_execution()
      .reads_task_runs()
      .property("in", &HasRetryAttemptCondition::in, {.title = "Attempt states that match"})
      .property("notIn", &HasRetryAttemptCondition::not_in, {.title = "Attempt states that do not match"})
      .example("Matches executions with a failed attempt",
               "type: io.kestra.plugin.core.condition.HasRetryAttempt\nin: [FAILED]\n")
      .build();
}

}  // namespace gyr::plugins::core
