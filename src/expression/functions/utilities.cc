// Functions that make things: times, numbers, identifiers (EXPR-296 to EXPR-302).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/id.h"
#include "expression/dates/dates.h"
#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/functions/host.h"
#include "expression/numbers.h"
#include "expression/operators.h"
#include "expression/registry.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

Operand now(Invocation& call) {
  text::Zone zone;
  std::optional<std::string> format;
  std::optional<std::string> existing_format;  // accepted and ignored: the time is not a text
  std::optional<std::string> locale;
  bool ok = text_argument(call, 0, format) && zone_argument(call, 1, zone) && text_argument(call, 2, existing_format) &&
            text_argument(call, 3, locale);
  if (!ok) return Operand::failed();
  auto text = format_moment(text::Moment::at(call.session().environment.now, zone), format.value_or("iso"),
                            locale.value_or("en"));
  if (!text) return fail_with(call, text.error());
  return call.text(*text);
}

Operand extreme(Invocation& call, int wanted) {
  if (call.size() == 1) return call.argument(0);
  const Value* best = nullptr;
  std::optional<Number> best_number;
  for (size_t i = 0; i < call.size(); ++i) {
    const Value& value = call.argument(i);
    if (value.is_null()) continue;
    auto number = number_of(value);
    if (!number) {
      return call.fail(fmt::format("The '{}' function compares numbers only. Actual type was: {}", call.entry().name,
                                   class_name(value)));
    }
    if (best_number && compare_numbers(*number, *best_number).value_or(0) != wanted) continue;
    best = &value;
    best_number = std::move(number);
  }
  return best == nullptr ? Operand() : Operand(*best);
}

Operand maximum(Invocation& call) { return extreme(call, 1); }
Operand minimum(Invocation& call) { return extreme(call, -1); }

Operand range(Invocation& call) {
  std::optional<int64_t> increment = call.given(2) ? integer_part(call.argument(2)) : std::optional<int64_t>(1);
  if (!increment) return call.fail("Arguments of range function must be of type Number or String with a length of 1");
  if (*increment == 0) return call.fail("The increment of the range function must be different than 0");
  return make_range(call.evaluator(), call.argument(0), call.argument(1), *increment, call.offset());
}

/// A time-ordered UUID (version 7).
Operand uuid(Invocation& call) {
  auto millis = static_cast<uint64_t>(call.session().environment.now.to_millis());
  uint64_t high = (millis << 16) | 0x7000 | (call.session().random() & 0x0FFF);
  uint64_t low = (call.session().random() & 0x3FFF'FFFF'FFFF'FFFFULL) | 0x8000'0000'0000'0000ULL;
  return call.text(fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF,
                               low >> 48, low & 0xFFFF'FFFF'FFFFULL));
}

Operand id(Invocation& call) {
  uint64_t high = call.session().random();
  return call.text(base::Id{high, call.session().random()}.to_text());
}

/// KSUID: seconds since 2014-05-13 and 16 random bytes, in base 62.
Operand ksuid(Invocation& call) {
  constexpr int64_t epoch = 1'400'000'000;
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr size_t length = 27;
  auto seconds = static_cast<uint32_t>(call.session().environment.now.seconds - epoch);
  uint64_t high = call.session().random();
  uint64_t low = call.session().random();
  std::array<uint32_t, 5> words = {seconds, static_cast<uint32_t>(high >> 32), static_cast<uint32_t>(high),
                                   static_cast<uint32_t>(low >> 32), static_cast<uint32_t>(low)};
  std::string text(length, '0');
  for (size_t i = length; i-- > 0;) {
    uint64_t rest = 0;
    for (uint32_t& word : words) {
      uint64_t part = (rest << 32) | word;
      word = static_cast<uint32_t>(part / 62);
      rest = part % 62;
    }
    text[i] = digits[rest];
  }
  return call.text(text);
}

