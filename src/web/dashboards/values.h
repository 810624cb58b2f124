// Dashboards, as JSON.
#pragma once

#include <string>
#include <vector>

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A dashboard. One that cannot be read any more has its source only, so that it can be corrected.
struct DashboardResponse {
  std::string id;
  std::string title;
  std::optional<std::string> description;
  std::optional<Object> time_window;
  std::optional<std::vector<Object>> charts;
  std::string tenant;
  bool deleted = false;
  std::optional<base::Instant> created;
  std::optional<base::Instant> updated;
  std::string source;
};

/// What is asked of a chart: the time, a page, the filters of the page (`chart_question` checks them with the chart).
struct ChartQuestion {
  base::Value value;
};

/// A chart that is not stored, and what is asked of it.
struct ChartToShow {
  std::string chart;
  std::optional<ChartQuestion> global_filter;
};

/// The ids of the dashboards that pages show by default; none: the built-in ones.
struct DashboardSettings {
  std::optional<std::string> home, flow, namespace_;
};

/// The documented fields of a ChartQuestion.
struct ChartQuestionFields;

}  // namespace json

template <>
struct Described<json::DashboardResponse> {
  using T = json::DashboardResponse;
  static constexpr std::string_view name = "DashboardResponse";
  static constexpr auto fields =
      std::tuple(field("id", &T::id), field("title", &T::title), field("description", &T::description),
                 field("timeWindow", &T::time_window), field("charts", &T::charts),
                 field("tenantId", [](const T& of) { return std::optional<std::string_view>(of.tenant); }),
                 field("deleted", &T::deleted), field("created", &T::created), field("updated", &T::updated),
                 field("sourceCode", [](const T& of) { return std::optional<std::string_view>(of.source); }));
};
template <>
struct Described<json::DashboardSettings> {
  using T = json::DashboardSettings;
  static constexpr std::string_view name = "DashboardSettings";
  static constexpr auto fields =
      std::tuple(field("defaultHomeDashboard", &T::home), field("defaultFlowOverviewDashboard", &T::flow),
                 field("defaultNamespaceOverviewDashboard", &T::namespace_));
};
template <>
struct Described<json::ChartQuestionFields> {
  static constexpr std::string_view name = "ChartQuestion";
  static constexpr auto fields =
      std::tuple(field<std::optional<base::Instant>>("startDate"), field<std::optional<base::Instant>>("endDate"),
                 field<std::optional<int32_t>>("pageSize"), field<std::optional<int32_t>>("pageNumber"),
                 field<std::optional<std::string>>("namespace"), field<std::optional<Object>>("labels"),
                 field<std::optional<std::vector<Object>>>("filters"));
};
template <>
struct Described<json::ChartQuestion> {
  using shown_as = json::ChartQuestionFields;
  static bool read(const base::Value& given, json::ChartQuestion& question, BodyContext& context) {
    if (!given.is_map() && !given.is_null()) return context.wrong_kind("an object");
    question.value = given;
    return true;
  }
};
template <>
struct Described<json::ChartToShow> {
  using T = json::ChartToShow;
  static constexpr std::string_view name = "ChartToShow";
  static constexpr auto fields = std::tuple(field("chart", &T::chart), field("globalFilter", &T::global_filter));
};

}  // namespace gyr::web
