// What the system says of an error number, for messages.
#pragma once

#include <fmt/format.h>

#include <cstring>
#include <string>

namespace gyr::process {

/// The text of the C library for an errno value, or its number if there is none. Any thread.
inline std::string error_text(int error) {
  const char* text = strerrordesc_np(error);
  return text == nullptr ? fmt::format("error {}", error) : text;
}

}  // namespace gyr::process
