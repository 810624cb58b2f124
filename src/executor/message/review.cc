#include "executor/message/review.h"

#include "base/log.h"
#include "base/probe.h"
#include "executor/turn.h"

namespace gyr::executor {
namespace {

/// The number of executions that are checked together.
constexpr size_t review_page = 256;

}  // namespace

void ReviewMessage::apply(Turn& turn) {
  auto open = turn.reader().open_executions(turn.slots.first, turn.slots.last, after, review_page);
  if (!open) return turn.failed_to_read(open.error(), {});
  const HoldSet& set = turn.holds.set();
  bool all = open->size() < review_page;
  base::Id last = after;
  for (const auto& execution : *open) {
    if (turn.changes.bytes >= turn.limits.batch_bytes) {
      GYR_PROBE("a review of open executions ends at the size of a batch");
      all = false;  // the rest follows after this commit
      break;
    }
    last = execution.id;
    if (model::is_terminated(execution.state)) continue;
    const Hold* rule = set.strongest(*execution.flow, execution.id);
    if (rule != nullptr && rule->effect == store::SwitchEffect::ignore) continue;
    const bool may_begin =
        execution.state == model::State::created && execution.activity == store::Activity::active && !set.maintenance();
    if (rule == nullptr && !may_begin) continue;
    auto live = turn.load(execution.id);
    if (!live) return turn.failed_to_read(live.error(), execution.id);
    if (*live == nullptr || (*live)->quarantined) continue;
    if (may_begin) {
      turn.step(**live, engine::Drive{});
    } else {
      turn.holds.stop_by_switch(**live);
    }
  }
  if (!all) turn.changes.reviewed.push_back(last);
}

void ReviewMessage::give_up(Turn&, const GivenUp& why) {
  base::log::error("cannot check the open executions: {}", why.error.message());
}

}  // namespace gyr::executor
