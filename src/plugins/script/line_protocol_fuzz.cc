// What scripts print: any bytes, cut anywhere, give the same lines; protocol lines never crash the reader.
#include <cstdlib>

#include "plugins/script/line_protocol.h"
#include "plugins/script/line_splitter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::plugins::script;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> whole, pieces;
  LineSplitter first([&whole](std::string_view line) { whole.emplace_back(line); });
  first.feed(input);
  first.finish();
  LineSplitter second([&pieces](std::string_view line) { pieces.emplace_back(line); });
  for (size_t at = 0; at < size; at += 3) second.feed(input.substr(at, 3));
  second.finish();
  if (whole != pieces) std::abort();
  for (const auto& line : whole) {
    if (auto json = protocol_text(line)) (void)parse_protocol(*json);
  }
  (void)parse_protocol(input);
  return 0;
}
