// Any bytes as a template: compiled, or refused with a place inside it; the same every time.
#include <algorithm>

#include "base/assert.h"
#include "expression/template.h"

namespace gyr::expression {
namespace {

void check(std::string_view text) {
  const auto compiled = Template::compile(text);
  GYR_ASSERT(compiled->text() == text);
  GYR_ASSERT(std::ranges::is_sorted(compiled->references()));
  const base::Error* error = compiled->syntax_error();
  if (error != nullptr) {
    GYR_ASSERT(!error->message().empty() && (error->code() == template_syntax || error->code() == limit_exceeded));
    if (error->place() != nullptr) {
      const auto breaks =
          static_cast<size_t>(std::ranges::count_if(text, [](char c) { return c == '\n' || c == '\r'; }));
      GYR_ASSERT(error->place()->line >= 1 && error->place()->line <= breaks + 1);
    }
  }
  const auto again = Template::compile(text);
  GYR_ASSERT((again->syntax_error() == nullptr) == (error == nullptr));
  if (error != nullptr) GYR_ASSERT(again->syntax_error()->message() == error->message());
  GYR_ASSERT(again->references() == compiled->references());
  if (compiled->is_constant()) {
    const ValueContext nothing{base::Value()};
    GYR_ASSERT(compiled->render(nothing, {}).ok());
  }
}

}  // namespace
}  // namespace gyr::expression

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gyr::expression::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
