#include "process/spawner.h"

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "process/testing/program.h"
#include "process/testing/recorder.h"
#include "process/testing/test_loop.h"

namespace gyr::process {
namespace {

using testing::Recorder;

class SpawnerTest : public ::testing::Test {
 protected:
  static Command shell(std::string script) {
    Command command;
    command.arguments = {"/bin/sh", "-c", std::move(script)};
    return command;
  }

  std::unique_ptr<Process> start(Command command, Observer& observer) {
    auto process = spawner->start(loop, std::move(command), observer);
    EXPECT_TRUE(process.has_value()) << process.error().to_string();
    return process ? *std::move(process) : nullptr;
  }

  /// Runs to the end.
  Recorder run(Command command) {
    Recorder recorder;
    auto process = start(std::move(command), recorder);
    EXPECT_TRUE(loop.run_until([&] { return recorder.done(); }));
    return recorder;
  }

  testing::TestLoop loop;
  std::unique_ptr<Spawner> spawner = testing::spawner_of_this_program();
};

bool alive(int pid) { return ::kill(pid, 0) == 0 || errno == EPERM; }

size_t open_descriptors(int pid) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid)))
    count += 1;
  return count;
}

TEST_F(SpawnerTest, ReportsExitCodesAndBothOutputs) {  // RUNNER-11
  Recorder recorder = run(shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(recorder.exit.has_value());
  EXPECT_EQ(recorder.exit->status, 7);
  EXPECT_FALSE(recorder.exit->signalled);
  EXPECT_FALSE(recorder.exit->leftovers);
  EXPECT_EQ(recorder.output, "out\n");
  EXPECT_EQ(recorder.error, "err\n");
  EXPECT_EQ(recorder.exits, 1);
  EXPECT_GT(recorder.started_pid, 0);
}

TEST_F(SpawnerTest, ReportsSignals) {
  Recorder recorder = run(shell("kill -SEGV $$"));
  EXPECT_EQ(recorder.exit->status, 128 + SIGSEGV);
  EXPECT_TRUE(recorder.exit->signalled);
}

TEST_F(SpawnerTest, PassesDirectoryEnvironmentAndEmptyInput) {  // RUNNER-10
  auto directory = std::filesystem::temp_directory_path() / "gyr spawner ü";
  std::filesystem::create_directories(directory);
  Command command = shell(
      "pwd; echo \"$A|$EMPTY|${HOME:+home}\"; cat; echo 'echo found' > here.sh; chmod +x here.sh; PATH=. here.sh");
  command.directory = directory;
  command.environment = {{"A", "1 = 2\n\xff"}, {"EMPTY", ""}};
  Recorder recorder = run(command);
  EXPECT_EQ(recorder.output, directory.string() + "\n1 = 2\n\xff||home\nfound\n");
  std::filesystem::remove_all(directory);
}

TEST_F(SpawnerTest, LooksUpTheProgramInThePathOfTheCommand) {
  auto directory = std::filesystem::temp_directory_path() / fmt::format("gyr-path-{}", ::getpid());
  std::filesystem::create_directories(directory);
  std::filesystem::create_symlink("/bin/echo", directory / "gyr-own-echo");
  Command command;
  command.arguments = {"gyr-own-echo", "a b", "", "$HOME"};
  EXPECT_EQ(run(command).exit.error().code(), spawn_failed);
  command.environment = {{"PATH", directory.string()}};
  EXPECT_EQ(run(command).output, "a b  $HOME\n");
  std::filesystem::remove_all(directory);
}

TEST_F(SpawnerTest, TheProcessInheritsNothingButItsOutputs) {
  Recorder recorder = run(shell("ls /proc/self/fd | wc -l; grep -E 'SigBlk|SigIgn' /proc/self/status"));
  // 0, 1, 2 and the directory that ls reads; two signals inside the C library are always ignored.
  EXPECT_EQ(recorder.output, "4\nSigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n");
}

TEST_F(SpawnerTest, ExplainsWhatCannotBeStarted) {
  Command missing;
  missing.arguments = {"gyr-no-such-program"};
  Recorder recorder = run(missing);
  ASSERT_FALSE(recorder.exit.has_value());
  EXPECT_EQ(recorder.exit.error().code(), spawn_failed);
  EXPECT_NE(recorder.exit.error().message().find("gyr-no-such-program"), std::string::npos);
  EXPECT_EQ(recorder.started_pid, 0);

  Command directory = shell("true");
  directory.directory = "/gyr/no/such";
  recorder = run(directory);
  EXPECT_NE(recorder.exit.error().message().find("/gyr/no/such"), std::string::npos);

  Command not_executable;
  not_executable.arguments = {"/etc/passwd"};
  recorder = run(not_executable);
  EXPECT_NE(recorder.exit.error().message().find("Permission denied"), std::string::npos);
}

TEST_F(SpawnerTest, RefusesWhatNoProgramCanReceive) {
  Recorder recorder;
  auto refused = [&](Command command) {
    auto process = spawner->start(loop, std::move(command), recorder);
    EXPECT_FALSE(process.has_value());
    return process ? std::string() : std::string(process.error().code().text) + " " + process.error().message();
  };
  EXPECT_NE(refused({}).find("no command"), std::string::npos);
  EXPECT_NE(refused({.arguments = {""}}).find("no command"), std::string::npos);
  EXPECT_NE(refused(shell(std::string("a\0b", 3))).find("GYR-P010 argument 2 of the command contains a NUL"),
            std::string::npos);
  EXPECT_NE(refused(shell(std::string(131'072, 'x'))).find("131072 bytes"), std::string::npos);
  EXPECT_NE(refused({.arguments = {"true"}, .environment = {{"A=B", "x"}}}).find("A=B"), std::string::npos);
  EXPECT_NE(refused({.arguments = {"true"}, .environment = {{"", "x"}}}).find("empty name"), std::string::npos);
  EXPECT_NE(refused({.arguments = {"true"}, .environment = {{std::string("A\0B", 3), "x"}}}).find("NUL"),
            std::string::npos);
  EXPECT_NE(refused({.arguments = {"true"}, .environment = {{"A", std::string("\0", 1)}}}).find("NUL"),
            std::string::npos);
  EXPECT_NE(refused({.arguments = {"true"}, .directory = std::string("/\0", 2)}).find("NUL"), std::string::npos);
  Command long_list;
  long_list.arguments.assign(100, std::string(100'000, 'x'));
  EXPECT_NE(refused(long_list).find("10000100 bytes"), std::string::npos);
  EXPECT_EQ(run(shell("echo alive")).output, "alive\n");
}

TEST_F(SpawnerTest, PassesLongCommandsAndReportsTheLimitOfTheKernel) {
  Command command = shell("for a in \"$@\"; do echo ${#a}; done");
  command.arguments.push_back("name");
  command.arguments.insert(command.arguments.end(), 10, std::string(131'071, 'x'));
  Recorder recorder = run(command);
  EXPECT_EQ(recorder.output, "131071\n131071\n131071\n131071\n131071\n131071\n131071\n131071\n131071\n131071\n");
  command.arguments.insert(command.arguments.end(), 30,
                           std::string(131'071, 'x'));  // above a quarter of the stack limit
  recorder = run(command);
  ASSERT_FALSE(recorder.exit.has_value());
  EXPECT_NE(recorder.exit.error().message().find("Argument list too long"), std::string::npos)
      << recorder.exit.error().message();
}

TEST_F(SpawnerTest, KeepsTheOrderWithinEachOutput) {
  Recorder recorder = run(shell("i=0; while [ $i -lt 2000 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done"));
  std::string output, error;
  for (int i = 0; i < 2000; ++i) {
    output += fmt::format("o{}\n", i);
    error += fmt::format("e{}\n", i);
  }
  EXPECT_EQ(recorder.output, output);
  EXPECT_EQ(recorder.error, error);
}

/// Reads a piece, then refuses until it may continue.
class Slow final : public Observer {
 public:
  bool on_output(bool, std::string_view bytes) override {
    EXPECT_FALSE(waiting) << "output after on_output() said no";
    lines += static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    largest = std::max(largest, bytes.size());
    waiting = true;
    return false;
  }
  void on_exit(base::Result<Exit> result) override {
    ended = true;
    EXPECT_EQ(result->status, 0);
  }
  size_t lines = 0;
  size_t largest = 0;
  bool waiting = false;
  bool ended = false;
};

TEST_F(SpawnerTest, HoldsBackAProcessThatPrintsAMillionLines) {  // principle: back-pressure
  Slow slow;
  auto process = start(shell("seq 1 1000000; echo done >&2"), slow);
  int turns = 0;
  while (!slow.ended && turns < 1'000'000) {
    ASSERT_TRUE(loop.run_until([&] { return slow.waiting || slow.ended; }));
    turns += 1;
    slow.waiting = false;
    process->resume();
  }
  EXPECT_EQ(slow.lines, 1'000'001U);
  EXPECT_LE(slow.largest, 64U * 1024);  // all that is ever in memory at once
}

TEST_F(SpawnerTest, APausedProcessStaysPaused) {
  Slow slow;
  auto process = start(shell("yes"), slow);
  ASSERT_TRUE(loop.run_until([&] { return slow.waiting; }));
  size_t lines = slow.lines;
  EXPECT_FALSE(loop.run_until([&] { return slow.lines != lines; }, std::chrono::milliseconds(100)));
}

TEST_F(SpawnerTest, KillEndsATreeThatIgnoresTermAndForksAway) {  // SCRIPT-27: within 2 s
  Recorder recorder;
  auto process = start(shell(R"(
      trap '' TERM INT HUP
      echo $$
      (setsid sh -c 'trap "" TERM; echo $$; sh -c "trap \"\" TERM; echo \$\$; sleep 300" & sleep 300' &)
      (env -i setsid sh -c 'trap "" TERM; exec >/dev/null 2>&1; sleep 300' &)
      sh -c 'trap "" TERM; while :; do (sleep 0.01 &) ; sleep 0.01; done' &
      echo ready
      while :; do sleep 300; done)"),
                       recorder);
  ASSERT_TRUE(loop.run_until([&] {
    return recorder.output.find("ready\n") != std::string::npos &&
           std::count(recorder.output.begin(), recorder.output.end(), '\n') == 4;
  })) << recorder.output;
  auto before = base::monotonic_now();
  process->kill();
  process->kill();
  ASSERT_TRUE(loop.run_until([&] { return recorder.done(); }));
  EXPECT_LT(base::monotonic_now() - before, std::chrono::seconds(2));
  EXPECT_EQ(recorder.exit->status, 128 + SIGKILL);
  EXPECT_FALSE(recorder.exit->survivors);
  for (std::string_view rest = recorder.output; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    int pid = std::atoi(std::string(rest.substr(0, rest.find('\n'))).c_str());
    if (pid != 0) EXPECT_FALSE(alive(pid)) << pid;
  }
}

TEST_F(SpawnerTest, KillAllowsAGracefulEnd) {
  Recorder recorder;
  auto process = start(shell("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done"), recorder);
  ASSERT_TRUE(loop.run_until([&] { return recorder.output == "ready\n"; }));
  process->kill();
  ASSERT_TRUE(loop.run_until([&] { return recorder.done(); }));
  EXPECT_EQ(recorder.output, "ready\nbye\n");
  EXPECT_EQ(recorder.exit->status, 3);
}

TEST_F(SpawnerTest, KillReachesAStoppedProcess) {
  Recorder recorder;
  auto process = start(shell("trap 'exit 4' TERM; echo ready; kill -STOP $$; while :; do sleep 0.05; done"), recorder);
  ASSERT_TRUE(loop.run_until([&] { return recorder.output == "ready\n"; }));
  process->kill();
  ASSERT_TRUE(loop.run_until([&] { return recorder.done(); }));
  EXPECT_EQ(recorder.exit->status, 4);
}

TEST_F(SpawnerTest, KillBeforeTheStartPreventsIt) {  // RUNNER-1
  auto file = std::filesystem::temp_directory_path() / fmt::format("gyr-not-started-{}", ::getpid());
  for (int i = 0; i < 20; ++i) {
    Recorder recorder;
    auto process = start(shell(fmt::format("sleep 0.3; touch {}", file.string())), recorder);
    process->kill();
    ASSERT_TRUE(loop.run_until([&] { return recorder.done(); }));
    EXPECT_EQ(recorder.exit->status, 128 + SIGTERM);
  }
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(SpawnerTest, DroppingAProcessKillsItWithoutACallback) {
  Recorder recorder;
  auto process = start(shell("echo $$; exec sleep 300"), recorder);
  ASSERT_TRUE(loop.run_until([&] { return recorder.output.ends_with("\n"); }));
  int pid = std::atoi(recorder.output.c_str());
  ASSERT_TRUE(alive(pid));
  process.reset();
  EXPECT_TRUE(loop.run_until([&] {
    loop.post([] {});
    return !alive(pid);
  }));
  EXPECT_FALSE(recorder.done());
}

/// Drops its process from within a callback.
class Dropper final : public Observer {
 public:
  explicit Dropper(bool at_output) : at_output_(at_output) {}
  bool on_output(bool, std::string_view) override {
    if (at_output_) process.reset();
    return true;
  }
  void on_exit(base::Result<Exit>) override {
    process.reset();
    ended = true;
  }
  std::unique_ptr<Process> process;
  bool ended = false;

 private:
  bool at_output_;
};

TEST_F(SpawnerTest, MayBeDroppedWithinItsCallbacks) {
  Dropper at_output(true), at_exit(false);
  at_output.process = start(shell("echo x; echo y >&2; sleep 300"), at_output);
  at_exit.process = start(shell("echo x"), at_exit);
  EXPECT_TRUE(loop.run_until([&] { return at_output.process == nullptr && at_exit.ended; }));
  EXPECT_FALSE(at_output.ended);
}

TEST_F(SpawnerTest, EndsSilentBackgroundProcessesAfterTheCommand) {
  auto before = base::monotonic_now();
  Recorder recorder = run(shell("setsid sleep 300 >/dev/null 2>&1 & echo $!; exit 0"));
  EXPECT_LT(base::monotonic_now() - before, std::chrono::seconds(4));
  EXPECT_EQ(recorder.exit->status, 0);
  EXPECT_TRUE(recorder.exit->leftovers);
  EXPECT_FALSE(alive(std::atoi(recorder.output.c_str())));
}

TEST_F(SpawnerTest, ReadsBackgroundProcessesThatPrintAndEnd) {
  Recorder recorder = run(shell("(sleep 0.5; echo late) & echo early; exit 5"));
  EXPECT_EQ(recorder.output, "early\nlate\n");
  EXPECT_EQ(recorder.exit->status, 5);
  EXPECT_FALSE(recorder.exit->leftovers);
}

TEST_F(SpawnerTest, EndsBackgroundProcessesThatHoldTheOutputsInSilence) {
  Command command = shell("sleep 300 & echo $!");
  command.leftover_grace = std::chrono::milliseconds(100);
  Recorder recorder = run(command);
  EXPECT_EQ(recorder.exit->status, 0);
  EXPECT_TRUE(recorder.exit->leftovers);
  EXPECT_FALSE(alive(std::atoi(recorder.output.c_str())));
}

TEST_F(SpawnerTest, EndsBackgroundProcessesThatPrintWithoutEnd) {
  Command command = shell("while :; do echo x; sleep 0.02; done & exit 0");
  command.leftover_grace = std::chrono::milliseconds(50);
  Recorder recorder = run(command);
  EXPECT_TRUE(recorder.exit->leftovers);
  EXPECT_GT(recorder.output.size(), 20U) << "printing must prolong their life up to the limit";
}

TEST_F(SpawnerTest, RunsAThousandQuickProcessesWithoutLeaks) {
  run(shell("true"));
  size_t ours = open_descriptors(::getpid());
  size_t helpers = open_descriptors(spawner->helper_pid());
  for (int i = 0; i < 1000; ++i) {
    Command command;
    command.arguments = {"/bin/true"};
    ASSERT_EQ(run(command).exit->status, 0);
  }
  // The helper hears of a guardian's end after we do: the last ones may be open still. A leak would be one in each of
  // the thousand.
  EXPECT_LT(open_descriptors(::getpid()), ours + 10);
  EXPECT_LT(open_descriptors(spawner->helper_pid()), helpers + 10);
}

TEST_F(SpawnerTest, RunsTwoHundredAtOnce) {
  std::vector<Recorder> recorders(200);
  std::vector<std::unique_ptr<Process>> processes;
  for (size_t i = 0; i < recorders.size(); ++i)
    processes.push_back(start(shell(fmt::format("sleep 0.2; echo {}", i)), recorders[i]));
  ASSERT_TRUE(loop.run_until(
      [&] { return std::all_of(recorders.begin(), recorders.end(), [](const auto& r) { return r.done(); }); }));
  for (size_t i = 0; i < recorders.size(); ++i) EXPECT_EQ(recorders[i].output, fmt::format("{}\n", i));
}

TEST_F(SpawnerTest, ReplacesAHelperThatDied) {
  Recorder recorder;
  auto process = start(shell("trap '' TERM; echo $$; setsid sleep 300 & echo $!; wait"), recorder);
  ASSERT_TRUE(loop.run_until([&] { return std::count(recorder.output.begin(), recorder.output.end(), '\n') == 2; }));
  int helper = spawner->helper_pid();
  ::kill(helper, SIGKILL);
  ASSERT_TRUE(loop.run_until([&] { return recorder.done(); }));
  ASSERT_FALSE(recorder.exit.has_value());
  EXPECT_EQ(recorder.exit.error().code(), spawner_lost);
  size_t line = recorder.output.find('\n');
  for (int pid : {std::atoi(recorder.output.c_str()), std::atoi(recorder.output.c_str() + line + 1)})
    EXPECT_FALSE(alive(pid)) << pid;
  EXPECT_EQ(run(shell("echo again")).output, "again\n");
  EXPECT_NE(spawner->helper_pid(), helper);
}

TEST_F(SpawnerTest, TheTreeOfAKilledGuardianDiesWithIt) {
  Recorder recorder, other;
  auto process = start(shell("trap '' TERM; echo $PPID; setsid sleep 300 & echo $!; wait"), recorder);
  auto neighbour = start(shell("sleep 1; echo fine"), other);
  ASSERT_TRUE(loop.run_until([&] { return std::count(recorder.output.begin(), recorder.output.end(), '\n') == 2; }));
  int guardian = std::atoi(recorder.output.c_str());
  int sleeper = std::atoi(recorder.output.c_str() + recorder.output.find('\n') + 1);
  ::kill(guardian, SIGKILL);
  ASSERT_TRUE(loop.run_until([&] { return recorder.done() && other.done(); }));
  EXPECT_EQ(recorder.exit.error().code(), spawner_lost);
  EXPECT_FALSE(alive(sleeper));
  EXPECT_EQ(other.output, "fine\n");
}

TEST_F(SpawnerTest, ServiceManagersSignalsDoNotReachTheHelper) {
  Recorder recorder;
  auto process = start(shell("echo $PPID; sleep 0.3; echo end"), recorder);
  ASSERT_TRUE(loop.run_until([&] { return recorder.output.ends_with("\n"); }));
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
    ::kill(spawner->helper_pid(), signal);
    ::kill(std::atoi(recorder.output.c_str()), signal);
  }
  ASSERT_TRUE(loop.run_until([&] { return recorder.done(); }));
  EXPECT_TRUE(recorder.output.ends_with("\nend\n"));
}

// Principle: process helper. When the server dies, for whatever cause, nothing that it started survives.
TEST_F(SpawnerTest, NothingSurvivesTheServer) {
  Recorder recorder;
  Command server;
  server.arguments = {
      std::filesystem::read_symlink("/proc/self/exe").string(), "--doomed-server",
      "trap '' TERM; echo $$; (setsid sh -c 'echo $$; trap \"\" TERM; sleep 300' &); sleep 300 & echo $!; wait"};
  auto process = start(server, recorder);
  ASSERT_TRUE(loop.run_until([&] { return recorder.output.find("ready\n") != std::string::npos || recorder.done(); }));
  std::vector<int> pids;
  std::string_view rest = recorder.output;
  ASSERT_TRUE(rest.starts_with("helper "));
  rest.remove_prefix(7);
  for (; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    if (int pid = std::atoi(std::string(rest.substr(0, rest.find('\n'))).c_str())) pids.push_back(pid);
  }
  ASSERT_EQ(pids.size(), 4U) << recorder.output;
  for (int pid : pids) EXPECT_TRUE(alive(pid)) << pid;
  auto before = base::monotonic_now();
  ::kill(recorder.started_pid, SIGKILL);
  EXPECT_TRUE(loop.run_until(
      [&] {
        loop.post([] {});
        return std::none_of(pids.begin(), pids.end(), alive);
      },
      std::chrono::seconds(5)));
  EXPECT_LT(base::monotonic_now() - before, std::chrono::seconds(1));
}

}  // namespace
}  // namespace gyr::process
