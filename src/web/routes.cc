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
  return joined({flow_routes,
                 flow_list_routes,
                 flow_overview_routes,
                 flow_bulk_routes,
                 flow_archive_routes,
                 flow_validation_routes,
                 flow_deprecation_routes,
                 flow_task_routes,
                 execution_start_routes,
                 execution_read_routes,
                 execution_count_routes,
                 run_routes,
                 history_routes,
                 comparison_routes,
                 insight_routes,
                 execution_action_routes,
                 execution_bulk_routes,
                 execution_rerun_routes,
                 execution_change_routes,
                 execution_explain_routes,
                 execution_value_routes,
                 graph_routes,
                 execution_follow_routes,
                 execution_file_routes,
                 execution_flow_routes,
                 expression_routes,
                 webhook_routes,
                 log_routes,
                 log_view_routes,
                 metric_routes,
                 output_routes,
                 kv_routes,
                 reusable_input_routes,
                 namespace_routes,
                 plugin_default_routes,
                 namespace_file_routes,
                 namespace_archive_routes,
                 secret_routes,
                 plugin_routes,
                 plugin_schema_routes,
                 instance_routes,
                 session_routes,
                 me_routes,
                 saved_filter_routes,
                 search_routes,
                 live_routes,
                 health_routes,
                 installation_health_routes,
                 execution_pause_routes,
                 concurrency_routes,
                 trigger_routes,
                 trigger_action_routes,
                 service_routes,
                 operator_hold_routes,
                 dashboard_routes,
                 template_routes,
                 statistics_routes,
                 task_run_routes});
}

std::vector<Route> management_routes() {
  return joined({health_routes, meter_routes, scheduler_routes, management_endpoint_routes});
}

}  // namespace gyr::web
