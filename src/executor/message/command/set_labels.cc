// Sets the labels of an ended execution (EXEC-89).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/label_changes.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"
#include "model/labels.h"

namespace gyr::executor {

using base::fail;

base::Result<ExecutionWithRuns> apply(Turn& turn, SetLabels& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  model::Execution& execution = live->state->execution();
  if (!model::is_terminated(execution.state.current())) {
    return fail(not_terminated,
                fmt::format("Cannot set the labels of execution '{}': it has not ended", command.id.to_text()));
  }
  GYR_TRY(auto wanted, wanted_labels(command.labels, execution.labels));
  if (!command.merge)
    std::erase_if(execution.labels, [](const model::Label& label) { return !model::is_system_label(label.key); });
  model::put_labels(execution.labels, wanted);
  turn.note_change(*live);
  return answer_with_runs(*live);
}

}  // namespace gyr::executor
