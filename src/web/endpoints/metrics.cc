// Metrics of an execution (API-65).
#include "model/execution_json.h"
#include "web/answers.h"
#include "web/await.h"
#include "web/errors.h"
#include "web/executions.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// Metrics of one execution that are looked at; more are of no use one by one.
constexpr size_t most_metrics = 100'000;

base::Task<Outcome> metrics_of_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const auto run = request->text("taskRunId");
  const auto run_id = run ? base::Id::parse(*run) : std::nullopt;
  if (run && !run_id) co_return json_answer(page_json("", 0));
  GYR_CO_TRY(std::string json,
             co_await read<std::string>(
                 &request->services().store, &request->loop(),
                 [id = loaded.row.execution.id, run_id, task = std::string(request->text("taskId").value_or("")),
                  offset = static_cast<uint64_t>(request->page() - 1) * static_cast<uint64_t>(request->page_size()),
                  size = static_cast<uint64_t>(request->page_size())](store::Reader& reader) -> base::Result<std::string> {
                   GYR_TRY(auto metrics, reader.metrics(id, most_metrics));
                   std::erase_if(metrics, [&](const auto& metric) {
                     return (run_id && metric.task_run_id != *run_id) || (!task.empty() && metric.task_id != task);
                   });
                   std::string list;
                   for (uint64_t i = offset; i < metrics.size() && i < offset + size; ++i) {
                     if (!list.empty()) list += ',';
                     append_json(list, model::metric_to_value(metrics[i]));
                   }
                   return page_json(list, metrics.size());
                 }));
  co_return json_answer(std::move(json));
}

}  // namespace

std::vector<Route> metric_routes() {
  return {
      {.method = Method::get, .path = "~/metrics/{executionId}", .operation = "searchByExecution", .summary = "List the metrics of an execution",
       .permission = {"EXECUTION", Action::read}, .handler = metrics_of_execution,
       .query = {{"taskRunId", ValueKind::text, "Only of this task run"}, {"taskId", ValueKind::text, "Only of this task"}}, .page_size = 10,
       .answer = "Paged<MetricEntry>"},
  };
}

}  // namespace gyr::web
