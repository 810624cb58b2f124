// A line with a Java pattern, then any text: compiled or refused, and matched within bounds (EXPR-165).
#include "base/assert.h"
#include "text/regex.h"

namespace gyr::text {
namespace {

void check(std::string_view input) {
  constexpr size_t max_bytes = 64 * 1024;
  const size_t line = input.find('\n');
  if (line == std::string_view::npos) return;
  const std::string_view text = input.substr(line + 1);
  auto pattern = Regex::compile(input.substr(0, line));
  if (!pattern) {
    GYR_ASSERT(!pattern.error().message().empty());
    return;
  }
  const Regex& regex = **pattern;
  auto groups = regex.first_match(text);
  if (groups && !groups->empty()) {
    GYR_ASSERT(groups->size() == regex.group_count());
    const std::string_view whole = groups->front();
    GYR_ASSERT(whole.data() >= text.data() && whole.data() + whole.size() <= text.data() + text.size());
  }
  if (auto somewhere = regex.matches_somewhere(text); somewhere && groups) GYR_ASSERT(*somewhere == !groups->empty());
  (void)regex.matches_whole(text);
  if (auto replaced = regex.replace(text, "<$0>", true, max_bytes)) GYR_ASSERT(replaced->size() <= max_bytes);
  (void)regex.replace(text, text.substr(0, 20), false, max_bytes);
  if (auto parts = regex.split(text, 0)) GYR_ASSERT(parts->size() <= text.size() + 1);
}

}  // namespace
}  // namespace gyr::text

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gyr::text::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
