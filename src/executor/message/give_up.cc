#include "executor/message/give_up.h"

#include <fmt/format.h>

#include "base/log.h"
#include "executor/turn.h"

namespace gyr::executor {

void fail_or_quarantine(Turn& turn, const GivenUp& why, FailMessage fail) {
  if (!why.thrown || fail.execution.is_none()) return quarantine_execution(turn, fail.execution, why.error);
  fail.reason = fmt::format("an unexpected error of the server ended this execution: {} [{}]", why.error.message(),
                            why.error.code().text);
  turn.queue.put_first(std::move(fail));
}

void quarantine_execution(Turn& turn, base::Id execution, const base::Error& error) {
  base::log::error("cannot store the changes of execution {}, the execution is quarantined: {}", execution.to_text(),
                   error.message());
  if (execution) turn.queue.put_first(QuarantineMessage{execution, std::string(error.message())});
}

}  // namespace gyr::executor
