// A line with a Java date pattern, then any text: formats and parses without harm; what is complete comes back
// (EXPR-249, EXPR-250).
#include <cstring>

#include "base/assert.h"
#include "base/text.h"
#include "expression/dates/dates.h"
#include "expression/dates/pattern.h"

namespace gyr::expression {
namespace {

void check_pattern(std::string_view input) {
  const size_t line = input.find('\n');
  // Templates are UTF-8 before anything of them is a pattern.
  if (line == std::string_view::npos || base::find_invalid_utf8(input)) return;
  auto pattern = DatePattern::compile(input.substr(0, line));
  if (!pattern) {
    GYR_ASSERT(!pattern.error().message().empty());
    return;
  }
  const std::string_view text = input.substr(line + 1);
  for (int64_t seconds : {int64_t{0}, int64_t{1'709'208'000}, int64_t{-62'135'596'801}, text::latest_second}) {
    auto formatted =
        format_moment(text::Moment::at({seconds, 123'456'789}, text::Zone()), input.substr(0, line), text.substr(0, 8));
    if (formatted) GYR_ASSERT(!base::find_invalid_utf8(*formatted));
  }
  if (auto parsed = (*pattern)->parse(text); parsed && parsed->offset)
    GYR_ASSERT(*parsed->offset >= -64'800 && *parsed->offset <= 64'800);
}

/// Any moment of nine-digit years, in any offset, comes back from a pattern that says all of it.
void check_round_trip(int64_t seconds, uint32_t nanos, int32_t offset) {
  constexpr int64_t years_of_four_digits = 251'000'000'000;
  static const auto whole = *DatePattern::compile("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSxxx");
  seconds %= years_of_four_digits;
  if (seconds < 0) seconds = -seconds;
  offset %= 64'800;
  offset -= offset % 60;
  const base::Instant instant{seconds, static_cast<uint32_t>(nanos % base::nanos_per_second)};
  auto text = format_moment(text::Moment::at(instant, text::Zone::of_offset(offset)),
                            "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSxxx", "en");
  GYR_ASSERT(text.has_value());
  auto parsed = whole->parse(*text);
  GYR_ASSERT(parsed.has_value() && parsed->nanos_of_day && parsed->offset == offset);
  constexpr int64_t second_nanos = 1'000'000'000;
  GYR_ASSERT(parsed->day * 86'400 + *parsed->nanos_of_day / second_nanos - offset == seconds);
  GYR_ASSERT(*parsed->nanos_of_day % second_nanos == instant.nanos);
}

}  // namespace
}  // namespace gyr::expression

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gyr::expression::check_pattern({reinterpret_cast<const char*>(data), size});
  if (size >= 16) {
    int64_t seconds = 0;
    uint32_t nanos = 0;
    int32_t offset = 0;
    std::memcpy(&seconds, data, 8);
    std::memcpy(&nanos, data + 8, 4);
    std::memcpy(&offset, data + 12, 4);
    gyr::expression::check_round_trip(seconds, nanos, offset);
  }
  return 0;
}
