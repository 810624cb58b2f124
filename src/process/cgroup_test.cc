#include "process/cgroup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "process/testing/fake_cgroups.h"
#include "process/testing/program.h"
#include "process/testing/recorder.h"
#include "process/testing/test_loop.h"

namespace gyr::process {
namespace {

using std::filesystem::path;
using testing::FakeCgroups;

constexpr int server = 100;
constexpr std::string_view mount_line = "31 23 0:27 / {} rw,nosuid shared:4 - cgroup2 cgroup2 rw\n";

/// A server of pid 100 with a helper 101, in the group `unit` of a tree in a temporary folder.
class CgroupTest : public ::testing::Test {
 protected:
  CgroupTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gyr cgroup XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    start("cpu memory pids");
    FakeCgroups::put(unit / "cgroup.procs", "100\n101\n");
  }
  ~CgroupTest() override {
    groups.reset();
    std::filesystem::remove_all(root);
  }

  void start(const std::string& controllers) {
    auto made = std::make_unique<FakeCgroups>(controllers);
    files = made.get();
    unit = root / "tree" / "unit";
    files->fill(root / "tree", controllers);
    files->fill(unit, controllers);
    std::string escaped;
    for (char c : (root / "tree").string()) escaped += c == ' ' ? "\\040" : std::string(1, c);
    FakeCgroups::put(root / "membership", "9:name=systemd:/x\n0::/unit\n");
    FakeCgroups::put(root / "mounts", fmt::format(fmt::runtime(mount_line), escaped));
    RunCgroups::Place place{
        .membership = root / "membership", .mounts = root / "mounts", .pid = server, .descendants = {}, .alive = {}};
    place.descendants = [](int) { return std::vector<int>{101, 102}; };
    place.alive = [](int pid) { return pid < 500; };
    groups = std::make_shared<RunCgroups>(std::move(place), std::move(made));
  }

  std::string text(std::string_view file) const { return FakeCgroups::get(unit / file); }
  std::string problem(const Limits& limits) {
    auto group = groups->make(1, limits);
    if (group) return "none";
    EXPECT_EQ(group.error().code(), limits_unavailable);
    return group.error().message();
  }

