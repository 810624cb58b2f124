#include "plugins/core/kv/kv_value.h"

#include "base/text.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, plugins::core::KvType>> EnumNames<plugins::core::KvType>::names() {
  using plugins::core::KvType;
  static constexpr std::pair<std::string_view, KvType> all[] = {
      {"STRING", KvType::string},     {"NUMBER", KvType::number}, {"BOOLEAN", KvType::boolean},
      {"DATETIME", KvType::datetime}, {"DATE", KvType::date},     {"DURATION", KvType::duration},
      {"JSON", KvType::json}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugins::core {
namespace {

using base::Value;

constexpr int64_t seconds_per_day = 24 * 3600;

base::Result<Value> date_of(std::string_view text) {
  if (auto day = syntax::parse_local_date(text)) return Value::local_date(*day);
  // The reference requires an instant here and uses its day in UTC.
  auto instant = syntax::parse_instant(text);
  if (!instant) return base::fail(plugin::task_failed, fmt::format("`{}` is not a date such as 2024-05-01", text));
  int64_t days = instant->seconds / seconds_per_day;
  if (instant->seconds % seconds_per_day < 0) days -= 1;
  return Value::local_date(days);
}

base::Result<Value> number_of(std::string_view text) {
  auto parsed = syntax::parse_json(text);
  if (!parsed || !parsed->is_numeric())
    return base::fail(plugin::task_failed, fmt::format("`{}` is not a number", text));
  return *parsed;
}

base::Result<Value> converted(std::string_view text, KvType type) {
  switch (type) {
    case KvType::string: return Value::string(text);
    case KvType::number: return number_of(text);
    case KvType::boolean: return Value::boolean(base::equals_ignoring_case(text, "true"));
    case KvType::datetime: {
      GYR_TRY(base::Instant instant, syntax::parse_instant(text));
      return Value::instant(instant);
    }
    case KvType::date: return date_of(text);
    case KvType::duration: {
      GYR_TRY(base::Duration duration, syntax::parse_duration(text));
      return Value::duration(duration);
    }
    case KvType::json: return syntax::parse_json(text);
  }
  return Value::string(text);
}

/// `P[nD][T[nH][nM][nS]]` with at least one part (KV-3).
bool reads_as_duration(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return false;
  return std::all_of(text.begin() + 1, text.end(), [](char character) {
    return (character >= '0' && character <= '9') ||
           std::string_view("DTHMS.").find(character) != std::string_view::npos;
  });
}

}  // namespace

base::Result<Value> kv_value(const Value& rendered, std::optional<KvType> type) {
  if (!rendered.is_string()) return rendered;
  if (type) return converted(rendered.text(), *type);
  if (reads_as_duration(rendered.text())) {
    if (auto duration = syntax::parse_duration(rendered.text())) return Value::duration(*duration);
  }
  return rendered;
}

Value namespace_argument(const std::optional<std::string>& given) { return given ? Value::string(*given) : Value(); }

base::Error key_missing(const plugin::RunContext& context, const std::optional<std::string>& given,
                        std::string_view key) {
  return {plugin::task_failed,
          fmt::format("No value found for key '{}' in namespace '{}' and `errorOnMissing` is set to true", key,
                      given ? *given : context.info().namespace_)};
}

}  // namespace gyr::plugins::core
