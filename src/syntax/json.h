// JSON to values (simdjson) and values to JSON (own writer).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "syntax/json_limits.h"
#include "syntax/node.h"

namespace gyr::syntax {

/// Strict JSON of one value; text after it is an error. Integers become narrow if they fit 32 bits, otherwise int64,
/// otherwise decimals; numbers with a fraction or an exponent become doubles (EXPR-11). Of a repeated key, the last
/// value wins, at the position of the first. `\uD83D` without its other half becomes U+FFFD. Errors contain line and
/// column, also in the message.
base::Result<base::Value> parse_json(std::string_view text, const JsonLimits& limits = {});
/// Reads the first value and ignores what follows (`fromJson`, EXPR-280). A number or word ends at white space.
base::Result<base::Value> parse_json_prefix(std::string_view text, const JsonLimits& limits = {});

/// How values are written as JSON.
struct JsonOptions {
  bool omit_null_entries = false;  ///< map entries with null are left out at every depth (EXPR-14, API-23)
  bool pretty = false;             ///< two blanks a level
  bool duration_as_iso = false;    ///< `PT5S` instead of `5.000000000` (EXPR-16; the REST layer writes ISO)
};

/// Compact JSON: non-ASCII raw, `/` not escaped, numbers as Java prints them (EXPR-12, EXPR-16); NaN and infinities,
/// which JSON does not know, as strings.
std::string write_json(const base::Value& value, const JsonOptions& options = {});
void append_json(std::string& out, const base::Value& value, const JsonOptions& options = {});
void append_json_string(std::string& out, std::string_view text);

}  // namespace gyr::syntax
