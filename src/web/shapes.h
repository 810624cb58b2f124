// The objects of answers, named once, for the contract (API-60 to API-74).
#pragma once

#include <span>
#include <string_view>

#include "base/value.h"

namespace gyr::web {

/// The schema of an answer as a route names it: a shape, `[Name]`, `Paged<Name>`, a plain type.
base::Value schema_of(std::string_view answer);
/// `components/schemas`, with the pages that `answers` name.
base::Value component_schemas(std::span<const std::string_view> answers);

}  // namespace gyr::web
