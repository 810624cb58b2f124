// How the durable messages of other executions are applied: one file per kind.
#pragma once

#include "engine/event.h"
#include "executor/inbox_message.h"
#include "executor/message/inbox_hint.h"

namespace gyr::executor {

class Turn;

// Each applies the content of a row and deletes it with the batch, unless the row has to stay.
void apply_inbox(Turn& turn, const InboxHint& hint, const StartChildMessage& start);
void apply_inbox(Turn& turn, const InboxHint& hint, const ChildStartedMessage& started);
void apply_inbox(Turn& turn, const InboxHint& hint, const ChildEndedMessage& ended);
void apply_inbox(Turn& turn, const InboxHint& hint, const KillMessage& kill);
void apply_inbox(Turn& turn, const InboxHint& hint, const RestartMessage& restart);
void apply_inbox(Turn& turn, const InboxHint& hint, const ChildNotRestartedMessage& not_restarted);
void apply_inbox(Turn& turn, const InboxHint& hint, const ReplaceMessage& replace);
void apply_inbox(Turn& turn, const InboxHint& hint, const ChildReplacedMessage& replaced);
void apply_inbox(Turn& turn, const InboxHint& hint, const FlowEventMessage& told);

/// Advances the execution that the row is for, and deletes the row. The row of an execution in quarantine stays, and is
/// read when it is released.
void step_target(Turn& turn, const InboxHint& hint, engine::EventBody event);

}  // namespace gyr::executor
