#include "web/dashboards/chart_filters.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "syntax/json.h"
#include "syntax/time.h"
#include "web/http/errors.h"
#include "web/http/numbers.h"

namespace gyr::web {

using base::Value;

namespace {

std::optional<double> as_double(const Value& value) {
  if (value.is_integer()) return static_cast<double>(value.as_integer());
  if (value.is_number()) return value.as_number();
  return std::nullopt;
}

std::optional<double> parse_double(std::string_view text) {
  double number = 0;
  return read_number(text, number) ? std::optional(number) : std::nullopt;
}

std::optional<store::Operator> text_operator(ChartTest test) {
  switch (test) {
    case ChartTest::contains: return store::Operator::contains;
    case ChartTest::starts_with: return store::Operator::starts_with;
    case ChartTest::prefix: return store::Operator::prefix;
    case ChartTest::ends_with: return store::Operator::ends_with;
    case ChartTest::regex: return store::Operator::regex;
    case ChartTest::equal_to: return store::Operator::equals;
    case ChartTest::not_equal_to: return store::Operator::not_equals;
    case ChartTest::in: return store::Operator::in;
    case ChartTest::not_in: return store::Operator::not_in;
    default: return std::nullopt;
  }
}

bool is_comparison(ChartTest test) {
  return test == ChartTest::greater || test == ChartTest::greater_or_equal || test == ChartTest::less ||
         test == ChartTest::less_or_equal;
}

bool compares(ChartTest test, int order) {
  switch (test) {
    case ChartTest::greater: return order > 0;
    case ChartTest::greater_or_equal: return order >= 0;
    case ChartTest::less: return order < 0;
    case ChartTest::less_or_equal: return order <= 0;
    case ChartTest::equal_to: return order == 0;
    default: return order != 0;
  }
}

/// A bound with the type of its field; null if it is not valid for the type.
base::Result<Value> bound_of(const ChartFilter& filter) {
  const std::string& text = filter.values.front();
  if (filter.field->kind == FieldKind::number) {
    auto number = parse_double(text);
    if (!number) return base::fail(bad_argument, fmt::format("{}: `{}` is not a number", filter.field->name, text));
    return Value::number(*number);
  }
  if (filter.field->kind == FieldKind::date) {
    GYR_TRY(base::Instant date, syntax::parse_api_instant(text));
    return Value::instant(date);
  }
  return Value();
}

}  // namespace

std::string sample_text(const Value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return std::string(value.text());
  if (is_instant(value)) return syntax::format_instant(value.as_instant());
  return syntax::write_json(value);
}

int compare_values(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return static_cast<int>(b.is_null()) - static_cast<int>(a.is_null());
  const auto left = as_double(a), right = as_double(b);
  if (left && right) return *left < *right ? -1 : static_cast<int>(*left > *right);
  if (is_instant(a) && is_instant(b))
    return a.as_instant() < b.as_instant() ? -1 : static_cast<int>(b.as_instant() < a.as_instant());
  const int order = sample_text(a).compare(sample_text(b));
  return order < 0 ? -1 : static_cast<int>(order > 0);
}

base::Result<ChartMatcher::Compiled> ChartMatcher::compile_one(const ChartFilter& filter) {
  Compiled compiled;
  compiled.field = filter.field;
  compiled.test = filter.test;
  compiled.label_key = filter.label_key;
  for (const ChartFilter& alternative : filter.alternatives) {
    GYR_TRY(Compiled one, compile_one(alternative));
    compiled.alternatives.push_back(std::move(one));
  }
  const bool is_equality = filter.test == ChartTest::equal_to || filter.test == ChartTest::not_equal_to;
  if (is_comparison(filter.test) ||
      (is_equality && (filter.field->kind == FieldKind::number || filter.field->kind == FieldKind::date))) {
    GYR_TRY(compiled.bound, bound_of(filter));
    compiled.bound_text = filter.values.front();
  } else if (auto op = text_operator(filter.test)) {
    GYR_TRY(auto matcher, store::TextMatcher::compile({{*op, filter.values}}, filter.field->name));
    compiled.text = std::move(matcher);
  }
  return compiled;
}

base::Result<ChartMatcher> ChartMatcher::compile(const std::vector<ChartFilter>& filters) {
  ChartMatcher matcher;
  for (const ChartFilter& filter : filters) {
    GYR_TRY(Compiled compiled, compile_one(filter));
    matcher.filters_.push_back(std::move(compiled));
  }
  return matcher;
}

bool ChartMatcher::holds(const Compiled& filter, const ChartSample& sample) {
  if (filter.test == ChartTest::any) {
    return std::ranges::any_of(filter.alternatives, [&](const Compiled& one) { return holds(one, sample); });
  }
  const Value value = sample.value(*filter.field, filter.label_key);
  switch (filter.test) {
    case ChartTest::is_null: return value.is_null();
    case ChartTest::is_not_null: return !value.is_null();
    case ChartTest::is_true: return sample_text(value) == "true";
    case ChartTest::is_false: return sample_text(value) == "false";
    default: break;
  }
  // A missing value equals nothing and is in no list; it is neither greater nor less.
  if (value.is_null()) return filter.test == ChartTest::not_equal_to || filter.test == ChartTest::not_in;
  if (filter.text) return filter.text->matches(sample_text(value));
  return compares(filter.test,
                  compare_values(value, filter.bound.is_null() ? Value::string(filter.bound_text) : filter.bound));
}

bool ChartMatcher::matches(const ChartSample& sample) const {
  return std::ranges::all_of(filters_, [&](const Compiled& filter) { return holds(filter, sample); });
}

namespace {

struct Operation {
  std::string_view name;
  ChartTest test;
};
constexpr Operation operations[] = {{"EQUALS", ChartTest::equal_to},
                                    {"NOT_EQUALS", ChartTest::not_equal_to},
                                    {"GREATER_THAN", ChartTest::greater},
                                    {"GREATER_THAN_OR_EQUAL_TO", ChartTest::greater_or_equal},
                                    {"LESS_THAN", ChartTest::less},
                                    {"LESS_THAN_OR_EQUAL_TO", ChartTest::less_or_equal},
                                    {"IN", ChartTest::in},
                                    {"NOT_IN", ChartTest::not_in},
                                    {"STARTS_WITH", ChartTest::starts_with},
                                    {"ENDS_WITH", ChartTest::ends_with},
                                    {"CONTAINS", ChartTest::contains},
                                    {"REGEX", ChartTest::regex},
                                    {"PREFIX", ChartTest::prefix}};
constexpr size_t max_page_filters = 100;

/// `flowId` and `FLOW_ID` both name FLOW_ID.
std::string field_name(std::string_view text) {
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool upper = text[i] >= 'A' && text[i] <= 'Z';
    if (upper && i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z') name += '_';
    name += text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
  }
  return name;
}

void add_labels(const Value& labels, ChartTest test, DataSource source, std::vector<ChartFilter>& found) {
  const DataField* field = find_data_field(source, "LABELS");
  if (field == nullptr || !labels.is_map()) return;
  for (const auto& entry : labels.entries()) {
    found.push_back(
        {.field = field, .test = test, .values = {sample_text(entry.value)}, .label_key = std::string(entry.name())});
  }
}

base::Result<void> add_filter(const Value& given, DataSource source, std::vector<ChartFilter>& found) {
  const Value* name = given.is_map() ? given.find("field") : nullptr;
  const Value* operation = given.is_map() ? given.find("operation") : nullptr;
  const Value* value = given.is_map() ? given.find("value") : nullptr;
  if (name == nullptr || !name->is_string() || operation == nullptr || !operation->is_string()) {
    return base::fail(bad_argument, "filters: each filter must have `field` and `operation`");
  }
  const auto known = std::ranges::find(operations, operation->text(), &Operation::name);
  if (known == std::end(operations))
    return base::fail(bad_argument, fmt::format("filters: unknown operation `{}`", operation->text()));
  const DataField* field = find_data_field(source, field_name(name->text()));
  if (field == nullptr || value == nullptr || value->is_null()) return {};
  if (field->kind == FieldKind::labels) {
    add_labels(*value, known->test, source, found);
    return {};
  }
  ChartFilter filter{.field = field, .test = known->test};
  if (value->is_list()) {
    for (const Value& item : value->items()) filter.values.push_back(sample_text(item));
    // Several values mean one of them, whatever the operation says.
    if (filter.test == ChartTest::equal_to) filter.test = ChartTest::in;
    if (filter.test == ChartTest::not_equal_to) filter.test = ChartTest::not_in;
    if (filter.values.empty()) return {};
  } else if (filter.test == ChartTest::in || filter.test == ChartTest::not_in) {
    const std::string text = sample_text(*value);
    for (std::string_view part : base::split(text, ',')) filter.values.emplace_back(part);
  } else {
    filter.values.push_back(sample_text(*value));
  }
  found.push_back(std::move(filter));
  return {};
}

}  // namespace

base::Result<std::vector<ChartFilter>> page_filters(const Value& body, DataSource source) {
  std::vector<ChartFilter> found;
  if (!body.is_map()) return found;
  const Value* namespace_ = body.find("namespace");
  if (namespace_ != nullptr && namespace_->is_string() && !namespace_->text().empty()) {
    found.push_back({.field = find_data_field(source, "NAMESPACE"),
                     .test = ChartTest::prefix,
                     .values = {std::string(namespace_->text())}});
  }
  if (const Value* labels = body.find("labels")) add_labels(*labels, ChartTest::equal_to, source, found);
  const Value* filters = body.find("filters");
  if (filters == nullptr || filters->is_null()) return found;
  if (!filters->is_list() || filters->size() > max_page_filters) {
    return base::fail(bad_argument, fmt::format("filters: must be a list of at most {} filters", max_page_filters));
  }
  for (const Value& filter : filters->items()) GYR_CHECK(add_filter(filter, source, found));
  return found;
}

}  // namespace gyr::web
