// The command line itself: names, options, help, version, exit codes.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "cli/errors.h"
#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using testing::run;

size_t count_of(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

TEST(CommandLine, ShowsItsVersion) {
  EXPECT_EQ(run({"--version"}).out, "gyr 1.2.3 (abc1234)\n");
  EXPECT_EQ(run({"-V"}).out, "gyr 1.2.3 (abc1234)\n");
  EXPECT_EQ(run({"--version", "--json"}).out,
            "{\"version\":\"1.2.3\",\"commit\":\"abc1234\",\"buildId\":\"0f1e2d\",\"allocator\":\"system\"}\n");
  EXPECT_EQ(run({"--json", "--version"}).code, exit_ok);
  EXPECT_EQ(run({"flow", "run", "--version"}).out, "gyr 1.2.3 (abc1234)\n");
}

TEST(CommandLine, WithoutCommandShowsHelp) {
  // CLI-1: a group without subcommand prints help, exit 0.
  testing::Result bare = run({});
  EXPECT_EQ(bare.code, exit_ok);
  EXPECT_NE(bare.out.find("Usage: gyr COMMAND"), std::string::npos);
  EXPECT_EQ(run({"--help"}).out, bare.out);
  EXPECT_EQ(run({"help"}).out, bare.out);
  testing::Result group = run({"flow"});
  EXPECT_EQ(group.code, exit_ok);
  EXPECT_NE(group.out.find("flow validate"), std::string::npos);
  EXPECT_EQ(group.out.find("server local"), std::string::npos);
  EXPECT_EQ(run({"help", "flow"}).out, group.out);
  EXPECT_EQ(run({"flow", "--help"}).out, group.out);
  EXPECT_EQ(run({}, "", "/usr/bin/kestra").out.find("Usage: gyr"), std::string::npos);
}

TEST(CommandLine, EveryCommandHasHelpWithThreeExamples) {
  for (const CommandInfo& command : all_commands()) {
    std::vector<std::string> words;
    std::string path(command.path);
    if (size_t blank = path.find(' '); blank != std::string::npos) {
      words = {path.substr(0, blank), path.substr(blank + 1)};
    } else {
      words = {path};
    }
    auto with_option = words;
    with_option.emplace_back("--help");
    testing::Result help = run(with_option);
    EXPECT_EQ(help.code, exit_ok) << path;
    EXPECT_TRUE(help.err.empty()) << path;
    EXPECT_NE(help.out.find("Usage: gyr " + path), std::string::npos) << help.out;
    std::string examples = help.out.substr(help.out.find("\nExamples:\n"));
    EXPECT_EQ(count_of(examples, "\n      "), 3U) << examples;
    for (std::string_view option : {"--help", "--no-color", "--config"})
      EXPECT_NE(help.out.find(option), std::string::npos) << path;
    words.insert(words.begin(), "help");
    EXPECT_EQ(run(words).out, help.out);
    for (std::string_view line : base::split(help.out, '\n')) EXPECT_LE(base::code_points(line), 110U) << line;
  }
}

TEST(CommandLine, UsageShowsWhatIsRequired) {
  auto usage = [](const std::vector<std::string>& words) {
    std::string help = run(words).out;
    size_t begin = std::min(help.find("Usage: "), help.size());
    return help.substr(begin, help.find('\n', begin) - begin);
  };
  EXPECT_EQ(usage({"help", "flow", "run"}), "Usage: gyr flow run FILE [options]");
  EXPECT_EQ(usage({"help", "explain"}), "Usage: gyr explain [CODE] [options]");
  EXPECT_EQ(usage({"help", "namespace", "files", "update"}),
            "Usage: gyr namespace files update NAMESPACE FROM [TO] [options]");
  EXPECT_EQ(usage({"help", "namespace", "kv", "update"}),
            "Usage: gyr namespace kv update NAMESPACE KEY [VALUE] [options]");
  EXPECT_EQ(usage({"help", "storage", "migrate"}), "Usage: gyr storage migrate --from PLACE --to PLACE [options]");
}

TEST(CommandLine, HelpOverridesErrors) {
  EXPECT_EQ(run({"flow", "run", "--nonsense", "--help"}).code, exit_ok);
  EXPECT_EQ(run({"flow", "run", "-h"}).code, exit_ok);
}

TEST(CommandLine, UnknownCommandSuggestsTheNearest) {
  testing::Result result = run({"flwo", "run"});
  EXPECT_EQ(result.code, exit_usage);
  EXPECT_TRUE(result.out.empty());
  EXPECT_NE(result.err.find("error[GYR-C010]: unknown command `flwo`"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("did you mean `gyr flow`?"), std::string::npos) << result.err;
  EXPECT_NE(run({"flow", "vaildate"}).err.find("did you mean `gyr flow validate`?"), std::string::npos);
  EXPECT_NE(run({"validate"}).err.find("did you mean `gyr flow validate` or "), std::string::npos);
  EXPECT_NE(run({"qqqqqqqq"}).err.find("`gyr help` lists the commands"), std::string::npos);
  EXPECT_EQ(run({"help", "nothing"}).code, exit_usage);
  EXPECT_EQ(run({"flwo"}, "", "kestra").code, exit_usage);
}

TEST(CommandLine, SuggestionsKnowSynonymsAndNameNothingUnrelated) {
  auto hint = [](const std::vector<std::string>& words) { return run(words).err; };
  EXPECT_EQ(hint({"test"}).find("cron"), std::string::npos) << hint({"test"});
  EXPECT_NE(hint({"test"}).find("did you mean `gyr flow test`"), std::string::npos) << hint({"test"});
  EXPECT_NE(hint({"ls"}).find("`gyr flow list`"), std::string::npos) << hint({"ls"});
  EXPECT_NE(hint({"get"}).find("`gyr execution get`"), std::string::npos) << hint({"get"});
  EXPECT_NE(hint({"workflow"}).find("`gyr flow`"), std::string::npos) << hint({"workflow"});
  // A wrong word behind a group: the commands of the group.
  const std::string wrong = hint({"trigger", "bogus"});
  EXPECT_EQ(run({"trigger", "bogus"}).code, exit_usage);
  EXPECT_EQ(wrong.find("did you mean"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("`gyr trigger` has the commands list, explain, enable"), std::string::npos) << wrong;
  EXPECT_NE(hint({"namespace", "kv", "updat"}).find("did you mean `gyr namespace kv update`?"), std::string::npos);
}

TEST(CommandLine, SuggestionsAreTypingErrors) {
  for (const char* word : {"bogus", "login2", "hello", "trace", "pods"}) {
    const std::string error = run({word}).err;
    EXPECT_EQ(error.find("did you mean"), std::string::npos) << error;
  }
  EXPECT_NE(run({"exectuion"}).err.find("did you mean `gyr execution`?"), std::string::npos);
  EXPECT_NE(run({"plugn", "list"}).err.find("did you mean `gyr plugin`?"), std::string::npos);
  EXPECT_NE(run({"doctr"}).err.find("did you mean `gyr doctor`?"), std::string::npos);
}

TEST(CommandLine, HelpFitsANarrowTerminal) {
  constexpr size_t columns = 60;
  std::vector<std::vector<std::string>> all{{"--help"}, {"flow"}, {"server", "--help"}};
  for (const CommandInfo& command : all_commands()) {
    std::vector<std::string> words{"help"};
    for (std::string_view word : base::split(command.path, ' ')) words.emplace_back(word);
    all.push_back(std::move(words));
  }
  for (const std::vector<std::string>& words : all) {
    testing::FakeTerminal terminal(columns, 10);
    testing::BufferOutput err;
    EXPECT_EQ(testing::run_on(terminal, err, words), exit_ok);
    testing::BufferOutput plain;
    plain.terminal = true;
    plain.columns = columns;
    testing::run_on(plain, err, words);
    const std::string text = plain.text.substr(0, plain.text.find("\nExamples:\n"));
    for (std::string_view line : base::split(text, '\n')) {
      // Names and command lines are never broken.
      if (line.starts_with("Usage: ") || line.find("  ") == std::string::npos) continue;
      EXPECT_LE(base::code_points(line), columns) << line;
    }
  }
}

TEST(CommandLine, OtherWordsForTheSameCommand) {  // CLI-60
  EXPECT_EQ(run({"help", "triggers", "ls"}).out, run({"help", "trigger", "list"}).out);
  EXPECT_EQ(run({"executions", "show", "--help"}).out, run({"execution", "get", "--help"}).out);
  EXPECT_EQ(run({"config", "use", "--help"}).out, run({"context", "use", "--help"}).out);
  EXPECT_EQ(run({"config", "list", "--help"}).out, run({"help", "config", "list"}).out);
}

TEST(CommandLine, AGroupRefusesOptionsThatItDoesNotKnow) {
  testing::Result unknown = run({"flow", "--nonsense"});
  EXPECT_EQ(unknown.code, exit_usage);
  EXPECT_NE(unknown.err.find("unknown option `--nonsense`"), std::string::npos) << unknown.err;
  EXPECT_EQ(unknown.out, "");
  EXPECT_EQ(run({"namespace", "kv", "--nonsense"}).code, exit_usage);
  EXPECT_EQ(run({"flow", "--nonsense", "--help"}).code, exit_ok);
  EXPECT_EQ(run({"flow", "-v"}).code, exit_ok);
  EXPECT_EQ(run({"flow", "--version"}).out, "gyr 1.2.3 (abc1234)\n");
}

TEST(CommandLine, VersionIsAlsoACommand) {
  EXPECT_EQ(run({"version"}).out, "gyr 1.2.3 (abc1234)\n");
  EXPECT_EQ(run({"version", "--json"}).out, run({"--version", "--json"}).out);
  EXPECT_EQ(run({"version", "--help"}).code, exit_ok);
  EXPECT_EQ(run({"version", "--nonsense"}).code, exit_usage);
  EXPECT_EQ(run({"version", "more"}).code, exit_usage);
}

TEST(CommandLine, ErrorsAreJsonWhereJsonIsWanted) {
  testing::Result refused = run({"execution", "get", "--json"});
  EXPECT_EQ(refused.code, exit_usage);
  auto json = syntax::parse_json(refused.err);
  ASSERT_TRUE(json) << refused.err;
  EXPECT_EQ(json->find_path({"error", "code"})->text(), "GYR-C011");
  EXPECT_EQ(json->find_path({"error", "message"})->text(), "ID is missing");
  EXPECT_EQ(json->find_path({"error", "exitCode"})->as_integer(), 2);
  EXPECT_EQ(run({"execution", "get", "--", "--json"}).err.find('{'), std::string::npos);
}

TEST(CommandLine, UnknownOptionSuggestsTheNearest) {
  testing::Result result = run({"flow", "validate", "--jsn", "x.yaml"});
  EXPECT_EQ(result.code, exit_usage);
  EXPECT_NE(result.err.find("unknown option `--jsn`"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("did you mean `--json`?"), std::string::npos) << result.err;
  EXPECT_EQ(run({"--nonsense"}).code, exit_usage);
  EXPECT_EQ(run({"explain", "GYR-F014", "more"}).code, exit_usage);
  EXPECT_EQ(run({"server", "local", "--port"}).code, exit_usage);
  EXPECT_EQ(run({"server", "local", "--port", "1", "--port", "2"}).code, exit_usage);
}

TEST(CommandLine, OptionsMayPrecedeTheCommand) {
  base::log::Level before = base::log::level();
  EXPECT_EQ(run({"-v", "explain", "GYR-C010"}).code, exit_ok);
  EXPECT_EQ(base::log::level(), base::log::Level::debug);
  EXPECT_EQ(run({"explain", "GYR-C010", "-vv"}).code, exit_ok);
  EXPECT_EQ(base::log::level(), base::log::Level::trace);
  EXPECT_EQ(run({"--log-level", "error", "explain", "--list"}).code, exit_ok);
  EXPECT_EQ(base::log::level(), base::log::Level::error);
  EXPECT_EQ(run({"-l", "LOUD", "explain", "--list"}).code, exit_usage);
  base::log::set_level(before);
}

TEST(CommandLine, PluginFoldersAreAcceptedWithAWarning) {
  testing::Result result = run({"-p", "/app/plugins", "explain", "--list"});  // CLI-2
  EXPECT_EQ(result.code, exit_ok);
  EXPECT_NE(result.err.find("has no effect: plugins are part of the program"), std::string::npos);
}

TEST(CommandLine, ColoursOnlyOnTerminals) {
  testing::BufferOutput out, err;
  err.terminal = true;
  Console console{out, err};
  base::VirtualClock clock(testing::test_time());
  std::vector<std::string> words{"gyr", "nonsense"};
  EXPECT_EQ(run_in(testing::program(), console, clock, words), exit_usage);
  EXPECT_NE(err.text.find('\x1B'), std::string::npos);
  err.text.clear();
  console.color_allowed = false;  // NO_COLOR
  run_in(testing::program(), console, clock, words);
  EXPECT_EQ(err.text.find('\x1B'), std::string::npos);
}

TEST(CommandLine, AClosedPipeIsNotAnErrorButAFullDiskIs) {
  base::VirtualClock clock(testing::test_time());
  std::vector<std::string> words{"gyr", "explain", "--list"};
  for (auto [error, code] : {std::pair{EPIPE, exit_ok}, std::pair{ENOSPC, exit_failed}}) {
    testing::BufferOutput out, err;
    out.fail_with(error);
    Console console{out, err};
    EXPECT_EQ(run_in(testing::program(), console, clock, words), code);
    EXPECT_EQ(err.text.find("GYR-C019") != std::string::npos, error == ENOSPC) << err.text;
  }
}

TEST(CommandLine, ControlCharactersAreNeverSentToTheTerminal) {
  for (std::string word :
       {std::string("\x1B[2J"), std::string("a\0b", 3), std::string("\xff\xfe"), std::string(100'000, 'x')}) {
    testing::Result result = run({word});
    EXPECT_EQ(result.code, exit_usage);
    EXPECT_EQ(result.err.find_first_of(std::string("\x1B\0", 2)), std::string::npos);
  }
}

TEST(Server, PassesItsOptions) {
  testing::Files files;
  std::string flows = files.path();
  std::string config = files.put("config.yml", "kestra: {}\n");
  testing::Result result = run({"server", "local", "--port", "0", "--data", "/some/where", "--flow-path", flows, "-f",
                                flows, "--config", config});
  EXPECT_EQ(result.code, exit_ok) << result.err;
  const ServerOptions& options = testing::last_server();
  EXPECT_TRUE(options.local);
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.data, "/some/where");
  EXPECT_EQ(options.config_file, config);
  EXPECT_EQ(options.flow_paths, (std::vector<std::string>{flows, flows}));
  EXPECT_EQ(run({"server", "standalone"}).code, exit_ok);  // CLI-30
  EXPECT_FALSE(testing::last_server().local);
  EXPECT_FALSE(testing::last_server().port);
}

TEST(Server, DevWatchesAFolder) {
  testing::Files files;
  EXPECT_EQ(run({"dev", files.path(), "--port", "0"}).code, exit_ok);
  const ServerOptions& options = testing::last_server();
  EXPECT_TRUE(options.local);
  EXPECT_TRUE(options.watches_flows);
  EXPECT_EQ(options.flow_paths, std::vector<std::string>{files.path()});
  EXPECT_EQ(run({"dev"}).code, exit_ok);
  EXPECT_EQ(testing::last_server().flow_paths, std::vector<std::string>{"."});
  EXPECT_EQ(run({"dev", files.path("none")}).code, exit_not_found);
  EXPECT_EQ(run({"server", "local"}).code, exit_ok);
  EXPECT_FALSE(testing::last_server().watches_flows);
}

TEST(Server, RefusesInvalidOptions) {
  for (const char* port : {"65536", "-1", "http", "", "80 "})
    EXPECT_EQ(run({"server", "local", std::string("--port=") + port}).code, exit_usage) << port;
  EXPECT_EQ(run({"server", "local", "--flow-path", "/no/such/folder"}).code, exit_not_found);
  testing::Result missing = run({"server", "local", "--config", "/no/such.yml"});
  EXPECT_EQ(missing.code, exit_not_found);
  EXPECT_NE(missing.err.find("/no/such.yml"), std::string::npos);
}

TEST(Server, CalledAsKestraItBehavesLikeKestra) {
  // CLI-1, CLI-2: a missing configuration file is ignored, and the exit codes are 0, 1 and 2.
  testing::Result missing = run(
      {"server", "standalone", "--config", "/no/such.yml", "--worker-thread", "128", "--no-tutorials"}, "", "kestra");
  EXPECT_EQ(missing.code, exit_ok);
  EXPECT_NE(missing.err.find("warning"), std::string::npos);
  EXPECT_EQ(testing::last_server().config_file, "");
  EXPECT_EQ(run({"explain", "GYR-X999999"}, "", "/opt/bin/kestra").code, exit_failed);
  EXPECT_EQ(run({"explain", "GYR-X999999"}).code, exit_not_found);
}

TEST(Explain, PrintsPages) {
  testing::Result page = run({"explain", "GYR-C010"});
  EXPECT_EQ(page.code, exit_ok);
  EXPECT_TRUE(page.out.starts_with("# GYR-C010: ")) << page.out;
  EXPECT_EQ(run({"explain", "c010"}).out, page.out);
  EXPECT_EQ(run({"explain", "gyr-c010"}).out, page.out);
  auto json = syntax::parse_json(run({"explain", "GYR-C010", "--json"}).out);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->find("code")->text(), "GYR-C010");
  EXPECT_EQ(json->find("text")->text(), page.out);
}

TEST(Explain, ListsAllCodes) {
  testing::Result list = run({"explain", "--list"});
  EXPECT_EQ(list.code, exit_ok);
  for (base::ErrorCode code : {unknown_command, wrong_usage, no_such_file, unreadable_file, unknown_error_code,
                               bad_batch_line, no_server, bad_include, run_timed_out, cannot_write}) {
    EXPECT_NE(list.out.find(fmt::format("{}  ", code.text)), std::string::npos) << code.text;
    EXPECT_EQ(run({"explain", std::string(code.text)}).code, exit_ok) << code.text;
  }
  EXPECT_EQ(list.out.find("README"), std::string::npos);
  auto json = syntax::parse_json(run({"explain", "--list", "--json"}).out);
  ASSERT_TRUE(json && json->is_list());
  EXPECT_EQ(json->size(), static_cast<size_t>(std::ranges::count(list.out, '\n')));
}

TEST(Explain, UnknownCodeSuggestsTheNearest) {
  testing::Result result = run({"explain", "GYR-C0100"});
  EXPECT_EQ(result.code, exit_not_found);
  EXPECT_NE(result.err.find("did you mean `GYR-C01"), std::string::npos) << result.err;
  EXPECT_EQ(run({"explain"}).code, exit_usage);
  EXPECT_EQ(run({"explain", "--list", "GYR-C010"}).code, exit_usage);
  EXPECT_EQ(run({"explain", "../../etc/passwd"}).code, exit_not_found);
}

}  // namespace
}  // namespace gyr::cli
