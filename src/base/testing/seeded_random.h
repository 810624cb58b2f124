// Ids and random numbers of one thread from a seed, so that the simulator can repeat a history.
#pragma once

#include <cstdint>

namespace gyr::base::testing {

/// While an object of this class exists, secure_random() and make_id() of its thread follow from the seed instead of
/// the random device of the system. For tests and the simulator only; at most one per thread at a time. It fills the
/// buffer of the thread, so it has no cost in production.
class SeededRandom {
 public:
  explicit SeededRandom(uint64_t seed);
  ~SeededRandom();
  SeededRandom(const SeededRandom&) = delete;
  SeededRandom& operator=(const SeededRandom&) = delete;
};

}  // namespace gyr::base::testing
