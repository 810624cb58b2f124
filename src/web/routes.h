// The explicit list of route tables: one function per file of handlers (principle: explicit lists).
#pragma once

#include <vector>

#include "web/http/route.h"

namespace gyr::web {

/// Of the main port, in the order of the OpenAPI description.
std::vector<Route> all_routes();
/// Of the management port (API-120).
std::vector<Route> management_routes();

std::vector<Route> flow_routes();
std::vector<Route> flow_list_routes();
std::vector<Route> flow_overview_routes();
std::vector<Route> flow_bulk_routes();
std::vector<Route> flow_archive_routes();
std::vector<Route> flow_validation_routes();
std::vector<Route> flow_deprecation_routes();
std::vector<Route> flow_task_routes();
std::vector<Route> execution_start_routes();
std::vector<Route> execution_read_routes();
std::vector<Route> execution_count_routes();
std::vector<Route> run_routes();
std::vector<Route> history_routes();
std::vector<Route> comparison_routes();
std::vector<Route> insight_routes();
std::vector<Route> execution_action_routes();
std::vector<Route> execution_bulk_routes();
std::vector<Route> execution_rerun_routes();
std::vector<Route> execution_change_routes();
std::vector<Route> execution_pause_routes();
std::vector<Route> concurrency_routes();
std::vector<Route> trigger_routes();
std::vector<Route> trigger_action_routes();
std::vector<Route> execution_explain_routes();
std::vector<Route> execution_value_routes();
std::vector<Route> graph_routes();
std::vector<Route> execution_follow_routes();
std::vector<Route> execution_file_routes();
std::vector<Route> execution_flow_routes();
std::vector<Route> expression_routes();
std::vector<Route> webhook_routes();
std::vector<Route> log_routes();
std::vector<Route> log_view_routes();
std::vector<Route> metric_routes();
std::vector<Route> output_routes();
std::vector<Route> kv_routes();
std::vector<Route> reusable_input_routes();
std::vector<Route> namespace_routes();
std::vector<Route> plugin_default_routes();
std::vector<Route> namespace_file_routes();
std::vector<Route> namespace_archive_routes();
std::vector<Route> secret_routes();
std::vector<Route> plugin_routes();
std::vector<Route> plugin_schema_routes();
std::vector<Route> instance_routes();
std::vector<Route> session_routes();
std::vector<Route> me_routes();
std::vector<Route> saved_filter_routes();
std::vector<Route> search_routes();
std::vector<Route> live_routes();
std::vector<Route> health_routes();
std::vector<Route> installation_health_routes();
std::vector<Route> management_endpoint_routes();
std::vector<Route> scheduler_routes();
std::vector<Route> service_routes();
std::vector<Route> operator_hold_routes();
std::vector<Route> dashboard_routes();
std::vector<Route> template_routes();
std::vector<Route> statistics_routes();
std::vector<Route> task_run_routes();

}  // namespace gyr::web
