// The services of all servers of this installation (EXEC-132, OPS-11).
#include "web/routes.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "model/service.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/services/values.h"

namespace gyr::web {
namespace {

using model::Service;
using ServiceList = std::vector<Service>;

/// More than servers leave behind before what is INACTIVE is forgotten.
constexpr size_t max_services = 10'000;

base::Task<base::Result<ServiceList>> stored_services(Request* request) {
  return request->read([](store::Reader& reader) { return reader.services(true, max_services); });
}

json::ServiceSummary summary_of(const Service& service) {
  return {.id = service.id.to_text(),
          .type = std::string(to_text(service.type)),
          .state = std::string(to_text(service.state)),
          .server = {.id = service.server.id,
                     .type = service.server.standalone ? "STANDALONE" : "SERVER",
                     .version = service.server.version,
                     .hostname = service.server.hostname},
          .created_at = service.created,
          .updated_at = service.updated};
}

bool matches(const Service& service, const Filter& filter) {
  bool found = false;
  for (const std::string& value : filter.values) {
    if (filter.field == Field::state) {
      found = found || model::parse_service_state(value) == service.state;
    } else {
      const std::string wanted = base::to_lower_ascii(value);
      const std::array<std::string, 4> texts = {service.id.to_text(), std::string(to_text(service.type)),
                                                service.server.id, service.server.hostname};
      found = found || std::ranges::any_of(texts, [&wanted](const std::string& text) {
                return base::to_lower_ascii(text).find(wanted) != std::string::npos;
              });
    }
  }
  return found != (filter.op == store::Operator::not_equals || filter.op == store::Operator::not_in);
}

/// The parameters of older clients, which are read only without filters (API-31).
base::Result<void> apply_old(const Request& request, ServiceList& services) {
  const auto named = [&request](std::string_view parameter) {
    std::vector<std::string_view> names;
    for (std::string_view list : request.texts(parameter)) {
      for (std::string_view name : base::split(list, ',')) {
        if (!base::trim(name).empty()) names.push_back(base::trim(name));
      }
    }
    return names;
  };
  const auto is_named = [](const std::vector<std::string_view>& names, std::string_view name) {
    return names.empty() || std::ranges::find(names, name) != names.end();
  };
  const auto states = named("state"), types = named("type");
  for (std::string_view state : states) {
    if (!model::parse_service_state(state))
      return base::fail(bad_argument, fmt::format("state: '{}' is not a state of a service", state));
  }
  std::erase_if(services, [&](const Service& service) {
    return !is_named(states, to_text(service.state)) || !is_named(types, to_text(service.type));
  });
  return {};
}

base::Result<void> check_states(const std::vector<Filter>& filters) {
  for (const Filter& filter : filters) {
    if (filter.field != Field::state) continue;
    for (const std::string& value : filter.values) {
      if (!model::parse_service_state(value))
        return base::fail(bad_argument, fmt::format("state: '{}' is not a state of a service", value));
    }
  }
  return {};
}

void sort_services(ServiceList& services, const std::vector<store::Order>& orders) {
  std::sort(services.begin(), services.end(), [&orders](const Service& a, const Service& b) {
    for (const store::Order& order : orders) {
      auto compared = a.id <=> b.id;
      if (order.field == "createdAt") compared = a.created <=> b.created;
      if (order.field == "updatedAt") compared = a.updated <=> b.updated;
      if (order.field == "type") compared = to_text(a.type) <=> to_text(b.type);
      if (order.field == "state") compared = to_text(a.state) <=> to_text(b.state);
      if (compared != 0) return order.descending ? compared > 0 : compared < 0;
    }
    return a.id > b.id;  // the newest first
  });
}

base::Task<base::Result<Paged<json::ServiceSummary>>> search_services(Request* request) {
  GYR_CO_TRY(auto filters, parse_filters(request->query(), Resource::service));
  GYR_CO_CHECK(check_states(filters));
  GYR_CO_TRY(auto orders, parse_order(request->query(), Resource::service));
  GYR_CO_TRY(ServiceList services, co_await stored_services(request));
  std::erase_if(services, [&filters](const Service& service) {
    return !std::ranges::all_of(filters, [&service](const Filter& filter) { return matches(service, filter); });
  });
  if (!has_filters(request->query())) GYR_CO_CHECK(apply_old(*request, services));
  sort_services(services, orders);
  co_return page_of(*request, services, summary_of);
}

/// How many of each type live.
base::Task<base::Result<json::ActiveServices>> active_services(Request* request) {
  GYR_CO_TRY(ServiceList services, co_await stored_services(request));
  std::map<std::string_view, int64_t> counts;
  json::ActiveServices active;
  for (const Service& service : services) {
    if (!model::is_running(service.state)) continue;
    counts[to_text(service.type)] += 1;
    active.total += 1;
  }
  for (const auto& [type, count] : counts) active.services.push_back({std::string(type), count});
  co_return active;
}

base::Task<Outcome> get_service(Request* request) {
  const auto id = base::Id::parse(request->path("id"));
  GYR_CO_TRY(ServiceList services, co_await stored_services(request));
  const auto found = std::ranges::find_if(services, [&id](const Service& service) { return id && service.id == *id; });
  if (found == services.end())
    co_return base::fail(not_found, fmt::format("Service '{}' not found", request->path("id")));
  co_return json_answer(model::to_value(*found));
}

}  // namespace

std::vector<Route> service_routes() {
  const Right may_read{"INFRASTRUCTURE", Action::read};
  return {
      {.method = Method::get,
       .path = "$/instance/services/search",
       .operation = "searchServices",
       .summary = "List the services of all servers",
       .rule = {may_read, tenant_wide},
       .handler = typed<search_services>,
       .query = {{"state", ValueKind::text_list, "Only services in one of these states"},
                 {"type", ValueKind::text_list, "Only services of one of these types"}},
       .page_size = 10,
       .filters = Resource::service,
       .also = {"$/cluster/services/search"}},
      {.method = Method::get,
       .path = "$/instance/services/active",
       .operation = "getActiveServices",
       .summary = "Count the running services by type",
       .rule = {may_read, tenant_wide},
       .handler = typed<active_services>,
       .also = {"$/cluster/services/active"}},
      {.method = Method::get,
       .path = "$/instance/services/{id}",
       .operation = "getService",
       .summary = "Get a service with its events and settings",
       .rule = {may_read, tenant_wide},
       .handler = get_service,
       .answer = answers<json::ServiceInstance>,
       .also = {"$/cluster/services/{id}"}},
  };
}

}  // namespace gyr::web
