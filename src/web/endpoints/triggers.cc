// Reading the states of triggers: search, those of a flow, CSV, explanations (TRIG-220, TRIG-221, TRIG-236).
#include "web/flows.h"
#include "web/holds/kill_switches.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/csv_export.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/routes.h"
#include "web/trigger_explanation.h"
#include "web/trigger_values.h"
#include "web/triggers/values.h"

namespace gyr::web {
namespace {

using base::Value;

/// Rows with their definitions, as JSON items joined by commas.
base::Result<std::string> items_with_definitions(store::Reader& reader, const Services& services,
                                                 const std::vector<store::TriggerRow>& rows) {
  std::string items;
  for (const auto& row : rows) {
    GYR_TRY(auto flow, services.flows.get(reader, *row.flow, 0));
    if (!items.empty()) items += ',';
    append_json(items, trigger_with_definition(row, flow.get(), services.flows.registry()));
  }
  return items;
}

base::Task<Outcome> search_triggers(Request* request) {
  GYR_CO_TRY(auto selection, select_triggers(*request));
  if (selection.nothing) co_return json_answer(page_json("", 0));
  GYR_CO_TRY(std::string json,
             co_await request->read([query = std::move(selection.query), services = &request->services()](
                                        store::Reader& reader) -> base::Result<std::string> {
               GYR_TRY(auto page, reader.search_triggers(query));
               GYR_TRY(std::string items, items_with_definitions(reader, *services, page.results));
               return page_json(items, page.total);
             }));
  co_return json_answer(std::move(json));
}

base::Task<Outcome> triggers_of_flow(Request* request) {
  GYR_CO_TRY(auto selection, select_triggers(*request));
  selection.query.namespaces = {{store::Operator::equals, {std::string(request->path("namespace"))}}};
  selection.query.flow_ids = {{store::Operator::equals, {std::string(request->path("flowId"))}}};
  GYR_CO_TRY(auto page, co_await request->read([query = std::move(selection.query)](store::Reader& reader) {
    return reader.search_triggers(query);
  }));
  std::string items;
  for (const auto& row : page.results) {
    if (!items.empty()) items += ',';
    append_json(items, trigger_state_value(row));
  }
  co_return json_answer(page_json(items, page.total));
}

// ---------------------------------------------------------------------------------------------- CSV

/// The columns of an export.
Value csv_row(const store::TriggerRow& row) {
  base::MapBuilder map;
  const Value state = trigger_state_value(row);
  for (std::string_view column :
       {"tenantId", "namespace", "flowId", "triggerId", "kind", "date", "nextExecutionDate", "updatedDate",
        "executionId", "lastTriggeredDate", "evaluateRunningDate", "workerId", "disabled", "stopAfter", "backfill"}) {
    const Value* value = state.find(column);
    map.set(column, value == nullptr ? Value() : *value);
  }
  return map.build();
}

base::Task<Outcome> export_csv(Request* request) {
  GYR_CO_TRY(auto selection, select_triggers(*request));
  co_return co_await csv_export<store::TriggerRow>(
      request, "triggers.csv", std::move(selection),
      [](store::Reader& reader, const store::TriggerQuery& query) { return reader.search_triggers(query); },
      [](const store::TriggerRow& row, base::Instant) { return csv_row(row); });
}

// ---------------------------------------------------------------------------------------------- explain

base::Task<Outcome> show_explanation(Request* request) {
  const model::FlowKey key{request->tenant(), std::string(request->path("namespace")),
                           std::string(request->path("flowId"))};
  GYR_CO_TRY(Value explanation,
             co_await request->read([key, id = std::string(request->path("triggerId")),
                                     flows = &request->services().flows, operator_holds = operator_holds_of(request),
                                     now = request->services().clock.now()](store::Reader& reader) {
               return explain_trigger(reader, *flows, key, id, now, *operator_holds);
             }));
  co_return json_answer(explanation);
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
       .handler = search_triggers,
       .page_size = 10,
       .filters = Resource::trigger,
       .answer = answers<Paged<json::TriggerWithState>>},
      {.method = Method::get,
       .path = "~/triggers/export/by-query/csv",
       .operation = "exportTriggers",
       .summary = "Export the states of triggers as CSV",
       .rule = {may_read, of_rows},
       .handler = export_csv,
       .filters = Resource::trigger,
       .answer = sends("text/csv")},
      {.method = Method::get,
       .path = "~/triggers/{namespace}/{flowId}",
       .operation = "searchTriggersForFlow",
       .summary = "List the states of the triggers of a flow",
       .rule = {may_read, in_path("namespace")},
       .handler = triggers_of_flow,
       .query = {{"q", ValueKind::text, "A part of the id"}},
       .page_size = 10,
       .answer = answers<Paged<json::TriggerState>>},
      {.method = Method::get,
       .path = "~/triggers/{namespace}/{flowId}/{triggerId}/explain",
       .operation = "explainTrigger",
       .summary = "Explain why a trigger fired or did not fire, and its next step",
       .rule = {may_read, in_path("namespace")},
       .handler = show_explanation,
       .answer = answers<json::TriggerExplanation>},
  };
}

}  // namespace gyr::web
