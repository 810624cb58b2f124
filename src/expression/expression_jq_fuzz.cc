// A line with a jq program, then its input: evaluated within the limits of an expression (EXPR-223, EXPR-226).
#include "base/assert.h"
#include "expression/template.h"

namespace gyr::expression {
namespace {

using base::Value;

void check(std::string_view input) {
  constexpr Limits small{.depth = 60, .steps = 20'000, .output_bytes = 64 * 1024, .range_items = 2'000};
  static const auto compiled = Template::compile("{{ input | jq(program) }}", small);
  const size_t line = input.find('\n');
  if (line == std::string_view::npos) return;
  const ValueContext context(Value::map(
      {{"program", Value::string(input.substr(0, line))}, {"input", Value::string(input.substr(line + 1))}}));
  const Outcome outcome = compiled->render_typed(context, {});
  GYR_ASSERT(!outcome.asks_host());
  if (outcome.failed()) GYR_ASSERT(!outcome.error().message().empty());
  if (outcome.ok()) GYR_ASSERT(outcome.value().is_list() || outcome.value().is_null());
}

}  // namespace
}  // namespace gyr::expression

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gyr::expression::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
