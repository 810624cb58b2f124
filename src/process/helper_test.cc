// The helper against everything its socket may bring.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/id.h"
#include "process/messages.h"

namespace gyr::process {
namespace {

/// A helper with nothing but its socket.
class HelperTest : public ::testing::Test {
 protected:
  HelperTest() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    socket = UniqueFd(ends[0]);
    UniqueFd theirs(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, theirs.get(), 3);
    char name[] = "test_process", option[] = "--spawner", fd[] = "3";
    char* arguments[] = {name, option, fd, nullptr};
    EXPECT_EQ(::posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
  }

  ~HelperTest() override {
    socket.reset();
    int status = -1;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0) << "the helper must end in order when its socket closes";
  }

  void send(std::string_view message, std::initializer_list<int> fds = {}) {
    ASSERT_EQ(send_message(socket.get(), message, fds, true), 0);
  }

  Report next_report() {
    pollfd ready{socket.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&ready, 1, 30'000), 1) << "no answer";
    char buffer[64];
    Received received = receive_message(socket.get(), buffer, sizeof(buffer), true);
    auto report = decode_report(received.bytes);
    EXPECT_TRUE(report.has_value());
    return report.value_or(Report{});
  }

  /// Whether it still starts programs.
  void expect_alive() {
    UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    std::string message = encode_header({MessageType::start, 999}) + encode_start_body({.arguments = {"/bin/true"}});
    send(message, {null.get(), null.get()});
    EXPECT_EQ(next_report().header.type, MessageType::started);
    Report gone = next_report();
    if (gone.header.type == MessageType::exited) gone = next_report();
    EXPECT_EQ(gone.header.type, MessageType::gone);
    EXPECT_EQ(gone.header.id, 999U);
    EXPECT_EQ(gone.value, 0);
  }

  UniqueFd socket;
  pid_t pid = -1;
};

/// A folder with the files of a control group that a run uses; they are ordinary ones.
class FakeGroup {
 public:
  explicit FakeGroup(std::string_view memory_events) {
    std::string pattern = (std::filesystem::temp_directory_path() / "gyr-group-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    for (const char* file : {"cgroup.procs", "cgroup.kill"}) write(file, "");
    write("memory.events", memory_events);
  }
  FakeGroup(const FakeGroup&) = delete;
  FakeGroup& operator=(const FakeGroup&) = delete;
  ~FakeGroup() { std::filesystem::remove_all(folder); }
  std::string read(std::string_view file) const {
    std::ifstream in(folder / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(std::string_view file, std::string_view text) const { std::ofstream(folder / file) << text; }
  std::filesystem::path folder;
};

TEST_F(HelperTest, RunsAProgramAsAMemberOfItsGroup) {  // RUNNER-10
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  UniqueFd output(ends[0]);
  UniqueFd write_end(ends[1]);
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  // A session of its own, its descriptors, its signals.
  const char* script =
      "set -- $(ps -o sid= -p $$); echo $1; set -- $(ls /proc/self/fd); echo $@; grep Sig[BI] /proc/self/status; exit "
      "3";
  auto run = [&](uint64_t id, const std::string& cgroup) -> std::pair<std::string, Report> {
    StartRequest request{.arguments = {"sh", "-c", script}, .cgroup = cgroup};
    send(encode_header({MessageType::start, id}) + encode_start_body(request), {write_end.get(), null.get()});
    Report started = next_report();
    EXPECT_EQ(started.header.type, MessageType::started);
    Report gone = next_report();
    if (gone.header.type == MessageType::exited) gone = next_report();
    EXPECT_EQ(gone.header.type, MessageType::gone);
    EXPECT_EQ(WEXITSTATUS(static_cast<int>(gone.value)), 3);
    char text[1024];
    ssize_t count = ::read(output.get(), text, sizeof(text));
    std::string printed(text, count < 0 ? 0 : static_cast<size_t>(count));
    const std::string session = std::to_string(started.value) + "\n";
    EXPECT_TRUE(printed.starts_with(session)) << printed;
    return {printed.substr(std::min(session.size(), printed.size())), gone};
  };
  const std::string ordinary = run(1, "").first;
  EXPECT_TRUE(ordinary.starts_with("0 1 2 3\nSigBlk:\t0000000000000000\n")) << ordinary;
  for (bool exhausted : {false, true}) {
    FakeGroup group(exhausted ? "oom 1\noom_kill 1\n" : "oom 0\noom_kill 0\n");
    auto [printed, gone] = run(exhausted ? 3 : 2, group.folder.string());
    EXPECT_EQ(printed, ordinary) << "as every other";
    EXPECT_EQ(gone.detail, exhausted ? gone_memory_exhausted : 0);
    EXPECT_EQ(group.read("cgroup.procs"), "0") << "it joins by itself, before the program begins";
    EXPECT_EQ(group.read("cgroup.kill"), "");
  }
}

TEST_F(HelperTest, ReportsWhyAProgramCannotStartInAGroup) {  // RUNNER-10
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  FakeGroup group("");
  auto refused = [&, id = uint64_t{6}](StartRequest request) mutable {
    send(encode_header({MessageType::start, id++}) + encode_start_body(request), {null.get(), null.get()});
    Report report = next_report();
    EXPECT_EQ(report.header.type, MessageType::failed);
    EXPECT_EQ(report.value, ENOENT);
    return static_cast<Stage>(report.detail);
  };
  EXPECT_EQ(refused({.arguments = {"/bin/true"}, .cgroup = "/no/such/group"}), Stage::limits);
  EXPECT_EQ(refused({.arguments = {"/no/such"}, .cgroup = group.folder.string()}), Stage::program);
  expect_alive();
}

TEST_F(HelperTest, KillsAGroupAtOnce) {  // RUNNER-11
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  FakeGroup group("");
  StartRequest request{.arguments = {"tail", "-f", "/dev/null"}, .cgroup = group.folder.string()};
  send(encode_header({MessageType::start, 7}) + encode_start_body(request), {null.get(), null.get()});
  EXPECT_EQ(next_report().header.type, MessageType::started);
  send(encode_header({MessageType::kill_now, 7}));
  Report gone = next_report();
  if (gone.header.type == MessageType::exited) gone = next_report();
  EXPECT_EQ(gone.header.type, MessageType::gone);
  EXPECT_EQ(group.read("cgroup.kill"), "1");
}

TEST_F(HelperTest, IgnoresInvalidMessages) {
  send("x");
  send("12345678");
  send(std::string(60'000, '\xff'));
  send(encode_header({static_cast<MessageType>(0), 1}));
  send(encode_header({static_cast<MessageType>(255), 1}) + std::string(1000, '\0'));
  send(encode_header({MessageType::gone, 1}));
  send(encode_header({MessageType::kill, 12345}));
  send(encode_header({MessageType::kill_now, 12345}));
  expect_alive();
}

TEST_F(HelperTest, RefusesDamagedRequestsForInterpreters) {
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  StartRequest request{.arguments = {"/bin/true"}, .warm = WarmInterpreter{.arguments = {"/bin/cat"}, .script = "x"}};
  std::string good = encode_start_body(request);
  uint64_t id = 1;
  auto refused = [&](std::string_view body, std::initializer_list<int> fds) {
    send(encode_header({MessageType::start_warm, id}) + std::string(body), fds);
    Report report = next_report();
    EXPECT_EQ(report.header.type, MessageType::failed);
    EXPECT_EQ(report.header.id, id);
    id += 1;
  };
  for (size_t length = 0; length < good.size(); ++length) refused(good.substr(0, length), {null.get(), null.get()});
  refused(good + "x", {null.get(), null.get()});
  refused(good, {});
  refused(good, {null.get()});
  refused(good, {null.get(), null.get(), null.get()});
  refused(encode_start_body({.arguments = {"/bin/true"}}), {null.get(), null.get()});
  send(encode_header({MessageType::prepare, 1}) + good);  // a word between helper and guardian
  send(encode_header({MessageType::idle, 1}));
  expect_alive();
}

TEST_F(HelperTest, RunsTheCommandIfTheInterpreterDoesNotRespond) {
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  uint64_t id = 1;
  // Ends without a message; does not exist; sends an invalid message; sends an impossible pid.
  for (std::vector<std::string> interpreter : {std::vector<std::string>{"/bin/true"},
                                               {"/no/such"},
                                               {"/bin/sh", "-c", "echo what >&3"},
                                               {"/bin/sh", "-c", "printf 1 >&3; sleep 300"}}) {
    for (int i : {1, 2}) {
      StartRequest request{.arguments = {"/bin/sh", "-c", "exit 7"},
                           .warm = WarmInterpreter{.arguments = interpreter, .copies_itself = i == 1, .script = "x"}};
      send(encode_header({MessageType::start_warm, id}) + encode_start_body(request), {null.get(), null.get()});
      EXPECT_EQ(next_report().header.type, MessageType::started);
      Report gone = next_report();
      if (gone.header.type == MessageType::exited) gone = next_report();
      EXPECT_EQ(gone.header.type, MessageType::gone);
      EXPECT_EQ(gone.header.id, id);
      EXPECT_EQ(WEXITSTATUS(static_cast<int>(gone.value)), 7) << interpreter[0];
      id += 1;
    }
  }
  expect_alive();
}

TEST_F(HelperTest, KillsWhileTheInterpreterStarts) {  // RUNNER-1
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  StartRequest request{
      .kill_grace_ms = 100,
      .arguments = {"/bin/sh", "-c", "exit 7"},
      .warm = WarmInterpreter{.arguments = {"/bin/sleep", "300"}, .copies_itself = true, .script = "x"}};
  for (uint64_t id : {1, 2}) {
    send(encode_header({MessageType::start_warm, id}) + encode_start_body(request), {null.get(), null.get()});
    send(encode_header({id == 1 ? MessageType::kill : MessageType::kill_now, id}));
    Report gone = next_report();
    EXPECT_EQ(gone.header.type, MessageType::gone);
    EXPECT_EQ(gone.header.id, id);
  }
  send(encode_header({MessageType::kill, 1}));  // long over
  expect_alive();
}

TEST_F(HelperTest, RefusesDamagedRequests) {
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  uint64_t id = 1;
  std::string good = encode_start_body({.arguments = {"/bin/true"}, .environment = {{"A", "b"}}});
  auto refused = [&](std::string_view body, std::initializer_list<int> fds) {
    send(encode_header({MessageType::start, id}) + std::string(body), fds);
    Report report = next_report();
    EXPECT_EQ(report.header.type, MessageType::failed);
    EXPECT_EQ(report.header.id, id);
    EXPECT_EQ(static_cast<Stage>(report.detail), Stage::request);
    id += 1;
  };
  refused(good, {});
  refused(good, {null.get()});
  refused(good, {null.get(), null.get(), null.get(), null.get()});
  refused(good, {null.get(), null.get(), null.get()});  // the third must be a file with the body
  refused("", {null.get(), null.get()});
  refused(good + "more", {null.get(), null.get()});
  for (size_t cut = 0; cut < good.size(); ++cut) refused(good.substr(0, cut), {null.get(), null.get()});
  expect_alive();
}

TEST_F(HelperTest, SurvivesRandomMessages) {
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  base::IdGenerator random(base::Instant{}, 42, 43);
  for (int i = 0; i < 2000; ++i) {
    std::string message(random.random() % 200, '\0');
    for (char& byte : message) byte = static_cast<char>(random.random());
    if (message.empty()) message = "x";
    // No start: a random request that is well-formed by chance would run a random program.
    if (message[0] == static_cast<char>(MessageType::start)) message[0] = 0;
    if (message[0] == static_cast<char>(MessageType::start_warm)) message[0] = 0;
    send(message, {null.get(), null.get()});
  }
  expect_alive();
}

TEST(Messages, GoThereAndBack) {
  StartRequest request{1500, "/work dir", {"a", "", std::string("b\0c", 3)}, {{"NAME", "value"}, {"", ""}}};
  auto read = decode_start_body(encode_start_body(request));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->kill_grace_ms, 1500U);
  EXPECT_EQ(read->directory, request.directory);
  EXPECT_EQ(read->arguments, request.arguments);
  EXPECT_EQ(read->environment, request.environment);
  EXPECT_FALSE(read->warm.has_value());

  request.warm = WarmInterpreter{{"python", "-c"}, "starter\n", true, "/work dir/x.py", {"NAME"}};
  read = decode_start_body(encode_start_body(request));
  ASSERT_TRUE(read.has_value() && read->warm.has_value());
  EXPECT_EQ(read->warm->arguments, request.warm->arguments);
  EXPECT_EQ(read->warm->starter, "starter\n");
  EXPECT_TRUE(read->warm->copies_itself);
  EXPECT_EQ(read->warm->script, "/work dir/x.py");
  EXPECT_EQ(read->warm->own_variables, (std::vector<std::string>{"NAME"}));

  auto report = decode_report(encode_report({{MessageType::gone, UINT64_MAX}, -5, 200}));
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->header.id, UINT64_MAX);
  EXPECT_EQ(report->value, -5);
  EXPECT_EQ(report->detail, 200);
  EXPECT_FALSE(decode_report("").has_value());
  EXPECT_FALSE(decode_report(encode_report({{MessageType::gone, 1}, 1, 1}) + "x").has_value());
}

TEST(Messages, AKeyIsOfWhatAnInterpreterHasSeen) {
  StartRequest request{1500, "/one", {"a"}, {{"NAME", "value"}, {"OWN", "1"}}};
  request.warm = WarmInterpreter{{"python"}, "starter", true, "/one/x.py", {"OWN"}};
  std::string key = warm_key(request);
  StartRequest other = request;
  other.kill_grace_ms = 1;
  other.directory = "/two";
  other.arguments = {"b"};
  other.warm->script = "/two/y.py";
  other.environment[1].second = "2";
  EXPECT_EQ(warm_key(other), key);
  other.environment[0].second = "another";
  EXPECT_NE(warm_key(other), key);
  other = request;
  other.environment.push_back({"MORE", ""});
  EXPECT_NE(warm_key(other), key);
  other = request;
  other.warm->own_variables.clear();
  EXPECT_NE(warm_key(other), key);
  other = request;
  other.warm->arguments = {"python3"};
  EXPECT_NE(warm_key(other), key);
}

TEST(Messages, ACountThatCannotBeTrueIsRefused) {
  std::string body = encode_start_body({.arguments = {"/bin/true"}});
  body[2] = '\xff';  // the number of arguments
  EXPECT_FALSE(decode_start_body(body).has_value());
}

}  // namespace
}  // namespace gyr::process
