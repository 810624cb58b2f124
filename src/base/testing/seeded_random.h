// Ids and random numbers of this thread from a seed: what the simulator needs so that a history can be repeated.
#pragma once

#include <cstdint>

namespace gyr::base::testing {

/// While one lives, secure_random() and make_id() of its thread follow from the seed instead of the system's random
/// device. For tests and the simulator only; at most one a thread at a time. It acts where the thread's buffer is
/// filled, so that the product pays nothing for it.
class SeededRandom {
 public:
  explicit SeededRandom(uint64_t seed);
  ~SeededRandom();
  SeededRandom(const SeededRandom&) = delete;
  SeededRandom& operator=(const SeededRandom&) = delete;
};

}  // namespace gyr::base::testing
