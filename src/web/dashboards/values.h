// Dashboards, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct DashboardResponse;

// Bodies.
struct ChartQuestion;
struct ChartToShow;

}  // namespace json

template <>
struct Described<json::DashboardResponse> {
  static constexpr std::string_view name = "DashboardResponse";
  static constexpr auto fields =
      std::tuple(field<std::optional<std::string>>("tenantId"), field<std::string>("id"), field<std::string>("title"),
                 field<std::optional<std::string>>("description"), field<std::optional<Object>>("timeWindow"),
                 field<std::optional<std::vector<Object>>>("charts"), field<bool>("deleted"),
                 field<std::optional<base::Instant>>("created"), field<std::optional<base::Instant>>("updated"),
                 field<std::optional<std::string>>("sourceCode"));
};
template <>
struct Described<json::ChartQuestion> {
  static constexpr std::string_view name = "ChartQuestion";
  static constexpr auto fields =
      std::tuple(field<std::optional<base::Instant>>("startDate"), field<std::optional<base::Instant>>("endDate"),
                 field<std::optional<int32_t>>("pageSize"), field<std::optional<int32_t>>("pageNumber"),
                 field<std::optional<std::vector<Object>>>("filters"));
};
template <>
struct Described<json::ChartToShow> {
  static constexpr std::string_view name = "ChartToShow";
  static constexpr auto fields =
      std::tuple(field<std::string>("chart"), field<std::optional<json::ChartQuestion>>("globalFilter"));
};

}  // namespace gyr::web
