// Durable messages between executions and flows (principle: durable messages): the payload of a store::InboxMessage.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "engine/trigger/flow_trigger.h"
#include "model/execution.h"
#include "store/rows.h"

namespace gyr::executor {

/// To a flow: create the execution that a Subflow task requested. The id makes it idempotent.
struct StartChildMessage {
  base::Id child;
  model::FlowKey flow;
  int32_t revision = 0;
  base::Value inputs;
  std::vector<model::Label> labels;
  std::vector<model::Label> parent_labels;
  model::ExecutionTrigger trigger;
  std::optional<base::Instant> schedule_date;
  bool wait = true;
  model::FlowKey caller_flow;
  base::Id caller_execution;
  base::Id caller_task_run;
  uint32_t depth = 1;  ///< the number of executions above the child
};
/// To the caller: the child exists, or why it could not be created. A caller that waits for the end of the child only
/// gets this message if there is something to log.
struct ChildStartedMessage {
  base::Id caller_task_run;
  base::Id child;
  bool ok = false;
  std::string error;
  std::vector<std::string> undeclared = {};  ///< inputs that the flow of the child does not declare (FLOW-29)
};
/// To the caller: the child is terminated. A ForEachItem, which counts its children, also gets it for other states
/// (TASK-54).
struct ChildEndedMessage {
  base::Id caller_task_run;
  base::Id child;
  model::State state = model::State::success;
  base::Value outputs;
  int32_t revision = 0;
  std::string outputs_problem = {};  ///< why the outputs are missing, if they could not be rendered (TASK-53)
};
/// To a child: restart, because the caller was restarted. The answer is the end of the child, or
/// ChildNotRestartedMessage.
struct RestartMessage {
  model::FlowKey caller_flow;
  base::Id caller_execution;
  base::Id caller_task_run;
};
/// To the caller: the child does not exist any more, or has no task to restart from.
struct ChildNotRestartedMessage {
  base::Id caller_task_run;
  base::Id child;
};
/// To the flow of a RETRIED execution: create its replacement. The target is the id of the replacement (EXEC-52).
struct ReplaceMessage {
  base::Id origin;
};
/// To the caller: the child is RETRIED, and this execution replaces it (EXEC-156).
struct ChildReplacedMessage {
  base::Id caller_task_run;
  base::Id child;
  base::Id replacement;
};
/// To a child: its caller is being killed. A message that arrives before the child is created is kept until then.
struct KillMessage {
  bool cascade = true;
};
/// To a flow with Flow triggers: an execution changed its state (TRIG-115).
struct FlowEventMessage {
  engine::FlowEvent event;
};

using InboxBody = std::variant<StartChildMessage, ChildStartedMessage, ChildEndedMessage, KillMessage, RestartMessage,
                               ChildNotRestartedMessage, ReplaceMessage, ChildReplacedMessage, FlowEventMessage>;

store::InboxMessage make_inbox_message(base::Id id, const std::shared_ptr<const model::FlowKey>& flow, base::Id target,
                                       const InboxBody& body);
base::Result<InboxBody> read_inbox_message(const store::InboxMessage& message);

}  // namespace gyr::executor
