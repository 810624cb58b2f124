#include "model/input_value.h"

#include <cmath>

#include "base/text.h"
#include "expression/template.h"
#include "model/errors.h"
#include "model/uri.h"
#include "syntax/java_number.h"
#include "syntax/json.h"
#include "syntax/time.h"
#include "syntax/yaml.h"

namespace gyr::model {

using base::Result;
using base::Value;

std::string input_message(std::string_view id, std::string_view cause) {
  return fmt::format("Invalid value for input `{}`. Cause: {}", id, cause);
}

std::string output_message(std::string_view id, std::string_view cause) {
  return fmt::format("Invalid value for output `{}`. Cause: {}", id, cause);
}

namespace {

std::unexpected<base::Error> unreadable(std::string message) {
  return base::fail(unreadable_input, std::move(message));
}

/// The text of a value as people would type it.
std::string text_of(const Value& value) { return expression::to_text(value); }

Result<Value> parse_integer(const std::string& text) {
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  int32_t parsed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    return unreadable(fmt::format("For input string: \"{}\"", text));
  }
  return Value::narrow_integer(parsed);
}

/// Kept with the precision of 32 bits, shown in its shortest form (FLOW-22).
Result<Value> parse_number(const std::string& text) {
  std::string_view digits = base::trim(text);
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  double wide = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), wide);
  const bool read = !digits.empty() && end == digits.data() + digits.size();
  // Too small a number is nought, too large a one is refused; from_chars calls both out of range and gives neither.
  if (read && error == std::errc::result_out_of_range) wide = std::strtod(std::string(digits).c_str(), nullptr);
  const auto narrow = static_cast<float>(wide);
  if (!read || !std::isfinite(narrow)) {
    return unreadable(fmt::format("For input string: \"{}\"", text));
  }
  const std::string shortest = fmt::format("{}", narrow);
  double stored = 0;
  std::from_chars(shortest.data(), shortest.data() + shortest.size(), stored);
  return Value::number(stored);
}

/// `2024-01-01T08:00:00.000000Z`: always six digits.
std::string stored_instant(base::Instant instant) {
  const base::Instant whole{instant.seconds, 0};
  std::string text = syntax::format_instant(whole);
  text.pop_back();  // Z
  return fmt::format("{}.{:06}Z", text, instant.nanos / 1000);
}

/// `10:27:00`, with as many digits of a fraction as it has.
std::string stored_time(int64_t nanos) {
  const int64_t seconds = nanos / base::nanos_per_second;
  std::string text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  const int64_t rest = nanos % base::nanos_per_second;
  if (rest == 0) return text;
  text += fmt::format(".{:09}", rest);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

/// As the reference names a bound: `10:00`, `11:59:59.500`.
std::string shown_time(int64_t nanos) {
  const int64_t seconds = nanos / base::nanos_per_second;
  const int64_t rest = nanos % base::nanos_per_second;
  std::string text = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0 || rest != 0) text += fmt::format(":{:02}", seconds % 60);
  if (rest == 0) return text;
  if (rest % 1'000'000 == 0) return text + fmt::format(".{:03}", rest / 1'000'000);
  if (rest % 1000 == 0) return text + fmt::format(".{:06}", rest / 1000);
  return text + fmt::format(".{:09}", rest);
}

/// A zone is needed; days alone or local times are refused.
Result<Value> parse_date_time(const Value& raw) {
  if (raw.kind() == Value::Kind::instant) return Value::string(stored_instant(raw.as_instant()));
  if (raw.kind() == Value::Kind::zoned_date_time) return Value::string(stored_instant(raw.as_zoned().instant));
  GYR_TRY(const base::Instant instant, syntax::parse_instant(text_of(raw)));
  return Value::string(stored_instant(instant));
}

Result<Value> parse_time(const std::string& text) {
  // Hours and minutes have two digits each.
  if (text.size() < 5 || text[2] != ':') return unreadable(fmt::format("Text '{}' could not be parsed", text));
  GYR_TRY(const int64_t nanos, syntax::parse_local_time(text));
  return Value::string(stored_time(nanos));
}

/// Text must be ISO-8601; a number that is none is a number of seconds, as durations are stored.
Result<Value> parse_duration(const Value& raw) {
  if (raw.kind() == Value::Kind::duration) return Value::number(raw.as_duration().to_fraction());
  if (raw.is_integer()) return Value::number(static_cast<double>(raw.as_integer()));
  if (raw.is_number()) return raw;
  GYR_TRY(const base::Duration duration, syntax::parse_duration(text_of(raw)));
  return Value::number(duration.to_fraction());
}

