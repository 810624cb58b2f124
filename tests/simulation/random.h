// Random numbers of the simulator: everything follows from one seed.
#pragma once

#include <cstdint>
#include <string_view>

namespace gyr::simulation {

/// One 64-bit number from two: independent streams and choices that do not depend on how often anything else was asked.
constexpr uint64_t mix(uint64_t a, uint64_t b) {
  uint64_t x = a ^ (b + 0x9E37'79B9'7F4A'7C15ULL + (a << 6) + (a >> 2));
  x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EBULL;
  return x ^ (x >> 31);
}
constexpr uint64_t mix(uint64_t a, std::string_view text) {
  for (char c : text) a = mix(a, static_cast<unsigned char>(c));
  return mix(a, text.size());
}

/// A stream of random numbers.
class Random {
 public:
  explicit Random(uint64_t seed) : seed_(seed) {}
  uint64_t next() { return mix(seed_, ++count_); }
  /// Below `limit`, which is above 0.
  uint64_t below(uint64_t limit) { return next() % limit; }
  int64_t between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(below(static_cast<uint64_t>(most - least) + 1));
  }
  /// True in so many of a thousand cases.
  bool chance(uint32_t per_mille) { return below(1000) < per_mille; }

 private:
  uint64_t seed_;
  uint64_t count_ = 0;
};

}  // namespace gyr::simulation
