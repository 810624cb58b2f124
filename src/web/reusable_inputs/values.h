// Sets of inputs that flows share, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A revision of a set, with its source as it was sent.
struct ReusableInputs {
  std::string tenant_id;
  std::string namespace_;
  std::string id;
  std::optional<std::string> description;
  std::vector<Object> inputs;
  int64_t revision = 1;
  base::Instant updated;
  std::string source;
};

}  // namespace json

template <>
struct Described<json::ReusableInputs> {
  using T = json::ReusableInputs;
  static constexpr std::string_view name = "ReusableInputs";
  static constexpr auto fields = std::tuple(
      field("tenantId", &T::tenant_id),
      field("namespace", &T::namespace_,
            {.documentation = "The namespace that has the set, perhaps a parent", .example = "company.team"}),
      field("id", &T::id, {.example = "credentials"}), field("description", &T::description),
      field("inputs", &T::inputs, {.documentation = "As a flow declares them"}), field("revision", &T::revision),
      field("updated", &T::updated), field("source", &T::source, {.documentation = "YAML"}));
};

}  // namespace gyr::web
