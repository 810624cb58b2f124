// Records of windows: never a crash, and what is accepted can be written and read again with the same result.
#include <cstdlib>

#include "engine/trigger/window_state.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using gyr::engine::WindowState;
  const auto state = WindowState::decode(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!state) return 0;
  const auto again = WindowState::decode(state->encode());
  if (!again || again->encode() != state->encode()) std::abort();
  return 0;
}
