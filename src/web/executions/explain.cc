// Explains why an execution does not continue (an addition to the reference; principle: explains itself).
#include "web/executions/executions.h"
#include "web/executions/explanation.h"
#include "web/holds/kill_switches.h"
#include "web/http/await.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

base::Task<base::Result<json::Explanation>> explain_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  co_return co_await request->read(
      [visible = request->visible(), flows = &request->services().flows, now = request->services().clock.now(),
       operator_holds = operator_holds_of(request),
       row = std::move(loaded.row)](store::Reader& reader) -> base::Result<json::Explanation> {
        // An ignored execution is not loaded, because loading can be the cause of the problem.
        if (operator_holds->ignoring(*row.execution.flow, row.execution.id) != nullptr)
          return explain(reader, visible, row, nullptr, now, *operator_holds);
        // As the executor would load it: what its rows say, and nothing that is only in memory.
        executor::LiveBudget budget{.capacity = 1};
        executor::LiveExecutions live_executions(*flows, budget);
        std::optional<executor::Unloadable> unloadable;
        GYR_TRY(const auto* live, live_executions.load(reader, row.execution.id, unloadable));
        return explain(reader, visible, row, live == nullptr ? nullptr : live->state.get(), now, *operator_holds);
      });
}

}  // namespace

std::vector<Route> execution_explain_routes() {
  return {
      {.method = Method::get,
       .path = "~/executions/{executionId}/explain",
       .operation = "explainExecution",
       .summary = "Explain what an execution waits for and which actions are possible",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = typed<explain_execution>},
  };
}

}  // namespace gyr::web
