// `gyr cron next` (TRIG-40 to TRIG-49); what it computes is tested in model/cron_dates_test.cc.
#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/testing/run_command.h"

namespace gyr::cli {
namespace {

using testing::run;

TEST(CronNext, ShowsDates) {
  auto result = run(
      {"cron", "next", "30 2 * * *", "--zone", "Europe/Paris", "--from", "2024-03-29T02:30:00+01:00", "--count", "2"});
  EXPECT_EQ(result.out, "2024-03-30T02:30:00+01:00\n2024-04-01T02:30:00+02:00\n");
  EXPECT_EQ(result.code, exit_ok);
  result = run({"cron", "next", "@daily", "--from", "2024-03-01T00:00:00Z", "--previous", "--count", "1", "--json"});
  EXPECT_EQ(result.out, R"({"expression":"@daily","zone":"UTC","dates":["2024-02-29T00:00:00Z"]})"
                        "\n");
  result = run({"cron", "next", "*/20 * * * * *", "--from", "2024-01-01T00:00:00Z", "--count", "1"});
  EXPECT_EQ(result.out, "2024-01-01T00:00:20Z\n");
  result = run({"cron", "next", "0 0 30 2 *"});
  EXPECT_EQ(result.code, exit_ok);
  EXPECT_TRUE(result.out.empty());
  EXPECT_NE(result.err.find("no date within 100 years after"), std::string::npos) << result.err;
}

TEST(CronNext, ReportsErrors) {
  auto result = run({"cron", "next", "60 * * * *"});
  EXPECT_EQ(result.code, exit_usage);
  EXPECT_NE(result.err.find("invalid cron expression '60 * * * *': "), std::string::npos) << result.err;
  EXPECT_NE(run({"cron", "next", "* * * * *", "--zone", "Mars/Phobos"}).err.find("Unknown time-zone ID: Mars/Phobos"),
            std::string::npos);
  EXPECT_EQ(run({"cron", "next"}).code, exit_usage);
  EXPECT_EQ(run({"cron", "next", "* * * * *", "--from", "yesterday"}).code, exit_usage);
  for (const char* count : {"0", "-1", "x", "99999999", ""})
    EXPECT_EQ(run({"cron", "next", "* * * * *", "--count", count}).code, exit_usage) << count;
  EXPECT_EQ(run({"cron", "next", "* * * * *", "--batch", "-"}).code, exit_usage);
}

TEST(CronNext, EvaluatesABatchLineByLine) {
  auto result = run(
      {"cron", "next", "--batch", "-"},
      "{\"id\":1,\"expression\":\"0 9 * * *\",\"zone\":\"Asia/Tokyo\",\"from\":\"2024-01-01T00:00:00Z\",\"count\":1}\n"
      "{\"id\":\"p\",\"expression\":\"@hourly\",\"from\":\"2024-01-01T00:00:00Z\",\"direction\":\"previous\",\"count\":"
      "1}\n\n"
      "{\"id\":2,\"expression\":\"@every 5m\"}\n"
      "{\"id\":3,\"expression\":\"@daily\",\"direction\":\"up\"}\n"
      "{\"id\":4,\"expression\":5}\n"
      "no json\n");
  EXPECT_EQ(result.code, exit_usage);
  auto lines = base::split(result.out, '\n');
  ASSERT_EQ(lines.size(), 7u) << result.out;
  EXPECT_EQ(lines[0], R"({"id":1,"ok":true,"dates":["2024-01-02T09:00:00+09:00"],"error":null})");
  EXPECT_EQ(lines[1], R"({"id":"p","ok":true,"dates":["2023-12-31T23:00:00Z"],"error":null})");
  EXPECT_NE(lines[2].find(R"("id":2,"ok":false,"dates":null,"error":"invalid cron expression '@every 5m': )"),
            std::string_view::npos)
      << lines[2];
  EXPECT_NE(lines[3].find("`direction` is neither"), std::string_view::npos) << lines[3];
  EXPECT_NE(lines[4].find("`expression` is missing or is not a string"), std::string_view::npos) << lines[4];
  EXPECT_NE(lines[5].find("line 7: "), std::string_view::npos) << lines[5];
}

}  // namespace
}  // namespace gyr::cli
