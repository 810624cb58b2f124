// Frames of WorkerLink: arbitrary input never crashes, and an accepted frame can be encoded and decoded with the same
// result.
#include <cstdlib>

#include "protocol/frames.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::protocol;
  auto frame = decode_frame(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!frame) return 0;
  auto bytes = encode_frame(*frame);
  if (!bytes) return 0;  // shorter here than as text, which is used for the measurement
  auto again = decode_frame(*bytes);
  if (!again || encode_frame(*again).value_or("") != *bytes) std::abort();
  return 0;
}
