// Texts and numbers as times: never a crash, and parse(format(t)) == t.
#include <cstring>

#include "base/assert.h"
#include "syntax/time.h"

namespace gyr::syntax {
namespace {

void check_text(std::string_view text) {
  if (auto duration = parse_duration(text)) {
    auto again = parse_duration(format_duration(*duration));
    GYR_ASSERT(again.has_value() && *again == *duration);
  }
  if (auto instant = parse_instant(text)) {
    auto again = parse_instant(format_instant(*instant));
    GYR_ASSERT(again.has_value() && *again == *instant);
    auto lenient = parse_api_instant(text);
    GYR_ASSERT(lenient.has_value() && *lenient == *instant);
  }
  if (auto parsed = parse_date_time(text)) {
    GYR_ASSERT(parsed->nanos < base::nanos_per_second);
    if (parsed->offset_seconds) GYR_ASSERT(*parsed->offset_seconds >= -64'800 && *parsed->offset_seconds <= 64'800);
  }
  if (auto days = parse_local_date(text)) {
    GYR_ASSERT(parse_local_date(format_local_date(*days)) == *days);
    // A signed year may have zeros in front.
    if (text[0] != '-' && text[0] != '+') GYR_ASSERT(format_local_date(*days) == text);
  }
  if (auto nanos = parse_local_time(text)) {
    GYR_ASSERT(parse_local_time(format_local_time(*nanos)) == *nanos);
  }
  (void)parse_api_instant(text);
}

void check_number(int64_t seconds, uint32_t nanos) {
  nanos %= base::nanos_per_second;
  base::Duration duration{seconds, nanos};
  auto same = parse_duration(format_duration(duration));
  GYR_ASSERT(same.has_value() && *same == duration);
  base::Instant instant{seconds, nanos};
  std::string text = format_instant(instant);
  auto again = parse_instant(text);
  // Years of more than nine digits can be written, not read.
  constexpr int64_t last_second = 31'556'889'864'403'199;
  constexpr int64_t first_second = -31'557'014'167'219'200;
  bool readable = seconds >= first_second && seconds <= last_second;
  GYR_ASSERT(again.has_value() == readable);
  if (readable) GYR_ASSERT(*again == instant);
  format_local_date(seconds);
  format_local_time(seconds);
  auto offset = static_cast<int32_t>(nanos);
  format_temporal(base::Value::zoned_date_time(instant, offset, "Europe/Paris"));
}

}  // namespace
}  // namespace gyr::syntax

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  text.shrink_to_fit();
  gyr::syntax::check_text(text);
  if (size >= 12) {
    int64_t seconds = 0;
    uint32_t nanos = 0;
    std::memcpy(&seconds, data, 8);
    std::memcpy(&nanos, data + 8, 4);
    gyr::syntax::check_number(seconds, nanos);
    gyr::syntax::check_number(seconds >> (data[8] % 64), nanos);
  }
  return 0;
}
