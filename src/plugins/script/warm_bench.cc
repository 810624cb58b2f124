// What a light script costs, from its start to its end: in a fresh interpreter and in one that was started before.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "plugins/script/warm.h"
#include "process/testing/program.h"
#include "process/testing/recorder.h"
#include "process/testing/test_loop.h"

namespace gyr::plugins::script {
namespace {

process::Command light_script(std::string_view interpreter, std::string_view file, bool warm) {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / fmt::format("gyr-warm-bench-{}", ::getpid());
  std::filesystem::create_directories(folder);
  std::filesystem::path script = folder / file;
  bool python = interpreter == "python3";
  std::ofstream(script) << (python ? "print('hello')\n" : "console.log('hello')\n");
  process::Command command;
  command.arguments = {"/bin/sh", "-c", fmt::format("set -e\n{} {}", interpreter, script.string())};
  command.directory = folder.string();
  command.environment = {
      {"PYTHONUNBUFFERED", "true"}, {"WORKING_DIR", folder.string()}, {"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  if (!warm) return command;
  std::filesystem::path node_starter = folder / "node.js";
  std::ofstream(node_starter) << starter("node.js");
  auto& started = command.warm.emplace();
  if (python) {
    started.arguments = {"/bin/sh", "-c",
                         R"(exec python3 -c 'exec(__import__("posix").read(3, 65536), {"__name__": "gyr_starter"})')"};
    started.starter = starter("python.py");
    started.copies_itself = true;
  } else {
    started.arguments = {"/bin/sh", "-c", R"(exec node --require "$0" gyr-script)", node_starter.string()};
  }
  started.script = script.string();
  started.own_variables = {"WORKING_DIR"};
  return command;
}

void run_again_and_again(benchmark::State& state, const process::Command& command) {
  static auto spawner = process::testing::spawner_of_this_program();
  process::testing::TestLoop loop;
  for (auto _ : state) {
    process::testing::Recorder recorder;
    auto process = spawner->start(loop, command, recorder);
    loop.run_until([&] { return recorder.done(); });
    if (!recorder.exit || recorder.exit->status != 0 || recorder.output != "hello\n") std::abort();
  }
}

void fresh_python(benchmark::State& state) { run_again_and_again(state, light_script("python3", "light.py", false)); }
BENCHMARK(fresh_python)->Unit(benchmark::kMillisecond)->UseRealTime();

void started_python(benchmark::State& state) { run_again_and_again(state, light_script("python3", "light.py", true)); }
BENCHMARK(started_python)->Unit(benchmark::kMillisecond)->UseRealTime();

void fresh_node(benchmark::State& state) { run_again_and_again(state, light_script("node", "light.js", false)); }
BENCHMARK(fresh_node)->Unit(benchmark::kMillisecond)->UseRealTime();

/// One after the other without a pause: each waits for the start of the next.
void started_node(benchmark::State& state) { run_again_and_again(state, light_script("node", "light.js", true)); }
BENCHMARK(started_node)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace gyr::plugins::script

int main(int argc, char** argv) {
  if (auto code = gyr::process::testing::run_helper_command(argc, argv)) return *code;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
