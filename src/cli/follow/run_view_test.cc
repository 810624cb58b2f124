// The display of runs: the tree, log lines, the live area on a terminal.
#include "cli/follow/run_view.h"

#include <gtest/gtest.h>

#include "cli/follow/log_text.h"
#include "cli/testing/fake_terminal.h"

namespace gyr::cli {
namespace {

using base::Id;
using base::Instant;
using model::State;
using testing::FakeTerminal;

Instant at(double seconds) { return Instant::of_millis(1'700'000'000'000 + static_cast<int64_t>(seconds * 1000)); }
Id id(uint64_t number) { return {1, number}; }

/// A run that was created at 0 s and changed its state every second.
model::TaskRun run(uint64_t number, std::string task, std::vector<State> states, uint64_t parent = 0) {
  model::TaskRun made;
  made.id = id(number);
  made.task_id = std::move(task);
  if (parent != 0) made.parent_id = id(parent);
  made.state = model::StateHistory(State::created, at(0));
  double second = 1;
  for (State state : states) made.state.set(state, at(second++));
  return made;
}

std::string text(const RunTree& tree, size_t most = 100, double now = 10) {
  std::string out;
  for (const StyledLine& line : tree.lines(at(now), most)) out += line.render(100, false) + "\n";
  return out;
}

TEST(RunTree, ShowsStatesAndDurationsInOrderOfPosition) {
  RunTree tree;
  tree.put(run(3, "last", {}), id(100), 2, {});
  tree.put(run(1, "first", {State::running, State::success}), id(100), 0, {});
  tree.put(run(2, "each", {State::running}), id(100), 1, {});
  auto child = run(4, "inner", {State::running, State::failed}, 2);
  child.value = "a";
  child.attempts.resize(3);
  tree.put(child, id(100), 3, {});
  EXPECT_EQ(text(tree),
            " ✓ first        SUCCESS   1.00 s\n"
            " ● each         RUNNING   9 s\n"
            "   ✗ inner [a]  FAILED    1.00 s  attempt 3\n"
            " ○ last         CREATED\n");
}

TEST(RunTree, ChangedRunsAreReplacedAndRemovedOnesDisappear) {
  RunTree tree;
  tree.put(run(1, "a", {State::running}), id(100), 0, {});
  tree.put(run(1, "a", {State::running, State::success}), id(100), 0, {});
  EXPECT_EQ(tree.size(), 1U);
  EXPECT_NE(text(tree).find("SUCCESS"), std::string::npos);
  tree.remove(id(1));
  tree.remove(id(1));
  EXPECT_EQ(text(tree), "");
}

TEST(RunTree, SubflowsAreShownBelowTheirTask) {
  RunTree tree;
  tree.put(run(1, "call", {State::running}), id(100), 0, {});
  tree.put(run(2, "inside", {State::running}), id(200), 0, id(1));
  tree.put(run(3, "after", {}), id(100), 1, {});
  std::string shown = text(tree);
  EXPECT_LT(shown.find("call"), shown.find("   ● inside"));
  EXPECT_LT(shown.find("inside"), shown.find("after"));
}

TEST(RunTree, RunsThatDoNotFitAreCounted) {
  RunTree tree;
  for (uint64_t i = 1; i <= 50; ++i)
    tree.put(run(i, fmt::format("t{}", i), {State::running, State::success}), id(100), static_cast<uint32_t>(i), {});
  tree.put(run(7, "t7", {State::running, State::failed}), id(100), 7, {});
  tree.put(run(9, "t9", {State::running}), id(100), 9, {});
  std::string shown = text(tree, 5);
  EXPECT_EQ(static_cast<size_t>(std::ranges::count(shown, '\n')), 5U);
  EXPECT_NE(shown.find("t7"), std::string::npos) << shown;
  EXPECT_NE(shown.find("t9"), std::string::npos) << shown;
  EXPECT_NE(shown.find("t50"), std::string::npos) << shown;
  EXPECT_NE(shown.find("… and 46 SUCCESS"), std::string::npos) << shown;
  EXPECT_EQ(text(tree, 0), "");
}

TEST(RunTree, MemoryIsBounded) {
  RunTree tree;
  for (uint64_t i = 1; i <= RunTree::max_runs + 500; ++i) {
    tree.put(run(i, "t", {State::running, State::success}), id(100), static_cast<uint32_t>(i), {});
  }
  EXPECT_EQ(tree.size(), RunTree::max_runs);
  EXPECT_NE(text(tree, 3).find(fmt::format("{} SUCCESS", RunTree::max_runs + 498)), std::string::npos) << text(tree, 3);
}

TEST(RunTree, NamesTheInnermostFailures) {
  RunTree tree;
  tree.put(run(1, "outer", {State::failed}), id(100), 0, {});
  tree.put(run(2, "inner", {State::failed}, 1), id(100), 1, {});
  tree.put(run(3, "fine", {State::success}, 1), id(100), 2, {});
  EXPECT_EQ(tree.failed(5), std::vector<std::string>{"inner"});
  EXPECT_TRUE(tree.failed(0).empty());
}

TEST(LengthText, Sizes) {
  EXPECT_EQ(length_text(base::Duration::of_millis(7)), "7 ms");
  EXPECT_EQ(length_text(base::Duration::of_millis(1'234)), "1.23 s");
  EXPECT_EQ(length_text(base::Duration::of_millis(12'345)), "12.3 s");
  EXPECT_EQ(length_text(base::Duration::of_seconds(65)), "1 min 5 s");
  EXPECT_EQ(length_text(base::Duration::of_seconds(7'380)), "2 h 3 min");
  EXPECT_EQ(length_text(base::Duration::of_millis(1'999), true), "1 s");
  EXPECT_EQ(length_text(base::Duration::of_millis(-5)), "0 ms");
}

model::LogEntry entry(std::string message, model::LogLevel level = model::LogLevel::info) {
  model::LogEntry made;
  made.timestamp = Instant::of_millis(43'200'123);
  made.level = level;
  made.task_id = "say";
  made.message = std::move(message);
  return made;
}

TEST(LogText, OneLineAndMore) {
  EXPECT_EQ(log_lines(entry("hello"), "say", false), std::vector<std::string>{"12:00:00.123 INFO  say  hello"});
  EXPECT_EQ(log_lines(entry("a\nb\n\n", model::LogLevel::error), "say", false),
            (std::vector<std::string>{"12:00:00.123 ERROR say  a", "                   b"}));
  EXPECT_EQ(log_lines(entry(""), "say", false), std::vector<std::string>{"12:00:00.123 INFO  say  "});
  EXPECT_EQ(log_lines(entry("\x1B[31mred\x1B[0m"), "s\x07", false),
            std::vector<std::string>{"12:00:00.123 INFO  s␇  red"});
}

TEST(LogText, LinksAreShownAsIds) {
  EXPECT_EQ(
      log_lines(entry("Created new execution [[link execution=\"1aB\" flowId=\"f\" namespace=\"n\"]]!"), "s", false)
          .front(),
      "12:00:00.123 INFO  s  Created new execution 1aB!");
  EXPECT_EQ(log_lines(entry("[[link execution=\"1aB"), "s", false).front(),
            "12:00:00.123 INFO  s  [[link execution=\"1aB");
}

TEST(StyledLine, CutsToTheWidth) {
  StyledLine line;
  line.add(Paint::green, "漢字").add(" abc");
  EXPECT_EQ(line.columns(), 8U);
  EXPECT_EQ(line.render(8, false), "漢字 abc");
  EXPECT_EQ(line.render(7, false), "漢字 a…");
  EXPECT_EQ(line.render(4, false), "漢…");
  EXPECT_EQ(line.render(1, false), "…");
  EXPECT_EQ(line.render(0, false), "");
  EXPECT_EQ(line.render(8, true), "\x1B[32m漢字\x1B[0m abc");
  EXPECT_EQ(StyledLine().add("a\tb\nc\x1B[2J").render(20, false), "a b c");
}

// ------------------------------------------------------------------------------------------------ live area

std::vector<StyledLine> picture(std::initializer_list<std::string_view> lines) {
  std::vector<StyledLine> made;
  for (std::string_view line : lines) made.push_back(StyledLine().add(line));
  return made;
}

TEST(LiveArea, RedrawsInPlace) {
  FakeTerminal terminal(20, 6);
  LiveArea area(terminal, false);
  area.draw({}, picture({"title", "one  RUNNING"}));
  EXPECT_EQ(terminal.screen(), "title\none  RUNNING");
  area.draw({}, picture({"title", "one  OK", "two"}));
  EXPECT_EQ(terminal.screen(), "title\none  OK\ntwo");
  area.draw({}, picture({"title"}));
  EXPECT_EQ(terminal.screen(), "title");
  EXPECT_EQ(terminal.writes, 3U) << "each picture is one write: nothing flickers";
  EXPECT_EQ(terminal.cursor_row(), 1U);
}

TEST(LiveArea, LogLinesScrollAbove) {
  FakeTerminal terminal(20, 5);
  LiveArea area(terminal, false);
  std::string all;
  for (int i = 0; i < 20; ++i) {
    std::vector<std::string> above{fmt::format("log {}", i)};
    area.draw(above, picture({"title", fmt::format("step {}", i)}));
    all += fmt::format("log {}\n", i);
  }
  EXPECT_EQ(terminal.screen(), "log 18\nlog 19\ntitle\nstep 19");
  EXPECT_EQ(terminal.all(), all + "title\nstep 19");
}

TEST(LiveArea, LongLogLinesWrap) {
  FakeTerminal terminal(20, 8);
  LiveArea area(terminal, false);
  area.draw({}, picture({"title", "one", "two"}));
  // As wide as the terminal, wider, and twice as wide.
  std::vector<std::string> above{std::string(20, 'a'), std::string(25, 'b'), std::string(40, 'c'), "x"};
  area.draw(above, picture({"title", "one", "two"}));
  EXPECT_EQ(terminal.all(), std::string(20, 'a') + "\n" + std::string(20, 'b') + "\nbbbbb\n" + std::string(20, 'c') +
                                "\n" + std::string(20, 'c') + "\nx\ntitle\none\ntwo");
}

TEST(LiveArea, NeverTallerOrWiderThanTheTerminal) {
  FakeTerminal terminal(24, 4);
  LiveArea area(terminal, false);
  EXPECT_EQ(area.max_lines(), 3U);
  for (int i = 0; i < 3; ++i) area.draw({}, picture({std::string(100, 'x'), "two", "three", "four", "five"}));
  EXPECT_EQ(terminal.screen(), std::string(22, 'x') + "…\ntwo\nthree");
  EXPECT_EQ(terminal.all(), terminal.screen());
}

TEST(LiveArea, ANarrowerWindowIsRedrawnCompletely) {
  FakeTerminal terminal(60, 10);
  LiveArea area(terminal, false);
  std::string wide = std::string(50, 'w');
  area.draw({}, picture({"title", wide}));
  terminal.resize(30, 10);
  area.draw({}, picture({"title", wide}));
  EXPECT_EQ(terminal.screen(), "title\n" + std::string(28, 'w') + "…");
  terminal.resize(60, 10);
  area.draw({}, picture({"title", wide}));
  EXPECT_EQ(terminal.screen(), "title\n" + wide);
}

TEST(LiveArea, UnchangedLinesAreNotSentAgain) {
  testing::BufferOutput output;
  LiveArea area(output, false);
  area.draw({}, picture({"a long title that stays", "changes 1"}));
  output.text.clear();
  area.draw({}, picture({"a long title that stays", "changes 2"}));
  EXPECT_EQ(output.text.find("title"), std::string::npos);
  EXPECT_NE(output.text.find("changes 2"), std::string::npos);
}

// ------------------------------------------------------------------------------------------------ view

store::ExecutionRow execution(State state, base::Value outputs = {}) {
  store::ExecutionRow row;
  row.execution.id = id(100);
  row.execution.flow = std::make_shared<model::FlowKey>(model::FlowKey{"main", "examples", "hello"});
  row.execution.state = model::StateHistory(State::created, at(0));
  row.execution.state.set(State::running, at(0));
  row.execution.state.set(state, at(2));
  row.execution.outputs = std::move(outputs);
  return row;
}

TEST(RunView, PlainLinesAndSummary) {
  testing::BufferOutput output;
  RunView view(output, false, false);
  RunTree tree;
  view.log(entry("hello"), "say");
  view.show(nullptr, tree, at(1));
  EXPECT_EQ(output.text, "12:00:00.123 INFO  say  hello\n");
  output.text.clear();
  view.end(execution(State::success, base::Value::map({{"message", base::Value::string("hi")}})), tree, at(2));
  EXPECT_EQ(output.text, "examples.hello SUCCESS after 2.00 s  " + id(100).to_text() + "\noutputs:\n  message: hi\n");
}

TEST(RunView, FailuresAreNamed) {
  testing::BufferOutput output;
  RunView view(output, false, false);
  RunTree tree;
  tree.put(run(1, "broken", {State::failed}), id(100), 0, {});
  auto row = execution(State::failed);
  row.execution.error = "something\x1B[2J";
  view.end(row, tree, at(2));
  EXPECT_NE(output.text.find("error: something\nfailed: broken\n"), std::string::npos) << output.text;
}

TEST(RunView, LargeOutputsAreNotShown) {
  testing::BufferOutput output;
  RunView view(output, false, false);
  view.end(execution(State::success, base::Value::map({{"big", base::Value::string(std::string(100'000, 'x'))}})),
           RunTree(), at(2));
  EXPECT_LT(output.text.size(), 500U);
  EXPECT_NE(output.text.find("use `--json` to print them"), std::string::npos);
}

TEST(RunView, LiveTreeBelowTheLog) {
  FakeTerminal terminal(60, 8);
  RunView view(terminal, true, true);
  RunTree tree;
  tree.put(run(1, "say", {State::running}), id(100), 0, {});
  auto running = execution(State::running);
  view.show(&running, tree, at(3));
  EXPECT_EQ(terminal.screen(), "● examples.hello  RUNNING  3 s  " + id(100).to_text() + "\n ● say  RUNNING   2 s");
  view.log(entry("hello\nworld"), "say");
  tree.put(run(1, "say", {State::running, State::success}), id(100), 0, {});
  view.end(execution(State::success, base::Value::map({{"count", base::Value::integer(5)}})), tree, at(4));
  EXPECT_EQ(terminal.screen(),
            "12:00:00.123 INFO  say  hello\n                   world\n✓ examples.hello  SUCCESS  2.00 s  " +
                id(100).to_text() + "\n ✓ say  SUCCESS   1.00 s\noutputs:\n  count: 5");
}

TEST(RunView, ManyLinesAreShownInPieces) {
  FakeTerminal terminal(60, 8);
  RunView view(terminal, true, true);
  auto running = execution(State::running);
  view.show(&running, RunTree(), at(1));
  for (int i = 0; i < 1'700; ++i) view.log(entry(fmt::format("line {}", i)), "say");
  EXPECT_GE(terminal.writes, 4U);
  view.show(&running, RunTree(), at(1));
  std::string all = terminal.all();
  for (int i = 0; i < 1'700; ++i) ASSERT_NE(all.find(fmt::format("line {}\n", i)), std::string::npos) << i;
  EXPECT_EQ(static_cast<size_t>(std::ranges::count(all, '\n')), 1'700U);
}

}  // namespace
}  // namespace gyr::cli
