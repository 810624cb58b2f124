// Long log messages in pieces (EXEC-121).
#include <gtest/gtest.h>

#include "engine/inline_run.h"

namespace gyr::engine {
namespace {

constexpr size_t longest = 15'360;

TEST(LogLines, PartsOfOneMessageHaveOneTimeAndAreInOrder) {  // EXEC-121
  model::LogEntry line;
  line.sequence = 4;
  line.timestamp = base::Instant::of_millis(1'767'600'000'000);
  std::vector<model::LogEntry> lines;
  EXPECT_EQ(append_log_lines(lines, line, std::string(2 * longest, 'x') + "y"), 7u);
  ASSERT_EQ(lines.size(), 3u);
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].sequence, 5 + i);
    EXPECT_EQ(lines[i].timestamp, line.timestamp) << "a line of another run must not come between";
  }
  EXPECT_EQ(lines[0].message.size(), longest);
  EXPECT_EQ(lines[2].message, "y");
}

TEST(LogLines, CountCharactersAndNeverSplitOne) {  // EXEC-121
  std::string text;
  for (size_t i = 0; i < longest + 1; ++i) text += "ü";
  std::vector<model::LogEntry> lines;
  append_log_lines(lines, {}, text);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].message.size(), 2 * longest);
  EXPECT_EQ(lines[1].message, "ü");
  lines.clear();
  append_log_lines(lines, {}, std::string(longest, 'x'));
  EXPECT_EQ(lines.size(), 1u);
  lines.clear();
  append_log_lines(lines, {}, "");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].message, "");
}

}  // namespace
}  // namespace gyr::engine
