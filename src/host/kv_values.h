// Values of the key-value store: their types and the text form of the REST interface (KV-2, KV-3, KV-14).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "store/rows.h"

namespace gyr::executor {

inline constexpr base::ErrorCode bad_kv_value{"GYR-E044"};

/// KV-2.
bool is_kv_key(std::string_view key);
/// STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON (KV-3).
std::string kv_type_of(const base::Value& value);
/// Parses the body of a PUT: JSON, or one of the bare forms of Ion for instants, dates and durations (KV-14, API-106).
/// Any other text is a string as it stands, with its white space.
base::Result<base::Value> parse_kv_body(std::string_view body);

}  // namespace gyr::executor
