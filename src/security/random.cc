#include "security/random.h"

#include "base/id.h"

namespace gyr::security {

std::string random_bytes(size_t count) {
  std::string bytes;
  while (bytes.size() < count) {
    const uint64_t word = base::secure_random();
    bytes.append(reinterpret_cast<const char*>(&word), sizeof(word));
  }
  bytes.resize(count);
  return bytes;
}

}  // namespace gyr::security
