#include "executor/kv_values.h"

#include <algorithm>

#include "base/text.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::executor {
namespace {

using base::Value;

bool alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// A bare word, as Ion has them.
bool is_symbol(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; };
  return letter(text.front()) && std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string turn_of_key(const store::KvRow& row) {
  return "key\n" + row.tenant + "\n" + row.namespace_ + "\n" + row.key;
}

bool is_kv_key(std::string_view key) {
  if (key.empty() || key.size() > 1024 || !alphanumeric(key.front())) return false;
  return std::all_of(key.begin(), key.end(),
                     [](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

std::string kv_type_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::boolean: return "BOOLEAN";
    case Value::Kind::integer:
    case Value::Kind::number:
    case Value::Kind::decimal: return "NUMBER";
    case Value::Kind::list:
    case Value::Kind::map: return "JSON";
    case Value::Kind::instant:
    case Value::Kind::zoned_date_time:
    case Value::Kind::local_date_time: return "DATETIME";
    case Value::Kind::local_date: return "DATE";
    case Value::Kind::duration: return "DURATION";
    case Value::Kind::string:
      return value.text().starts_with('P') && syntax::parse_duration(value.text()) ? "DURATION" : "STRING";
    default: return "STRING";
  }
}

base::Result<Value> parse_kv_body(std::string_view body) {
  std::string_view text = base::trim(body);
  if (text.empty()) return base::fail(bad_kv_value, "the value is empty; a text is sent in quotes");
  if (auto json = syntax::parse_json(text)) {
    return json;
  } else if (text.front() == '{' || text.front() == '[' || text.front() == '"') {
    return json;  // it was meant to be JSON: its error has the place
  }
  if (text.starts_with('P') || text.starts_with("-P")) {
    if (auto duration = syntax::parse_duration(text)) return Value::duration(*duration);
  }
  if (auto date = syntax::parse_local_date(text)) return Value::local_date(*date);
  if (auto instant = syntax::parse_instant(text)) return Value::instant(*instant);
  if (is_symbol(text)) return Value::string(text);  // KV-18
  return base::fail(
      base::Error(bad_kv_value, "`" + std::string(text.substr(0, 80)) + "` is no value: not JSON, no date, no duration")
          .with_hint("a text is sent in quotes"));
}

}  // namespace gyr::executor
