#include "web/runs/run_rows.h"

#include <algorithm>
#include <unordered_map>

namespace gyr::web {
namespace {

/// More children than this are not looked for: a page shows at most as many.
constexpr size_t max_children = max_runs_a_page;

std::optional<base::Instant> end_of(const model::StateHistory& state) {
  if (!model::is_terminated(state.current())) return std::nullopt;
  return state.last_date();
}

json::RunRow row_of(const store::TaskRunHead& head) {
  const model::TaskRun& run = head.run;
  json::RunRow row{.id = run.id.to_text(),
                   .task_id = run.task_id,
                   .task_type = {},
                   .parent_id = {},
                   .value = run.value,
                   .iteration = {},
                   .state = std::string(model::to_text(run.state.current())),
                   .started_at = {},
                   .queued_at = run.state.started(),
                   .ended_at = end_of(run.state),
                   .duration = {},
                   .attempts = {},
                   .worker = {},
                   .children = {},
                   .subflow = {},
                   .outputs = head.has_outputs};
  if (!run.parent_id.is_none()) row.parent_id = run.parent_id.to_text();
  if (run.iteration) row.iteration = *run.iteration;
  const auto& changes = run.state.changes();
  const auto began = std::ranges::find(changes, model::State::running, &model::StateChange::state);
  if (began != changes.end()) row.started_at = began->date;
  if (row.ended_at) row.duration = *row.ended_at - row.started_at.value_or(row.queued_at);
  for (const model::Attempt& attempt : run.attempts) {
    row.attempts.push_back(
        {std::string(model::to_text(attempt.state.current())), attempt.state.started(), end_of(attempt.state)});
    if (!attempt.worker_id.empty()) row.worker = attempt.worker_id;
  }
  return row;
}

/// The ERROR lines of each task run, at the beginning of the log.
base::Result<std::unordered_map<base::Id, uint64_t>> errors_of(store::Reader& reader, const store::Visible& visible,
                                                               const model::Execution& execution) {
  std::unordered_map<base::Id, uint64_t> errors;
  store::LogQuery query{visible};
  query.tenant = execution.flow->tenant;
  query.execution_id = execution.id;
  query.paging.size = lines_for_errors;
  store::LogCursor cursor;
  GYR_CHECK(reader.visit_log(query, cursor, [&errors](const store::LogLineView& line) {
    if (line.level == model::LogLevel::error) errors[line.task_run_id] += 1;
  }));
  return errors;
}

/// The executions that the task runs wait for, by task run.
base::Result<std::unordered_map<base::Id, json::RunSubflow>> subflows_of(store::Reader& reader,
                                                                         const store::Visible& visible,
                                                                         base::Id execution) {
  std::unordered_map<base::Id, json::RunSubflow> subflows;
  GYR_TRY(auto ids, reader.children(execution));
  if (ids.size() > max_children) ids.resize(max_children);
  for (const base::Id id : ids) {
    GYR_TRY(auto row, reader.execution(id));
    if (!row || !visible.covers(row->execution.flow->namespace_)) continue;
    const auto& child = row->execution;
    subflows[child.caller_task_run] = {id.to_text(), child.flow->namespace_, child.flow->id,
                                       std::string(model::to_text(child.state.current()))};
  }
  return subflows;
}

}  // namespace

base::Task<base::Result<void>> for_each_task_run(Request* request, base::Id execution,
                                                 std::function<void(const store::TaskRunHead&)> use) {
  uint32_t from = 0;
  for (bool more = true; more;) {
    GYR_CO_TRY(const size_t seen,
               co_await request->read([execution, use, from](store::Reader& reader) -> base::Result<size_t> {
                 GYR_TRY(const auto heads, reader.task_run_heads(execution, from, heads_a_read));
                 for (const auto& head : heads) use(head);
                 return heads.empty() ? 0 : heads.back().position + 1;
               }));
    more = seen > 0 && seen - from >= heads_a_read;
    from = static_cast<uint32_t>(seen);
  }
  co_return base::Result<void>();
}

json::RunChildren children_json(const RunList::Counts& counts) {
  json::RunChildren children;
  children.by_state = counts_by_state(counts);
  for (const uint64_t count : counts) children.total += count;
  return children;
}

CountsByState counts_by_state(const std::array<uint64_t, model::state_count>& counts) {
  CountsByState shown;
  for (size_t state = 0; state < counts.size(); ++state) {
    if (counts[state] > 0) shown.emplace_back(model::to_text(static_cast<model::State>(state)), counts[state]);
  }
  return shown;
}

base::Result<std::vector<json::RunRow>> run_rows(store::Reader& reader, const store::Visible& visible,
                                                 executor::FlowCache& flows, const store::ExecutionRow& execution,
                                                 const std::vector<store::TaskRunHead>& heads) {
  std::vector<json::RunRow> rows;
  if (heads.empty()) return rows;
  GYR_TRY(auto flow, flows.of_execution(reader, execution));
  GYR_TRY(auto errors, errors_of(reader, visible, execution.execution));
  std::optional<std::unordered_map<base::Id, json::RunSubflow>> subflows;
  for (const store::TaskRunHead& head : heads) {
    json::RunRow& row = rows.emplace_back(row_of(head));
    if (const auto found = errors.find(head.run.id); found != errors.end()) row.errors = found->second;
    const auto* task = flow == nullptr || flow->compiled == nullptr ? nullptr : flow->compiled->find(head.run.task_id);
    if (task == nullptr) continue;
    row.task_type = task->type_name();
    if (task->kind != engine::TaskKind::subflow) continue;
    if (!subflows) {
      GYR_TRY(subflows, subflows_of(reader, visible, execution.execution.id));
    }
    if (const auto child = subflows->find(head.run.id); child != subflows->end()) row.subflow = child->second;
  }
  return rows;
}

}  // namespace gyr::web
