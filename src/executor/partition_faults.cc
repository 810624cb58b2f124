// Broken invariants (base/invariant.h): what has met one is taken back with its batch, and the execution goes into
// quarantine. Everything else of the batch is applied again.
#include "base/log.h"
#include "executor/errors.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"

namespace gyr::executor {

void Partition::note_fault(base::Id execution, const base::BrokenInvariant& broken, bool of_message) {
  fault_ = Fault{execution, broken.what(), of_message};
  abandoned_ = base::Error(broken_invariant,
                           "internal error: an invariant is broken, the request was rolled back: " + fault_->rule);
  if (in_flight_ != nullptr) in_flight_->set(in_flight_place_, {});
  if (execution) pending_->touched.push_back(execution);  // what is in memory of it is dropped
}

std::optional<Partition::Message> Partition::take_faulty() {
  if (!fault_ || !fault_->of_message || pending_->messages.empty()) return std::nullopt;
  Message faulty = std::move(pending_->messages.back());
  pending_->messages.pop_back();
  return faulty;
}

void Partition::settle_fault(std::optional<Message> faulty) {
  const Fault fault = *std::exchange(fault_, std::nullopt);
  const base::Error error(broken_invariant,
                          fmt::format("an invariant is broken: {} [{}]", fault.rule, broken_invariant.text));
  if (faulty) {
    if (auto* command = std::get_if<CommandMessage>(&*faulty)) {
      command->reply(base::fail(error));
    } else {
      quarantine(*faulty, error);
    }
  }
  if (fault.execution) waiting_.push_front(QuarantineMessage{fault.execution, std::string(error.message())});
}

}  // namespace gyr::executor
