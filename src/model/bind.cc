#include "model/bind.h"

#include <cmath>

#include "base/text.h"
#include "expression/template.h"
#include "model/errors.h"
#include "model/no_types.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::model {

using base::Value;
using syntax::NodePtr;

namespace detail {

namespace {

/// A scalar of the right kind whose text is not a value of the type.
void report_text(std::string_view type, std::string_view reason, std::string_view expected, const NodePtr& node,
                 BindContext& context) {
  syntax::Diagnostic& found = context.report(
      wrong_kind,
      fmt::format("Cannot deserialize value of type `{}` from String \"{}\": {}", type, scalar_text(*node), reason),
      node);
  found.own_words = fmt::format("\"{}\" is not {}", scalar_text(*node), expected);
  found.label = needed(expected);
}

}  // namespace

std::optional<size_t> bind_enum(std::string_view type, std::span<const std::string_view> names, const NodePtr& node,
                                BindContext& context) {
  if (!node->is_scalar()) {
    report_kind(type, "one of the listed names", node, context);
    return std::nullopt;
  }
  const std::string text = scalar_text(*node);
  const auto found = std::ranges::find(names, std::string_view(text));
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  syntax::Diagnostic& wrong = context.report(wrong_kind,
                                             fmt::format("Cannot deserialize value of type `{}` from String \"{}\": "
                                                         "not one of the values accepted for Enum class: [{}]",
                                                         type, text, fmt::join(names, ", ")),
                                             node);
  wrong.own_words = fmt::format("\"{}\" is not one of the allowed values: {}", text, fmt::join(names, ", "));
  wrong.label = "not one of the names";
  if (auto meant = base::nearest(text, names)) wrong.help = fmt::format("did you mean `{}`?", *meant);
  return std::nullopt;
}

bool expect_sequence(std::string_view item_type, const NodePtr& node, BindContext& context) {
  if (node->is_sequence()) return true;
  report_kind(fmt::format("java.util.ArrayList<{}>", item_type), "a list", node, context);
  return false;
}

bool expect_mapping(std::string_view type, const NodePtr& node, BindContext& context) {
  if (node->is_mapping()) return true;
  report_kind(type, "a mapping", node, context);
  return false;
}

bool expect_item(const NodePtr& node, BindContext& context) {
  if (!node->is_null()) return true;
  context.report(missing_value, "must not be null", node).own_words = "a list or mapping must not contain null";
  return false;
}

namespace {

/// Text that is JSON of an object, and no expression: its entries are rendered one by one (EXPR-347).
std::optional<Value> json_map(const Value& source) {
  if (!source.is_string()) return std::nullopt;
  const std::string_view text = base::trim(source.text());
  if (!text.starts_with('{') || text.starts_with("{{") || text.starts_with("{%") || text.starts_with("{#"))
    return std::nullopt;
  auto parsed = syntax::parse_json(text);
  if (!parsed || !parsed->is_map()) return std::nullopt;
  return *parsed;
}

}  // namespace

base::Result<void> bind_rendered(const Schema& schema, const Value& rendered, void* object) {
  const NoTypes types;
  BindContext context(types);
  schema.bind(syntax::Node::of_value(rendered), object, context);
  if (!context.failed()) return {};
  std::vector<std::string> texts;
  for (const syntax::Diagnostic& found : context.diagnostics()) {
    texts.push_back(found.path.empty() ? found.message : fmt::format("{}: {}", found.path, found.message));
  }
  return base::fail(expression::conversion_failed, fmt::format("{}", fmt::join(texts, ", ")));
}

Value source_of(const NodePtr& node, SourceForm form) {
  if (form == SourceForm::value) return node->to_value();
  if (node->is_scalar() && (form == SourceForm::map || form == SourceForm::texts)) {
    if (auto map = json_map(node->value())) return *map;
  }
  if (form == SourceForm::map) return node->to_value();
  if (node->is_scalar()) {
    const Value& value = node->value();
    // A number stays as the author wrote it (`1.10`); a boolean is the boolean that YAML sees (`runIf: no` is false).
    if (value.is_numeric() && !node->text().empty()) return Value::string(node->text());
    return value.is_null() || value.is_string() ? value : Value::string(expression::to_text(value));
  }
  if (form == SourceForm::text) return node->to_value();
  if (node->is_sequence()) {
    base::ListBuilder items;
    for (const NodePtr& item : node->items()) items.push(source_of(item, SourceForm::text));
    return items.build();
  }
  base::MapBuilder entries;
  for (const auto& entry : node->entries()) entries.set(entry.key, source_of(entry.value, SourceForm::text));
  return entries.build();
}

}  // namespace detail

