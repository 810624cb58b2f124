// Templates, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The YAML of a template with its tenant: written as it is stored.
struct Template;

/// What is wrong with one document.
struct TemplateViolation {
  int64_t index = 0;
  bool outdated = false;
  std::optional<std::string> namespace_;
  std::optional<std::string> constraints;
};

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
template <>
struct Described<json::TemplateViolation> {
  using T = json::TemplateViolation;
  static constexpr std::string_view name = "TemplateViolation";
  static constexpr auto fields = std::tuple(
      field("index", &T::index, {.documentation = "The position of the document"}), field("outdated", &T::outdated),
      field("namespace", &T::namespace_, {.documentation = "Of a valid template", .example = "company.team"}),
      field("constraints", &T::constraints, {.documentation = "What is wrong; absent if it is valid"}));
};

}  // namespace gyr::web
