// What the helper costs: a process by posix_spawn alone against one through the helper and its guardian.
#include <benchmark/benchmark.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/testing/program.h"
#include "process/testing/recorder.h"
#include "process/testing/test_loop.h"

namespace gyr::process {
namespace {

void plain_posix_spawn(benchmark::State& state) {
  char program[] = "/bin/true";
  char* arguments[] = {program, nullptr};
  for (auto _ : state) {
    pid_t pid = -1;
    if (::posix_spawn(&pid, program, nullptr, nullptr, arguments, environ) != 0) std::abort();
    ::waitpid(pid, nullptr, 0);
  }
}
BENCHMARK(plain_posix_spawn)->Unit(benchmark::kMicrosecond)->UseRealTime();

void through_the_helper(benchmark::State& state) {
  static auto spawner = testing::spawner_of_this_program();
  testing::TestLoop loop;
  for (auto _ : state) {
    testing::Recorder recorder;
    auto process = spawner->start(loop, {.arguments = {"/bin/true"}}, recorder);
    loop.run_until([&] { return recorder.done(); });
    if (recorder.exit->status != 0) std::abort();
  }
}
BENCHMARK(through_the_helper)->Unit(benchmark::kMicrosecond)->UseRealTime();

/// Bytes a second of output.
void output(benchmark::State& state) {
  static auto spawner = testing::spawner_of_this_program();
  testing::TestLoop loop;
  for (auto _ : state) {
    testing::Recorder recorder;
    auto process = spawner->start(loop, {.arguments = {"/usr/bin/head", "-c", "100000000", "/dev/zero"}}, recorder);
    loop.run_until([&] { return recorder.done(); });
    state.SetBytesProcessed(state.bytes_processed() + static_cast<int64_t>(recorder.output.size()));
  }
}
BENCHMARK(output)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace gyr::process

int main(int argc, char** argv) {
  if (auto code = gyr::process::testing::run_helper_command(argc, argv)) return *code;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
