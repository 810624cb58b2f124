// Random flows and events: an execution in memory and one that is read back after every step do the same
// (principle: pure engine).
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <vector>

#include "engine/testing/random_steps.h"

namespace gyr::engine {
namespace {

// GYR_CASES=1000000 for more.
TEST(StepProperty, RowsAreSufficientAndNothingStartsTwice) {
  const char* wanted = std::getenv("GYR_CASES");
  const unsigned long cases = wanted == nullptr ? 100 : std::strtoul(wanted, nullptr, 10);
  std::mt19937_64 random(1);
  for (unsigned long i = 0; i < cases; ++i) {
    std::vector<uint8_t> bytes(20 + random() % 160);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
    const std::string problem = testing::problem_of_steps(bytes);
    ASSERT_TRUE(problem.empty()) << "case " << i << " " << problem;
  }
}

}  // namespace
}  // namespace gyr::engine
