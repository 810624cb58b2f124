// The test program, which is also the helper that starts processes.
#include <gtest/gtest.h>

#include "process/testing/program.h"

int main(int argc, char** argv) {
  if (auto code = gyr::process::testing::run_helper_command(argc, argv)) return *code;
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
