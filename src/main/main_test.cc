// The test program. It is also the helper that starts processes.
#include <gtest/gtest.h>

#include <charconv>
#include <cstring>

#include "process/spawner.h"

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--spawner") == 0) {
    int socket = -1;
    std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), socket);
    return gyr::process::run_spawner(socket);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
