// Reading the states of triggers: search, those of a flow, CSV, explanations (TRIG-220, TRIG-221, TRIG-236).
#include "web/routes.h"

#include "web/holds/kill_switches.h"
#include "web/http/await.h"
#include "web/http/csv.h"
#include "web/http/filters.h"
#include "web/http/older_parameters.h"
#include "web/http/streamed.h"
#include "web/http/typed.h"
#include "web/triggers/trigger_explanation.h"
#include "web/triggers/trigger_values.h"

namespace gyr::web {
namespace {

using States = Paged<json::TriggerState>;
using Definitions = Paged<json::TriggerWithState>;

base::Task<base::Result<Definitions>> search_triggers(Request* request) {
  GYR_CO_TRY(auto selection, select_triggers(*request));
  if (selection.nothing) co_return Definitions();
  co_return co_await request->read([query = std::move(selection.query), services = &request->services()](
                                       store::Reader& reader) -> base::Result<Definitions> {
    GYR_TRY(auto page, reader.search_triggers(query));
    Definitions shown{{}, page.total};
    for (const auto& row : page.results) {
      GYR_TRY(auto flow, services->flows.get(reader, *row.flow, 0));
      shown.results.push_back(trigger_with_definition(row, flow.get(), services->flows.registry()));
    }
    return shown;
  });
}

base::Task<base::Result<States>> triggers_of_flow(Request* request) {
  GYR_CO_TRY(auto selection, select_triggers(*request));
  if (selection.nothing) co_return States();
  selection.query.namespaces = {{store::Operator::equals, {std::string(request->path("namespace"))}}};
  selection.query.flow_ids = {{store::Operator::equals, {std::string(request->path("flowId"))}}};
  GYR_CO_TRY(auto page, co_await request->read([query = std::move(selection.query)](store::Reader& reader) {
    return reader.search_triggers(query);
  }));
  States states{{}, page.total};
  for (const auto& row : page.results) states.results.push_back(trigger_state(row));
  co_return states;
}

// ---------------------------------------------------------------------------------------------- CSV

constexpr std::string_view columns[] = {"tenantId",
                                        "namespace",
                                        "flowId",
                                        "triggerId",
                                        "kind",
                                        "date",
                                        "nextExecutionDate",
                                        "updatedDate",
                                        "executionId",
                                        "lastTriggeredDate",
                                        "evaluateRunningDate",
                                        "workerId",
                                        "disabled",
                                        "stopAfter",
                                        "backfill"};

/// An export in progress. Each part begins after the last trigger of the part before: a trigger that is there
/// throughout is a row exactly once, although others come and go meanwhile.
struct TriggerExport {
  const Services* services;
  base::Loop* loop;
  store::TriggerQuery query;
  bool done;
  bool started = false;
};

base::Task<base::Result<std::string>> next_rows(std::shared_ptr<TriggerExport> state) {
  std::string lines;
  if (!std::exchange(state->started, true)) append_csv_head(lines, columns);
  if (state->done) co_return lines;
  GYR_CO_TRY(auto page, co_await read<store::Page<store::TriggerRow>>(
                            &state->services->store, state->loop,
                            [state](store::Reader& reader) { return reader.search_triggers(state->query); }));
  state->done = page.results.size() < state->query.paging.size;
  for (const auto& row : page.results) append_csv(lines, trigger_state(row), columns);
  if (!state->done) {
    const auto& last = page.results.back();
    state->query.after = {last.flow->namespace_, last.flow->id, last.trigger_id};
  }
  co_return lines;
}

base::Task<Outcome> export_csv(Request* request) {
  GYR_CO_TRY(auto selection, select_triggers(*request));
  auto state = std::make_shared<TriggerExport>(
      TriggerExport{&request->services(), &request->loop(), std::move(selection.query), selection.nothing});
  state->query.order.clear();
  state->query.paging = {.page = 1, .size = 1'000};
  auto response = text_answer("", "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", content_disposition("triggers.csv"));
  co_return co_await streamed(std::move(response), [state] { return next_rows(state); });
}

// ---------------------------------------------------------------------------------------------- explain

base::Task<base::Result<json::TriggerExplanation>> show_explanation(Request* request) {
  const model::FlowKey key{request->tenant(), std::string(request->path("namespace")),
                           std::string(request->path("flowId"))};
  co_return co_await request->read([visible = request->visible(), key, id = std::string(request->path("triggerId")),
                                    flows = &request->services().flows, operator_holds = operator_holds_of(request),
                                    now = request->services().clock.now()](store::Reader& reader) {
    return explain_trigger(reader, visible, *flows, key, id, now, *operator_holds);
  });
}

}  // namespace

std::vector<Route> trigger_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::get,
       .path = "~/triggers/search",
       .operation = "searchTriggers",
       .summary = "Search for triggers, with their definitions",
       .rule = {may_read, of_rows},
       .handler = typed<search_triggers>,
       .query =
           {{"dateFilter", ValueKind::text,
             "NEXT_EXECUTION_DATE or LAST_TRIGGERED_DATE: which date `startDate`, `endDate` and `timeRange` are about",
             false, "NEXT_EXECUTION_DATE"}},
       .page_size = 10,
       .filters = Resource::trigger,
       .older = older::listed_triggers},
      {.method = Method::get,
       .path = "~/triggers/export/by-query/csv",
       .operation = "exportTriggers",
       .summary = "Export the states of triggers as CSV",
       .rule = {may_read, of_rows},
       .handler = typed<export_csv>,
       .filters = Resource::trigger,
       .answer = sends("text/csv")},
      {.method = Method::get,
       .path = "~/triggers/{namespace}/{flowId}",
       .operation = "searchTriggersForFlow",
       .summary = "List the states of the triggers of a flow",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<triggers_of_flow>,
       .query = {{"q", ValueKind::text, "A part of the id"}},
       .page_size = 10},
      {.method = Method::get,
       .path = "~/triggers/{namespace}/{flowId}/{triggerId}/explain",
       .operation = "explainTrigger",
       .summary = "Explain why a trigger fired or did not fire, and its next step",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<show_explanation>},
  };
}

}  // namespace gyr::web
