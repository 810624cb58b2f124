#include "expression/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/numbers.h"
#include "expression/program.h"
#include "expression/template.h"
#include "syntax/json.h"
#include "syntax/json_reader.h"
#include "syntax/time.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

std::unexpected<base::Error> refuse(const Value& value, std::string_view wanted) {
  std::string shown = value.is_null() ? "null" : to_text(value);
  return base::fail(conversion_failed, fmt::format("cannot convert \"{}\" to {}", text::shown_text(shown), wanted));
}

/// Text without blanks around it; nothing for null, blank text and the text `null` (EXPR-345).
std::optional<std::string_view> scalar_text(const Value& value) {
  if (!value.is_string()) return std::nullopt;
  std::string_view text = text::strip(value.text());
  if (text.empty() || text == "null") return std::nullopt;
  return text;
}

bool is_nothing(const Value& value) { return value.is_null() || (value.is_string() && !scalar_text(value)); }

/// A number as JSON writes it.
bool is_json_number(std::string_view text) {
  size_t i = text.starts_with('-') ? 1 : 0;
  auto digits = [&] {
    size_t begin = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - begin;
  };
  size_t first = i;
  size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

std::optional<int64_t> integer_of(const Value& value) {
  if (value.is_integer()) return value.as_integer();
  std::optional<text::Decimal> decimal;
  if (value.is_number() && std::isfinite(value.as_number())) decimal = text::Decimal::of_double(value.as_number());
  if (value.is_decimal()) decimal = text::Decimal::parse(value.text());
  if (auto text = scalar_text(value); text && is_json_number(*text)) decimal = text::Decimal::parse(*text);
  return decimal ? decimal->to_integer() : std::nullopt;
}

base::Result<Value> container(const Value& rendered, bool list) {
  std::string_view wanted = list ? "a list" : "a map";
  auto fits = [&](const Value& value) { return list ? value.is_list() : value.is_map(); };
  if (fits(rendered)) return rendered;
  if (!rendered.is_string()) return refuse(rendered, wanted);
  auto parsed = syntax::parse_json(rendered.text());
  if (!parsed) {
    base::Error error = refuse(rendered, wanted).error();
    return base::fail(error.with_cause(parsed.error()).with_hint(parsed.error().message()));
  }
  if (!fits(*parsed)) return refuse(rendered, wanted);
  return *parsed;
}

}  // namespace

base::Result<std::optional<int64_t>> to_integer(const Value& rendered) {
  if (is_nothing(rendered)) return std::nullopt;
  auto integer = integer_of(rendered);
  if (!integer) return refuse(rendered, "an integer");
  return integer;
}

base::Result<std::optional<int32_t>> to_small_integer(const Value& rendered) {
  if (is_nothing(rendered)) return std::nullopt;
  auto integer = integer_of(rendered);
  if (!integer || *integer < INT32_MIN || *integer > INT32_MAX) return refuse(rendered, "an integer of 32 bits");
  return static_cast<int32_t>(*integer);
}

base::Result<std::optional<double>> to_number(const Value& rendered) {
  if (is_nothing(rendered)) return std::nullopt;
  if (auto number = number_of(rendered)) return number->to_double();
  if (auto text = scalar_text(rendered); text && is_json_number(*text)) {
    // Beyond a double: neither 0 nor infinity.
    if (auto value = syntax::decimal_to_double(*text)) return value;
  }
  return refuse(rendered, "a number");
}

base::Result<std::optional<bool>> to_boolean(const Value& rendered) {
  if (is_nothing(rendered)) return std::nullopt;
  if (rendered.is_boolean()) return rendered.as_boolean();
  std::string text(rendered.is_string() ? text::strip(rendered.text()) : std::string_view());
  if (rendered.is_integer()) text = fmt::format("{}", rendered.as_integer());
  if (text == "true" || text == "True" || text == "TRUE" || text == "1") return true;
  if (text == "false" || text == "False" || text == "FALSE" || text == "0") return false;
  return refuse(rendered, "a boolean");
}

base::Result<std::optional<std::string>> to_string(const Value& rendered) { return to_text(rendered); }

base::Result<std::optional<std::string>> to_name(const Value& rendered, std::span<const std::string_view> names) {
  if (rendered.is_null()) return std::nullopt;
  std::string text = to_text(rendered);
  if (std::ranges::find(names, text) != names.end()) return text;
  base::Error error = refuse(rendered, fmt::format("one of {}", fmt::join(names, ", "))).error();
  auto nearest = base::nearest(text, names);
  return base::fail(nearest ? error.with_hint(fmt::format("did you mean `{}`?", *nearest)) : error);
}

base::Result<std::optional<base::Duration>> to_duration(const Value& rendered) {
  if (is_nothing(rendered)) return std::nullopt;
  if (rendered.kind() == Value::Kind::duration) return rendered.as_duration();
  if (rendered.is_numeric()) return base::Duration::of_fraction(number_of(rendered).value_or(Number()).to_double());
  if (auto text = scalar_text(rendered)) {
    if (auto duration = syntax::parse_duration(*text)) return *duration;
    if (is_json_number(*text)) return base::Duration::of_fraction(std::strtod(std::string(*text).c_str(), nullptr));
  }
  base::Error error = refuse(rendered, "a duration").error();
  return base::fail(error.with_hint("write a duration such as PT5M, P1DT2H or 30 (seconds)"));
}

base::Result<std::optional<base::Instant>> to_instant(const Value& rendered) {
  if (is_nothing(rendered)) return std::nullopt;
  if (rendered.kind() == Value::Kind::instant) return rendered.as_instant();
  if (rendered.kind() == Value::Kind::zoned_date_time) return rendered.as_zoned().instant;
  std::optional<double> seconds;
  if (auto number = number_of(rendered)) seconds = number->to_double();
  if (auto text = scalar_text(rendered)) {
    if (auto instant = syntax::parse_instant(*text)) return *instant;
    if (is_json_number(*text)) seconds = std::strtod(std::string(*text).c_str(), nullptr);
  }
  if (seconds && std::abs(*seconds) < 1e15) {
    base::Duration since = base::Duration::of_fraction(*seconds);
    return base::Instant{since.seconds, since.nanos};
  }
  return refuse(rendered, "an instant");
}

base::Result<Value> to_list(const Value& rendered) { return container(rendered, true); }
base::Result<Value> to_map(const Value& rendered) { return container(rendered, false); }

base::Result<Value> container_source(const Value& source) {
  if (!source.is_string()) return source;
  std::string_view text = text::strip(source.text());
  if (text.starts_with("{{") && text.ends_with("}}")) return source;
  auto parsed = syntax::parse_json(text);
  if (!parsed || !parsed->is_container()) {
    base::Error error = refuse(source, "a list or map").error();
    return base::fail(parsed ? error : error.with_cause(parsed.error()).with_hint(parsed.error().message()));
  }
  return *parsed;
}

bool is_truthy(const Value& rendered) {
  if (rendered.is_null()) return false;
  std::string owned = rendered.is_string() ? std::string() : to_text(rendered);
  std::string_view text = text::strip(rendered.is_string() ? rendered.text() : std::string_view(owned));
  return !text.empty() && text != "false" && text != "0" && text != "-0";
}

bool holds_as_expression(const Value& rendered) {
  if (rendered.is_null()) return false;
  std::string owned = rendered.is_string() ? std::string() : to_text(rendered);
  std::string_view text = text::strip(rendered.is_string() ? rendered.text() : std::string_view(owned));
  return !text.empty() && text != "false";
}

}  // namespace gyr::expression