Operand nano_id(Invocation& call) {
  constexpr int64_t default_length = 21;
  constexpr int64_t longest = 1000;
  int64_t length =
      call.argument(0).is_numeric() ? integer_part(call.argument(0)).value_or(default_length) : default_length;
  if (length > longest)
    return call.fail(fmt::format("The 'nanoId()' function field 'length' must be lower than: {}", longest));
  if (length < 0) return call.fail("The 'nanoId()' function field 'length' must not be negative");
  std::string alphabet = call.given(1) ? call.text_of(call.argument(1))
                                       : "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  std::vector<std::string_view> characters;
  for (size_t at = 0, size = 0; at < alphabet.size(); at += size) {
    text::decode_utf8(alphabet, at, size);
    characters.push_back(std::string_view(alphabet).substr(at, size));
  }
  if (characters.empty()) return call.fail("The 'nanoId()' function field 'alphabet' must not be empty");
  std::string text;
  for (int64_t i = 0; i < length; ++i) text.append(characters[call.session().random() % characters.size()]);
  return call.text(text);
}

Operand random_int(Invocation& call) {
  int64_t bounds[2] = {0, 0};
  for (size_t i = 0; i < 2; ++i) {
    std::string_view name = call.entry().parameters[i].name;
    if (!call.given(i)) return call.fail(fmt::format("The 'randomIn()' function expects an argument {}", name));
    if (!call.argument(i).is_integer()) {
      return call.fail(fmt::format("The 'randomIn()' function expects an argument {} of type Long.", name));
    }
    bounds[i] = call.argument(i).as_integer();
  }
  auto [lower, upper] = bounds;
  if (upper < lower) return call.fail("In 'GenerateRandomNumber' upper is less than lower");
  if (lower < INT32_MIN || upper > INT32_MAX) return call.fail("The 'randomInt' function returns 32-bit integers");
  uint64_t width = static_cast<uint64_t>(upper - lower);
  auto moved = static_cast<int64_t>(width == 0 ? 0 : call.session().random() % width);
  return Value::narrow_integer(static_cast<int32_t>(lower + moved));
}

/// Only the host knows which port is free.
Operand random_port(Invocation& call) { return ask_with_arguments(call, "randomPort"); }

constexpr Parameter now_parameters[] = {{.name = "format", .default_value = "\"iso\""},
                                        {.name = "timeZone"},
                                        {.name = "existingFormat"},
                                        {.name = "locale"}};
constexpr Parameter range_parameters[] = {
    {.name = "start"}, {.name = "end"}, {.name = "increment", .default_value = "1"}};
constexpr Parameter nano_parameters[] = {{.name = "length", .default_value = "21"}, {.name = "alphabet"}};
constexpr Parameter random_parameters[] = {{.name = "lower"}, {.name = "upper"}};

constexpr Entry utilities_entries[] = {
    {.name = "id", .run = id, .summary = "a random identifier", .example = "{{ id() | length }}", .result = "22"},
    {.name = "ksuid",
     .run = ksuid,
     .summary = "a random identifier that sorts by time",
     .example = "{{ ksuid() | length }}",
     .result = "27"},
    {.name = "max",
     .run = maximum,
     .traits = variadic,
     .summary = "the largest number",
     .example = "{{ max(5, 10, 15) }}",
     .result = "15"},
    {.name = "min",
     .run = minimum,
     .traits = variadic,
     .summary = "the smallest number",
     .example = "{{ min(5, 10, 15) }}",
     .result = "5"},
    {.name = "nanoId",
     .run = nano_id,
     .parameters = nano_parameters,
     .summary = "a random identifier of a length, from an alphabet",
     .example = "{{ nanoId(length=10) | length }}",
     .result = "10"},
    {.name = "now",
     .run = now,
     .parameters = now_parameters,
     .summary = "the current time",
     .example = R"({{ now("yyyy-MM-dd") | length }})",
     .result = "10"},
    {.name = "randomInt",
     .run = random_int,
     .parameters = random_parameters,
     .summary = "a random integer; the upper bound is excluded",
     .example = "{{ randomInt(5, 5) }}",
     .result = "5"},
    {.name = "randomPort",
     .run = random_port,
     .traits = asks_host,
     .summary = "a TCP port that is free on the machine",
     .example = "{{ randomPort() }}"},
    {.name = "range",
     .run = range,
     .parameters = range_parameters,
     .summary = "a list of numbers or letters, the end included",
     .example = "{{ range(0, 6, 2) }}",
     .result = "[0,2,4,6]"},
    {.name = "uuid",
     .run = uuid,
     .summary = "a random identifier of 36 characters that sorts by time",
     .example = "{{ uuid() | length }}",
     .result = "36"},
};

}  // namespace

std::span<const Entry> utility_functions() { return utilities_entries; }

}  // namespace gyr::expression
