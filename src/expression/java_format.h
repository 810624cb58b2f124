// Java's format strings (EXPR-162) and number patterns (EXPR-182).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::expression {

/// String.format with the conversions b s S c d o x X e E f g G n %; `limit` bounds the result.
base::Result<std::string> java_format(std::string_view format, std::span<const base::Value> arguments, size_t limit);

/// A number by a DecimalFormat pattern such as `#,##0.00;(#)`, rounded half to even, with English symbols.
base::Result<std::string> format_by_pattern(const base::Value& number, std::string_view pattern);

}  // namespace gyr::expression
