// What an engine may send as output: any bytes, cut anywhere, give the same streams.
#include <cstdlib>
#include <string>

#include "plugins/runner/docker/stream_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using gyr::plugins::runner::StreamFrames;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string whole[2], pieces[2];
  StreamFrames first([&](bool is_stderr, std::string_view bytes) { whole[is_stderr ? 1 : 0] += bytes; });
  bool first_ok = first.feed(input).has_value();
  StreamFrames second([&](bool is_stderr, std::string_view bytes) { pieces[is_stderr ? 1 : 0] += bytes; });
  bool second_ok = true;
  for (size_t at = 0; at < size && second_ok; at += 3) second_ok = second.feed(input.substr(at, 3)).has_value();
  if (first_ok != second_ok || whole[0] != pieces[0] || whole[1] != pieces[1]) std::abort();
  return 0;
}
