// Random bytes for tokens that nobody may guess.
#pragma once

#include <cstddef>
#include <string>

namespace gyr::security {

/// `count` bytes of the system's generator. Any thread.
std::string random_bytes(size_t count);

}  // namespace gyr::security
