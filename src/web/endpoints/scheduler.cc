// The triggers of this process with their next dates, on the management port (TRIG-208, API-120).
#include "catalog/flow_cache.h"
#include "model/flow.h"
#include "store/query.h"
#include "store/store.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/limits.h"
#include "web/http/request.h"
#include "web/http/services.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;

/// Without definitions: they can contain credentials, and this port has no authentication.
base::Result<Value> row_value(store::Reader& reader, const Services& services, const store::TriggerRow& row) {
  GYR_TRY(auto flow, services.flows.get(reader, *row.flow, 0));
  const model::TriggerSpec* spec =
      flow == nullptr || flow->compiled == nullptr ? nullptr : flow->compiled->flow().find_trigger(row.trigger_id);
  MapBuilder map;
  map.set("tenantId", Value::string(row.flow->tenant));
  map.set("flowNamespace", Value::string(row.flow->namespace_));
  map.set("flowId", Value::string(row.flow->id));
  if (flow != nullptr) map.set("flowRevision", Value::integer(flow->revision));
  map.set("triggerId", Value::string(row.trigger_id));
  map.set("type", spec == nullptr ? Value() : Value::string(spec->type));
  map.set("disabled", Value::boolean(row.disabled));
  map.set("next", row.next ? Value::instant(*row.next) : Value());
  return map.build();
}

base::Task<Outcome> show_scheduler(Request* request) {
  store::TriggerQuery query;
  query.tenant = "main";
  query.order = {{"nextExecutionDate", false}};
  query.paging.page = static_cast<uint32_t>(request->page());
  query.paging.size = static_cast<uint32_t>(request->page_size());
  GYR_CO_TRY(Value shown, co_await request->read([query = std::move(query), services = &request->services()](
                                                     store::Reader& reader) -> base::Result<Value> {
    GYR_TRY(auto page, reader.search_triggers(query));
    base::ListBuilder list;
    for (const auto& row : page.results) {
      GYR_TRY(Value shown_row, row_value(reader, *services, row));
      list.push(std::move(shown_row));
    }
    return Value::map(
        {{"schedulableCount", Value::integer(static_cast<int64_t>(page.total))}, {"schedulable", list.build()}});
  }));
  co_return json_answer(shown);
}

}  // namespace

std::vector<Route> scheduler_routes() {
  return {{.method = Method::get,
           .path = "/scheduler",
           .operation = "scheduler",
           .summary = "The triggers of this process with their next dates",
           .rule = Rule::open(),
           .handler = show_scheduler,
           .page_size = 1'000,
           .answer = answers<Object>}};
}

}  // namespace gyr::web
