// Ranges of dates that are run again (spec 03 section 2.6, TRIG-1058 to TRIG-1061).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/trigger_player.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using testing::TriggerPlayer;

TEST(Backfill, RunsItsDatesInOrderThenTheRegularOnes) {  // TRIG-1058, TRIG-70 to TRIG-73
  TriggerPlayer player("2024-05-01T08:30:00Z",
                       "Schedule, cron: '0 * * * *', inputs: {a: usual, b: \"{{ flow.id }}\"}, labels: {l: usual}",
                       "inputs: [{id: a, type: STRING}, {id: b, type: STRING}]");
  player.hold = true;
  player.backfill("2024-01-01T00:00:00Z", "2024-01-01T02:00:00Z",
                  Value::map({{"a", Value::string("again {{ flow.id }}")}}), {{"l", "{{ flow.id }}"}, {"m", "x"}});
  ASSERT_TRUE(player.state().backfill.has_value());
  EXPECT_EQ(player.state().backfill->previous_next, base::Instant{.seconds = 1'714'554'000}) << "2024-05-01T09:00Z";
  EXPECT_EQ(player.fired(), "2024-01-01T00:00Z");
  EXPECT_EQ(player.next(), "2024-01-01T01:00Z");
  const auto start = player.starts().back();
  EXPECT_EQ(*start.inputs.find("a"), Value::string("again flow"));
  EXPECT_EQ(*start.inputs.find("b"), Value::string("flow"));
  EXPECT_EQ(start.labels[0], (model::Label{"l", "flow"}));
  EXPECT_EQ(start.labels[1], (model::Label{"m", "x"}));
  player.end();
  player.end();
  EXPECT_EQ(player.fired(), "2024-01-01T01:00Z 2024-01-01T02:00Z");
  EXPECT_EQ(*start.trigger->variables.find("next"), Value::string("2024-01-01T01:00:00Z"));
  player.end();
  EXPECT_FALSE(player.state().backfill.has_value());
  EXPECT_EQ(player.next(), "2024-05-01T09:00Z");
}

TEST(Backfill, EndsAtItsCreationTimeWithoutAnEnd) {  // TRIG-1059, TRIG-71
  TriggerPlayer player("2024-05-01T10:10:00Z", "Schedule, cron: '*/30 * * * *'");
  player.backfill("2024-05-01T09:00:00Z", "");
  EXPECT_EQ(player.fired(), "2024-05-01T09:00Z 2024-05-01T09:30Z 2024-05-01T10:00Z");
  EXPECT_EQ(player.next(), "2024-05-01T10:30Z");
}

TEST(Backfill, PausesAndResumes) {  // TRIG-1060, TRIG-74
  TriggerPlayer player("2024-05-01T10:10:00Z", "Schedule, cron: '*/30 * * * *'");
  player.hold = true;
  player.backfill("2024-05-01T09:00:00Z", "");
  EXPECT_EQ(player.fired(), "2024-05-01T09:00Z");
  player.apply(trigger::PauseBackfill{true});
  player.hold = false;
  player.until("2024-05-01T10:31:00Z");
  EXPECT_EQ(player.fired(), "") << "regular dates neither";
  player.apply(trigger::PauseBackfill{false});
  player.until("2024-05-01T10:31:00Z");
  EXPECT_EQ(player.fired(), "2024-05-01T09:30Z 2024-05-01T10:00Z 2024-05-01T10:30Z");
}

TEST(Backfill, IsDeleted) {  // TRIG-1061
  TriggerPlayer player("2024-05-01T10:10:00Z", "Schedule, cron: '*/30 * * * *'");
  player.hold = true;
  player.backfill("2024-05-01T09:00:00Z", "");
  player.apply(trigger::PauseBackfill{true});
  player.hold = false;
  player.until("2024-05-01T10:31:00Z");
  player.apply(trigger::DeleteBackfill{});
  player.until("2024-05-01T10:31:00Z");
  EXPECT_EQ(player.fired(), "2024-05-01T09:00Z 2024-05-01T10:30Z");
  EXPECT_EQ(player.apply(trigger::DeleteBackfill{}).refused->message(), "No backfill found");
  EXPECT_EQ(player.apply(trigger::PauseBackfill{true}).refused->message(), "No backfill found");
}

TEST(Backfill, MissedRegularDatesFollowThePolicy) {  // TRIG-73
  for (const auto& [policy, regular] : {std::pair{"ALL", "11:00 12:00"}, {"LAST", "12:00"}, {"NONE", ""}}) {
    SCOPED_TRACE(policy);
    TriggerPlayer player("2024-05-01T10:10:00Z",
                         std::string("Schedule, cron: '0 * * * *', recoverMissedSchedules: ") + policy);
    player.hold = true;
    player.backfill("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z");
    player.until("2024-05-01T12:30:00Z");
    EXPECT_EQ(player.fired(), "2024-01-01T00:00Z");
    player.hold = false;
    player.until("2024-05-01T12:30:00Z");
    std::string expected;
    for (std::string_view rest = regular; !rest.empty();) {
      const std::string_view time = rest.substr(0, 5);
      rest.remove_prefix(std::min<size_t>(rest.size(), 6));
      expected += (expected.empty() ? "" : " ") + std::string("2024-05-01T") + std::string(time) + "Z";
    }
    EXPECT_EQ(player.fired(), expected);
    EXPECT_EQ(player.next(), "2024-05-01T13:00Z");
  }
}

TEST(Backfill, RangesWithoutDatesEndAtOnce) {  // TRIG-71
  TriggerPlayer player("2024-05-01T10:10:00Z", "Schedule, cron: '0 * * * *'");
  player.backfill("2024-01-01T00:10:00Z", "2024-01-01T00:50:00Z");
  EXPECT_FALSE(player.state().backfill.has_value());
  player.backfill("2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z");
  EXPECT_FALSE(player.state().backfill.has_value());
  EXPECT_EQ(player.fired(), "");
  player.backfill("2024-01-01T01:00:00Z", "2024-01-01T01:00:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T01:00Z");
  EXPECT_EQ(player.next(), "2024-05-01T11:00Z");
  EXPECT_THAT(player.lines(), Contains("INFO The backfill contains no date and ends"));
}

TEST(Backfill, RespectsConditionsAndNotTheMaximumDelay) {  // TRIG-71, TRIG-72
  TriggerPlayer player("2024-05-01T10:10:00Z",
                       "Schedule, cron: '0 12 * * *', lateMaximumDelay: PT1M, "
                       "conditions: [{type: io.kestra.plugin.core.condition.DayWeek, dayOfWeek: MONDAY}]");
  player.backfill("2024-01-01T00:00:00Z", "2024-01-20T00:00:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T12:00Z 2024-01-08T12:00Z 2024-01-15T12:00Z");
}

TEST(Backfill, OfTheFutureSuspendsRegularDates) {  // TRIG-70
  TriggerPlayer player("2024-05-01T10:10:00Z", "Schedule, cron: '0 * * * *', recoverMissedSchedules: NONE");
  player.backfill("2024-05-01T13:00:00Z", "2024-05-01T14:00:00Z");
  player.until("2024-05-01T12:30:00Z");
  EXPECT_EQ(player.fired(), "");
  player.until("2024-05-01T14:30:00Z");
  EXPECT_EQ(player.fired(), "2024-05-01T13:00Z 2024-05-01T14:00Z");
  EXPECT_EQ(player.next(), "2024-05-01T15:00Z");
}

TEST(Backfill, OnePerTriggerAndOnlyForSchedules) {  // TRIG-70
  TriggerPlayer player("2024-05-01T10:10:00Z", "Schedule, cron: '0 * * * *'");
  player.hold = true;
  player.backfill("2024-01-01T00:00:00Z", "");
  player.backfill("2023-01-01T00:00:00Z", "");
  ASSERT_TRUE(player.last.refused.has_value());
  EXPECT_EQ(player.last.refused->code(), trigger::backfill_refused);
  TriggerPlayer listed("2024-05-01T10:10:00Z", "ScheduleOnDates, dates: ['2030-01-01T00:00:00Z']");
  listed.backfill("2023-01-01T00:00:00Z", "");
  EXPECT_EQ(listed.last.refused->code(), trigger::backfill_refused);
}

TEST(Backfill, StopsWithItsTrigger) {  // TRIG-72, TRIG-74
  TriggerPlayer player("2024-05-01T10:10:00Z", "Schedule, cron: '0 * * * *', stopAfter: [FAILED]");
  player.hold = true;
  player.backfill("2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z");
  player.end(State::failed);
  EXPECT_TRUE(player.state().disabled);
  EXPECT_TRUE(player.state().backfill.has_value());
  EXPECT_EQ(player.fired(), "2024-01-01T00:00Z");
  player.hold = false;
  player.apply(trigger::SetDisabled{false});
  player.until("2024-05-01T11:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T01:00Z 2024-05-01T11:00Z");
}

TEST(Backfill, ConcurrentDatesDoNotWait) {  // TRIG-60
  TriggerPlayer player("2024-05-01T10:10:00Z", "Schedule, cron: '0 * * * *', allowConcurrent: true");
  player.hold = true;
  player.backfill("2024-01-01T00:00:00Z", "2024-01-01T02:00:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T00:00Z 2024-01-01T01:00Z 2024-01-01T02:00Z");
  EXPECT_FALSE(player.state().backfill.has_value());
  EXPECT_EQ(player.next(), "2024-05-01T11:00Z");
}

TEST(Backfill, ADateWithABrokenConditionFailsOnce) {  // TRIG-53
  TriggerPlayer player("2024-05-01T10:10:00Z",
                       "Schedule, cron: '0 * * * *', conditions: [{type: io.kestra.plugin.core.condition.Expression, "
                       "expression: '{{ unknown.x }}'}]");
  player.backfill("2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z");
  EXPECT_EQ(player.fired(), "?! ?!");
  EXPECT_FALSE(player.state().backfill.has_value());
  EXPECT_EQ(player.next(), "2024-05-01T11:00Z");
}

}  // namespace
}  // namespace gyr::engine
