// What several commands have in common.
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

bool may_be_changed(model::State state) { return model::is_terminated(state) && state != model::State::killed; }

ExecutionAnswer answer_of(const LiveExecution& live) { return {live.state->execution()}; }

ExecutionWithRuns answer_with_runs(const LiveExecution& live) {
  ExecutionWithRuns answer{live.state->execution()};
  const auto& runs = live.state->runs();
  if (runs.size() > max_answered_runs) return answer;
  answer.task_runs.emplace();
  for (const auto& run : runs) answer.task_runs->push_back(run->run);
  return answer;
}

}  // namespace gyr::executor
