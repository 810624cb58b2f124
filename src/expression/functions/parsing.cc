// Functions that read texts as data (EXPR-280 to EXPR-283).
#include <fmt/format.h>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/registry.h"
#include "syntax/ion.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::expression {
namespace {

using base::Value;

Operand from_json(Invocation& call) {
  if (!call.passed(0)) return call.fail("The 'fromJson' function expects an argument 'json'.");
  const Value& text = call.argument(0);
  if (text.is_null()) return Value();
  if (!text.is_string()) return call.fail("The 'fromJson' function expects an argument 'json' with type string.");
  if (base::trim(text.text()).empty()) return call.fail("Invalid json: No content to map due to end-of-input");
  if (!call.charge(text.size() / 64)) return Operand::failed();
  auto parsed = syntax::parse_json_prefix(text.text());
  if (!parsed) return call.fail(parsed.error(), fmt::format("Invalid json: {}", parsed.error().message()));
  return std::move(*parsed);
}

/// EXPR-282: the first value, or all.
Operand from_ion(Invocation& call) {
  if (!call.passed(0)) return call.fail("The 'fromIon' function expects an argument 'ion'.");
  const Value& text = call.argument(0);
  if (text.is_null()) return Value();
  if (!text.is_string()) return call.fail("The 'fromIon' function expects an argument 'ion' with type string.");
  if (!call.charge(text.size() / 64)) return Operand::failed();
  bool all = call.passed(1) && call.argument(1).is_boolean() && call.argument(1).as_boolean();
  syntax::IonReader reader(text.text());
  base::ListBuilder values;
  for (;;) {
    auto next = reader.next();
    if (!next) return call.fail(next.error(), fmt::format("Invalid ion: {}", next.error().message()));
    if (!all) return next->value_or(Value());
    if (!*next) return values.build();
    values.push(std::move(**next));
  }
}

/// Whether a place of the text lies inside `[…` or `{…`.
bool inside_flow_collection(std::string_view text, const base::Place* place) {
  int open = 0;
  uint32_t line = 1;
  for (char c : text) {
    if (place != nullptr && place->line != 0 && line > place->line) break;
    if (c == '\n') ++line;
    if (c == '[' || c == '{') ++open;
    if (c == ']' || c == '}') --open;
  }
  return open > 0;
}

/// The content of a document: a missing value after a key or a dash is null (EXPR-283), while flows have an empty text
/// there.
Value value_of_document(const syntax::Node& node) {
  if (node.is_scalar()) return node.is_missing() ? Value() : node.value();
  if (node.is_sequence()) {
    base::ListBuilder list;
    list.reserve(node.items().size());
    for (const auto& item : node.items()) list.push(value_of_document(*item));
    return list.build();
  }
  base::MapBuilder map;
  map.reserve(node.entries().size());
  for (const auto& entry : node.entries()) map.set(entry.key, value_of_document(*entry.value));
  return map.build();
}

Operand from_yaml(Invocation& call) {
  const Value& text = call.argument(0);
  if (!text.is_string()) return call.fail("The 'yaml' function expects an argument 'yaml' with type string.");
  if (base::trim(text.text()).empty()) return call.fail("Invalid yaml: No content to map due to end-of-input");
  if (!call.charge(text.size() / 16)) return Operand::failed();
  auto parsed = syntax::parse_yaml(text.text(), {}, syntax::YamlAliases::as_text);
  if (!parsed) {
    const base::Error& error = parsed.error();
    std::string_view context = inside_flow_collection(text.text(), error.place()) ? "while parsing a flow node: " : "";
    return call.fail(error, fmt::format("Invalid yaml: {}{}", context, error.message()));
  }
  return value_of_document(**parsed);
}

constexpr Parameter json_parameters[] = {{.name = "json"}};
constexpr Parameter yaml_parameters[] = {
    {.name = "yaml", .required = "The 'yaml' function expects an argument 'yaml' with type string."}};

constexpr Parameter ion_parameters[] = {{.name = "ion"}, {.name = "allRows"}};

constexpr Entry parsing_entries[] = {
    {.name = "fromIon",
     .run = from_ion,
     .parameters = ion_parameters,
     .summary = "the first value of an Ion text, or with allRows the list of all",
     .example = R"({{ fromIon('{title: "Main page", views: 3}').views }})",
     .result = "3"},
    {.name = "ionDecode",
     .run = from_ion,
     .parameters = ion_parameters,
     .traits = deprecated | addition,
     .summary = "the first value of an Ion text; fromIon() is its newer name",
     .example = R"({{ ionDecode("[1, 2]")[1] }})",
     .result = "2"},
    {.name = "fromJson",
     .run = from_json,
     .parameters = json_parameters,
     .summary = "the value of a JSON text",
     .example = R"({{ fromJson('{"a": [1, 2]}').a[1] }})",
     .result = "2"},
    {.name = "json",
     .run = from_json,
     .parameters = json_parameters,
     .traits = deprecated,
     .summary = "the value of a JSON text; fromJson() is its newer name",
     .example = R"({{ json("[1]")[0] }})",
     .result = "1"},
    {.name = "jsonDecode",
     .run = from_json,
     .parameters = json_parameters,
     .traits = deprecated | addition,
     .summary = "the value of a JSON text; fromJson() is its newer name",
     .example = R"({{ jsonDecode("[1]")[0] }})",
     .result = "1"},
    {.name = "yaml",
     .run = from_yaml,
     .parameters = yaml_parameters,
     .summary = "the value of the first document of a YAML text",
     .example = R"({{ yaml("foo: [666, 1]").foo[0] }})",
     .result = "666"},
};

}  // namespace

std::span<const Entry> parsing_functions() { return parsing_entries; }

}  // namespace gyr::expression
