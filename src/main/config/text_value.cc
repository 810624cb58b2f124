#include "main/config/text_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "expression/convert.h"
#include "main/config/byte_size.h"
#include "syntax/time.h"

namespace gyr::main::config {

using base::Value;
using model::PropertyOptions;
using model::TypeInfo;
using model::ValueType;
using syntax::Node;
using syntax::NodePtr;

namespace {

std::optional<base::Duration> duration_in(std::string_view text) {
  if (auto converted = expression::to_duration(Value::string(text)); converted && *converted) return **converted;
  // Micronaut's short forms.
  int64_t amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  constexpr int64_t largest = 1'000'000'000'000;
  if (error != std::errc() || amount < 0 || amount > largest) return std::nullopt;
  const std::string_view unit(end, text.data() + text.size());
  if (unit == "ms") return base::Duration::of_millis(amount);
  if (unit == "s") return base::Duration::of_seconds(amount);
  if (unit == "m") return base::Duration::of_seconds(amount * 60);
  if (unit == "h") return base::Duration::of_seconds(amount * 3'600);
  if (unit == "d") return base::Duration::of_seconds(amount * 86'400);
  return std::nullopt;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

bool is_within(double number, const PropertyOptions& options) {
  return std::isfinite(number) && !(options.minimum && number < *options.minimum) &&
         !(options.maximum && number > *options.maximum);
}

}  // namespace

NodePtr node_of_text(std::string_view text, const TypeInfo& type, const PropertyOptions& options) {
  Value value;
  switch (type.type) {
    case ValueType::integer:
      if (auto number = number_in<int64_t>(text); number && is_within(static_cast<double>(*number), options))
        value = Value::integer(*number);
      break;
    case ValueType::number:
      if (auto number = number_in<double>(text); number && is_within(*number, options)) value = Value::number(*number);
      break;
    case ValueType::boolean:
      if (base::equals_ignoring_case(text, "true")) value = Value::boolean(true);
      if (base::equals_ignoring_case(text, "false")) value = Value::boolean(false);
      break;
    case ValueType::duration:
      // The bounds of a duration are seconds.
      if (auto duration = duration_in(base::trim(text));
          duration && is_within(static_cast<double>(duration->to_nanos()) * 1e-9, options))
        value = Value::string(syntax::format_duration(*duration));
      break;
    case ValueType::enumeration:
      if (std::ranges::find(type.values, text) != type.values.end()) value = Value::string(text);
      break;
    default:
      if (!is_byte_size(type)) {
        value = Value::string(text);
      } else if (auto size = parse_byte_size(text); size && is_within(static_cast<double>(size->bytes), options)) {
        value = Value::string(format_byte_size(*size));
      }
  }
  return value.is_null() ? nullptr : Node::of_value(value);
}

}  // namespace gyr::main::config
