// The examples of spec 03 sections 12 and 13 as they stand there: schedules through the machine, from a flow's text to
// the dates its executions are told. Those that need a server are in web/trigger_examples_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "engine/testing/trigger_player.h"
#include "engine/types.h"
#include "model/flow_parser.h"
#include "plugins/plugins.h"

namespace gyr::engine {
namespace {

using model::State;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using testing::TriggerPlayer;

/// Dates, joined by blanks; one without a day is of the day before it in the list.
struct CronExample {
  const char* id;
  const char* cron;
  const char* zone;
  const char* from;
  const char* dates;
};

constexpr CronExample cron_examples[] = {
    {"TRIG-1001", "*/15 * * * *", "UTC", "2024-01-01T00:07:00Z", "2024-01-01T00:15:00Z 00:30:00Z 00:45:00Z 01:00:00Z"},
    {"TRIG-1002", "5/20 * * * *", "UTC", "2024-01-01T00:00:00Z", "2024-01-01T00:05:00Z 00:25:00Z 00:45:00Z 01:05:00Z"},
    {"TRIG-1003", "*/10 * * * * *", "UTC", "2024-01-01T00:00:05Z", "2024-01-01T00:00:10Z 00:00:20Z 00:00:30Z"},
    {"TRIG-1004", "@hourly", "UTC", "2024-12-31T23:00:00Z", "2025-01-01T00:00:00Z 01:00:00Z"},
    {"TRIG-1005", "@weekly", "UTC", "2024-01-01T00:00:00Z", "2024-01-07T00:00:00Z 2024-01-14T00:00:00Z"},
    {"TRIG-1006", "@monthly", "UTC", "2024-01-31T10:00:00Z", "2024-02-01T00:00:00Z 2024-03-01T00:00:00Z"},
    {"TRIG-1007", "@yearly", "UTC", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z 2026-01-01T00:00:00Z"},
    {"TRIG-1008", "0 0 * * *", "UTC", "2024-02-28T00:00:00Z", "2024-02-29T00:00:00Z 2024-03-01T00:00:00Z"},
    {"TRIG-1009", "0 12 L * *", "UTC", "2024-01-31T12:00:00Z",
     "2024-02-29T12:00:00Z 2024-03-31T12:00:00Z 2024-04-30T12:00:00Z"},
    {"TRIG-1010", "0 12 L * *", "UTC", "2025-01-31T11:59:59Z",
     "2025-01-31T12:00:00Z 2025-02-28T12:00:00Z 2025-03-31T12:00:00Z"},
    {"TRIG-1011", "0 0 31 * *", "UTC", "2024-01-31T00:00:00Z",
     "2024-03-31T00:00:00Z 2024-05-31T00:00:00Z 2024-07-31T00:00:00Z 2024-08-31T00:00:00Z"},
    {"TRIG-1012", "0 0 30 * *", "UTC", "2024-01-30T00:00:00Z", "2024-03-30T00:00:00Z 2024-04-30T00:00:00Z"},
    {"TRIG-1013", "0 0 29 2 *", "UTC", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z 2032-02-29T00:00:00Z"},
    {"TRIG-1014", "0 0 13 * 5", "UTC", "2024-09-01T00:00:00Z",
     "2024-09-06T00:00:00Z 2024-09-13T00:00:00Z 2024-09-20T00:00:00Z 2024-09-27T00:00:00Z 2024-10-04T00:00:00Z"},
    {"TRIG-1015", "0 0 * * 7", "UTC", "2024-01-01T00:00:00Z", "2024-01-07T00:00:00Z 2024-01-14T00:00:00Z"},
    {"TRIG-1016", "0 0 1-7 * *", "UTC", "2024-01-05T00:00:00Z",
     "2024-01-06T00:00:00Z 2024-01-07T00:00:00Z 2024-02-01T00:00:00Z"},
    {"TRIG-1017", "15 10 1,15 * *", "Asia/Kolkata", "2024-02-01T10:15:00+05:30",
     "2024-02-15T10:15:00+05:30 2024-03-01T10:15:00+05:30"},
    {"TRIG-1018", "0 9 * * MON-FRI", "America/New_York", "2024-03-08T09:00:00-05:00",
     "2024-03-11T09:00:00-04:00 2024-03-12T09:00:00-04:00"},
    {"TRIG-1019", "@daily", "America/New_York", "2024-03-09T00:00:00-05:00",
     "2024-03-10T00:00:00-05:00 2024-03-11T00:00:00-04:00"},
    {"TRIG-1020", "30 2 * * *", "Europe/Paris", "2024-03-29T02:30:00+01:00",
     "2024-03-30T02:30:00+01:00 2024-04-01T02:30:00+02:00"},
    {"TRIG-1021", "0 2 * * *", "America/New_York", "2024-03-09T02:00:00-05:00", "2024-03-11T02:00:00-04:00"},
    {"TRIG-1022", "0 0 * * *", "America/Sao_Paulo", "2018-11-02T00:00:00-03:00",
     "2018-11-03T00:00:00-03:00 2018-11-05T00:00:00-02:00"},
    {"TRIG-1023", "30 2 * * *", "Europe/Paris", "2024-10-26T02:30:00+02:00",
     "2024-10-27T02:30:00+02:00 2024-10-28T02:30:00+01:00"},
    {"TRIG-1024", "30 1 * * *", "America/New_York", "2024-11-02T01:30:00-04:00",
     "2024-11-03T01:30:00-04:00 2024-11-04T01:30:00-05:00"},
    {"TRIG-1025", "30 2 * * *", "Europe/Paris", "2024-10-27T02:45:00+02:00",
     "2024-10-27T02:30:00+01:00 2024-10-28T02:30:00+01:00"},
    {"TRIG-1026", "0 * * * *", "Europe/Paris", "2024-03-31T00:00:00+01:00",
     "2024-03-31T01:00:00+01:00 03:00:00+02:00 04:00:00+02:00"},
    {"TRIG-1027", "0 * * * *", "Europe/Paris", "2024-10-27T01:00:00+02:00",
     "2024-10-27T02:00:00+02:00 02:00:00+01:00 03:00:00+01:00"},
    {"TRIG-1028", "*/30 * * * *", "Europe/Paris", "2024-03-31T01:00:00+01:00",
     "2024-03-31T01:30:00+01:00 03:00:00+02:00 03:30:00+02:00"},
    {"TRIG-1029", "*/30 * * * *", "Europe/Paris", "2024-10-27T02:00:00+02:00",
     "2024-10-27T02:30:00+02:00 02:00:00+01:00 02:30:00+01:00 03:00:00+01:00"},
    {"TRIG-1030", "0 */2 * * *", "Europe/Paris", "2024-10-27T00:00:00+02:00",
     "2024-10-27T02:00:00+02:00 04:00:00+01:00"},
    {"TRIG-1031", "0 */2 * * *", "Europe/Paris", "2024-03-31T00:00:00+01:00",
     "2024-03-31T04:00:00+02:00 06:00:00+02:00"},
    {"TRIG-1032", "30 2 * * *", "Australia/Lord_Howe", "2024-04-06T02:30:00+11:00", "2024-04-07T02:30:00+10:30"},
};

std::vector<std::string> dates_of(const CronExample& example) {
  std::vector<std::string> dates;
  std::string day;
  for (std::string_view word : base::split(example.dates, ' ')) {
    if (word.find('T') != std::string_view::npos) {
      day = word.substr(0, word.find('T') + 1);
      dates.emplace_back(word);
    } else {
      dates.push_back(day + std::string(word));
    }
  }
  return dates;
}

/// The schedule of an example: six fields begin with seconds.
std::string schedule_of(std::string_view cron, std::string_view zone, std::string_view more = {}) {
  const bool has_seconds = base::split(cron, ' ').size() == 6;
  return fmt::format("Schedule, cron: '{}', timezone: {}, withSeconds: {}{}", cron, zone, has_seconds, more);
}

std::string variable(const trigger::StartExecution& start, std::string_view name) {
  const base::Value* value = start.trigger ? start.trigger->variables.find(name) : nullptr;
  return value == nullptr ? "-" : std::string(value->text());
}

TEST(TriggerExamples, DatesThatFollow) {  // TRIG-1001 to TRIG-1032, TRIG-46
  for (const CronExample& example : cron_examples) {
    SCOPED_TRACE(fmt::format("{} {} {} {}", example.id, example.cron, example.zone, example.from));
    const auto wanted = dates_of(example);
    TriggerPlayer player(example.from, schedule_of(example.cron, example.zone));
    player.until(wanted.back());
    std::vector<std::string> told, next;
    for (const auto& start : player.starts()) {
      told.push_back(variable(start, "date"));
      next.push_back(variable(start, "next"));
    }
    EXPECT_THAT(told, ElementsAreArray(wanted));
    ASSERT_EQ(next.size(), wanted.size());
    next.pop_back();
    EXPECT_THAT(next, ElementsAreArray(wanted.begin() + 1, wanted.end())) << "each is announced by the one before";
  }
}

/// What the parser of flows says of a schedule with this cron expression; nothing where it is taken.
std::string refusal_of(std::string_view cron, bool with_seconds = false) {
  plugin::Registry registry;
  register_engine_types(registry);
  plugins::register_core_conditions(registry);
  plugins::register_core_triggers(registry);
  const auto parsed = model::parse_flow(
      fmt::format(
          "id: flow\nnamespace: company.team\ntasks: [{{id: stop, type: io.kestra.plugin.core.execution.Exit}}]\n"
          "triggers: [{{id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: '{}', withSeconds: {}}}]\n",
          cron, with_seconds),
      registry);
  return parsed.ok() ? std::string() : std::string(parsed.first_error());
}

TEST(TriggerExamples, ExpressionsThatAreRefused) {  // TRIG-1033 to TRIG-1035, TRIG-45
  EXPECT_THAT(refusal_of("$ome Inv@lid Cr0n"),
              HasSubstr("invalid cron expression '$ome Inv@lid Cr0n': "));                       // TRIG-1033
  EXPECT_THAT(refusal_of("* * * * * *"), HasSubstr("invalid cron expression '* * * * * *': "));  // TRIG-1034
  EXPECT_EQ(refusal_of("* * * * * *", true), "");
  TriggerPlayer seconds("2024-01-01T00:00:00Z", schedule_of("* * * * * *", "UTC"));
  seconds.until("2024-01-01T00:00:03Z");
  EXPECT_EQ(seconds.fired(), "2024-01-01T00:00:01Z 2024-01-01T00:00:02Z 2024-01-01T00:00:03Z");
  for (const char* cron :
       {"0 22-2 * * *", "60 * * * *",   "* 24 * * *",      "* * 0 * *",    "* * * 13 *",     "* * * * 8", "*/0 * * * *",
        "*/61 * * * *", "0 */24 * * *", "* * * * SUN-SAT", "* * * * 6-0",  "* * * * MONDAY", "* * ? * *", "* * * * 5#3",
        "* * 15W * *",  "@HOURLY",      "@reboot",         "1,,2 * * * *", "-5 * * * *",     ""}) {
    EXPECT_THAT(refusal_of(cron), HasSubstr(fmt::format("invalid cron expression '{}': ", cron)));  // TRIG-1035
  }
}

}  // namespace
}  // namespace gyr::engine
