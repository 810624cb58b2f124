// The explicit list of route tables: one function per file of handlers (principle: explicit lists).
#pragma once

#include <vector>

#include "web/http/route.h"

/// The tables of the main port, in the order of the OpenAPI description. To add one: its function, named here.
// clang-format off
#define GYR_ROUTE_TABLES(table) \
  table(flow_routes) \
  table(flow_list_routes) \
  table(flow_overview_routes) \
  table(flow_bulk_routes) \
  table(flow_archive_routes) \
  table(flow_validation_routes) \
  table(flow_deprecation_routes) \
  table(flow_task_routes) \
  table(execution_start_routes) \
  table(execution_read_routes) \
  table(execution_count_routes) \
  table(run_routes) \
  table(history_routes) \
  table(comparison_routes) \
  table(insight_routes) \
  table(execution_action_routes) \
  table(execution_bulk_routes) \
  table(execution_rerun_routes) \
  table(execution_change_routes) \
  table(execution_explain_routes) \
  table(execution_value_routes) \
  table(graph_routes) \
  table(execution_follow_routes) \
  table(execution_file_routes) \
  table(execution_flow_routes) \
  table(expression_routes) \
  table(webhook_routes) \
  table(log_routes) \
  table(log_view_routes) \
  table(metric_routes) \
  table(output_routes) \
  table(kv_routes) \
  table(reusable_input_routes) \
  table(namespace_routes) \
  table(plugin_default_routes) \
  table(namespace_file_routes) \
  table(namespace_archive_routes) \
  table(secret_routes) \
  table(plugin_routes) \
  table(plugin_schema_routes) \
  table(instance_routes) \
  table(session_routes) \
  table(me_routes) \
  table(saved_filter_routes) \
  table(search_routes) \
  table(live_routes) \
  table(health_routes) \
  table(installation_health_routes) \
  table(execution_pause_routes) \
  table(concurrency_routes) \
  table(trigger_routes) \
  table(trigger_action_routes) \
  table(service_routes) \
  table(operator_hold_routes) \
  table(dashboard_routes) \
  table(template_routes) \
  table(statistics_routes) \
  table(task_run_routes)
// clang-format on

namespace gyr::web {

/// Of the main port.
std::vector<Route> all_routes();
/// Of the management port (API-120).
std::vector<Route> management_routes();

#define GYR_DECLARED(table) std::vector<Route> table();
GYR_ROUTE_TABLES(GYR_DECLARED)
#undef GYR_DECLARED

std::vector<Route> meter_routes();
std::vector<Route> scheduler_routes();
std::vector<Route> management_endpoint_routes();

}  // namespace gyr::web
