// What is asserted of triggers: each look and each date is one execution, or none for a recorded reason.
#include <fmt/format.h>

#include <algorithm>

#include "auditor.h"
#include "syntax/time.h"

namespace gyr::simulation {

void Auditor::asked(const executor::WorkOrigin& origin, const std::string& trigger_id, base::Id evaluation) {
  note(evaluation);
  const auto row = rows_.triggers.find({*origin.flow, trigger_id});
  const bool stored =
      row != rows_.triggers.end() && row->second.evaluating_since && row->second.evaluation == evaluation;
  if (!stored) fail(fmt::format("trigger {} of {} is evaluated before that was durable", trigger_id, origin.flow->id));
}

std::string Auditor::looked(const protocol::TriggerJob& job) {
  std::string token = fmt::format("look.{}.{}", job.key.execution_id.to_text(), looks_.size());
  looks_.emplace(token, job.key.execution_id);
  return token;
}

/// TRIG-142, TRIG-144, TRIG-202: what was found is one execution, under the id of the look that found it.
void Auditor::audit_trigger(const PlannedFlow& flow) {
  const auto row = rows_.triggers.find({{"main", "simulation", flow.id}, std::string(poll_id)});
  if (row == rows_.triggers.end()) return fail(fmt::format("the trigger of {} is lost", flow.id));
  if (!row->second.disabled || row->second.is_locked()) {
    fail(fmt::format("stuck: the trigger of {} {}", flow.id,
                     row->second.evaluating_since ? "is still evaluated" : "waits, and its execution has ended"));
  }
  size_t started = 0;
  auto ever = deleted_;
  ever.insert(rows_.executions.begin(), rows_.executions.end());
  for (const auto& [id, execution] : ever) {
    const auto& trigger = execution.execution.trigger;
    const bool is_own = execution.execution.flow->id == flow.id && trigger && trigger->id == poll_id;
    if (!is_own || !execution.execution.parent_id.is_none())
      continue;  // replays and replacements have the trigger of the first one
    started += 1;
    const base::Value* token = trigger->variables.find("token");
    const auto look = token == nullptr ? looks_.end() : looks_.find(std::string(token->text()));
    if (look == looks_.end() || look->second != id)
      fail(fmt::format("execution {} of {} comes of no look", id.to_text(), flow.id));
  }
  // An execution that ends while its flow is broken does not switch the trigger off: its `stopAfter` is in the flow.
  const bool may_look_again = std::ranges::any_of(
      scenario_.edits, [&flow](const Edit& each) { return each.kind == Edit::Kind::break_ && each.flow == flow.id; });
  if (started == 0 || (started > 1 && !may_look_again))
    fail(fmt::format("the trigger of {} has started {} executions instead of one", flow.id, started));
}

/// Whether its schedule has recorded that it leaves this date out, and why.
bool Auditor::is_skipped(const PlannedFlow& flow, int64_t date) const {
  const auto said = skips_.find(flow.id);
  if (said == skips_.end()) return false;
  return std::ranges::any_of(said->second, [&](const std::string& line) {
    const auto place_of = [&line](int64_t seconds) { return line.find("'" + date_text(seconds) + "'"); };
    std::optional<int64_t> from, until;
    for (int64_t candidate : flow.dates) {
      const size_t place = place_of(candidate);
      if (place == std::string::npos) continue;
      (line.substr(0, place).ends_with("before ") ? until : from) = candidate;
    }
    const bool has_reason = line.find(": ") != std::string::npos;
    return has_reason && from && *from <= date && (!until || date < *until);
  });
}

/// TRIG-201, TRIG-202, TRIG-1087: each date is one execution, or one recorded skip with its reason.
void Auditor::audit_dates(const PlannedFlow& flow) {
  const auto row = rows_.triggers.find({{"main", "simulation", flow.id}, std::string(schedule_id)});
  if (row == rows_.triggers.end()) return fail(fmt::format("the schedule of {} is lost", flow.id));
  if (row->second.next || row->second.is_locked() || row->second.pending.task != model::DateTask::none) {
    fail(fmt::format("stuck: the schedule of {} has not come to its end", flow.id));
  }
  std::map<std::string, size_t> started;
  for (const auto& [id, execution] : rows_.executions) {
    const auto& trigger = execution.execution.trigger;
    const bool is_own = execution.execution.flow->id == flow.id && trigger && trigger->id == schedule_id;
    if (!is_own || !execution.execution.parent_id.is_none())
      continue;  // replacements have the trigger of the first one
    const auto& date = execution.execution.schedule_date;
    started[date ? syntax::format_instant(*date) : "none"] += 1;
  }
  for (int64_t date : flow.dates) {
    const size_t executions = started[date_text(date)];
    started.erase(date_text(date));
    const bool skipped = is_skipped(flow, date);
    if (executions + (skipped ? 1 : 0) == 1) continue;
    fail(fmt::format("the date {} of {} has {} executions and {}", date_text(date), flow.id, executions,
                     skipped ? "is recorded as skipped" : "no recorded skip"));
  }
  for (const auto& [date, count] : started)
    fail(fmt::format("{} has {} executions of {}, which is no date of it", flow.id, count, date));
}

}  // namespace gyr::simulation
