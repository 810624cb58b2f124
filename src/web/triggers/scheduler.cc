// The triggers of this process with their next dates, on the management port (TRIG-208, API-120).
#include "catalog/flow_cache.h"
#include "model/flow.h"
#include "store/query.h"
#include "store/store.h"
#include "web/http/await.h"
#include "web/http/limits.h"
#include "web/http/request.h"
#include "web/http/services.h"
#include "web/http/typed.h"
#include "web/routes.h"
#include "web/triggers/scheduler_values.h"

namespace gyr::web {
namespace {

/// Without definitions: they can contain credentials, and this port may need no login.
base::Result<json::Schedulable> shown_row(store::Reader& reader, const Services& services,
                                          const store::TriggerRow& row) {
  GYR_TRY(auto flow, services.flows.get(reader, *row.flow, 0));
  const model::TriggerSpec* spec =
      flow == nullptr || flow->compiled == nullptr ? nullptr : flow->compiled->flow().find_trigger(row.trigger_id);
  json::Schedulable shown{.tenant_id = row.flow->tenant,
                          .flow_namespace = row.flow->namespace_,
                          .flow_id = row.flow->id,
                          .flow_revision = {},
                          .trigger_id = row.trigger_id,
                          .type = {},
                          .disabled = row.disabled,
                          .next = {}};
  if (flow != nullptr) shown.flow_revision = flow->revision;
  if (spec != nullptr) shown.type = base::Value::string(spec->type);
  if (row.next) shown.next = base::Value::instant(*row.next);
  return shown;
}

base::Task<base::Result<json::Scheduler>> show_scheduler(Request* request) {
  store::TriggerQuery query{request->visible()};
  query.tenant = "main";
  query.order = {{"nextExecutionDate", false}};
  query.paging.page = static_cast<uint32_t>(request->page());
  query.paging.size = static_cast<uint32_t>(request->page_size());
  co_return co_await request->read([query = std::move(query), services = &request->services()](
                                       store::Reader& reader) -> base::Result<json::Scheduler> {
    GYR_TRY(auto page, reader.search_triggers(query));
    json::Scheduler shown{page.total, {}};
    for (const auto& row : page.results) {
      GYR_TRY(auto one, shown_row(reader, *services, row));
      shown.schedulable.push_back(std::move(one));
    }
    return shown;
  });
}

}  // namespace

std::vector<Route> scheduler_routes() {
  return {{.method = Method::get,
           .path = "/scheduler",
           .operation = "scheduler",
           .summary = "The triggers of this process with their next dates",
           .rule = Rule::open(),
           .handler = typed<show_scheduler>,
           .page_size = 1'000}};
}

}  // namespace gyr::web
