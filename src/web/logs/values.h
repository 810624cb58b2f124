// Log lines and metrics, as JSON.
#pragma once

#include <string>
#include <vector>

#include "model/execution.h"
#include "web/executions/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// How the next page of a list is found (API-3).
enum class PaginationType : uint8_t { offset, cursor };
std::string_view to_text(PaginationType type);

/// A page of log lines.
struct LogPage {
  std::vector<model::LogEntry> results;
  uint64_t total = 0;
  PaginationType type = PaginationType::offset;
  std::optional<std::string> next_cursor;  ///< none: there are no more lines
};

/// A metric of one part of the time.
struct MetricAggregation {
  std::string name;
  double value = 0;
  base::Instant date;
};

/// A metric over time.
struct MetricAggregations {
  std::string group_by;
  std::vector<MetricAggregation> aggregations;
};

}  // namespace json

template <>
struct Described<model::LogEntry> {
  using T = model::LogEntry;
  static constexpr std::string_view name = "LogEntry";
  static constexpr auto fields = std::tuple(
      field("tenantId", [](const T& of) { return described::filled(of.flow->tenant); }),
      field("namespace", [](const T& of) -> const std::string& { return of.flow->namespace_; }),
      field("flowId", [](const T& of) -> const std::string& { return of.flow->id; }),
      field("taskId", [](const T& of) { return described::filled(of.task_id); }),
      field("executionId", [](const T& of) { return described::filled(of.execution_id); }),
      field("taskRunId", [](const T& of) { return described::filled(of.task_run_id); }),
      field("attemptNumber", [](const T& of) { return std::optional(of.attempt); }),
      field("triggerId", [](const T& of) { return described::filled(of.trigger_id); }),
      field("timestamp", &T::timestamp), field("level", &T::level),
      field("thread", [](const T& of) { return described::filled(of.thread); }), field("message", &T::message));
};
template <>
struct Described<json::LogPage> {
  using T = json::LogPage;
  static constexpr std::string_view name = "LogPage";
  static constexpr auto fields =
      std::tuple(field("results", &T::results),
                 field("total", &T::total, {.documentation = "With a cursor: the lines from there on"}),
                 field("type", [](const T& of) { return std::optional(of.type); },
                       {.documentation = "OFFSET, or CURSOR where the request has a `cursor`"}),
                 field("nextCursor", &T::next_cursor, {.documentation = "The `cursor` of the next page"}));
};
template <>
struct Described<model::MetricEntry> {
  using T = model::MetricEntry;
  static constexpr std::string_view name = "MetricEntry";
  static constexpr auto fields = std::tuple(
      field("tenantId", [](const T& of) { return described::filled(of.flow->tenant); }),
      field("namespace", [](const T& of) -> const std::string& { return of.flow->namespace_; }),
      field("flowId", [](const T& of) -> const std::string& { return of.flow->id; }),
      field("taskId", [](const T& of) { return described::filled(of.task_id); }),
      field("executionId", [](const T& of) { return described::filled(of.execution_id); }),
      field("taskRunId", [](const T& of) { return described::filled(of.task_run_id); }), field("type", &T::type),
      field("name", &T::name), field("value", &T::value), field("timestamp", &T::timestamp),
      field("tags",
            [](const T& of) { return std::optional(Object{of.tags.is_null() ? base::Value::empty_map() : of.tags}); }));
};
template <>
struct Described<json::MetricAggregation> {
  using T = json::MetricAggregation;
  static constexpr std::string_view name = "MetricAggregation";
  static constexpr auto fields =
      std::tuple(field("name", &T::name), field("value", &T::value), field("date", &T::date));
};
template <>
struct Described<json::MetricAggregations> {
  using T = json::MetricAggregations;
  static constexpr std::string_view name = "MetricAggregations";
  static constexpr auto fields = std::tuple(field("groupBy", &T::group_by), field("aggregations", &T::aggregations));
};

}  // namespace gyr::web