namespace {

/// The text of a scalar that is not a string, or nothing if the value is of another kind.
std::optional<std::string_view> quoted_text(const syntax::Node& node) {
  if (!node.is_scalar() || !node.value().is_string()) return std::nullopt;
  return base::trim(node.value().text());
}

template <class Integer>
void bind_integer(const NodePtr& node, Integer& target, BindContext& context) {
  constexpr std::string_view type = Binder<Integer>::type_name();
  constexpr std::string_view expected = "an integer";
  const auto out_of_range = [&](std::string_view text) {
    constexpr Integer least = std::numeric_limits<Integer>::min(), most = std::numeric_limits<Integer>::max();
    syntax::Diagnostic& found = context.report(wrong_kind,
                                               fmt::format("Numeric value ({}) out of range of {} ({} - {})", text,
                                                           sizeof(Integer) == 4 ? "int" : "long", least, most),
                                               node);
    found.own_words = fmt::format("{} is out of range: the number must be from {} to {}", text, least, most);
    found.label = "too large";
  };
  if (!node->is_scalar()) return detail::report_kind(type, expected, node, context);
  const Value& value = node->value();
  if (value.is_integer()) {
    if (!std::in_range<Integer>(value.as_integer())) return out_of_range(scalar_text(*node));
    target = static_cast<Integer>(value.as_integer());
  } else if (value.is_number()) {
    // Fractions are cut, as the reference does.
    const double whole = std::trunc(value.as_number());
    constexpr double limit = sizeof(Integer) == 4 ? 0x1p31 : 0x1p63;
    if (!(whole >= -limit && whole < limit)) return out_of_range(scalar_text(*node));
    target = static_cast<Integer>(whole);
  } else if (value.is_decimal()) {
    out_of_range(value.text());
  } else if (auto text = quoted_text(*node)) {
    std::string_view digits = *text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    Integer parsed = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
    if (error == std::errc() && end == digits.data() + digits.size() && !digits.empty()) {
      target = parsed;
    } else {
      detail::report_text(type, fmt::format("not a valid `{}` value", type), expected, node, context);
    }
  } else {
    detail::report_kind(type, expected, node, context);
  }
}

template <class Number>
void bind_number(const NodePtr& node, Number& target, BindContext& context) {
  constexpr std::string_view type = Binder<Number>::type_name();
  constexpr std::string_view expected = "a number";
  if (!node->is_scalar()) return detail::report_kind(type, expected, node, context);
  const Value& value = node->value();
  if (value.is_integer()) {
    target = static_cast<Number>(value.as_integer());
  } else if (value.is_number()) {
    target = static_cast<Number>(value.as_number());
  } else if (value.is_decimal() || quoted_text(*node)) {
    const std::string text(value.is_decimal() ? value.text() : *quoted_text(*node));
    Number parsed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (error == std::errc() && end == text.data() + text.size() && std::isfinite(parsed)) {
      target = parsed;
    } else {
      detail::report_text(type, fmt::format("not a valid `{}` value", type.substr(type.rfind('.') + 1)), expected, node,
                          context);
    }
  } else {
    detail::report_kind(type, expected, node, context);
  }
}

}  // namespace

void Binder<std::string>::bind(const NodePtr& node, std::string& target, BindContext& context) {
  if (!node->is_scalar()) return detail::report_kind(type_name(), "a string", node, context);
  target = scalar_text(*node);
}

void Binder<int32_t>::bind(const NodePtr& node, int32_t& target, BindContext& context) {
  bind_integer(node, target, context);
}
void Binder<int64_t>::bind(const NodePtr& node, int64_t& target, BindContext& context) {
  bind_integer(node, target, context);
}
void Binder<float>::bind(const NodePtr& node, float& target, BindContext& context) {
  bind_number(node, target, context);
}
void Binder<double>::bind(const NodePtr& node, double& target, BindContext& context) {
  bind_number(node, target, context);
}

