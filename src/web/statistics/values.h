// Statistics over time, as JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "web/executions/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The durations of what has ended; all are 0 if nothing has.
struct Durations {
  base::Duration min, avg, max, sum;
  uint64_t count = 0;
};

/// The executions, or the task runs, that started in one part of the time.
struct DailyExecutionStatistics {
  base::Instant start_date;
  Durations duration;
  std::vector<std::pair<std::string, uint64_t>> execution_counts;  ///< by state
  std::string group_by;                                            ///< `day` or `hour`
};

/// The log lines of one part of the time.
struct LogStatistics {
  base::Instant timestamp;
  std::vector<std::pair<std::string, uint64_t>> counts;  ///< by level
  std::string group_by;
};

/// How many flows and triggers a selection has.
struct SummaryStatistics {
  uint64_t flows = 0;
  uint64_t triggers = 0;
};

/// What statistics are about. Absent fields do not restrict it.
struct StatisticRequest {
  std::optional<std::string> q;
  std::optional<std::vector<std::string>> scope;  ///< USER, SYSTEM
  std::optional<std::string> namespace_;          ///< with its child namespaces
  std::optional<std::string> flow_id;
  std::optional<std::vector<std::string>> state;
  std::optional<std::string> log_level;  ///< this level and above
  std::optional<base::Instant> start_date;
  std::optional<base::Instant> end_date;
  std::optional<std::vector<FlowOfExecutions>> flows;
  std::optional<bool> namespace_only;
};

/// Flows whose newest executions are wanted.
struct LastExecutionsRequest {
  std::optional<std::vector<FlowOfExecutions>> flows;  ///< absent: all
};

using Statistics = std::vector<DailyExecutionStatistics>;
using StatisticsByFlow = std::map<std::string, std::map<std::string, Statistics>>;
using StatisticsByNamespace = std::map<std::string, Statistics>;

}  // namespace json

template <>
struct Described<json::Durations> {
  using T = json::Durations;
  static constexpr std::string_view name = "DailyExecutionStatistics.Duration";
  static constexpr auto fields =
      std::tuple(field("min", &T::min), field("avg", &T::avg), field("max", &T::max), field("sum", &T::sum),
                 field("count", &T::count, {.documentation = "How many have ended"}));
};
template <>
struct Described<json::DailyExecutionStatistics> {
  using T = json::DailyExecutionStatistics;
  static constexpr std::string_view name = "DailyExecutionStatistics";
  static constexpr auto fields =
      std::tuple(field("startDate", &T::start_date), field("duration", &T::duration),
                 field("executionCounts", &T::execution_counts, {.documentation = "The number of each state"}),
                 field("groupBy", &T::group_by, {.documentation = "The length of each part", .example = "day"}));
};
template <>
struct Described<json::LogStatistics> {
  using T = json::LogStatistics;
  static constexpr std::string_view name = "LogStatistics";
  static constexpr auto fields =
      std::tuple(field("timestamp", &T::timestamp),
                 field("counts", &T::counts, {.documentation = "The number of lines of each level"}),
                 field("groupBy", &T::group_by, {.documentation = "The length of each part", .example = "day"}));
};
template <>
struct Described<json::SummaryStatistics> {
  using T = json::SummaryStatistics;
  static constexpr std::string_view name = "SummaryStatistics";
  static constexpr auto fields = std::tuple(field("flows", &T::flows), field("triggers", &T::triggers));
};
template <>
struct Described<json::StatisticRequest> {
  using T = json::StatisticRequest;
  static constexpr std::string_view name = "StatisticRequest";
  static constexpr auto fields = std::tuple(
      field("q", &T::q, {.documentation = "Text to search for"}),
      field("scope", &T::scope, {.documentation = "USER, SYSTEM, or both", .example = "USER"}),
      field("namespace", &T::namespace_, {.documentation = "With its child namespaces", .example = "company.team"}),
      field("flowId", &T::flow_id), field("state", &T::state, {.example = "SUCCESS"}),
      field("logLevel", &T::log_level, {.documentation = "This level and above", .example = "INFO"}),
      field("startDate", &T::start_date, {.documentation = "By default 30 days before the end"}),
      field("endDate", &T::end_date, {.documentation = "By default now"}),
      field("flows", &T::flows, {.documentation = "Only these flows"}),
      field("namespaceOnly", &T::namespace_only, {.documentation = "Sum up the flows of a namespace, as flow `*`"}));
};
template <>
struct Described<json::LastExecutionsRequest> {
  using T = json::LastExecutionsRequest;
  static constexpr std::string_view name = "LastExecutionsRequest";
  static constexpr auto fields = std::tuple(field("flows", &T::flows, {.documentation = "Absent: all flows"}));
};

}  // namespace gyr::web
