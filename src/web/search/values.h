// What a search over everything finds, as JSON.
#pragma once

#include <utility>

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// Something with a page of its own.
struct Finding {
  std::string kind;
  std::string id;
  std::string title;
  std::optional<std::string> detail;
  std::string url;
  std::optional<std::string> state;
  std::optional<base::Instant> at;
  int64_t score = 0;
  std::vector<std::vector<int64_t>> marks;
};

}  // namespace json

template <>
struct Described<json::Finding> {
  using T = json::Finding;
  static constexpr std::string_view name = "Finding";
  static constexpr auto fields = std::tuple(
      field(
          "kind", &T::kind,
          {.documentation = "execution, flow, namespace, trigger, key, plugin, blueprint or page", .example = "flow"}),
      field("id", &T::id), field("title", &T::title),
      field("detail", &T::detail, {.documentation = "Where it is, for example its namespace"}),
      field("url", &T::url, {.documentation = "The path of its page"}), field("state", &T::state),
      field("at", &T::at, {.documentation = "When the execution started"}),
      field("score", &T::score, {.documentation = "The best first"}),
      field("marks", &T::marks,
            {.documentation = "The parts of the title that match: pairs of positions in UTF-16 code units"}));
};

}  // namespace gyr::web
