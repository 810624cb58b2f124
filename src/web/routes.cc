#include "web/routes.h"

#include <iterator>

#include "web/meters/meters.h"

namespace gyr::web {
namespace {

using Table = std::vector<Route> (*)();

std::vector<Route> joined(std::initializer_list<Table> tables) {
  std::vector<Route> all;
  for (Table table : tables) {
    auto routes = table();
    for (Route& route : routes) {
      if (route.handler.parameters == nullptr) continue;
      auto parameters = route.handler.parameters();
      route.query.insert(route.query.begin(), parameters.begin(), parameters.end());
    }
    std::move(routes.begin(), routes.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

std::vector<Route> all_routes() {
#define GYR_NAME_OF(table) table,
  return joined({GYR_ROUTE_TABLES(GYR_NAME_OF)});
#undef GYR_NAME_OF
}

std::vector<Route> management_routes() {
  return joined({health_routes, meter_routes, scheduler_routes, management_endpoint_routes});
}

}  // namespace gyr::web
