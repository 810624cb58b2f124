// Templates, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct Template;

}  // namespace json

template <>
struct Described<json::Template> {
  static constexpr std::string_view name = "Template";
  static constexpr auto fields =
      std::tuple(field<std::optional<std::string>>("tenantId"), field<std::string>("namespace"),
                 field<std::string>("id"), field<std::optional<std::string>>("description"),
                 field<std::vector<Object>>("tasks"), field<std::optional<std::vector<Object>>>("errors"),
                 field<std::optional<std::vector<Object>>>("finally"), field<bool>("deleted"));
};

}  // namespace gyr::web
