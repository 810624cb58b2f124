// Any bytes as a template that is evaluated: it ends within its limits, gives text, and the same every time (EXPR-372).
#include "base/assert.h"
#include "base/text.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

using base::Value;

constexpr Limits small{.depth = 60,
                       .steps = 20'000,
                       .output_bytes = 64 * 1024,
                       .range_items = 2'000,
                       .render_depth = 4,
                       .template_bytes = 64 * 1024};

const Value& context_value() {
  static const Value made = *syntax::parse_json(R"json({
    "inputs": {"name": "Ada", "empty": "", "nul": null, "n": 5, "f": 1.5, "b": true, "list": [1, 2, 3], "map": {"a": 1, "b": "two"},
               "json": "{\"k\":[1,2]}", "date": "2024-02-29T12:00:00Z"},
    "vars": {"tpl": "{{ inputs.name }}", "loop": "{{ render(vars.loop) }}"},
    "outputs": {"t1": {"value": "v1"}, "each": {"a": {"value": "va"}}}, "tasks": {"t1": {"state": "SUCCESS"}},
    "flow": {"id": "f", "namespace": "company.team", "tenantId": "main", "revision": 3},
    "taskrun": {"id": "T1", "value": "b", "attemptsCount": 1}, "parents": [], "labels": {"env": "prod"}})json");
  return made;
}

/// The outcome with every host call answered by a small value, in words.
std::string outcome_of(const Template& compiled, bool typed, bool recursive) {
  constexpr int max_answers = 8;
  const ValueContext context(context_value());
  Environment environment;
  environment.now = {1'709'208'000, 5};
  environment.recursive_rendering = recursive;
  for (;;) {
    Outcome outcome = typed ? compiled.render_typed(context, environment) : compiled.render(context, environment);
    if (outcome.failed()) {
      GYR_ASSERT(!outcome.error().message().empty());
      return outcome.error().message();
    }
    if (outcome.ok()) {
      GYR_ASSERT(typed || outcome.value().is_string() || outcome.value().is_null());
      std::string text = to_text(outcome.value());
      GYR_ASSERT(!base::find_invalid_utf8(text));
      return text;
    }
    HostCall call = outcome.needs().call;
    GYR_ASSERT(!call.function.empty());
    if (environment.answers.size() == max_answers) return "asks for more";
    environment.answers.push_back({std::move(call), Value::string("answer")});
  }
}

void check(std::string_view text) {
  if (text.empty()) return;
  const bool typed = (text[0] & 1) != 0;
  const bool recursive = (text[0] & 0x7E) == 0x20;  // a blank or `!` in front
  const auto compiled = Template::compile(text.substr(1), small);
  GYR_ASSERT(outcome_of(*compiled, typed, recursive) == outcome_of(*compiled, typed, recursive));
}

}  // namespace
}  // namespace gyr::expression

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gyr::expression::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
