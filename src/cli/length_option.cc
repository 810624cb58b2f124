#include "cli/length_option.h"

#include <charconv>

#include "cli/errors.h"
#include "syntax/time.h"

namespace gyr::cli {
namespace {

struct Unit {
  std::string_view name;
  int64_t ms;
};
constexpr Unit units[] = {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
/// Ten years: a longer value is a mistake, and sums cannot overflow.
constexpr int64_t max_ms = 10 * 366 * 86'400'000LL;

std::optional<base::Duration> parse_short(std::string_view text) {
  int64_t total = 0;
  size_t next_unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    std::string_view name = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
    auto unit = std::find_if(std::begin(units) + next_unit, std::end(units),
                             [&](const Unit& candidate) { return candidate.name == name; });
    if (unit == std::end(units) || number > max_ms / unit->ms) return std::nullopt;
    total += number * unit->ms;
    text.remove_prefix(name.size());
    next_unit = static_cast<size_t>(unit - std::begin(units)) + 1;
  }
  return base::Duration::of_millis(total);
}

}  // namespace

base::Result<base::Duration> parse_length(std::string_view option, std::string_view text) {
  std::optional<base::Duration> length = parse_short(text);
  if (!length) {
    if (auto iso = syntax::parse_duration(text)) length = *iso;
  }
  if (length && !length->is_negative() && !length->is_zero() && length->seconds <= max_ms / 1000) return *length;
  return base::fail(
      base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `{}`: it must be a duration", text, option))
          .with_hint("for example 30s, 5m, 1h30m or PT5M"));
}

}  // namespace gyr::cli
