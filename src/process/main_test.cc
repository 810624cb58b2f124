// The test program, which is also the helper and, in one test, a whole server that gets killed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#include "process/testing/program.h"
#include "process/testing/recorder.h"
#include "process/testing/test_loop.h"

namespace gyr::process {
namespace {

/// Starts a tree, prints what it prints (the pids of its three members) and waits to be killed.
int run_doomed_server(const char* script) {
  testing::TestLoop loop;
  auto spawner = testing::spawner_of_this_program();
  testing::Recorder recorder;
  Command command;
  command.arguments = {"/bin/sh", "-c", script};
  auto process = spawner->start(loop, command, recorder);
  if (!process) return 1;
  loop.run_until(
      [&] { return std::count(recorder.output.begin(), recorder.output.end(), '\n') == 3 || recorder.done(); });
  std::printf("helper %d\n%sready\n", spawner->helper_pid(), recorder.output.c_str());
  std::fflush(stdout);
  loop.run_until([&] { return recorder.done(); }, std::chrono::hours(1));
  return 0;
}

}  // namespace
}  // namespace gyr::process

int main(int argc, char** argv) {
  if (auto code = gyr::process::testing::run_helper_command(argc, argv)) return *code;
  if (argc == 3 && std::string_view(argv[1]) == "--doomed-server") return gyr::process::run_doomed_server(argv[2]);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
