// Any bytes as JSON: never a crash, both parsers agree, and parse(write(v)) == v.
#include "base/assert.h"
#include "base/codec.h"
#include "syntax/json.h"
#include "syntax/json_reader.h"
#include "syntax/source_text.h"

namespace gyr::syntax {
namespace {

void check_error(const base::Error& error, std::string_view text) {
  const base::Place* place = error.place();
  GYR_ASSERT(place != nullptr);
  auto lines = source_lines(text);
  GYR_ASSERT(place->line > 0 && place->line <= lines.size());
  GYR_ASSERT(place->column > 0 && place->column <= lines[place->line - 1].size() + 1);
}

void check(std::string_view text) {
  JsonLimits limits{.bytes = 1 << 20, .depth = 60};
  auto result = parse_json(text, limits);
  auto slow = JsonReader(text, limits).read(false);
  GYR_ASSERT(result.has_value() == slow.has_value());
  if (!result) {
    check_error(result.error(), text);
    return;
  }
  std::string bytes = base::encode_value(*result);
  GYR_ASSERT(bytes == base::encode_value(*slow));

  auto prefix = parse_json_prefix(text, limits);
  GYR_ASSERT(prefix.has_value() && base::encode_value(*prefix) == bytes);

  std::string written = write_json(*result);
  auto again = parse_json(written, limits);
  GYR_ASSERT(again.has_value());
  GYR_ASSERT(write_json(*again) == written);
  GYR_ASSERT(base::encode_value(*again) == bytes);
  auto pretty = parse_json(write_json(*result, {.pretty = true}), limits);
  GYR_ASSERT(pretty.has_value() && base::encode_value(*pretty) == base::encode_value(*again));
}

}  // namespace
}  // namespace gyr::syntax

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  text.shrink_to_fit();
  gyr::syntax::check(text);
  // Long enough for simdjson, whatever the fuzzer starts with.
  gyr::syntax::check(text + std::string(64, ' '));
  return 0;
}
