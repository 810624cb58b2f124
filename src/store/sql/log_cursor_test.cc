// The text of a cursor over log lines: given back, it means the same; anything else is refused.
#include "store/sql/log_cursor.h"

#include <gtest/gtest.h>

#include <random>

#include "store/store.h"

namespace gyr::store {
namespace {

// API-65
TEST(LogCursorTest, RoundTrips) {
  LogCursor cursor;
  auto same = parse_log_cursor(to_text(cursor));
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(same->given, cursor.given);
  EXPECT_EQ(same->behind, cursor.behind);
  cursor.given = 1'000'000;
  cursor.behind[{20'458, base::Id{0x19B9F, 7}}] = UINT32_MAX;
  cursor.behind[{-3, base::Id{UINT64_MAX, UINT64_MAX}}] = 0;
  cursor.behind[{20'459, base::Id{0, 0}}] = 63;
  const std::string text = to_text(cursor);
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  same = parse_log_cursor(text);
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(same->given, cursor.given);
  EXPECT_EQ(same->behind, cursor.behind);
}

// API-65
TEST(LogCursorTest, RefusesEverythingElse) {
  LogCursor cursor;
  cursor.given = 300;
  cursor.behind[{20'458, base::Id{0x19B9F, 7}}] = 300;
  const std::string text = to_text(cursor);
  for (size_t i = 0; i < text.size(); ++i) EXPECT_FALSE(parse_log_cursor(text.substr(0, i)).has_value()) << i;
  for (const std::string& wrong : {text + "A", text + "=", " " + text, std::string("%"), std::string("AAAA"),
                                   std::string(100'000, 'A'), std::string("\xFF\0", 2), std::string("Af________8")}) {
    const auto parsed = parse_log_cursor(wrong);
    ASSERT_FALSE(parsed.has_value()) << wrong.substr(0, 100);
    EXPECT_EQ(parsed.error().code(), bad_query);
  }
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = text;
    changed[random() % changed.size()] = static_cast<char>(random());
    const auto parsed = parse_log_cursor(changed);
    if (parsed) EXPECT_EQ(to_text(*parsed), changed);
  }
}

}  // namespace
}  // namespace gyr::store
