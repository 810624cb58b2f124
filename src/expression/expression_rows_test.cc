// Every row of docs/requirements/02-examples.tsv and of the tables in tests/expressions in its mode (spec 02, section
// 19).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "expression/convert.h"
#include "expression/inspection.h"
#include "expression/mask.h"
#include "expression/template.h"
#include "expression/testing_host.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::expression {
namespace {

using base::Value;
using testing::text_of;

struct Row {
  std::string id;
  Value input;
  Value context;
  std::string kind;
  Value expected;
  std::string mode;
};

Value json(std::string_view text) {
  auto parsed = syntax::parse_json(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Value();
}

/// The cells of a table below its heading; every line has as many as that.
std::vector<std::vector<std::string>> table(std::string_view path) {
  const char* root = std::getenv("GYR_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/" + std::string(path));
  std::vector<std::vector<std::string>> lines;
  std::string line;
  std::getline(file, line);
  size_t width = base::split(line, '\t').size();
  while (std::getline(file, line)) {
    auto cells = base::split(line, '\t');
    EXPECT_EQ(cells.size(), width) << path << ": " << line;
    if (cells.size() == width) lines.emplace_back(cells.begin(), cells.end());
  }
  return lines;
}

/// The rows of a table: id, template, differences from context K, kind, expected, checked, mode; the JSON of the middle
/// ones.
std::vector<Row> rows(std::string_view path) {
  std::vector<Row> rows;
  for (const auto& cells : table(path)) {
    if (cells.size() < 7 || cells[0] == "K") continue;
    rows.push_back({cells[0], json(cells[1]), json(cells[2]), cells[3], json(cells[4]), cells[6]});
  }
  return rows;
}

/// K with the root names of the row replaced.
Value context_of(const Row& row) {
  base::MapBuilder context(testing::context_k());
  for (const auto& entry : row.context.entries()) context.set(entry.key, entry.value);
  return context.build();
}

/// The context a server builds for execution E1 of flow f without a task run.
Value server_context() {
  base::MapBuilder context(json(R"json({
    "envs": {"my_variable": "x"}, "globals": {"region": "eu"}, "kestra": {"environment": "stage", "url": "http://k.example"},
    "flow": {"id": "f", "namespace": "company.team", "revision": 3, "tenantId": "main"}, "labels": {}})json"));
  context.set("execution", Value::map({{"id", Value::string("E1")},
                                       {"originalId", Value::string("E1")},
                                       {"state", Value::string("CREATED")},
                                       {"startDate", Value::instant(*syntax::parse_instant("2024-02-29T12:00:00Z"))}}));
  return context.build();
}

Outcome to_outcome(base::Result<Value> result) {
  return result ? Outcome(std::move(*result)) : Outcome(std::move(result).error());
}

/// An optional scalar as a value.
template <class T, class Make>
base::Result<Value> optional_value(base::Result<std::optional<T>> result, Make make) {
  GYR_TRY(std::optional<T> scalar, std::move(result));
  return scalar ? make(*scalar) : Value();
}

base::Result<Value> convert_scalar(std::string_view type, const Value& rendered) {
  if (type == "INT") {
    return optional_value(to_small_integer(rendered), [](int32_t value) { return Value::narrow_integer(value); });
  }
  if (type == "LONG") return optional_value(to_integer(rendered), [](int64_t value) { return Value::integer(value); });
  if (type == "DOUBLE") return optional_value(to_number(rendered), [](double value) { return Value::number(value); });
  if (type == "BOOLEAN") return optional_value(to_boolean(rendered), [](bool value) { return Value::boolean(value); });
  if (type == "STRING")
    return optional_value(to_string(rendered), [](const std::string& value) { return Value::string(value); });
  if (type == "DURATION") {
    return optional_value(to_duration(rendered),
                          [](base::Duration value) { return Value::string(syntax::format_duration(value)); });
  }
  if (type == "INSTANT") {
    return optional_value(to_instant(rendered),
                          [](base::Instant value) { return Value::string(syntax::format_instant(value)); });
  }
  if (type == "LEVEL") {
    constexpr std::string_view levels[] = {"ERROR", "WARN", "INFO", "DEBUG", "TRACE"};
    return optional_value(to_name(rendered, levels), [](const std::string& value) { return Value::string(value); });
  }
  return rendered;  // OBJECT
}

/// Rendered value of a part of a property, or an error.
base::Result<Value> rendered(const Value& source, const Value& context) {
  ValueTemplate compiled(source);
  Environment environment = testing::environment();
  ValueContext names(context);
  Outcome outcome =
      testing::until_answered(environment, [&](const Environment& with) { return compiled.render(names, with); });
  if (!outcome.ok()) return base::fail(outcome.error());
  return outcome.value();
}

/// EXPR-345 to EXPR-347, as the reference converts list elements: texts and maps are rendered and converted, others
/// kept.
base::Result<Value> property(std::string_view type, const Value& source, const Value& context) {
  bool is_list = type.starts_with("LIST");
  bool is_map = type.starts_with("MAP");
  size_t open = type.find('<');
  std::string_view element = open == std::string_view::npos ? "OBJECT" : type.substr(open + 1, type.size() - open - 2);
  if (!is_list && !is_map) {
    GYR_TRY(Value value, rendered(source, context));
    return convert_scalar(type, value);
  }
  GYR_TRY(Value parts, container_source(source));
  bool is_expression = parts.is_string();
  GYR_TRY(Value value, rendered(parts, context));
  if (is_map) {
    GYR_TRY(Value map, to_map(value));
    base::MapBuilder converted;
    for (const auto& entry : map.entries()) {
      GYR_TRY(Value item, convert_scalar(element, entry.value));
      converted.set(entry.key, item);
    }
    return converted.build();
  }
  GYR_TRY(Value list, to_list(value));
  base::ListBuilder converted;
  for (size_t i = 0; i < list.size(); ++i) {
    bool converts = is_expression || parts.items()[i].is_string() || parts.items()[i].is_map();
    GYR_TRY(Value item, converts ? convert_scalar(element, list.items()[i]) : base::Result<Value>(list.items()[i]));
    converted.push(item);
  }
  return converted.build();
}

/// Each element of a list is one case of a scalar mode.
template <class One>
Outcome each(const Value& input, One one) {
  if (!input.is_list()) return to_outcome(one(input));
  base::ListBuilder results;
  for (const Value& item : input.items()) {
    auto result = one(item);
    if (!result) return Outcome(result.error());
    results.push(*result);
  }
  return Outcome(results.build());
}

Outcome run(const Row& row) {
  Value context = row.mode == "server" ? server_context() : context_of(row);
  if (row.mode == "render" || row.mode == "server") return testing::render(row.input.text(), context);
  if (row.mode == "typed") return testing::render_typed(row.input.text(), context);
  if (row.mode == "map" || row.mode == "list") return to_outcome(rendered(row.input, context));
  if (row.mode == "condition" || row.mode == "expression-condition") {
    return each(row.input, [&](const Value& item) -> base::Result<Value> {
      GYR_TRY(Value value, rendered(item, context));
      return Value::boolean(row.mode == "condition" ? is_truthy(value) : holds_as_expression(value));
    });
  }
  if (row.mode.starts_with("property:")) {
    std::string_view type = std::string_view(row.mode).substr(9);
    if (type.starts_with("LIST") || type.starts_with("MAP")) return to_outcome(property(type, row.input, context));
    return each(row.input, [&](const Value& item) { return property(type, item, context); });
  }
  if (row.mode.starts_with("log:")) {
    SecretMask mask;
    Value secrets = json(row.mode.substr(4));
    for (const Value& secret : secrets.items()) mask.add(secret.text());
    return Outcome(mask.mask(row.input));
  }
  if (row.mode == "recursive") {
    auto compiled = Template::compile(row.input.text());
    Environment environment = testing::environment();
    environment.recursive_rendering = true;
    ValueContext names(context);
    return testing::until_answered(environment, [&](const Environment& with) { return compiled->render(names, with); });
  }
  return Outcome(base::Error(evaluation_failed, "unknown mode " + row.mode));
}

/// Empty where the row holds, else what came instead.
std::string failure_of(const Row& row) {
  Outcome outcome = run(row);
  std::string found = text_of(outcome);
  if (row.kind == "error") {
    if (!outcome.failed()) return found;
    if (row.expected.is_null()) return {};
    return outcome.error().message().find(row.expected.text()) == std::string::npos ? found : std::string();
  }
  if (!outcome.ok()) return found;
  if (row.kind == "text") {
    std::string text = outcome.value().is_null() ? std::string() : to_text(outcome.value());
    return text == row.expected.text() ? std::string() : found;
  }
  return syntax::write_json(outcome.value()) == syntax::write_json(row.expected) ? std::string() : found;
}

void check_rows(std::string_view path, size_t least) {
  auto all = rows(path);
  ASSERT_GE(all.size(), least);
  for (const Row& row : all) {
    std::string failure = failure_of(row);
    EXPECT_TRUE(failure.empty()) << row.id << " " << row.mode << "\n  " << syntax::write_json(row.input)
                                 << "\n  wanted " << row.kind << " " << syntax::write_json(row.expected)
                                 << "\n  found  " << failure;
  }
}

// What the specification says, run on the reference engine. Every row of its section 19: EXPR-1001..1046,
// EXPR-1060..1093, EXPR-1100..1144, EXPR-1160..1187, EXPR-1200..1280, EXPR-1300..1348, EXPR-1360..1626,
// EXPR-1628..1768.
TEST(ExpressionRows, OfTheSpecification) { check_rows("docs/requirements/02-examples.tsv", 691); }

// Ours, by requirement: tests/expressions/README.md.
TEST(ExpressionRows, OwnRows) { check_rows("tests/expressions/rows.tsv", 200); }

// EXPR-1: the published examples whose result is stated or evident.
TEST(ExpressionRows, OfTheDocumentation) { check_rows("tests/expressions/documentation.tsv", 315); }

/// What keeps a template from being written this way, or empty.
std::string objection_to(std::string_view text) {
  auto compiled = Template::compile(text);
  if (compiled->syntax_error() != nullptr) return compiled->syntax_error()->message();
  auto calls = inspect(text).calls;
  return calls.empty() ? std::string() : calls.front().message;
}

// EXPR-7: every other published example can be parsed and calls nothing that does not exist; the exceptions have their
// reason.
TEST(ExpressionRows, OfTheDocumentationParse) {
  auto all = table("tests/expressions/documentation_parses.tsv");
  ASSERT_GE(all.size(), size_t{827});
  for (const auto& cells : all) {
    std::string text(json(cells[2]).text());
    std::string objection = objection_to(text);
    EXPECT_EQ(objection.empty(), cells[0] == "compiles") << cells[1] << "\n  " << text << "\n  " << objection;
    EXPECT_EQ(cells[0] == "refused", !cells[3].empty()) << "what is refused has a reason, and only that: " << text;
  }
}

}  // namespace
}  // namespace gyr::expression
