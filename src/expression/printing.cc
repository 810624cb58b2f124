#include "expression/printing.h"

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/numbers.h"
#include "expression/template.h"
#include "syntax/java_number.h"
#include "syntax/json.h"
#include "syntax/time.h"
#include "text/decimal.h"

namespace gyr::expression {

using base::Value;

std::string plain_decimal_text(std::string_view text) {
  if (text.find_first_of("eE") == std::string_view::npos) return std::string(text);
  auto decimal = text::Decimal::parse(text);
  return decimal ? decimal->plain_text() : std::string(text);
}

namespace {

void append_scalar(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null: return;
    case Value::Kind::boolean: out.append(value.as_boolean() ? "true" : "false"); return;
    case Value::Kind::integer: {
      char buffer[24];
      auto [end, problem] = std::to_chars(buffer, buffer + sizeof(buffer), value.as_integer());
      out.append(buffer, static_cast<size_t>(end - buffer));
      return;
    }
    case Value::Kind::number:
      if (value.is_narrow()) return syntax::append_java_float(out, static_cast<float>(value.as_number()));
      return syntax::append_java_double(out, value.as_number());
    case Value::Kind::decimal: out.append(plain_decimal_text(value.text())); return;
    case Value::Kind::string: out.append(value.text()); return;
    default: out.append(syntax::format_temporal(value));
  }
}

}  // namespace

void append_printed(std::string& out, const Value& value) {
  if (value.is_container()) {
    syntax::append_json(out, value, {.omit_null_entries = true});
  } else {
    append_scalar(out, value);
  }
}

void append_java_text(std::string& out, const Value& value) {
  if (value.is_list()) {
    out.push_back('[');
    bool first = true;
    for (const Value& item : value.items()) {
      if (!first) out.append(", ");
      first = false;
      if (item.is_null()) out.append("null");
      append_java_text(out, item);
    }
    out.push_back(']');
  } else if (value.is_map()) {
    out.push_back('{');
    bool first = true;
    for (const auto& entry : value.entries()) {
      if (!first) out.append(", ");
      first = false;
      out.append(entry.name());
      out.push_back('=');
      if (entry.value.is_null()) out.append("null");
      append_java_text(out, entry.value);
    }
    out.push_back('}');
  } else {
    append_scalar(out, value);
  }
}

std::string java_text(const Value& value) {
  std::string out;
  append_java_text(out, value);
  return out;
}

std::string to_text(const Value& value) {
  std::string out;
  append_printed(out, value);
  return out;
}

std::string class_name(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return "java.lang.Boolean";
    case Value::Kind::integer: return value.is_narrow() ? "java.lang.Integer" : "java.lang.Long";
    case Value::Kind::number: return value.is_narrow() ? "java.lang.Float" : "java.lang.Double";
    case Value::Kind::decimal: return is_big_integer(value) ? "java.math.BigInteger" : "java.math.BigDecimal";
    case Value::Kind::string: return "java.lang.String";
    case Value::Kind::list: return "java.util.ArrayList";
    case Value::Kind::map: return "java.util.LinkedHashMap";
    case Value::Kind::instant: return "java.time.Instant";
    case Value::Kind::duration: return "java.time.Duration";
    case Value::Kind::zoned_date_time: return "java.time.ZonedDateTime";
    case Value::Kind::local_date_time: return "java.time.LocalDateTime";
    case Value::Kind::local_date: return "java.time.LocalDate";
    case Value::Kind::local_time: return "java.time.LocalTime";
  }
  return {};
}

std::string simple_class_name(const Value& value) {
  std::string name = class_name(value);
  return name.substr(name.rfind('.') + 1);
}

std::optional<bool> truth_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::boolean: return value.as_boolean();
    case Value::Kind::integer: return value.as_integer() != 0;
    case Value::Kind::number: return value.as_number() != 0 && !std::isnan(value.as_number());
    case Value::Kind::decimal: {
      std::string_view digits = value.text().substr(0, value.text().find_first_of("eE"));
      return digits.find_first_of("123456789") != std::string_view::npos;
    }
    case Value::Kind::string: return value.size() != 0;
    default: return std::nullopt;
  }
}

bool is_empty_value(const Value& value) {
  if (value.is_null()) return true;
  if (value.is_string()) return base::trim(value.text()).empty();
  return value.is_container() && value.size() == 0;
}

}  // namespace gyr::expression
