// Steps of the engine with generated flows and events: the stored state is sufficient to continue, and nothing starts
// twice.
#include <cstdio>
#include <cstdlib>

#include "engine/testing/random_steps.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string problem = gyr::engine::testing::problem_of_steps({data, size});
  if (problem.empty()) return 0;
  std::fputs(problem.c_str(), stderr);
  std::abort();
}
