// Small parts: printable texts, durations, reading files, inputs.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/await.h"
#include "cli/errors.h"
#include "cli/flow_inputs.h"
#include "cli/length_option.h"
#include "cli/testing/memory_storage.h"
#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

TEST(Printable, KeepsTextAndRemovesControlCharacters) {
  EXPECT_EQ(printable("plain\ttext\nnext"), "plain\ttext\nnext");
  EXPECT_EQ(printable("\x1B[1;31mred\x1B[0m"), "red");
  EXPECT_EQ(printable("\x1B]0;title\a!\x1B]8;;http://x\x1B\\link\x1B]8;;\x1B\\"), "!link");
  EXPECT_EQ(printable("a\r\nb"), "a\nb");
  EXPECT_EQ(printable(std::string_view("a\0b\x7F", 4)), "a␀b\uFFFD");
  EXPECT_EQ(printable("\xFFx"), "\uFFFDx");
  EXPECT_EQ(printable("\u202Eevil"), "\uFFFDevil");
  EXPECT_EQ(printable("é 漢字"), "é 漢字");
  for (std::string text : {"\x1B", "\x1B[", "\x1B[1", "\x1B]", "\x1B]x\x1B", "\x1B[\n"})
    EXPECT_EQ(printable(text).find('\x1B'), std::string::npos);
}

TEST(Length, ShortAndIso) {
  auto ms = [](std::string_view text) {
    auto length = parse_length("--timeout", text);
    return length ? length->to_millis() : -1;
  };
  EXPECT_EQ(ms("500ms"), 500);
  EXPECT_EQ(ms("30s"), 30'000);
  EXPECT_EQ(ms("1h30m"), 5'400'000);
  EXPECT_EQ(ms("2d"), 172'800'000);
  EXPECT_EQ(ms("PT1M30S"), 90'000);
  for (std::string_view text : {"", "5", "s", "-5s", "1s1h", "0s", "PT0S", "-PT1S", "5 s", "1m1m", "99999999999d",
                                "9223372036854775807h", "PT999999999999H", "1.5s"}) {
    EXPECT_EQ(ms(text), -1) << text;
  }
}

TEST(FileOutput, WritesEverythingAndDetectsAClosedPipe) {
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  struct sigaction before = {};
  sigaction(SIGPIPE, &ignore, &before);
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  FileOutput output(pipe[1]);
  output.write("hello");
  char buffer[5];
  EXPECT_EQ(::read(pipe[0], buffer, 5), 5);
  EXPECT_EQ(std::string_view(buffer, 5), "hello");
  EXPECT_FALSE(output.is_terminal());
  ::close(pipe[0]);
  output.write("nobody");
  EXPECT_EQ(output.failure(), EPIPE);
  output.write("again");
  ::close(pipe[1]);
  sigaction(SIGPIPE, &before, nullptr);
}

TEST(ReadInput, Errors) {
  testing::BufferOutput out, err;
  Console console{out, err};
  testing::Files files;
  EXPECT_EQ(read_input(files.path("none"), console).error().code(), no_such_file);
  EXPECT_EQ(read_input(files.path(), console).error().code(), unreadable_file);
  std::string path = files.put("five", "12345");
  EXPECT_EQ(read_input(path, console, 5).value_or("?"), "12345");
  EXPECT_EQ(read_input(path, console, 4).error().code(), unreadable_file);
  EXPECT_EQ(read_input("/dev/zero", console, 1'000'000).error().code(), unreadable_file);
  EXPECT_EQ(read_input(std::string("a\0b", 3), console).has_value(), false);
}

TEST(Await, ADestroyedCallbackIsAShutdown) {
  auto result = await<int>([](auto callback) { (void)callback; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), executor::shutting_down);
  EXPECT_EQ(*await<int>([](auto callback) { callback(5); }), 5);
}

// ------------------------------------------------------------------------------------------------ inputs

model::ParsedFlow flow_with_inputs() {
  return model::parse_flow(R"(id: f
namespace: company.team
inputs:
  - {id: name, type: STRING}
  - {id: data, type: FILE}
  - {id: more, type: STRING}
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}
)",
                           testing::registry());
}

struct Given {
  base::Result<Value> values = Value();
  std::vector<model::Label> labels;
  std::string left_over;
};

/// Reads options as a command does, and stores files in `storage`.
Given give(const std::vector<std::string>& words, testing::MemoryStorage& storage,
           std::optional<std::string> file = "flow.yaml") {
  testing::BufferOutput out, err;
  Console console{out, err};
  FlowInputs inputs;
  Arguments arguments;
  inputs.declare(arguments);
  Given given;
  if (auto parsed = arguments.parse(words); !parsed) {
    given.values = base::fail(parsed.error());
    return given;
  }
  if (auto read = inputs.read(console, file); !read) {
    given.values = base::fail(read.error());
    return given;
  }
  auto parsed = flow_with_inputs();
  EXPECT_TRUE(parsed.ok()) << parsed.first_error();
  given.values = inputs.store(*parsed.flow, base::Id{1, 2}, "main", storage, console);
  given.labels = inputs.labels();
  given.left_over = file.value_or("");
  return given;
}

