#include "web/http/older_parameters.h"

namespace gyr::web::older {
namespace {

constexpr QueryParameter attempt{"attempt", ValueKind::integer, "The number of the attempt"};
constexpr QueryParameter child_filter{"childFilter", ValueKind::text, "CHILD or MAIN"};
constexpr QueryParameter end_date{"endDate", ValueKind::date_time, "Until this time"};
constexpr QueryParameter existing{"existing", ValueKind::boolean, "Only namespaces that contain something", false,
                                  "false"};
constexpr QueryParameter flow_id{"flowId", ValueKind::text, "The id of the flow"};
constexpr QueryParameter labels{"labels", ValueKind::text_list, "Labels as `key:value`"};
constexpr QueryParameter min_level{"minLevel", ValueKind::level, "The least level"};
constexpr QueryParameter namespace_{"namespace", ValueKind::text, "The namespace and its children"};
constexpr QueryParameter q{"q", ValueKind::text, "A text to search for"};
constexpr QueryParameter scope{"scope", ValueKind::text_list, "USER, SYSTEM"};
constexpr QueryParameter start_date{"startDate", ValueKind::date_time, "From this time"};
constexpr QueryParameter state{"state", ValueKind::text_list, "States"};
constexpr QueryParameter task_id{"taskId", ValueKind::text, "The id of the task"};
constexpr QueryParameter task_run_id{"taskRunId", ValueKind::text, "The id of the task run"};
constexpr QueryParameter time_range{"timeRange", ValueKind::text, "A duration until now"};
constexpr QueryParameter trigger_execution_id{"triggerExecutionId", ValueKind::text,
                                              "The id of the execution that started them"};
constexpr QueryParameter trigger_id{"triggerId", ValueKind::text, "The id of the trigger"};
constexpr QueryParameter worker_id{"workerId", ValueKind::text, "The id of the worker that evaluates them"};

constexpr QueryParameter of_executions[] = {child_filter, end_date,   flow_id, labels,     namespace_,          q,
                                            scope,        start_date, state,   time_range, trigger_execution_id};
constexpr QueryParameter of_flows[] = {labels, namespace_, q, scope};
constexpr QueryParameter of_namespaces[] = {existing, q};
constexpr QueryParameter of_logs[] = {end_date, flow_id, min_level, namespace_, q, start_date, trigger_id};
constexpr QueryParameter of_log[] = {attempt, min_level, task_id, task_run_id};
constexpr QueryParameter of_followed_log[] = {min_level};
constexpr QueryParameter of_triggers[] = {namespace_, q};
constexpr QueryParameter of_listed_triggers[] = {flow_id, namespace_, q, worker_id};

}  // namespace

const std::span<const QueryParameter> executions = of_executions;
const std::span<const QueryParameter> flows = of_flows;
const std::span<const QueryParameter> namespaces = of_namespaces;
const std::span<const QueryParameter> logs = of_logs;
const std::span<const QueryParameter> log = of_log;
const std::span<const QueryParameter> followed_log = of_followed_log;
const std::span<const QueryParameter> triggers = of_triggers;
const std::span<const QueryParameter> listed_triggers = of_listed_triggers;

}  // namespace gyr::web::older
