// The messages of a partition. Each kind is one file of this folder, which contains everything about it.
#pragma once

#include <variant>

#include "executor/message/admit.h"
#include "executor/message/command_message.h"
#include "executor/message/continue.h"
#include "executor/message/contract.h"
#include "executor/message/fail.h"
#include "executor/message/flow_event_judged.h"
#include "executor/message/inbox_hint.h"
#include "executor/message/inputs_resolved.h"
#include "executor/message/outputs_stored.h"
#include "executor/message/quarantine.h"
#include "executor/message/recover.h"
#include "executor/message/review.h"
#include "executor/message/trigger_due.h"
#include "executor/message/trigger_reported.h"
#include "executor/message/wake.h"
#include "executor/message/worker_report.h"

namespace gyr::executor {

namespace detail {
template <PartitionMessage... M>
using MessageOf = std::variant<M...>;
}  // namespace detail

/// To add one: a file in this folder, and its name here.
using Message = detail::MessageOf<CommandMessage, WorkerMessage, InboxHint, InputsResolved, OutputsStored,
                                  ContinueMessage, RecoverMessage, WakeMessage, QuarantineMessage, AdmitMessage,
                                  FlowEventJudged, TriggerMessage, TriggerReported, ReviewMessage, FailMessage>;

inline base::Id target_of(const Message& message) {
  return std::visit([](const auto& one) { return one.target(); }, message);
}
inline base::Id suspect_of(const Message& message) {
  return std::visit([](const auto& one) { return one.suspect(); }, message);
}
inline const model::FlowKey* creates_for(const Message& message) {
  return std::visit([](const auto& one) { return one.creates_for(); }, message);
}
inline bool is_in_rows(const Message& message) {
  return std::visit([]<class M>(const M&) { return M::is_in_rows; }, message);
}

}  // namespace gyr::executor
