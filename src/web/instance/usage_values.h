// Usage counts, as JSON.
#pragma once

#include <map>
#include <string>

#include "web/statistics/values.h"

namespace gyr::web {
namespace json {

/// How many tasks have each property.
struct TaskUsage {
  int64_t has_retry = 0;
  int64_t has_timeout = 0;
  int64_t has_allow_failure = 0;
  int64_t has_log_to_file = 0;
  int64_t has_run_if = 0;
  int64_t has_allow_warning = 0;
  int64_t has_cache = 0;
  int64_t has_assets = 0;
};

/// How many triggers have each property.
struct TriggerUsage {
  int64_t has_when = 0;
  int64_t has_labels = 0;
  int64_t has_stop_after = 0;
  int64_t has_log_to_file = 0;
  int64_t has_fail_on_error = 0;
  int64_t has_allow_concurrent = 0;
  int64_t has_assets = 0;
};

/// How many flows exist, what they consist of, and how many have each property.
struct FlowUsage {
  using Counts = std::map<std::string, int64_t>;
  int64_t count = 0;
  int64_t namespaces = 0;
  Counts task_types, trigger_types, task_runner_types, input_types;
  int64_t has_inputs = 0;
  int64_t has_outputs = 0;
  int64_t has_labels = 0;
  int64_t has_variables = 0;
  int64_t has_errors = 0;
  int64_t has_finally = 0;
  int64_t has_after_execution = 0;
  int64_t has_triggers = 0;
  int64_t has_concurrency = 0;
  int64_t has_retry = 0;
  int64_t has_sla = 0;
  int64_t has_checks = 0;
  TaskUsage tasks;
  TriggerUsage triggers;
};

/// The executions of the last thirty days.
struct ExecutionUsage {
  Statistics daily;
};

/// What an installation is used for.
struct Usage {
  FlowUsage flows;
  ExecutionUsage executions;
};

}  // namespace json

template <>
struct Described<json::TaskUsage> {
  using T = json::TaskUsage;
  static constexpr std::string_view name = "FlowUsage.TaskUsage";
  static constexpr auto fields =
      std::tuple(field("hasRetryCount", &T::has_retry), field("hasTimeoutCount", &T::has_timeout),
                 field("hasAllowFailureCount", &T::has_allow_failure), field("hasLogToFileCount", &T::has_log_to_file),
                 field("hasRunIfCount", &T::has_run_if), field("hasAllowWarningCount", &T::has_allow_warning),
                 field("hasCacheCount", &T::has_cache), field("hasAssetsCount", &T::has_assets));
};
template <>
struct Described<json::TriggerUsage> {
  using T = json::TriggerUsage;
  static constexpr std::string_view name = "FlowUsage.TriggerUsage";
  static constexpr auto fields =
      std::tuple(field("hasWhenCount", &T::has_when), field("hasLabelsCount", &T::has_labels),
                 field("hasStopAfterCount", &T::has_stop_after), field("hasLogToFileCount", &T::has_log_to_file),
                 field("hasFailOnErrorCount", &T::has_fail_on_error),
                 field("hasAllowConcurrentCount", &T::has_allow_concurrent), field("hasAssetsCount", &T::has_assets));
};
template <>
struct Described<json::FlowUsage> {
  using T = json::FlowUsage;
  static constexpr std::string_view name = "FlowUsage";
  static constexpr auto fields = std::tuple(
      field("count", &T::count), field("namespacesCount", &T::namespaces), field("taskTypeCount", &T::task_types),
      field("triggerTypeCount", &T::trigger_types), field("taskRunnerTypeCount", &T::task_runner_types),
      field("inputTypeCount", &T::input_types), field("hasInputsCount", &T::has_inputs),
      field("hasOutputsCount", &T::has_outputs), field("hasLabelsCount", &T::has_labels),
      field("hasVariablesCount", &T::has_variables), field("hasErrorsCount", &T::has_errors),
      field("hasFinallyCount", &T::has_finally), field("hasAfterExecutionCount", &T::has_after_execution),
      field("hasTriggersCount", &T::has_triggers), field("hasConcurrencyCount", &T::has_concurrency),
      field("hasRetryCount", &T::has_retry), field("hasSlaCount", &T::has_sla), field("hasChecksCount", &T::has_checks),
      field("tasks", &T::tasks), field("triggers", &T::triggers));
};
template <>
struct Described<json::ExecutionUsage> {
  using T = json::ExecutionUsage;
  static constexpr std::string_view name = "ExecutionUsage";
  static constexpr auto fields = std::tuple(field("dailyExecutionsCount", &T::daily));
};
template <>
struct Described<json::Usage> {
  using T = json::Usage;
  static constexpr std::string_view name = "Usage";
  static constexpr auto fields = std::tuple(field("flows", &T::flows), field("executions", &T::executions));
};

}  // namespace gyr::web
