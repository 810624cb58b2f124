// Values as texts: what print nodes write, and Java's toString.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"

namespace gyr::expression {

/// As a print node writes it: nothing for null, JSON for lists and maps (EXPR-12 to EXPR-16).
void append_printed(std::string& out, const base::Value& value);

/// Without exponent (EXPR-12).
std::string plain_decimal_text(std::string_view decimal);

}  // namespace gyr::expression