Result<Value> parse_file(const std::string& text) {
  for (std::string_view scheme : {"kestra://", "nsfile://", "file://"}) {
    if (text.starts_with(scheme)) return Value::string(text);
  }
  return unreadable(
      fmt::format("`{}` is not a file: expected a URI that begins with kestra://, nsfile:// or file://", text));
}

Result<Value> parse_yaml_value(const Value& raw) {
  if (!raw.is_string()) return raw;
  GYR_TRY(const syntax::NodePtr node, syntax::parse_yaml(raw.text()));
  return node->to_value();
}

Result<Value> parse_list(InputType item_type, const Value& raw) {
  Value list = raw;
  if (raw.is_string()) {
    GYR_TRY(list, syntax::parse_json(raw.text()));
  }
  if (!list.is_list()) {
    return unreadable(fmt::format("Cannot deserialize value of type `java.util.ArrayList<java.lang.Object>` from {}",
                                  list.is_map() ? "Object value (token `JsonToken.START_OBJECT`)" : text_of(list)));
  }
  base::ListBuilder items;
  items.reserve(list.size());
  for (const Value& item : list.items()) {
    // An item that is null, or whose type has no single value, matches nothing.
    Result<Value> parsed = item.is_null() || item_type == InputType::form || item_type == InputType::array ||
                                   item_type == InputType::multiselect
                               ? unreadable("")
                               : parse_value(item_type, InputType::string, item);
    if (!parsed || !base::may_nest(*parsed)) {
      return unreadable(fmt::format("Unable to parse array element as `{}` on `{}`", to_text(item_type),
                                    item.is_null() ? "null" : text_of(item)));
    }
    items.push(std::move(*parsed));
  }
  return items.build();
}

}  // namespace

Result<Value> parse_value(InputType type, InputType item_type, const Value& raw) {
  switch (type) {
    case InputType::string:
    case InputType::secret:
    case InputType::select:
    case InputType::enum_:
    case InputType::email: return raw.is_string() ? raw : Value::string(text_of(raw));
    case InputType::integer: return parse_integer(text_of(raw));
    case InputType::number: return parse_number(text_of(raw));
    case InputType::bool_:
    case InputType::boolean:
      return raw.is_boolean() ? raw : Value::boolean(base::equals_ignoring_case(text_of(raw), "true"));
    case InputType::date_time: return parse_date_time(raw);
    case InputType::date: {
      const std::string text = text_of(raw);
      GYR_TRY(const int64_t days, syntax::parse_local_date(text));
      return Value::string(syntax::format_local_date(days));
    }
    case InputType::time: return parse_time(text_of(raw));
    case InputType::duration: return parse_duration(raw);
    case InputType::file: return parse_file(text_of(raw));
    case InputType::json:
      if (!raw.is_string()) return raw;
      return syntax::parse_json(raw.text());
    case InputType::yaml: return parse_yaml_value(raw);
    case InputType::uri: {
      const std::string text = text_of(raw);
      GYR_CHECK(check_uri(text));
      return Value::string(text);
    }
    case InputType::multiselect:
    case InputType::array: return parse_list(item_type, raw);
    case InputType::form:
    case InputType::reusable_inputs: break;
  }
  return unreadable("a FORM input cannot have a value");
}

