// What becomes of an execution whose message is given up.
#pragma once

#include "executor/message/contract.h"
#include "executor/message/fail.h"

namespace gyr::executor {

/// The execution fails if exceptions have ended the message, and goes into quarantine if its changes cannot be stored.
/// `fail` names the execution and what ends with it; the reason is added.
void fail_or_quarantine(Turn& turn, const GivenUp& why, FailMessage fail);
void quarantine_execution(Turn& turn, base::Id execution, const base::Error& error);

}  // namespace gyr::executor
