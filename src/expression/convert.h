// Rendered values into the types of properties (EXPR-345 to EXPR-347).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::expression {

// Each converts a rendered value and returns nothing for null (or blank text, depending on the rules). The error names
// the value and the target type.
base::Result<std::optional<int64_t>> to_integer(const base::Value& rendered);
/// An integer of 32 bits: Kestra's INT.
base::Result<std::optional<int32_t>> to_small_integer(const base::Value& rendered);
base::Result<std::optional<double>> to_number(const base::Value& rendered);
base::Result<std::optional<bool>> to_boolean(const base::Value& rendered);
/// Never nothing: null renders to the empty text, blank text stays (EXPR-345).
base::Result<std::optional<std::string>> to_string(const base::Value& rendered);
/// One of the names of an enumeration, exactly; blank text is not one of them.
base::Result<std::optional<std::string>> to_name(const base::Value& rendered, std::span<const std::string_view> names);
base::Result<std::optional<base::Duration>> to_duration(const base::Value& rendered);
base::Result<std::optional<base::Instant>> to_instant(const base::Value& rendered);
/// A list unchanged; a text must be a JSON array.
base::Result<base::Value> to_list(const base::Value& rendered);
/// A map unchanged; a text must be a JSON object.
base::Result<base::Value> to_map(const base::Value& rendered);

/// The source of a list or map property for compilation: a text that is not a single expression is parsed as JSON
/// before anything is rendered, and then rendered element by element (EXPR-346, EXPR-347).
base::Result<base::Value> container_source(const base::Value& source);

}  // namespace gyr::expression
