// Filters between values and data formats (EXPR-220 to EXPR-224).
#include <fmt/format.h>

#include <list>
#include <memory>

#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/program.h"
#include "expression/registry.h"
#include "jq/interpreter.h"
#include "jq/program.h"
#include "syntax/ion.h"
#include "syntax/json.h"
#include "syntax/yaml.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

Operand to_json(Invocation& call) {
  std::string text;
  syntax::append_json(text, call.value(), {.omit_null_entries = true});
  return call.text(text);
}

Operand to_ion(Invocation& call) {
  std::string text;
  syntax::append_ion(text, call.value());
  return call.text(text);
}

Operand to_yaml(Invocation& call) {
  if (call.input().is_null()) return call.text("null");
  return call.text(syntax::write_yaml(call.value()));
}

// Programs stay compiled for the thread that used them: loops run the same few again and again.
constexpr size_t cached_programs = 32;
constexpr size_t cached_program_bytes = 16 * 1024;

base::Result<std::shared_ptr<const jq::Program>> compiled_program(std::string_view text) {
  thread_local std::list<std::pair<std::string, std::shared_ptr<const jq::Program>>> cache;
  for (auto item = cache.begin(); item != cache.end(); ++item) {
    if (item->first != text) continue;
    cache.splice(cache.begin(), cache, item);
    return item->second;
  }
  GYR_TRY(auto program, jq::parse(text));
  if (text.size() <= cached_program_bytes) {
    cache.emplace_front(std::string(text), program);
    if (cache.size() > cached_programs) cache.pop_back();
  }
  return program;
}

/// EXPR-223: always a list of all results.
Operand run_jq(Invocation& call) {
  auto refuse = [&](std::string_view reason) {
    const Value& value = call.value();
    std::string message = fmt::format("Unable to parse jq value '{}' with type '{}'",
                                      text::shown_text(java_text(value)), class_name(value));
    return call.fail(base::Error(evaluation_failed, std::string(reason)), message);
  };
  auto program = compiled_program(call.text_of(call.argument(0)));
  if (!program) return refuse(program.error().message());
  Value input = call.value();
  if (input.is_string()) {
    if (!call.charge(input.size() / 64)) return Operand::failed();
    auto parsed = syntax::parse_json_prefix(input.text());
    if (!parsed) return refuse(parsed.error().message());
    input = std::move(*parsed);
  }
  Session& session = call.session();
  jq::RunLimits limits{session.steps_left, call.limits().output_bytes, call.limits().depth};
  jq::Interpreter interpreter(limits, session.environment.now);
  base::ListBuilder results;
  auto end = interpreter.run(**program, input, results);
  if (!call.charge(interpreter.steps_taken())) return Operand::failed();
  if (end == jq::Interpreter::End::limit) return call.fail_limit(interpreter.message());
  if (end == jq::Interpreter::End::error) return refuse(interpreter.message());
  return call.list(results);
}

constexpr Parameter jq_parameters[] = {
    {.name = "expression", .required = "The 'jq' filter expects an argument 'expression'."}};

constexpr Entry structured_entries[] = {
    {.name = "jq",
     .run = run_jq,
     .parameters = jq_parameters,
     .traits = null_is_null,
     .summary = "the results of a jq program as a list",
     .example = R"({{ {"a": [1, 2]} | jq(".a[] * 2") }})",
     .result = "[2,4]"},
    {.name = "json",
     .run = to_json,
     .traits = deprecated,
     .summary = "JSON text; toJson is its newer name",
     .example = R"({{ "Ada" | json }})",
     .result = "\"Ada\""},
    {.name = "jsonEncode",
     .run = to_json,
     .traits = deprecated | addition,
     .summary = "JSON text; toJson is its newer name",
     .example = "{{ [1] | jsonEncode }}",
     .result = "[1]"},
    {.name = "toIon",
     .run = to_ion,
     .summary = "Ion text",
     .example = R"({{ {"a": [1.5, "b"]} | toIon }})",
     .result = R"({a:[1.5e0,"b"]})"},
    {.name = "toJson",
     .run = to_json,
     .summary = "JSON text of a value",
     .example = R"({{ {"a": [1, "b"]} | toJson }})",
     .result = R"({"a":[1,"b"]})"},
    {.name = "yaml",
     .run = to_yaml,
     .summary = "YAML text of a value",
     .example = R"({{ {"a": 1, "b": "x"} | yaml }})",
     .result = "a: 1\nb: x\n"},
};

}  // namespace

std::span<const Entry> structured_filters() { return structured_entries; }

}  // namespace gyr::expression
