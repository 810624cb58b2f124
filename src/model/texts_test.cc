// Small languages inside flows: cron, time zones, addresses, patterns.
#include <gtest/gtest.h>

#include "model/cron.h"
#include "model/regex.h"
#include "model/time_zone.h"
#include "model/uri.h"

namespace gyr::model {

namespace {

Cron cron(std::string_view text, bool with_seconds = false) {
  auto parsed = parse_cron(text, with_seconds);
  EXPECT_TRUE(parsed.has_value()) << text << ": " << (parsed ? "" : parsed.error().message());
  return parsed.value_or(Cron{});
}

std::string cron_error(std::string_view text, bool with_seconds = false) {
  auto parsed = parse_cron(text, with_seconds);
  return parsed ? "" : parsed.error().message();
}

template <class... Bits>
uint64_t bits(Bits... values) {
  return ((uint64_t{1} << values) | ... | 0);
}

// TRIG-40, TRIG-41, TRIG-43
TEST(Cron, Fields) {
  EXPECT_EQ(cron("5 4 3 2 1").minutes, bits(5));
  EXPECT_EQ(cron("5 4 3 2 1").hours, bits(4));
  EXPECT_EQ(cron("5 4 3 2 1").days, bits(3));
  EXPECT_EQ(cron("5 4 3 2 1").months, bits(2));
  EXPECT_EQ(cron("5 4 3 2 1").weekdays, bits(1));
  EXPECT_EQ(cron("5 4 3 2 1").seconds, 1U);
  EXPECT_EQ(cron("9 5 4 3 2 1", true).seconds, bits(9));
  EXPECT_EQ(cron("*/15 * * * *").minutes, bits(0, 15, 30, 45));
  EXPECT_EQ(cron("5/20 * * * *").minutes, bits(5, 25, 45));
  EXPECT_EQ(cron("/20 * * * *").minutes, bits(0, 20, 40));
  EXPECT_EQ(cron("1-9/4 * * * *").minutes, bits(1, 5, 9));
  EXPECT_EQ(cron("5,1-3/2,*/30 * * * *").minutes, bits(5, 1, 3, 0, 30));
  EXPECT_EQ(cron("00 09 * * 01").weekdays, bits(1));
  EXPECT_EQ(cron(" 0\t 0 * * * ").minutes, bits(0));
  EXPECT_EQ(cron("* * * jan-mar *").months, bits(1, 2, 3));
  EXPECT_EQ(cron("* * * * mon,WED").weekdays, bits(1, 3));
  EXPECT_FALSE(cron("* * * * *").days_restricted);
  EXPECT_TRUE(cron("* * 1-31 * */1").days_restricted);
  EXPECT_TRUE(cron("* * 1-31 * */1").weekdays_restricted);
}

// TRIG-41: Sunday is the first and the seventh day.
TEST(Cron, Sundays) {
  EXPECT_EQ(cron("* * * * 0").weekdays, bits(0));
  EXPECT_EQ(cron("* * * * 7").weekdays, bits(0));
  EXPECT_EQ(cron("* * * * SUN").weekdays, bits(0));
  EXPECT_EQ(cron("* * * * SAT-SUN").weekdays, bits(6, 0));
  EXPECT_EQ(cron("* * * * 5-7").weekdays, bits(5, 6, 0));
  EXPECT_EQ(cron("* * * * 0-7").weekdays, 127);
  EXPECT_EQ(cron("* * * * */2").weekdays, bits(0, 2, 4, 6));
  EXPECT_EQ(cron("* * * * 7/2").weekdays, cron("* * * * 0/2").weekdays);
  EXPECT_EQ(cron("* * * * 5/2").weekdays, bits(5, 0));
}

// TRIG-42, TRIG-44
TEST(Cron, LastDaysAndNicknames) {
  EXPECT_EQ(cron("0 0 L * *").days_before_last, bits(0));
  EXPECT_EQ(cron("0 0 L * *").days, 0U);
  EXPECT_EQ(cron("0 0 1,L-3 * *").days_before_last, bits(3));
  EXPECT_EQ(cron("@daily"), cron("0 0 * * *"));
  EXPECT_EQ(cron("@midnight"), cron("@daily"));
  EXPECT_EQ(cron("@hourly"), cron("0 * * * *"));
  EXPECT_EQ(cron("@weekly"), cron("0 0 * * 0"));
  EXPECT_EQ(cron("@yearly"), cron("@annually"));
  EXPECT_EQ(cron("@monthly", true), cron("0 0 0 1 * *", true));
}

// TRIG-45, with the words of the reference.
TEST(Cron, InvalidExpressionsAreReportedWithTheReason) {
  EXPECT_EQ(cron_error("* * * *"), "Cron expression contains 4 parts but we expect one of [5]");
  EXPECT_EQ(cron_error("* * * * * *"), "Cron expression contains 6 parts but we expect one of [5]");
  EXPECT_EQ(cron_error("* * * * *", true), "Cron expression contains 5 parts but we expect one of [6]");
  EXPECT_EQ(cron_error(""), "Empty expression!");
  EXPECT_EQ(cron_error("@reboot"), "Nickname @reboot not supported!");
  EXPECT_EQ(cron_error("@HOURLY"), "Cron expression contains 1 parts but we expect one of [5]");
  EXPECT_EQ(cron_error("60 * * * *"), "Failed to parse cron expression. Value 60 not in range [0, 59]");
  EXPECT_EQ(cron_error("* * 0 * *"), "Failed to parse cron expression. Value 0 not in range [1, 31]");
  EXPECT_EQ(cron_error("* * * * 8"), "Failed to parse cron expression. Value 8 not in range [0, 7]");
  EXPECT_EQ(cron_error("0 22-2 * * *"), "Failed to parse cron expression. Invalid range! [22,2]");
  EXPECT_EQ(cron_error("* * * * SUN-SAT"), "Failed to parse cron expression. Invalid range! [7,6]");
  EXPECT_EQ(cron_error("* * * * 6-0"), "Failed to parse cron expression. Invalid range! [6,0]");
  EXPECT_EQ(cron_error("*/0 * * * *"), "Failed to parse cron expression. Period 0 not in range [0, 59]");
  EXPECT_EQ(cron_error("0 */24 * * *"), "Failed to parse cron expression. Period 24 not in range [0, 23]");
  EXPECT_EQ(cron_error("1- * * * *"), "Failed to parse cron expression. Missing values for range: 1-");
  EXPECT_EQ(cron_error("1-2-3 * * * *"), "Failed to parse cron expression. Missing values for range: 1-2-3");
  EXPECT_EQ(cron_error("*/ * * * *"), "Failed to parse cron expression. Missing steps for expression: */");
  EXPECT_EQ(cron_error("1,2, * * * *"), "Invalid field value! Trailing commas not permitted! '1,2,'");
  EXPECT_EQ(cron_error("-5 * * * *"),
            "Failed to parse cron expression. Invalid expression! Expression: -5 does not describe a range. Negative "
            "numbers are not "
            "allowed.");
  for (const char* wrong :
       {"* * ? * *", "* * * * 5#3", "* * 15W * *", "* * * * 5L", "* * LW * *", "* * * * L", "* * * * MONDAY",
        "H * * * *", "a * * * *", "1,,2 * * * *", "*-5 * * * *", "1.5 * * * *", "@every 5m", "0 0 */32 * *",
        "* * * * */8", "*/10/2 * * * *", "99999999999999999999 * * * *", "* * L-99 * *", "$ome Inv@lid Cr0n"}) {
    EXPECT_NE(cron_error(wrong), "") << wrong;
  }
  EXPECT_NE(cron_error(std::string(100'000, ',')), "");
  EXPECT_NE(cron_error(std::string("* * * * \0", 9)), "");
}

// TRIG-32
TEST(TimeZone, ValidNames) {
  for (const char* zone :
       {"Europe/Paris", "UTC", "GMT", "Z", "+05:30", "-0530", "+5", "+18:00", "+01:02:03", "GMT+2", "UTC+1", "UT+01:00",
        "Etc/GMT+3", "CET", "PST8PDT", "America/Argentina/Buenos_Aires", "GMT0"}) {
    EXPECT_TRUE(is_time_zone(zone)) << zone;
  }
  for (const char* wrong : {"", "  ", "EST", "MST", "HST", "utc", "europe/paris", "Mars/Phobos", "+19:00", "+18:01",
                            "+5:30", "+05:60", "+", "+123", "GMT+", "../etc/passwd", "Europe/Paris "}) {
    EXPECT_FALSE(is_time_zone(wrong)) << wrong;
  }
}

std::string uri_error(std::string_view text) {
  auto checked = check_uri(text);
  return checked ? "" : checked.error().message();
}

// FLOW-22, type URI
TEST(Uri, ValidUris) {
  for (const char* good : {"http://localhost:80", "mailto:a@b", "kestra:///a/b", "http:/bla", "a:b",
                           "https://www.example.com/a?b=c#d", "http://ü.de/%20", "ftp://[::1]/x", "urn:isbn:1"}) {
    EXPECT_EQ(uri_error(good), "") << good;
  }
  EXPECT_EQ(uri_error("x"), "Invalid URI format.");
  EXPECT_EQ(uri_error("/a/b"), "Invalid URI format.");
  EXPECT_EQ(uri_error("no scheme"), "Illegal character in path at index 2: no scheme");
  EXPECT_EQ(uri_error("http://a b"), "Illegal character in authority at index 8: http://a b");
  EXPECT_EQ(uri_error("http://["), "Expected closing bracket for IPv6 address at index 8: http://[");
  EXPECT_EQ(uri_error("1http://x"), "Illegal character in scheme name at index 0: 1http://x");
  EXPECT_EQ(uri_error("://x"), "Expected scheme name at index 0: ://x");
  EXPECT_EQ(uri_error("a:"), "Expected scheme-specific part at index 2: a:");
  EXPECT_EQ(uri_error("http://x/%zz"), "Malformed escape pair at index 9: http://x/%zz");
  EXPECT_EQ(uri_error("http://x?a b"), "Illegal character in query at index 10: http://x?a b");
  EXPECT_EQ(uri_error("a:b#c d"), "Illegal character in fragment at index 5: a:b#c d");
  EXPECT_NE(uri_error(std::string("http://x\0y", 10)), "");
  EXPECT_NE(uri_error(""), "");
}

bool matches(std::string_view pattern, std::string_view text) {
  auto regex = Regex::compile(pattern);
  EXPECT_TRUE(regex.has_value()) << pattern << ": " << (regex ? "" : regex.error().message());
  return regex && (*regex)->matches(text) == true;
}

// FLOW-22: a validator is a Java pattern for the whole text.
TEST(Regex, WholeTextInJavasSyntax) {
  EXPECT_TRUE(matches("[A-Z]\\d+", "A123"));
  EXPECT_FALSE(matches("[A-Z]\\d+", "A123b"));
  EXPECT_TRUE(matches("a|ab", "ab"));
  EXPECT_FALSE(matches("[A-Z]+", "A\nB"));
  EXPECT_TRUE(matches("\\p{L}+", "äöß"));
  // Look-around, back references and operations on classes are Java's, too.
  EXPECT_TRUE(matches("^(?=.*[A-Z])(?=.*\\d).{4,}$", "abC1"));
  EXPECT_FALSE(matches("^(?=.*[A-Z])(?=.*\\d).{4,}$", "abc1"));
  EXPECT_TRUE(matches("(.)\\1", "aa"));
  EXPECT_FALSE(matches("(.)\\1", "ab"));
  EXPECT_TRUE(matches("[a-z&&[^b]]+", "acd"));
  EXPECT_FALSE(matches("[a-z&&[^b]]+", "abc"));
  EXPECT_TRUE(matches("(?!x)a|(?!x)ab", "ab"));
}

TEST(Regex, InvalidPatternsAreRefused) {
  for (const char* wrong : {"[", "\\", "(", "a{2,1}", "*", "(?<n>a)(?<n", "(?=a"})
    EXPECT_FALSE(Regex::compile(wrong).has_value()) << wrong;
  EXPECT_FALSE(Regex::compile(std::string(100'000, 'a')).has_value());
  EXPECT_FALSE(Regex::compile("\xff").has_value());
}

// FLOW-24 [+]: a pattern that would never end gives up.
TEST(Regex, CatastrophicPatternsGiveUp) {
  auto regex = Regex::compile("(?=(a+)+$)(a+)+b");
  ASSERT_TRUE(regex.has_value());
  EXPECT_EQ((*regex)->matches(std::string(60, 'a')), std::nullopt);
  // The same without look-around takes linear time.
  EXPECT_FALSE(matches("(a+)+b", std::string(100'000, 'a')));
}

}  // namespace

}  // namespace gyr::model