namespace {

/// Both bounds are inclusive.
template <class T, class Shown>
void check_bounds(const T& value, const std::optional<T>& lower, const std::optional<T>& upper,
                  std::string_view low_word, std::string_view high_word, Shown shown,
                  std::vector<std::string>& findings) {
  if (lower && value < *lower) findings.push_back(fmt::format("{} `{}`", low_word, shown(*lower)));
  if (upper && *upper < value) findings.push_back(fmt::format("{} `{}`", high_word, shown(*upper)));
}

constexpr std::string_view more = "it must be more than", less = "it must be less than";
constexpr std::string_view after = "it must be after", before = "it must be before";

void check_pattern(const Input& input, std::string_view text, std::vector<std::string>& findings) {
  if (!input.validator || input.validator->regex == nullptr) return;
  const auto matches = input.validator->regex->matches(text);
  if (!matches) {
    findings.push_back(fmt::format("the pattern `{}` takes too long for this value", input.validator->text));
  } else if (!*matches) {
    findings.push_back(fmt::format("it must match the pattern `{}`", input.validator->text));
  }
}

void check_extension(const Input& input, std::string_view address, std::vector<std::string>& findings) {
  if (input.file_extensions.empty()) return;
  address = address.substr(0, address.find('?'));
  const std::string_view name = address.substr(address.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  const std::string extension = dot == name.npos ? "" : base::to_lower_ascii(name.substr(dot + 1));
  const bool allowed = std::ranges::any_of(input.file_extensions, [&](std::string_view wanted) {
    if (wanted.starts_with('.')) wanted.remove_prefix(1);
    return !extension.empty() && base::to_lower_ascii(wanted) == extension;
  });
  if (!allowed) {
    findings.push_back(
        fmt::format("File type not allowed. Accepted extensions: {}", fmt::join(input.file_extensions, ", ")));
  }
}

void check_email(std::string_view text, std::vector<std::string>& findings) {
  static const auto pattern = Regex::compile("^$|^[a-zA-Z0-9_!#$%&\u2019*+/=?`{|}~^.-]+@[a-zA-Z0-9.-]+$");
  if ((*pattern)->matches(text) != true) findings.push_back("The input must be a valid email");
}

std::string list_text(const std::vector<std::string>& values) { return fmt::format("[{}]", fmt::join(values, ", ")); }

void check_choice(const Input& input, const Value& value, const std::vector<std::string>* choices,
                  std::vector<std::string>& findings) {
  if (input.allow_custom_value || choices == nullptr || value.text().empty()) return;
  if (std::ranges::find(*choices, value.text()) == choices->end()) {
    findings.push_back(fmt::format("it must match the values `{}`", list_text(*choices)));
  }
}

void check_choices(const Input& input, const Value& value, const std::vector<std::string>* choices,
                   std::vector<std::string>& findings) {
  if (input.values && input.options) {
    findings.push_back("you can't define both `values` and `options`");
    return;
  }
  if (input.allow_custom_value || choices == nullptr) return;
  for (const Value& item : value.items()) {
    const std::string text = text_of(item);
    if (std::ranges::find(*choices, text) != choices->end()) continue;
    findings.push_back(fmt::format("value `{}` doesn't match the values `{}`", text, list_text(*choices)));
  }
}

}  // namespace

std::vector<std::string> check_value(const Input& input, const Value& value, const std::vector<std::string>* choices) {
  std::vector<std::string> findings;
  if (choices == nullptr) choices = input.listed_values();
  switch (input.type) {
    case InputType::string:
    case InputType::secret: check_pattern(input, value.text(), findings); break;
    case InputType::integer:
      check_bounds(
          static_cast<int32_t>(value.as_integer()), input.min_integer, input.max_integer, more, less,
          [](int32_t bound) { return bound; }, findings);
      break;
    case InputType::number:
      check_bounds(static_cast<float>(value.as_number()), input.min_number, input.max_number, more, less,
                   syntax::java_float_text, findings);
      break;
    case InputType::date_time:
      if (const auto instant = syntax::parse_instant(value.text())) {
        check_bounds(*instant, input.after_instant, input.before_instant, after, before, syntax::format_instant,
                     findings);
      }
      break;
    case InputType::date:
      if (const auto days = syntax::parse_local_date(value.text())) {
        check_bounds(
            LocalDate{*days}, input.after_date, input.before_date, after, before,
            [](LocalDate bound) { return syntax::format_local_date(bound.days); }, findings);
      }
      break;
    case InputType::time:
      if (const auto nanos = syntax::parse_local_time(value.text())) {
        check_bounds(
            LocalTime{*nanos}, input.after_time, input.before_time, after, before,
            [](LocalTime bound) { return shown_time(bound.nanos); }, findings);
      }
      break;
    case InputType::duration:
      check_bounds(base::Duration::of_fraction(value.as_number()), input.min_duration, input.max_duration,
                   "It must be more than", "It must be less than", syntax::format_duration, findings);
      break;
    case InputType::file: check_extension(input, value.text(), findings); break;
    case InputType::email: check_email(value.text(), findings); break;
    case InputType::select:
    case InputType::enum_: check_choice(input, value, choices, findings); break;
    case InputType::multiselect: check_choices(input, value, choices, findings); break;
    case InputType::bool_:
    case InputType::boolean:
    case InputType::json:
    case InputType::yaml:
    case InputType::uri:
    case InputType::array:
    case InputType::form:
    case InputType::reusable_inputs: break;
  }
  return findings;
}

const Value* find_nested(const Value& root, std::string_view id) {
  if (const Value* direct = root.find(id)) return direct;
  const Value* at = &root;
  while (at != nullptr) {
    const size_t dot = id.find('.');
    at = at->find(id.substr(0, dot));
    if (dot == id.npos) return at;
    id.remove_prefix(dot + 1);
  }
  return nullptr;
}

}  // namespace gyr::model
