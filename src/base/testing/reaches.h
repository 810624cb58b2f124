// A test that reaches a probe which the simulator cannot reach (tests/simulation/probes.cc).
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "base/probe.h"

namespace gyr::base::testing {

/// Expects that the probe is reached while this object lives.
class Reaches {
 public:
  explicit Reaches(std::string_view probe) : probe_(probe), before_(probe_hits(probe)) {}
  ~Reaches() { EXPECT_GT(probe_hits(probe_), before_) << "the probe `" << probe_ << "` was not reached"; }
  Reaches(const Reaches&) = delete;
  Reaches& operator=(const Reaches&) = delete;

 private:
  std::string_view probe_;
  uint32_t before_;
};

}  // namespace gyr::base::testing
