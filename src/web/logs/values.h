// Logs, metrics and outputs, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct LogEntry;
struct LogPage;
struct MetricEntry;
struct MetricAggregation;
struct MetricAggregations;
struct TaskOutputInformation;

}  // namespace json

template <>
struct Described<json::LogEntry> {
  static constexpr std::string_view name = "LogEntry";
  static constexpr auto fields = std::tuple(
      field<std::optional<std::string>>("tenantId"), field<std::string>("namespace"), field<std::string>("flowId"),
      field<std::optional<std::string>>("taskId"), field<std::optional<std::string>>("executionId"),
      field<std::optional<std::string>>("taskRunId"), field<std::optional<int64_t>>("attemptNumber"),
      field<std::optional<std::string>>("triggerId"), field<base::Instant>("timestamp"), field<std::string>("level"),
      field<std::optional<std::string>>("thread"), field<std::string>("message"));
};
template <>
struct Described<json::LogPage> {
  static constexpr std::string_view name = "LogPage";
  static constexpr auto fields =
      std::tuple(field<std::vector<json::LogEntry>>("results"), field<uint64_t>("total"),
                 field<std::optional<std::string>>("type", {.documentation = "OFFSET, for newer clients"}));
};
template <>
struct Described<json::MetricEntry> {
  static constexpr std::string_view name = "MetricEntry";
  static constexpr auto fields = std::tuple(
      field<std::optional<std::string>>("tenantId"), field<std::string>("namespace"), field<std::string>("flowId"),
      field<std::optional<std::string>>("taskId"), field<std::optional<std::string>>("executionId"),
      field<std::optional<std::string>>("taskRunId"), field<std::string>("type"), field<std::string>("name"),
      field<double>("value"), field<base::Instant>("timestamp"), field<std::optional<Object>>("tags"));
};
template <>
struct Described<json::MetricAggregation> {
  static constexpr std::string_view name = "MetricAggregation";
  static constexpr auto fields =
      std::tuple(field<std::string>("name"), field<double>("value"), field<base::Instant>("date"));
};
template <>
struct Described<json::MetricAggregations> {
  static constexpr std::string_view name = "MetricAggregations";
  static constexpr auto fields =
      std::tuple(field<std::string>("groupBy"), field<std::vector<json::MetricAggregation>>("aggregations"));
};
template <>
struct Described<json::TaskOutputInformation> {
  static constexpr std::string_view name = "TaskOutputInformation";
  static constexpr auto fields = std::tuple(field<std::string>("taskId"), field<std::string>("taskRunId"),
                                            field<std::optional<std::string>>("value"),
                                            field<std::optional<int64_t>>("iteration"), field<bool>("inline"));
};

}  // namespace gyr::web