TEST(FlowInputs, ValuesFilesAndLabels) {
  testing::MemoryStorage storage;
  testing::Files files;
  std::string data = files.put("sales data.csv", "a,b\n");
  std::string more = files.put("more.json", R"({"name": "from file", "list": [1, 2]})");
  auto given = give({"--inputs", "name=a=b", "data=" + data, "--inputs-file", more, "--file", "more=" + data,
                     "--labels", "team=x", "env=y"},
                    storage);
  ASSERT_TRUE(given.values) << given.values.error().message();
  EXPECT_EQ(given.values->find("name")->text(), "a=b");
  EXPECT_EQ(given.values->find("list")->size(), 2U);
  std::string uri(given.values->find("data")->text());
  EXPECT_TRUE(uri.starts_with("kestra:///company/team/f/executions/")) << uri;
  EXPECT_TRUE(uri.ends_with("/inputs/data/sales data.csv")) << uri;
  EXPECT_EQ(storage.files.at(uri.substr(9)), "a,b\n");
  EXPECT_TRUE(given.values->find("more")->text().starts_with("kestra:///"));
  EXPECT_EQ(given.labels, (std::vector<model::Label>{{"team", "x"}, {"env", "y"}}));
}

TEST(FlowInputs, UrisOfFilesAreKept) {
  testing::MemoryStorage storage;
  auto given = give({"--inputs", "data=kestra:///company/team/x.csv"}, storage);
  ASSERT_TRUE(given.values);
  EXPECT_EQ(given.values->find("data")->text(), "kestra:///company/team/x.csv");
  EXPECT_TRUE(storage.files.empty());
}

TEST(FlowInputs, TheFileCanFollowTheInputs) {
  testing::MemoryStorage storage;
  EXPECT_EQ(give({"--inputs", "name=x", "flow.yaml"}, storage, std::nullopt).left_over, "flow.yaml");
  auto wrong = give({"--inputs", "name=x", "oops"}, storage);
  ASSERT_FALSE(wrong.values);
  EXPECT_EQ(wrong.values.error().code(), wrong_usage);
}

TEST(FlowInputs, Errors) {
  testing::MemoryStorage storage;
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--inputs", "=x", "y=1"},
                                                {"--inputs", "a=1", "a=2"},
                                                {"--inputs", "a=\xFF"},
                                                {"--file", "a"},
                                                {"--file", "a="},
                                                {"--file", "a=x", "a=y"},
                                                {"--labels", "x"},
                                                {"--labels", "x="}}) {
    auto given = give(words, storage);
    ASSERT_FALSE(given.values) << words[1];
    EXPECT_EQ(given.values.error().code(), wrong_usage) << words[1];
    EXPECT_FALSE(given.values.error().hint().empty() && words[1] != "a=\xFF") << words[1];
  }
  EXPECT_EQ(give({"--file", "data=/no/such"}, storage).values.error().code(), no_such_file);
  EXPECT_EQ(give({"--inputs", "data=/no/such"}, storage).values.error().code(), no_such_file);
  EXPECT_FALSE(give({"--labels", "system.username=x"}, storage).values);  // FLOW-52
}

TEST(FlowRun, UsageErrorsAreFoundBeforeTheEngineStarts) {
  testing::Files files;
  std::string flow = files.put("flow.yaml", "id: x\n");
  size_t before = testing::engines_started();
  EXPECT_EQ(testing::run({"flow", "run"}).code, exit_usage);
  EXPECT_EQ(testing::run({"flow", "run", files.path("none.yaml")}).code, exit_not_found);
  EXPECT_EQ(testing::run({"flow", "run", flow, "--timeout", "soon"}).code, exit_usage);
  EXPECT_EQ(testing::run({"flow", "run", flow, "--inputs", "x"}).code, exit_usage);
  EXPECT_EQ(testing::run({"flow", "run", flow, "--labels", "system.username=x"}).code, exit_usage);
  EXPECT_EQ(testing::run({"flow", "run", flow, "--inputs-file", files.put("in.json", "[")}).code, exit_usage);
  EXPECT_EQ(testing::engines_started(), before);
  testing::Result refused = testing::run({"flow", "run", flow});
  EXPECT_EQ(refused.code, exit_failed);
  EXPECT_NE(refused.err.find("no engine in this test"), std::string::npos);
  EXPECT_EQ(testing::engines_started(), before + 1);
}

TEST(FlowRun, TheTemporaryFolderIsRemoved) {
  std::filesystem::path path;
  {
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder);
    path = folder->path();
    std::ofstream(path / "x") << "y";
    struct stat status = {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, 0U);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace gyr::cli
