// The schemas of the objects in answers, for the OpenAPI description (API-60 to API-74).
#pragma once

#include <span>
#include <string_view>

#include "base/value.h"

namespace gyr::web {

/// The schema of an answer in a route: a shape, `[Name]`, `Paged<Name>`, a plain type.
base::Value schema_of(std::string_view answer);
/// `components/schemas`, with the pages in `answers`.
base::Value component_schemas(std::span<const std::string_view> answers);

}  // namespace gyr::web