void Binder<bool>::bind(const NodePtr& node, bool& target, BindContext& context) {
  constexpr std::string_view expected = "true or false";
  if (!node->is_scalar()) return detail::report_kind(type_name(), expected, node, context);
  const Value& value = node->value();
  if (value.is_boolean()) {
    target = value.as_boolean();
  } else if (value.is_integer()) {
    target = value.as_integer() != 0;
  } else if (auto text = quoted_text(*node)) {
    if (*text == "true" || *text == "True" || *text == "TRUE") {
      target = true;
    } else if (*text == "false" || *text == "False" || *text == "FALSE") {
      target = false;
    } else {
      detail::report_text(type_name(), "only \"true\" or \"false\" recognized", expected, node, context);
    }
  } else {
    detail::report_kind(type_name(), expected, node, context);
  }
}

void Binder<base::Duration>::bind(const NodePtr& node, base::Duration& target, BindContext& context) {
  constexpr std::string_view expected = "a duration such as PT10S";
  if (!node->is_scalar()) return detail::report_kind(type_name(), expected, node, context);
  const Value& value = node->value();
  if (value.is_integer()) {
    target = base::Duration::of_seconds(value.as_integer());
  } else if (value.is_number()) {
    target = base::Duration::of_fraction(value.as_number());
  } else if (auto text = quoted_text(*node)) {
    if (auto parsed = syntax::parse_duration(*text)) {
      target = *parsed;
      return;
    }
    detail::report_text(type_name(), "Text cannot be parsed to a Duration", expected, node, context);
    context.diagnostics().back().help = "write an ISO 8601 duration such as `PT10S`, `PT5M`, `PT1H30M` or `P1D`";
  } else {
    detail::report_kind(type_name(), expected, node, context);
  }
}

namespace {

template <class T, class Parse>
void bind_temporal(const NodePtr& node, T& target, std::string_view expected, BindContext& context, Parse parse) {
  if (!node->is_scalar() || !node->value().is_string()) {
    return detail::report_kind(Binder<T>::type_name(), expected, node, context);
  }
  if (!parse(base::trim(node->value().text()), target)) {
    detail::report_text(Binder<T>::type_name(), fmt::format("Text '{}' could not be parsed", scalar_text(*node)),
                        expected, node, context);
  }
}

}  // namespace

void Binder<base::Instant>::bind(const NodePtr& node, base::Instant& target, BindContext& context) {
  bind_temporal(node, target, "a date-time such as 2024-12-31T23:59:59Z", context,
                [](std::string_view text, base::Instant& out) {
                  auto parsed = syntax::parse_instant(text);
                  if (parsed) out = *parsed;
                  return parsed.has_value();
                });
}

void Binder<LocalDate>::bind(const NodePtr& node, LocalDate& target, BindContext& context) {
  bind_temporal(node, target, "a date such as 2024-12-31", context, [](std::string_view text, LocalDate& out) {
    auto parsed = syntax::parse_local_date(text);
    if (parsed) out.days = *parsed;
    return parsed.has_value();
  });
}

void Binder<LocalTime>::bind(const NodePtr& node, LocalTime& target, BindContext& context) {
  bind_temporal(node, target, "a time of day such as 09:30:00", context, [](std::string_view text, LocalTime& out) {
    auto parsed = syntax::parse_local_time(text);
    if (parsed) out.nanos = *parsed;
    return parsed.has_value();
  });
}

void Binder<base::Value>::bind(const NodePtr& node, base::Value& target, BindContext&) { target = node->to_value(); }
void Binder<NodePtr>::bind(const NodePtr& node, NodePtr& target, BindContext&) { target = node; }

std::span<const std::pair<std::string_view, LogLevel>> EnumNames<LogLevel>::names() {
  static constexpr std::pair<std::string_view, LogLevel> all[] = {{"ERROR", LogLevel::error},
                                                                  {"WARN", LogLevel::warn},
                                                                  {"INFO", LogLevel::info},
                                                                  {"DEBUG", LogLevel::debug},
                                                                  {"TRACE", LogLevel::trace}};
  return all;
}

std::span<const std::pair<std::string_view, State>> EnumNames<State>::names() {
  static const auto all = [] {
    std::array<std::pair<std::string_view, State>, state_count> names;
    for (size_t i = 0; i < state_count; ++i) names[i] = {to_text(static_cast<State>(i)), static_cast<State>(i)};
    return names;
  }();
  return all;
}

}  // namespace gyr::model
