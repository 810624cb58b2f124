#include "sabotage.h"

#include <algorithm>

#include "executor/inbox_message.h"
#include "scenario.h"

namespace gyr::simulation {
namespace {

void double_children(Random& random, store::Batch& batch) {
  std::vector<store::InboxMessage> more;
  for (const auto& message : batch.inbox) {
    auto body = executor::read_inbox_message(message);
    if (!body) continue;
    auto* start = std::get_if<executor::StartChildMessage>(&*body);
    if (start == nullptr || !random.chance(250)) continue;
    start->child = base::Id{start->child.high, start->child.low ^ 1};
    more.push_back(
        executor::make_inbox_message(base::Id{message.id.high, message.id.low ^ 1}, message.flow, start->child, *body));
  }
  batch.inbox.insert(batch.inbox.end(), more.begin(), more.end());
}

void double_dates(Random& random, store::Batch& batch) {
  std::vector<store::ExecutionRow> more;
  for (const auto& row : batch.new_executions) {
    if (!row.execution.trigger || row.execution.trigger->id != schedule_id || !random.chance(250)) continue;
    more.push_back(row);
    more.back().execution.id.low ^= 1;
  }
  batch.new_executions.insert(batch.new_executions.end(), more.begin(), more.end());
}

template <class Change>
void change_runs(store::Batch& batch, Change change) {
  for (auto* rows : {&batch.new_task_runs, &batch.task_runs}) {
    for (auto& row : *rows) change(row);
  }
}

void replace_last(model::StateHistory& history, model::State state) {
  auto changes = history.changes();
  changes.back().state = state;
  history = model::StateHistory(std::move(changes));
}

}  // namespace

void sabotage(Canary canary, Random& random, store::Batch& batch) {
  switch (canary) {
    case Canary::lost_inbox_row:
      std::erase_if(batch.inbox, [&random](const auto&) { return random.chance(100); });
      return;
    case Canary::lost_timer:
      for (auto* rows : {&batch.new_executions, &batch.executions}) {
        for (auto& row : *rows) row.wake_at.reset();
      }
      return;
    case Canary::lost_log_line:
      if (!batch.logs.empty() && batch.executions.empty() && batch.new_executions.empty() && random.chance(100))
        batch.logs.clear();
      return;
    case Canary::doubled_child: double_children(random, batch); return;
    case Canary::wrong_parent:
      change_runs(batch, [](store::TaskRunRow& row) {
        const bool flowable = row.run.task_id.starts_with("seq") || row.run.task_id.starts_with("par");
        if (flowable && row.run.state.current() == model::State::failed)
          replace_last(row.run.state, model::State::success);
      });
      return;
    case Canary::reopened_run:
      change_runs(batch, [&random](store::TaskRunRow& row) {
        if (model::is_terminated(row.run.state.current()) && random.chance(50))
          row.run.state.set(model::State::running, row.run.state.last_date());
      });
      return;
    case Canary::kept_round: batch.deleted_task_runs.clear(); return;
    case Canary::doubled_date: double_dates(random, batch); return;
    case Canary::silent_skip:
      std::erase_if(batch.logs, [](const auto& line) {
        return line.trigger_id == schedule_id && line.message.starts_with("Skipped ");
      });
      return;
    case Canary::lost_report:  // on the way from its worker
    case Canary::leaked_slot:  // these two tell lies when they are asked
    case Canary::forgotten_slot:
    case Canary::ignored_epoch:      // in the store
    case Canary::forgotten_look:     // when it is asked
    case Canary::stale_find:         // on the way from its worker
    case Canary::overlooked_switch:  // in the server
    case Canary::none:
    case Canary::early_answer:
    case Canary::lost_commit:
    case Canary::stale_result: return;
  }
}

}  // namespace gyr::simulation
