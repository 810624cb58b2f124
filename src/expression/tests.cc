// The tests of the operator `is` (EXPR-120 to EXPR-127).
#include <fmt/format.h>

#include "expression/evaluator.h"
#include "expression/numbers.h"
#include "expression/registry.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

using base::Value;

Operand is_defined(Invocation& call) {
  return Invocation::boolean(call.input().is_usable() && !call.input().is_null());
}

Operand is_empty(Invocation& call) { return Invocation::boolean(is_empty_value(call.value())); }
Operand is_null(Invocation& call) { return Invocation::boolean(call.input().is_null()); }
// An extension: a documented flow uses `is false`. Only a boolean is true or false.
Operand is_boolean(Invocation& call, bool wanted) {
  const Value& value = call.value();
  return Invocation::boolean(value.is_boolean() && value.as_boolean() == wanted);
}

Operand is_false(Invocation& call) { return is_boolean(call, false); }
Operand is_true(Invocation& call) { return is_boolean(call, true); }

Operand is_map(Invocation& call) { return Invocation::boolean(call.input().is_lazy() || call.input().is_map()); }

Operand is_iterable(Invocation& call) {
  return Invocation::boolean(call.input().is_list() || call.input().state() == Operand::State::entries);
}

Operand parity(Invocation& call, int64_t wanted) {
  const Value& value = call.value();
  if (value.is_null()) return call.fail(fmt::format("Can not pass null value to \"{}\" test.", call.entry().name));
  bool whole = value.is_integer() || (value.is_decimal() && is_big_integer(value));
  auto integer = whole ? number_of(value) : std::nullopt;
  if (!integer) {
    return call.fail(
        fmt::format("the test \"{}\" requires an integer, but received: {}", call.entry().name, class_name(value)));
  }
  return Invocation::boolean((integer->integer & 1) == wanted);
}

Operand is_even(Invocation& call) { return parity(call, 0); }
Operand is_odd(Invocation& call) { return parity(call, 1); }

Operand is_json(Invocation& call) {
  if (!call.input().is_string()) {
    return call.fail(fmt::format("the test \"json\" requires a string, but received: {}", class_name(call.value())));
  }
  // A blank text counts as JSON, and only the first value is looked at (EXPR-126).
  return Invocation::boolean(is_empty_value(call.value()) ||
                             syntax::parse_json_prefix(call.value().text()).has_value());
}

constexpr Entry entries[] = {
    {.name = "defined",
     .run = is_defined,
     .traits = takes_undefined | takes_lazy,
     .summary = "the name exists and its value is not null",
     .example = R"({{ inputs.missing is defined }})",
     .result = "false"},
    {.name = "empty",
     .run = is_empty,
     .summary = "null, blank text, or a list or map without elements",
     .example = R"({{ "  " is empty }} {{ [] is empty }} {{ 0 is empty }})",
     .result = "true true false"},
    {.name = "even",
     .run = is_even,
     .summary = "an integer divisible by two",
     .example = "{{ 2 is even }}",
     .result = "true"},
    {.name = "false",
     .run = is_false,
     .traits = addition,
     .summary = "the boolean false",
     .example = R"({{ false is false }} {{ "" is false }})",
     .result = "true false"},
    {.name = "iterable",
     .run = is_iterable,
     .traits = takes_lazy,
     .summary = "a list",
     .example = R"({{ [1] is iterable }} {{ "text" is iterable }})",
     .result = "true false"},
    {.name = "json",
     .run = is_json,
     .summary = "a text that can be read as JSON",
     .example = R"({{ "[1, 2]" is json }} {{ "{oops" is json }})",
     .result = "true false"},
    {.name = "map",
     .run = is_map,
     .traits = takes_lazy,
     .summary = "a map",
     .example = R"({{ {"a": 1} is map }})",
     .result = "true"},
    {.name = "null",
     .run = is_null,
     .traits = takes_lazy,
     .summary = "the value is null",
     .example = "{{ null is null }}",
     .result = "true"},
    {.name = "odd",
     .run = is_odd,
     .summary = "an integer not divisible by two",
     .example = "{{ 3 is odd }}",
     .result = "true"},
    {.name = "true",
     .run = is_true,
     .traits = addition,
     .summary = "the boolean true",
     .example = R"({{ true is true }} {{ 1 is true }})",
     .result = "true false"},
};

}  // namespace

std::span<const Entry> test_entries() { return entries; }

}  // namespace gyr::expression
