#include "plugins/plugins.h"

#include "plugins/cli/cli_tasks.h"
#include "plugins/core/condition/conditions.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/trigger/triggers.h"
#include "plugins/runner/docker/docker.h"
#include "plugins/runner/process.h"
#include "plugins/script/script_tasks.h"

namespace gyr::plugins {

void register_core_plugins(plugin::Registry& registry) {
  registry.add(core::log_task());
  registry.add(core::return_task());
  registry.add(core::echo_task());
  registry.add(core::output_values_task());
  registry.add(core::fail_task());
  registry.add(core::assert_task());
  registry.add(core::count_task());
  registry.add(core::kill_task());
  registry.add(core::toggle_task());
  registry.add(core::purge_executions_task());
  registry.add(core::log_fetch_task());
  registry.add(core::purge_logs_task());
  registry.add(core::state_set_task());
  registry.add(core::state_get_task());
  registry.add(core::state_delete_task());
  registry.add(core::resume_task());
  registry.add(core::sleep_task());
  registry.add(core::publish_task());
  registry.add(core::kv_set_task());
  registry.add(core::kv_put_task());
  registry.add(core::kv_get_task());
  registry.add(core::kv_delete_task());
  registry.add(core::kv_get_keys_task());
  registry.add(core::storage_write_task());
  registry.add(core::storage_concat_task());
  registry.add(core::storage_size_task());
  registry.add(core::storage_delete_task());
  registry.add(core::storage_local_files_task());
  registry.add(core::storage_split_task());
  registry.add(core::storage_reverse_task());
  registry.add(core::storage_deduplicate_items_task());
  registry.add(core::storage_filter_items_task());
  registry.add(core::templated_task(registry));
  registry.add(core::for_each_item_split_task());
  registry.add(core::for_each_item_merge_task());
  registry.add(core::loop_outputs_task());
  registry.add(core::purge_current_execution_files_task());
  registry.add(core::http_request_task());
  registry.add(core::http_download_task());
  registry.add(core::http_trigger());
  registry.add(core::http_sse_request_task());
  registry.add(core::kv_purge_task());
  registry.add(core::upload_files_task());
  registry.add(core::download_files_task());
  registry.add(core::delete_files_task());
  registry.add(core::purge_files_task());
  registry.add(core::purge_storage_task());
  registry.add(runner::Process::describe());
  registry.add(runner::Docker::describe());
}

void register_core_triggers(plugin::Registry& registry) {
  registry.add(core::schedule_trigger());
  registry.add(core::schedule_on_dates_trigger());
  registry.add(core::webhook_trigger());
  registry.add(core::flow_trigger());
}

void register_core_conditions(plugin::Registry& registry) {
  registry.add(core::date_time_between_condition());
  registry.add(core::day_week_condition());
  registry.add(core::day_week_in_month_condition());
  registry.add(core::execution_flow_condition());
  registry.add(core::execution_labels_condition());
  registry.add(core::execution_namespace_condition());
  registry.add(core::execution_outputs_condition());
  registry.add(core::execution_status_condition());
  registry.add(core::expression_condition());
  registry.add(core::flow_condition());
  registry.add(core::flow_namespace_condition());
  registry.add(core::has_retry_attempt_condition());
  registry.add(core::multiple_condition());
  registry.add(core::not_condition());
  registry.add(core::or_condition());
  registry.add(core::public_holiday_condition());
  registry.add(core::time_between_condition());
  registry.add(core::weekend_condition());
}

void register_script_plugins(plugin::Registry& registry) {
  registry.add(script::shell_commands_task());
  registry.add(script::shell_script_task());
  registry.add(script::python_commands_task());
  registry.add(script::python_script_task());
  for (auto& type : script::other_language_tasks()) registry.add(std::move(type));
}

void register_cli_plugins(plugin::Registry& registry) {
  registry.add(cli::ansible_task());
  registry.add(cli::git_clone_task());
  for (auto& type : cli::terraform_tasks()) registry.add(std::move(type));
}

}  // namespace gyr::plugins
