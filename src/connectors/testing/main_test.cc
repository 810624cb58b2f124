// Starts the tests, or the helper that starts the contract server.
#include <gtest/gtest.h>

#include "process/testing/program.h"

int main(int argc, char** argv) {
  if (auto status = gyr::process::testing::run_helper_command(argc, argv)) return *status;
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