  path root;
  path unit;
  FakeCgroups* files = nullptr;
  std::shared_ptr<RunCgroups> groups;
};

TEST_F(CgroupTest, CreatesAGroupWithTheLimitsOfARun) {  // RUNNER-10
  {
    auto group = groups->make(7, {.memory = 64 << 20, .millicpus = 1500, .pids = 20});
    ASSERT_TRUE(group.has_value()) << group.error().to_string();
    EXPECT_EQ((*group)->path(), unit / "gyr-run-100-7");
    EXPECT_EQ(text("gyr-run-100-7/memory.max"), "67108864");
    EXPECT_EQ(text("gyr-run-100-7/memory.swap.max"), "0");
    EXPECT_EQ(text("gyr-run-100-7/memory.oom.group"), "1");
    EXPECT_EQ(text("gyr-run-100-7/cpu.max"), "150000 100000");
    EXPECT_EQ(text("gyr-run-100-7/pids.max"), "20");
    EXPECT_EQ(text("cgroup.subtree_control"), "+cpu +memory +pids");
    EXPECT_EQ(text("cgroup.procs"), "") << "a group that passes controllers on has no members";
    EXPECT_EQ(text("gyr-server-100/cgroup.procs"), "100\n101\n");
    auto second = groups->make(8, {.memory = {}, .millicpus = {}, .pids = 1});
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(text("gyr-run-100-8/memory.max"), "") << "only what was asked for";
  }
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-run-100-7"));
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-run-100-8"));
}

TEST_F(CgroupTest, TriesAgainToRemoveWhatIsStillInUse) {  // RUNNER-11
  auto group = groups->make(7, {.memory = {}, .millicpus = {}, .pids = 2});
  ASSERT_TRUE(group.has_value());
  FakeCgroups::put((*group)->path() / "cgroup.procs", "300\n");
  group->reset();
  EXPECT_TRUE(std::filesystem::exists(unit / "gyr-run-100-7"));
  FakeCgroups::put(unit / "gyr-run-100-7" / "cgroup.procs", "");
  EXPECT_TRUE(groups->make(8, {.memory = {}, .millicpus = {}, .pids = 2}).has_value());
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-run-100-7"));
}

TEST_F(CgroupTest, EndsWhatADeadServerLeft) {  // RUNNER-11
  files->fill(unit / "gyr-run-900-1", "");     // 900 is dead
  FakeCgroups::put(unit / "gyr-run-900-1" / "cgroup.procs", "77\n");
  files->fill(unit / "gyr-server-900", "");
  files->fill(unit / "gyr-run-200-1", "");  // 200 is still running
  for (const char* other : {"gyr-run-", "gyr-run-x-1", "gyr-run-900", "gyr-server-", "gyr-server--5", "somebody"})
    files->fill(unit / other, "");
  files->fill(unit / "gyr-run-100-3", "");  // of a server before this one with its pid
  groups->remove_leftovers();
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-run-900-1"));
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-server-900"));
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-run-100-3"));
  for (const char* other :
       {"gyr-run-200-1", "gyr-run-", "gyr-run-x-1", "gyr-run-900", "gyr-server-", "gyr-server--5", "somebody"}) {
    EXPECT_TRUE(std::filesystem::exists(unit / other)) << other;
  }
}

TEST_F(CgroupTest, ChangesNothingWhereItMayNotDivideItsGroup) {  // RUNNER-10
  const Limits limits{.memory = 1 << 20, .millicpus = {}, .pids = {}};
  FakeCgroups::put(unit / "cgroup.procs", "100\n101\n333\n");
  EXPECT_NE(problem(limits).find("it also contains other processes, such as 333"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-server-100"));
  FakeCgroups::put(unit / "cgroup.procs", "100\n101\n");
  files->refuses_folders = true;
  EXPECT_NE(problem(limits).find("Permission denied"), std::string::npos);
  files->refuses_folders = false;
  files->refused = {"cgroup.subtree_control"};
  EXPECT_NE(problem(limits).find("cannot enable controllers"), std::string::npos);
  EXPECT_EQ(text("cgroup.procs"), "100\n101\n") << "moved back";
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-server-100"));
  files->refused = {"memory.max"};
  EXPECT_NE(problem(limits).find("cannot write `1048576`"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(unit / "gyr-run-100-1"));
  files->refused.clear();
  EXPECT_EQ(problem(limits), "none") << "what stood in the way is gone";
}

TEST_F(CgroupTest, NamesControllersThatAreMissing) {  // RUNNER-10
  std::filesystem::remove_all(root / "tree");
  start("cpu pids");
  EXPECT_NE(problem({.memory = 1, .millicpus = 1000, .pids = 1}).find("no controller `memory` of"), std::string::npos);
  EXPECT_EQ(problem({.memory = {}, .millicpus = 1000, .pids = 1}), "none");
  EXPECT_NE(problem({.memory = 1, .millicpus = {}, .pids = {}}).find("`memory`"), std::string::npos);
}

TEST(Cgroup, FindsItsOwnGroup) {
  auto find = [](std::string_view membership, std::string_view mounts) {
    auto found = own_cgroup(membership, mounts);
    return found ? found->string() : "refused";
  };
  const std::string plain = fmt::format(fmt::runtime(mount_line), "/sys/fs/cgroup");
  const std::string part = "1 2 0:3 /docker/abc /cg rw - cgroup2 none rw\n";
  EXPECT_EQ(find("0::/\n", plain), "/sys/fs/cgroup");
  EXPECT_EQ(find("3:cpu:/q\n0::/system.slice/gyr.service\n", plain), "/sys/fs/cgroup/system.slice/gyr.service");
  EXPECT_EQ(find("0::/docker/abc/x", part), "/cg/x");
  EXPECT_EQ(find("0::/docker/abc", part), "/cg");
  for (auto [membership, mounts] :
       std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                        {"0::/a", ""},
                                                        {"", plain},
                                                        {"4:memory:/a\n", plain},
                                                        {"0::/../other", plain},
                                                        {"0::/docker/abcd", part},
                                                        {"0::/x", part},
                                                        {"0::/a", "1 2 0:3 / /cg rw - cgroup cgroup rw,cpu\n"},
                                                        {"0::/a", "- cgroup2"},
                                                        {"0::/a", "1 2 3 4 5 6 -"},
                                                        {"\n\n\n", std::string(70'000, '-')}}) {
    EXPECT_EQ(find(membership, mounts), "refused") << membership << " " << mounts.substr(0, 60);
  }
}

TEST(Cgroup, ReportsOutOfMemory) {
  EXPECT_TRUE(ran_out_of_memory("low 0\nhigh 0\nmax 8\noom 1\noom_kill 1\noom_group_kill 1\n"));
  for (std::string_view none : {"", "oom 1\noom_kill 0\n", "oom_kill", "oom_kill 1 2\n", "no_oom_kill 1\n"})
    EXPECT_FALSE(ran_out_of_memory(none)) << none;
}

/// With the kernel's own groups, where this system has them.
class RealCgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto group = RunCgroups::of_this_server()->make(0, all);
    if (!group) GTEST_SKIP() << "NOT TESTED HERE, limits by the kernel: " << group.error().message();
  }
  testing::Recorder run(std::string script, Limits limits) {
    testing::Recorder recorder;
    Command command;
    command.arguments = {"/bin/sh", "-c", std::move(script)};
    command.limits = limits;
    auto process = spawner->start(loop, std::move(command), recorder);
    EXPECT_TRUE(process.has_value()) << process.error().to_string();
    if (process) EXPECT_TRUE(loop.run_until([&] { return recorder.done(); }));
    return recorder;
  }

  const Limits all{.memory = 64 << 20, .millicpus = 1000, .pids = 30};
  testing::TestLoop loop;
  std::unique_ptr<Spawner> spawner = testing::spawner_of_this_program();
};

TEST_F(RealCgroupTest, EndsWhatNeedsTooMuchMemory) {  // RUNNER-10
  auto ended = run("x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}", all);
  ASSERT_FALSE(ended.exit.has_value());
  EXPECT_EQ(ended.exit.error().code(), memory_exhausted);
  EXPECT_EQ(ended.output, "");
}

TEST_F(RealCgroupTest, HoldsBackProcesses) {  // RUNNER-10
  auto ended = run("cat /proc/self/cgroup; for i in 1 2 3 4 5 6 7 8 9; do tail -f /dev/null & done",
                   {.memory = {}, .millicpus = {}, .pids = 4});
  EXPECT_NE(ended.output.find("gyr-run-"), std::string::npos) << ended.output;
  EXPECT_NE(ended.error, "") << "no more than 4";
}

TEST(CgroupRefused, StartsNothingWhereLimitsCannotBeKept) {  // RUNNER-10
  auto possible = RunCgroups::of_this_server()->make(0, {.memory = 1 << 30, .millicpus = {}, .pids = {}});
  if (possible) GTEST_SKIP() << "NOT TESTED HERE: this system keeps limits";
  testing::TestLoop loop;
  auto spawner = testing::spawner_of_this_program();
  testing::Recorder recorder;
  Command command;
  command.arguments = {"/bin/true"};
  command.limits.memory = 1 << 30;
  auto process = spawner->start(loop, std::move(command), recorder);
  ASSERT_FALSE(process.has_value());
  EXPECT_EQ(process.error().code(), limits_unavailable);
  EXPECT_NE(process.error().hint(), "");
}

}  // namespace
}  // namespace gyr::process
