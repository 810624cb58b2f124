// The core tasks, one file each in the folders below.
#pragma once

#include "plugin_api/registry.h"
#include "plugin_api/task_type.h"

namespace gyr::plugins::core {

plugin::TaskType log_task();
plugin::TaskType return_task();
plugin::TaskType echo_task();
plugin::TaskType output_values_task();
plugin::TaskType fail_task();
plugin::TaskType assert_task();
plugin::TaskType count_task();
plugin::TaskType kill_task();
plugin::TaskType toggle_task();
plugin::TaskType purge_executions_task();
plugin::TaskType log_fetch_task();
plugin::TaskType purge_logs_task();
plugin::TaskType state_set_task();
plugin::TaskType state_get_task();
plugin::TaskType state_delete_task();
plugin::TaskType resume_task();
plugin::TaskType sleep_task();
plugin::TaskType publish_task();
plugin::TaskType kv_set_task();
plugin::TaskType kv_put_task();
plugin::TaskType kv_get_task();
plugin::TaskType kv_delete_task();
plugin::TaskType kv_get_keys_task();
plugin::TaskType storage_write_task();
plugin::TaskType storage_concat_task();
plugin::TaskType storage_size_task();
plugin::TaskType storage_delete_task();
plugin::TaskType storage_local_files_task();
plugin::TaskType storage_split_task();
plugin::TaskType storage_reverse_task();
plugin::TaskType storage_deduplicate_items_task();
plugin::TaskType storage_filter_items_task();
/// `types` outlives the type; it contains the types that the task can run.
plugin::TaskType templated_task(const plugin::Registry& types);
plugin::TaskType for_each_item_split_task();
plugin::TaskType for_each_item_merge_task();
plugin::TaskType loop_outputs_task();
plugin::TaskType purge_current_execution_files_task();
plugin::TaskType http_request_task();
plugin::TriggerType http_trigger();
plugin::TaskType http_download_task();
plugin::TaskType http_sse_request_task();
plugin::TaskType kv_purge_task();
plugin::TaskType upload_files_task();
plugin::TaskType download_files_task();
plugin::TaskType delete_files_task();
plugin::TaskType purge_files_task();
plugin::TaskType purge_storage_task();

}  // namespace gyr::plugins::core
