// The parts of the script contract that need no process.
#include <gtest/gtest.h>

#include "plugins/runner/command_line.h"
#include "plugins/script/file_pattern.h"
#include "plugins/script/line_protocol.h"
#include "plugins/script/line_splitter.h"
#include "plugins/script/script_log.h"
#include "plugins/script/script_run.h"
#include "plugins/testing/task_test.h"

namespace gyr::plugins::script {
namespace {

using testing::json;
using Lines = std::vector<std::string>;

// ---------------------------------------------------------------------------------------------- what libraries print

/// Word for word what `kestra` 2.0.0 for Python and `@kestra-io/libs` 2.0.0 for Node print.
TEST(ScriptLogTest, UnderstandsThePublishedLibraries) {  // SCRIPT-34
  constexpr std::string_view python[] = {
      R"(::{"outputs": {"rows": 3, "name": "\u00e9", "nested": {"a": [1, null]}}}::)",
      R"(::{"metrics": [{"name": "count", "type": "counter", "value": 2, "tags": {"table": "x"}}]}::)",
      R"(::{"metrics": [{"name": "duration", "type": "timer", "value": 1.5, "tags": {}}]}::)",
      R"(::{"metrics": [{"name": "level", "type": "gauge", "value": 7.25, "tags": {}}]}::)",
      R"(::{"logs": [{"level": "WARN", "message": "2026-11-20T20:32:59.205Z - a warning"}]}::)"};
  constexpr std::string_view node[] = {
      R"(::{"outputs":{"rows":3,"name":"é","nested":{"a":[1,null]}}}::)",
      R"(::{"metrics":[{"name":"count","type":"counter","value":2,"tags":{"table":"x"}}]}::)",
      R"(::{"metrics":[{"name":"duration","type":"timer","value":1.5,"tags":{}}]}::)",
      R"(::{"metrics":[{"name":"level","type":"gauge","value":7.25,"tags":{}}]}::)",
      R"(::{"logs":[{"level":"WARN","message":"2026-11-20T20:32:59.205Z - a warning"}]}::)"};
  for (std::span<const std::string_view> lines : {std::span(python), std::span(node)}) {
    base::ManualLoop loop;
    testing::FakeRunContext context(loop);
    ScriptLog log(context);
    for (std::string_view line : lines) log.line(false, line);
    EXPECT_EQ(log.vars(), json(R"({"rows": 3, "name": "é", "nested": {"a": [1, null]}})"));
    ASSERT_EQ(context.metrics.size(), 3U);
    EXPECT_EQ(context.metrics[0].tags, json(R"({"table": "x"})"));
    EXPECT_EQ(context.metric_value("count"), 2);
    EXPECT_EQ(context.metric_value("duration"), 1500) << "seconds there, milliseconds here";
    EXPECT_EQ(context.metric_value("level"), 7.25);
    EXPECT_EQ(context.logged,
              (std::vector<testing::LoggedLine>{{model::LogLevel::warn, "2026-11-20T20:32:59.205Z - a warning"}}));
  }
}

TEST(CommandLineTest, HidesEncryptedOutputs) {  // RUNNER-12, SCRIPT-30
  using runner::shown_command;
  EXPECT_EQ(shown_command({"/bin/sh", "-c", "echo a"}), "/bin/sh -c echo a");
  EXPECT_EQ(shown_command({R"(echo '::{"encryptedOutputs":{"k":{"a":"secret"}},"outputs":{"o":1}}::')"}),
            R"(echo '::{"encryptedOutputs":{******},"outputs":{"o":1}}::')");
  EXPECT_EQ(shown_command({R"(echo "::{\"encryptedOutputs\": {\"k\":\"secret\"")"}),
            R"(echo "::{\"encryptedOutputs\": {******})")
      << "also where it never closes";
  EXPECT_EQ(shown_command({"about encryptedOutputs, twice encryptedOutputs"}),
            "about encryptedOutputs, twice encryptedOutputs");
  EXPECT_EQ(shown_command({std::string(5000, 'x')}), std::string(4096, 'x') + "…");
}

// ---------------------------------------------------------------------------------------------- LineSplitter
// (SCRIPT-31)

Lines split(std::vector<std::string_view> pieces) {
  Lines lines;
  LineSplitter splitter([&lines](std::string_view line) { lines.emplace_back(line); });
  for (auto piece : pieces) splitter.feed(piece);
  splitter.finish();
  return lines;
}

TEST(LineSplitterTest, CutsAtAllLineEnds) {
  EXPECT_EQ(split({"a\nb\rc\r\nd\n\ne"}), (Lines{"a", "b", "c", "d", "", "e"}));
  EXPECT_EQ(split({"a\r", "\nb\r", "c", "\r", "", "\nd"}), (Lines{"a", "b", "c", "d"}));
  EXPECT_EQ(split({"\n\r\n\r"}), (Lines{"", "", ""}));
  EXPECT_EQ(split({""}), Lines{});
  EXPECT_EQ(split({"no end"}), (Lines{"no end"}));
}

TEST(LineSplitterTest, LinesDoNotDependOnThePiecesOfTheInput) {
  std::string text = "one\r\n\r\ntwo\rthree\n\n\nfour\r\r\n\xff\xfe\0 x\n::{}::";
  Lines whole = split({text});
  for (size_t at = 0; at <= text.size(); ++at) {
    EXPECT_EQ(split({std::string_view(text).substr(0, at), std::string_view(text).substr(at)}), whole) << at;
  }
}

TEST(LineSplitterTest, BoundsTheMemoryOfLinesWithoutEnd) {
  size_t largest = 0, total = 0;
  LineSplitter splitter([&](std::string_view line) {
    largest = std::max(largest, line.size());
    total += line.size();
  });
  std::string piece(65536, 'x');
  for (int i = 0; i < 160; ++i) splitter.feed(piece);
  splitter.finish();
  EXPECT_EQ(total, 160U * 65536);
  EXPECT_LE(largest, LineSplitter::max_text + piece.size());
}

TEST(LineSplitterTest, NeverTearsACharacter) {
  Lines lines;
  LineSplitter splitter([&lines](std::string_view line) { lines.emplace_back(line); });
  splitter.feed(std::string(LineSplitter::max_text, 'x') + "\xe2\x82");
  splitter.feed("\xac\n");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1], "€");
}

TEST(LineSplitterTest, ProtocolLinesMayBeLong) {
  std::string line = "::{\"outputs\":{\"a\":\"" + std::string(5'000'000, 'x') + "\"}}::";
  EXPECT_EQ(split({line.substr(0, 100), line.substr(100), "\n"}), (Lines{line}));
}

// ---------------------------------------------------------------------------------------------- protocol (SCRIPT-30)

TEST(LineProtocolTest, RecognisesWholeLinesOnly) {
  EXPECT_EQ(protocol_text("::{}::"), "{}");
  EXPECT_EQ(protocol_text("::{\"a\": 1}::"), "{\"a\": 1}");
  for (std::string_view line :
       {"", "::", "::::", "::{}:", ":{}::", " ::{}::", "::{}:: ", "x::{}::", "::[1]::", "::{::", "::}::"}) {
    EXPECT_FALSE(protocol_text(line).has_value()) << line;
  }
}

TEST(LineProtocolTest, ReadsEverything) {
  auto message = parse_protocol(R"({"outputs": {"a": 1, "b": {"c": [1, "x", true]}}, "unknown": 5,
    "metrics": [{"name": "rows", "type": "counter", "value": 2, "tags": {"t": "v", "n": 1, "z": null}, "timestamp": "2024-01-01T00:00:00Z"},
                {"name": "took", "type": "timer", "value": 1.5}, {"name": "span", "type": "timer", "value": "PT3S"},
                {"name": "text", "type": "timer", "value": "3"}, {"name": "level", "type": "gauge", "value": "-7"}],
    "logs": [{"level": "WARN", "message": "w", "thread": "x"}, {"level": "INFO", "message": 5}, {"level": "DEBUG"}],
    "encryptedOutputs": {"s": "secret"}})");
  ASSERT_TRUE(message.has_value()) << message.error().to_string();
  EXPECT_EQ(message->outputs, json(R"({"a": 1, "b": {"c": [1, "x", true]}})"));
  EXPECT_EQ(message->encrypted_outputs, json(R"({"s": "secret"})"));
  ASSERT_EQ(message->metrics.size(), 5U);
  EXPECT_EQ(message->metrics[0].tags, json(R"({"t": "v", "n": "1"})"));
  EXPECT_EQ(message->metrics[1].value, 1500);
  EXPECT_EQ(message->metrics[2].value, 3000);
  EXPECT_EQ(message->metrics[3].value, 3000);
  EXPECT_EQ(message->metrics[4].value, -7);
  ASSERT_EQ(message->logs.size(), 3U);
  EXPECT_EQ(message->logs[1].message, "5");
}

TEST(LineProtocolTest, NullsAndGluedLinesAreFine) {
  auto message =
      parse_protocol(R"({"outputs": {"first": 1}, "logs": null, "metrics": null}::::{"outputs": {"second": 1}})");
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->outputs, json(R"({"first": 1})"));
  EXPECT_TRUE(parse_protocol("{}")->outputs.is_null());
}

TEST(LineProtocolTest, RefusesALineWithAnInvalidPart) {
  for (std::string_view line :
       {"{\"outputs\": nope}",
        "{outputs: {}}",
        "{'outputs': {}}",
        R"({"outputs": {"a": 1,}})",
        R"({"outputs": {"a": NaN}})",
        R"({"outputs": [1]})",
        R"({"outputs": "x"})",
        R"({"metrics": {}})",
        R"({"metrics": [5]})",
        R"({"metrics": [{"name": "a", "type": "nope", "value": 1}]})",
        R"({"metrics": [{"name": "a", "type": "COUNTER", "value": 1}]})",
        R"({"metrics": [{"type": "counter", "value": 1}]})",
        R"({"metrics": [{"name": "a", "type": "counter"}]})",
        R"({"metrics": [{"name": "a", "type": "counter", "value": "abc"}]})",
        R"({"metrics": [{"name": "a", "type": "counter", "value": [1]}]})",
        R"({"metrics": [{"name": "a", "type": "timer", "value": "PTX"}]})",
        R"({"metrics": [{"name": "a", "type": "gauge", "value": "inf"}]})",
        R"({"metrics": [{"name": "a", "type": "counter", "value": 1, "tags": {"x": {"y": 1}}}]})",
        R"({"outputs": {"x": 1}, "logs": [{"level": "LOUD", "message": "x"}]})",
        R"({"logs": [{"level": "info", "message": "x"}]})",
        R"({"logs": [{"message": "x"}]})",
        R"({"logs": [{"level": "INFO", "message": {"a": 1}}]})",
        R"({"logs": {"level": "INFO"}})",
        "{",
        ""}) {
    auto message = parse_protocol(line);
    ASSERT_FALSE(message.has_value()) << line;
    EXPECT_EQ(message.error().code(), bad_protocol_line);
  }
  std::string deep = "{\"outputs\": " + std::string(100'000, '[');
  EXPECT_FALSE(parse_protocol(deep).has_value());
}

// ---------------------------------------------------------------------------------------------- patterns (NSF-31,
// NSF-32)

bool in_directory(std::string_view pattern, std::string_view path) {
  auto compiled = FilePattern::in_directory(pattern, "/w.d/[1]");
  EXPECT_TRUE(compiled.has_value()) << pattern;
  return compiled && compiled->matches(path);
}

TEST(FilePatternTest, AnchorsAtTheWorkingDirectory) {  // NSF-32
  EXPECT_TRUE(in_directory("a.txt", "/w.d/[1]/a.txt"));
  EXPECT_FALSE(in_directory("a.txt", "/w.d/[1]/sub/a.txt"));
  EXPECT_FALSE(in_directory("a.txt", "/wxd/[1]/a.txt"));
  EXPECT_FALSE(in_directory("a.txt", "/w.d/1/a.txt"));
  EXPECT_FALSE(in_directory("a.txt", "/w.d/[1]/axtxt"));
  EXPECT_TRUE(in_directory("./a.txt", "/w.d/[1]/a.txt"));
  EXPECT_TRUE(in_directory("*.txt", "/w.d/[1]/.hidden.txt"));
  EXPECT_FALSE(in_directory("*.txt", "/w.d/[1]/s/a.txt"));
  EXPECT_TRUE(in_directory("**/*.txt", "/w.d/[1]/s/t/a.txt"));
  EXPECT_FALSE(in_directory("**/*.txt", "/w.d/[1]/a.txt")) << "`**/` needs a folder, as in the JDK";
  EXPECT_TRUE(in_directory("**", "/w.d/[1]/s/a\nb"));
  EXPECT_TRUE(in_directory("o/**", "/w.d/[1]/o/p/2.txt"));
  EXPECT_TRUE(in_directory("{a,b?}.txt", "/w.d/[1]/b1.txt"));
  EXPECT_FALSE(in_directory("{a,b?}.txt", "/w.d/[1]/b.txt"));
  EXPECT_TRUE(in_directory("[!a-c]x", "/w.d/[1]/dx"));
  EXPECT_FALSE(in_directory("[!a-c]x", "/w.d/[1]/bx"));
  EXPECT_FALSE(in_directory("[!a]x", "/w.d/[1]//x"));
  EXPECT_TRUE(in_directory("[-a]x", "/w.d/[1]/-x"));
  EXPECT_TRUE(in_directory("\\*x", "/w.d/[1]/*x"));
  EXPECT_FALSE(in_directory("\\*x", "/w.d/[1]/ax"));
  EXPECT_TRUE(in_directory("sp ace+(1)$^.txt", "/w.d/[1]/sp ace+(1)$^.txt"));
  EXPECT_TRUE(in_directory("glob:**/a*.txt", "/w.d/[1]/a1.txt"));
  EXPECT_TRUE(in_directory("regex:.*a[0-9].txt", "/w.d/[1]/s/a3.txt"));
}

TEST(FilePatternTest, RefusesInvalidPatterns) {
  for (std::string_view pattern : {"[", "[]", "[a", "{a", "{a{b}}", "[z-a]", "a\\", "[a/b]", "regex:(", "glob:["}) {
    auto compiled = FilePattern::in_directory(pattern, "/w");
    ASSERT_FALSE(compiled.has_value()) << pattern;
    EXPECT_EQ(compiled.error().code(), bad_file_pattern);
    EXPECT_TRUE(compiled.error().message().starts_with(fmt::format("`{}` is not a valid", pattern)))
        << compiled.error().message();
  }
  for (std::string_view pattern : {"a[", "glob:[", "regex:("}) {
    auto compiled = FilePattern::of_namespace(pattern);
    ASSERT_FALSE(compiled.has_value()) << pattern;
    EXPECT_TRUE(compiled.error().message().starts_with(fmt::format("`{}` is not a valid", pattern)))
        << "the pattern as it was written, not the one made of it: " << compiled.error().message();
  }
}

bool of_namespace(std::string_view pattern, std::string_view path) {
  auto compiled = FilePattern::of_namespace(pattern);
  EXPECT_TRUE(compiled.has_value()) << pattern;
  return compiled && compiled->matches(path);
}

TEST(FilePatternTest, NamespacePatterns) {  // NSF-31
  EXPECT_TRUE(of_namespace("a.txt", "/a.txt"));
  EXPECT_TRUE(of_namespace("a.txt", "/s/a.txt"));
  EXPECT_TRUE(of_namespace("d/**", "/d/b.txt"));
  EXPECT_TRUE(of_namespace("d/**", "/x/d/b.txt"));
  EXPECT_TRUE(of_namespace("/d/**", "/d/b.txt"));
  EXPECT_FALSE(of_namespace("/d/**", "/x/d/b.txt"));
  EXPECT_TRUE(of_namespace("**.txt", "/x/d/b.txt"));
  EXPECT_FALSE(of_namespace("*.txt", "/b.txt")) << "other starts are used unchanged, and the path begins with /";
  EXPECT_TRUE(of_namespace("glob:/*.txt", "/b.txt"));
  EXPECT_TRUE(of_namespace("regex:/b\\..*", "/b.txt"));
}

TEST(FilePatternTest, DistinguishesPatternsFromNames) {
  EXPECT_FALSE(looks_like_pattern("a/b c.txt"));
  for (std::string_view pattern : {"*.txt", "a?", "[a]", "{a,b}", "glob:a", "regex:a"})
    EXPECT_TRUE(looks_like_pattern(pattern));
}

// ---------------------------------------------------------------------------------------------- command (SCRIPT-21)

TEST(BuildCommandTest, JoinsForTheSystem) {
  Lines shell = {"/bin/sh", "-c"};
  EXPECT_EQ(build_command(shell, {"x"}, {"a", "b"}, true, TargetOs::automatic),
            (Lines{"/bin/sh", "-c", "set -e\nx\na\nb"}));
  EXPECT_EQ(build_command(shell, {}, {"a"}, false, TargetOs::linux), (Lines{"/bin/sh", "-c", "a"}));
  EXPECT_EQ(build_command(shell, {}, {"a", "b"}, true, TargetOs::windows), (Lines{"/bin/sh", "-c", "\r\na\r\nb"}));
  EXPECT_EQ(build_command({}, {}, {"echo", "a b"}, true, TargetOs::automatic), (Lines{"echo", "a b"}));
  EXPECT_EQ(build_command(shell, {}, {}, true, TargetOs::automatic), (Lines{"/bin/sh", "-c", "set -e"}));
}

}  // namespace
}  // namespace gyr::plugins::script
