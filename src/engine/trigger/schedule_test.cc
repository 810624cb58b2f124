// Dates of schedules: when they fire, what they start, what becomes of those that are missed (spec 03 sections 2, 3 and
// 13).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/trigger_player.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::TriggerPlayer;

constexpr std::string_view hourly = "Schedule, cron: '0 * * * *'";

std::string text_at(const Value& map, std::string_view key) {
  const Value* value = map.find(key);
  return value == nullptr ? "-" : std::string(value->text());
}

/// `date next previous` of the last execution.
std::string variables(const TriggerPlayer& player) {
  const Value& map = player.starts().back().trigger->variables;
  return text_at(map, "date") + " " + text_at(map, "next") + " " + text_at(map, "previous");
}

TEST(Schedule, ANewTriggerBeginsWithTheFirstDateAfterNow) {  // TRIG-65, TRIG-192
  TriggerPlayer player("2024-01-01T10:00:00Z", hourly);
  EXPECT_EQ(player.next(), "2024-01-01T11:00Z");
  EXPECT_EQ(player.fired(), "");
  player.until("2024-01-01T13:59:59Z");
  EXPECT_EQ(player.fired(), "2024-01-01T11:00Z 2024-01-01T12:00Z 2024-01-01T13:00Z");
  EXPECT_EQ(player.state().evaluated, player.starts().back().schedule_date);
}

TEST(Schedule, AnExecutionHasItsDates) {  // TRIG-55, TRIG-56, TRIG-58, TRIG-23
  TriggerPlayer player(
      "2024-03-09T12:00:00Z",
      "Schedule, cron: '0 9 * * *', timezone: America/New_York, labels: {a: '{{ flow.id }}', b: trigger}",
      "labels: {b: flow, c: flow}");
  player.until("2024-03-10T14:00:00Z");
  EXPECT_EQ(player.fired(), "2024-03-09T14:00Z 2024-03-10T13:00Z");
  EXPECT_EQ(variables(player), "2024-03-10T09:00:00-04:00 2024-03-11T09:00:00-04:00 2024-03-09T09:00:00-05:00");
  const auto& start = player.starts().back();
  EXPECT_EQ(start.trigger->id, "t");
  EXPECT_EQ(start.trigger->type, "io.kestra.plugin.core.trigger.Schedule");
  std::string labels;
  for (const auto& label : start.labels) labels += label.key + "=" + label.value + " ";
  EXPECT_EQ(labels, "b=trigger c=flow a=flow system.from=trigger system.correlationId=" + start.id.to_text() + " ");
  EXPECT_THAT(player.lines(), Contains("INFO Scheduled execution " + start.id.to_text() +
                                       " at '2024-03-10T09:00:00-04:00' started at '2024-03-10T13:00:00Z'"));
}

TEST(Schedule, ConditionsOnDatesSelectNextAndPreviousDates) {  // TRIG-1050, TRIG-50, TRIG-52
  const std::string condition =
      "conditions: [{type: io.kestra.plugin.core.condition.DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: FIRST}]";
  TriggerPlayer player("2021-07-20T00:00:00Z", "Schedule, cron: '0 12 * * 1', timezone: Europe/Paris, " + condition);
  EXPECT_EQ(player.next(), "2021-08-02T10:00Z");
  player.until("2021-08-02T10:00:00Z");
  EXPECT_EQ(variables(player), "2021-08-02T12:00:00+02:00 2021-09-06T12:00:00+02:00 2021-07-05T12:00:00+02:00");

  // TRIG-1052
  TriggerPlayer first("2024-05-31T00:00:00Z", "Schedule, cron: '0 11 * * 1', " + condition);
  first.until("2024-08-31T00:00:00Z");
  EXPECT_EQ(first.fired(), "2024-06-03T11:00Z 2024-07-01T11:00Z 2024-08-05T11:00Z");
}

TEST(Schedule, ALastDateHasNoNextVariable) {  // TRIG-1051, TRIG-55
  TriggerPlayer player(
      "2021-07-30T00:00:00Z",
      "Schedule, cron: '0 12 * * 1', timezone: Europe/Paris, "
      "conditions: [{type: io.kestra.plugin.core.condition.DateTimeBetween, before: '2021-08-03T12:00:00+02:00'}]");
  player.until("2021-08-02T10:00:00Z");
  EXPECT_EQ(variables(player), "2021-08-02T12:00:00+02:00 - 2021-07-26T12:00:00+02:00");
  // TRIG-52: the plain next date, which is then found false and moved on from.
  EXPECT_EQ(player.next(), "2021-08-09T10:00Z");
  player.until("2021-08-10T00:00:00Z");
  EXPECT_EQ(player.fired(), "2021-08-02T10:00Z");
}

TEST(Schedule, WeekdaysAreThoseOfTheZone) {  // TRIG-1054
  const std::string monday =
      "timezone: America/New_York, conditions: [{type: io.kestra.plugin.core.condition.DayWeek, dayOfWeek: MONDAY}]";
  TriggerPlayer player("2024-06-01T00:00:00Z", "Schedule, cron: '@daily', " + monday);
  player.until("2024-06-09T00:00:00Z");
  EXPECT_EQ(player.fired(), "2024-06-03T04:00Z");
  TriggerPlayer late("2024-06-01T00:00:00Z", "Schedule, cron: '0 22 * * *', " + monday);
  late.until("2024-06-09T00:00:00Z");
  EXPECT_EQ(late.fired(), "2024-06-04T02:00Z");
}

TEST(Schedule, TheSearchForDatesIsLimited) {  // TRIG-52: a date of every second that is none for a year
  TriggerPlayer player(
      "2024-01-02T00:00:00Z",
      "Schedule, cron: '* * * * * *', withSeconds: true, "
      "conditions: [{type: io.kestra.plugin.core.condition.DateTimeBetween, after: '2025-01-01T00:00:00Z'}]");
  EXPECT_EQ(player.next(), "2024-01-02T01:23:21Z") << "where it looks again";
  // Days that are left out cost one look each.
  TriggerPlayer days("2024-01-02T00:00:00Z",
                     "Schedule, cron: '* * * * * *', withSeconds: true, timezone: Europe/Paris, "
                     "conditions: [{type: io.kestra.plugin.core.condition.Weekend}]");
  EXPECT_EQ(days.next(), "2024-01-05T23:00Z");
}

TEST(Schedule, AnExpressionIsTestedWhenItsDateIsDue) {  // TRIG-51, TRIG-54
  TriggerPlayer player(
      "2024-01-01T00:30:00Z",
      std::string(hourly) +
          ", conditions: [{type: io.kestra.plugin.core.condition.Expression, "
          "expression: \"{{ ['02', '04'] contains (trigger.date | date('HH')) and schedule.next is defined }}\"}]");
  EXPECT_EQ(player.next(), "2024-01-01T01:00Z");
  player.until("2024-01-01T05:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T02:00Z 2024-01-01T04:00Z");
  EXPECT_EQ(variables(player), "2024-01-01T04:00:00Z 2024-01-01T05:00:00Z 2024-01-01T03:00:00Z");
  EXPECT_THAT(player.lines(), Contains("DEBUG Skipped the date '2024-01-01T03:00:00Z': its conditions do not hold"));
}

TEST(Schedule, WhenAndConditionsMustBothHold) {  // TRIG-7
  TriggerPlayer player("2024-01-01T00:30:00Z",
                       std::string(hourly) + ", when: \"{{ trigger.date | date('HH') != '02' }}\"");
  player.until("2024-01-01T03:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T01:00Z 2024-01-01T03:00Z");
}

TEST(Schedule, ABrokenConditionFailsOncePerDate) {  // TRIG-53, TRIG-1063
  TriggerPlayer player(
      "2024-01-01T00:30:00Z",
      std::string(hourly) +
          ", conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: '{{ unknown.x }}'}]",
      "labels: {a: flow}");
  player.until("2024-01-01T02:30:00Z");
  ASSERT_EQ(player.starts().size(), 2u);
  const auto& start = player.starts().back();
  EXPECT_FALSE(start.trigger.has_value());
  EXPECT_FALSE(start.schedule_date.has_value());
  EXPECT_THAT(start.failure, HasSubstr("unknown"));
  EXPECT_EQ(start.labels.size(), 2u) << "the flow's and the correlation id";
  EXPECT_TRUE(player.state().execution_id.is_none());
  EXPECT_THAT(player.lines(), Contains(HasSubstr("ERROR Unable to evaluate the trigger 't'")));
  EXPECT_EQ(player.next(), "2024-01-01T03:00Z");
  // After a long time nobody looked: one, not one for each date.
  player.down_until("2024-01-02T00:30:00Z");
  EXPECT_EQ(player.starts().size(), 3u);
  EXPECT_EQ(player.next(), "2024-01-02T01:00Z");
}

TEST(Schedule, WrongInputsFailEachDate) {  // TRIG-25, TRIG-26
  constexpr std::string_view number = "inputs: [{id: n, type: INT}]";
  for (const char* inputs : {"", ", inputs: {n: abc}", ", inputs: {n: '{{ trigger.date }}'}"}) {
    TriggerPlayer player("2024-01-01T00:30:00Z", std::string(hourly) + inputs + ", labels: {a: b}", number);
    player.until("2024-01-01T02:30:00Z");
    EXPECT_EQ(player.fired(), "?! ?!") << inputs;
    EXPECT_EQ(player.starts().back().labels.size(), 1u);
    EXPECT_THAT(player.lines(), Contains(HasSubstr("WARN The execution fails because its inputs are invalid")));
    EXPECT_TRUE(player.state().execution_id.is_none());
  }
  TriggerPlayer fine("2024-01-01T00:30:00Z", std::string(hourly) + ", inputs: {n: \"{{ inputs.d + 2 }}\", other: 1}",
                     "inputs: [{id: n, type: INT}, {id: d, type: INT, defaults: 3}]");
  fine.until("2024-01-01T01:30:00Z");
  EXPECT_EQ(fine.fired(), "2024-01-01T01:00Z");
  EXPECT_EQ(*fine.starts().back().inputs.find("n"), Value::integer(5));
  EXPECT_THAT(fine.lines(),
              Contains(HasSubstr("Input other was provided for workflow company.team.flow but isn't declared")));
}

TEST(Schedule, ALabelThatCannotBeRenderedIsLeftOut) {  // TRIG-8
  TriggerPlayer player("2024-01-01T00:30:00Z",
                       std::string(hourly) + ", labels: {a: '{{ nothing.here }}', b: '{{ vars.v }}'}",
                       "variables: {v: x}");
  player.until("2024-01-01T01:00:00Z");
  ASSERT_EQ(player.starts().size(), 1u);
  EXPECT_EQ(player.starts()[0].labels[0], (model::Label{"b", "x"}));
  EXPECT_THAT(player.lines(), Contains("WARN Failed to render label 'a', it will be omitted"));
}

TEST(Schedule, LogsBelowTheLevelOfTheTriggerAreNotKept) {  // TRIG-13
  TriggerPlayer player("2024-01-01T00:30:00Z", std::string(hourly) + ", logLevel: WARN");
  player.until("2024-01-01T01:00:00Z");
  EXPECT_TRUE(player.lines().empty());
}

// ---- what waits, what is missed

TEST(Schedule, DatesWaitForTheExecutionBefore) {  // TRIG-59, TRIG-62, TRIG-1055
  struct Case {
    const char* policy;
    const char* at_the_end;
    const char* later;
  };
  for (const Case& expected :
       {Case{"ALL", "2024-01-01T11:00Z", "2024-01-01T12:00Z 2024-01-01T13:00Z"},
        Case{"LAST", "2024-01-01T12:00Z", "2024-01-01T13:00Z"}, Case{"NONE", "", "2024-01-01T13:00Z"}}) {
    SCOPED_TRACE(expected.policy);
    TriggerPlayer player("2024-01-01T09:30:00Z", std::string(hourly) + ", recoverMissedSchedules: " + expected.policy);
    player.hold = true;
    player.until("2024-01-01T12:30:00Z");
    EXPECT_EQ(player.fired(), "2024-01-01T10:00Z");
    player.end();
    EXPECT_EQ(player.fired(), expected.at_the_end);
    player.hold = false;
    player.until("2024-01-01T13:30:00Z");
    EXPECT_EQ(player.fired(), expected.later);
  }
}

TEST(Schedule, DatesThatWaitedTooLongAreDropped) {  // TRIG-61, TRIG-1056
  TriggerPlayer player("2024-01-01T09:30:00Z", std::string(hourly) + ", lateMaximumDelay: PT45M");
  player.hold = true;
  player.until("2024-01-01T12:30:00Z");
  player.end();
  EXPECT_EQ(player.fired(), "2024-01-01T10:00Z 2024-01-01T12:00Z");
  EXPECT_THAT(player.lines(),
              Contains("INFO Skipped the dates from '2024-01-01T11:00:00Z' up to before '2024-01-01T12:00:00Z': "
                       "they are later than lateMaximumDelay PT45M"));
}

TEST(Schedule, LateDatesAreNotCountedOneByOne) {  // TRIG-1053
  TriggerPlayer player("2024-01-01T00:00:00Z", "Schedule, cron: '* * * * *', lateMaximumDelay: PT5M");
  player.down_until("2024-03-01T00:15:30Z");
  EXPECT_EQ(player.fired(),
            "2024-03-01T00:11Z 2024-03-01T00:12Z 2024-03-01T00:13Z 2024-03-01T00:14Z 2024-03-01T00:15Z");
  // A time that the clocks show again is not a date of its own because the one before it was dropped (TRIG-48).
  TriggerPlayer twice("2024-10-25T12:00:00Z",
                      "Schedule, cron: '30 2 * * *', timezone: Europe/Paris, lateMaximumDelay: PT5M");
  twice.until("2024-10-26T12:00:00Z");
  twice.down_until("2024-10-27T01:31:00Z");
  EXPECT_EQ(twice.fired(), "2024-10-26T00:30Z");
  EXPECT_EQ(twice.next(), "2024-10-28T01:30Z");
}

TEST(Schedule, TheServerWasDown) {  // TRIG-62, TRIG-1057
  struct Case {
    const char* policy;
    const char* fired;
  };
  for (const Case& expected : {Case{"ALL", "2024-01-01T10:00Z 2024-01-01T11:00Z 2024-01-01T12:00Z 2024-01-01T13:00Z"},
                               Case{"LAST", "2024-01-01T13:00Z"}, Case{"NONE", ""}}) {
    SCOPED_TRACE(expected.policy);
    TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", recoverMissedSchedules: " + expected.policy);
    player.until("2024-01-01T09:30:00Z");
    EXPECT_EQ(player.fired(), "2024-01-01T09:00Z");
    player.down_until("2024-01-01T13:15:00Z");
    EXPECT_EQ(player.fired(), expected.fired);
    player.until("2024-01-01T14:30:00Z");
    EXPECT_EQ(player.fired(), "2024-01-01T14:00Z");
  }
}

TEST(Schedule, AShortDowntimeMissesNoDate) {  // TRIG-64
  TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", recoverMissedSchedules: NONE");
  player.down_until("2024-01-01T09:00:59Z");
  EXPECT_EQ(player.fired(), "2024-01-01T09:00Z");
  player.down_until("2024-01-01T10:01:01Z");
  EXPECT_EQ(player.fired(), "");
  EXPECT_EQ(player.next(), "2024-01-01T11:00Z");
  EXPECT_THAT(player.lines(),
              Contains("INFO Skipped the dates from '2024-01-01T10:00:00Z' up to before '2024-01-01T11:00:00Z': "
                       "recoverMissedSchedules is NONE"));
}

TEST(Schedule, ThePolicyOfTheInstallationIsTheDefault) {  // TRIG-63
  for (const char* own : {"", ", recoverMissedSchedules: ALL"}) {
    TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + own);
    player.trigger_settings.recover["io.kestra.plugin.core.trigger.Schedule"] = plugin::RecoverMissedSchedules::none;
    player.down_until("2024-01-01T10:30:00Z");
    EXPECT_EQ(player.fired(), *own == '\0' ? "" : "2024-01-01T09:00Z 2024-01-01T10:00Z");
  }
}

TEST(Schedule, AClockThatIsSetBackRunsNothingAgain) {  // TRIG-204
  TriggerPlayer player("2024-01-01T08:30:00Z", hourly);
  player.until("2024-01-01T10:30:00Z");
  player.fired();
  player.set_clock("2024-01-01T08:00:00Z");
  player.until("2024-01-01T10:59:59Z");
  EXPECT_EQ(player.fired(), "");
  // Nor where the date is computed anew: another definition, a restart.
  player.set_clock("2024-01-01T08:00:00Z");
  player.save("Schedule, cron: '30 * * * *'");
  EXPECT_EQ(player.next(), "2024-01-01T10:30Z");
  player.until("2024-01-01T10:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T10:30Z");
  player.set_clock("2024-01-01T09:00:00Z");
  player.down_until("2024-01-01T09:10:00Z");
  player.until("2024-01-01T11:00:00Z");
  EXPECT_EQ(player.fired(), "");
}

TEST(Schedule, ClocksThatChange) {  // TRIG-47, TRIG-48, TRIG-1020, TRIG-1023, TRIG-1027
  TriggerPlayer spring("2024-03-29T03:00:00Z", "Schedule, cron: '30 2 * * *', timezone: Europe/Paris");
  spring.until("2024-04-01T12:00:00Z");
  EXPECT_EQ(spring.fired(), "2024-03-30T01:30Z 2024-04-01T00:30Z");
  TriggerPlayer autumn("2024-10-26T03:00:00Z", "Schedule, cron: '30 2 * * *', timezone: Europe/Paris");
  autumn.until("2024-10-28T12:00:00Z");
  EXPECT_EQ(autumn.fired(), "2024-10-27T00:30Z 2024-10-28T01:30Z");
  TriggerPlayer hours("2024-10-26T23:30:00Z", "Schedule, cron: '0 * * * *', timezone: Europe/Paris");
  hours.until("2024-10-27T02:30:00Z");
  EXPECT_EQ(hours.fired(), "2024-10-27T00:00Z 2024-10-27T01:00Z 2024-10-27T02:00Z");
}

TEST(Schedule, ConcurrentDatesDoNotWait) {  // TRIG-11, TRIG-60
  TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", allowConcurrent: true, stopAfter: [FAILED]");
  player.hold = true;
  player.until("2024-01-01T11:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T09:00Z 2024-01-01T10:00Z 2024-01-01T11:00Z");
  EXPECT_TRUE(player.state().execution_id.is_none());
  player.end(State::failed);
  EXPECT_TRUE(player.state().disabled) << "also with allowConcurrent (TRIG-10)";
}

TEST(Schedule, StopsAfterAState) {  // TRIG-1062, TRIG-193
  TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", stopAfter: [FAILED]");
  player.hold = true;
  player.until("2024-01-01T09:30:00Z");
  player.end(State::success);
  EXPECT_FALSE(player.state().disabled);
  player.until("2024-01-01T10:30:00Z");
  player.end(State::failed);
  EXPECT_TRUE(player.state().disabled);
  EXPECT_FALSE(player.state().wake_at.has_value());
  player.until("2024-01-01T13:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T09:00Z 2024-01-01T10:00Z");
  player.hold = false;
  player.apply(trigger::SetDisabled{false});
  player.until("2024-01-01T13:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T11:00Z 2024-01-01T12:00Z 2024-01-01T13:00Z")
      << "what was missed, by the policy (TRIG-241)";
}

TEST(Schedule, DisabledAndEnabled) {  // TRIG-211, TRIG-241, TRIG-62
  TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", recoverMissedSchedules: LAST");
  player.apply(trigger::SetDisabled{true});
  EXPECT_EQ(player.next(), "2024-01-01T09:00Z") << "it stays";
  player.until("2024-01-01T11:30:00Z");
  EXPECT_EQ(player.fired(), "");
  player.apply(trigger::SetDisabled{false});
  player.until("2024-01-01T11:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T11:00Z");
}

TEST(Schedule, WhoEnablesItChoosesWhatBecomesOfMissedDates) {  // UI-822
  using plugin::RecoverMissedSchedules;
  const std::string three = "2024-01-01T09:00Z 2024-01-01T10:00Z 2024-01-01T11:00Z";
  for (const auto& [own, chosen, fired] :
       {std::tuple("NONE", RecoverMissedSchedules::all, three),
        std::tuple("NONE", RecoverMissedSchedules::last, std::string("2024-01-01T11:00Z")),
        std::tuple("ALL", RecoverMissedSchedules::last, std::string("2024-01-01T11:00Z")),
        std::tuple("ALL", RecoverMissedSchedules::none, std::string())}) {
    TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", recoverMissedSchedules: " + own);
    player.apply(trigger::SetDisabled{true});
    player.until("2024-01-01T11:30:00Z");
    player.apply(trigger::SetDisabled{false, chosen});
    player.until("2024-01-01T11:30:00Z");
    EXPECT_EQ(player.fired(), fired) << own;
    player.until("2024-01-01T12:30:00Z");
    EXPECT_EQ(player.fired(), "2024-01-01T12:00Z") << "then as always";
  }
}

TEST(Schedule, TheChoiceCountsAlsoWhileItsExecutionRuns) {  // UI-822
  TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", recoverMissedSchedules: ALL");
  player.hold = true;
  player.until("2024-01-01T09:30:00Z");
  player.apply(trigger::SetDisabled{true});
  player.until("2024-01-01T12:30:00Z");
  player.apply(trigger::SetDisabled{false, plugin::RecoverMissedSchedules::none});
  player.end(State::success);
  player.hold = false;
  player.until("2024-01-01T13:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T09:00Z 2024-01-01T13:00Z");
}

TEST(Schedule, ADeletedExecutionFreesItsTrigger) {  // TRIG-192
  TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", stopAfter: [KILLED]");
  player.hold = true;
  player.until("2024-01-01T09:30:00Z");
  EXPECT_EQ(player.state().wake_at, player.state().next.value() + trigger::lock_check)
      << "looked at, should the execution vanish (TRIG-194)";
  player.end(std::nullopt);
  EXPECT_TRUE(player.state().execution_id.is_none());
  EXPECT_FALSE(player.state().disabled);
}

TEST(Schedule, UnlockAndRestart) {  // TRIG-195, TRIG-228, TRIG-230, TRIG-1086
  TriggerPlayer player("2024-01-01T08:30:00Z", hourly);
  EXPECT_EQ(player.apply(trigger::Unlock{}).refused->message(), "Trigger is not locked");
  player.hold = true;
  player.until("2024-01-01T10:30:00Z");
  player.apply(trigger::Unlock{});
  EXPECT_TRUE(player.state().execution_id.is_none());
  EXPECT_EQ(player.next(), "2024-01-01T10:00Z") << "dates stay";
  player.apply(trigger::Restart{});
  EXPECT_FALSE(player.state().evaluated.has_value());
}

// ---- the definition

TEST(Schedule, AnotherDefinitionCountsFromNow) {  // TRIG-65, TRIG-75, TRIG-192
  TriggerPlayer player("2024-01-01T08:30:00Z", hourly);
  player.hold = true;
  player.until("2024-01-01T10:10:00Z");
  player.backfill("2023-01-01T00:00:00Z", "2023-01-01T02:00:00Z");
  ASSERT_TRUE(player.state().backfill.has_value());
  const base::Id running = player.state().execution_id;
  player.save("Schedule, cron: '0 * * * *'", "description: other tasks");
  EXPECT_TRUE(player.state().backfill.has_value()) << "the trigger itself is the same";
  player.apply(trigger::SetDisabled{true});
  player.save("Schedule, cron: '15 * * * *', stopAfter: [FAILED]");
  EXPECT_FALSE(player.state().backfill.has_value());
  EXPECT_EQ(player.next(), "2024-01-01T10:15Z");
  EXPECT_EQ(player.state().execution_id, running) << "its lock stays";
  EXPECT_TRUE(player.state().disabled) << "as does what a person has set";
  EXPECT_EQ(player.state().stop_after, std::vector{State::failed});
  player.save("Schedule, cron: '15 * * * *', disabled: true");
  player.save("Schedule, cron: '15 * * * *'");
  EXPECT_FALSE(player.state().disabled) << "the definition's own has changed";
}

TEST(Schedule, ADisabledDefinitionOrFlowIsNotEvaluated) {  // TRIG-5, TRIG-21, TRIG-192
  TriggerPlayer off("2024-01-01T08:30:00Z", std::string(hourly) + ", disabled: true");
  EXPECT_FALSE(off.state().disabled);
  EXPECT_FALSE(off.state().wake_at.has_value());
  EXPECT_EQ(off.next(), "2024-01-01T09:00Z");
  TriggerPlayer flow("2024-01-01T08:30:00Z", std::string(hourly) + ", recoverMissedSchedules: NONE", "disabled: true");
  flow.until("2024-01-01T10:30:00Z");
  EXPECT_EQ(flow.fired(), "");
  flow.save(std::string(hourly) + ", recoverMissedSchedules: NONE", "disabled: false");
  flow.until("2024-01-01T11:30:00Z");
  EXPECT_EQ(flow.fired(), "2024-01-01T11:00Z");
}

TEST(Schedule, SavingAFlowMissesNoDate) {  // TRIG-64
  TriggerPlayer player("2024-01-01T08:30:00Z", std::string(hourly) + ", recoverMissedSchedules: NONE");
  player.set_clock("2024-01-01T09:00:30Z");
  player.save(std::string(hourly) + ", recoverMissedSchedules: NONE", "description: x");
  EXPECT_EQ(player.fired(), "2024-01-01T09:00Z");
}

TEST(Schedule, ACronThatNeverMatchesHasNoDate) {  // TRIG-45, TRIG-49
  TriggerPlayer player("2024-01-01T08:30:00Z", "Schedule, cron: '0 0 30 2 *'");
  EXPECT_EQ(player.next(), "never");
  EXPECT_FALSE(player.state().wake_at.has_value());
}

// ---- what asks the host

TEST(Schedule, AHostCallFiresOnce) {  // TRIG-54, TRIG-26
  TriggerPlayer player(
      "2024-01-01T08:30:00Z",
      std::string(hourly) +
          ", when: \"{{ kv('go') == 'yes' }}\", inputs: {a: \"{{ kv('go') }}\"}, labels: {k: \"{{ secret('S') }}\"}",
      "inputs: [{id: a, type: STRING}, {id: b, type: STRING, defaults: \"{{ kv('go') }}\"}]");
  std::string answer = "yes";
  player.host = [&](const expression::HostCall&) { return base::Result<Value>(Value::string(answer)); };
  player.until("2024-01-01T09:30:00Z");
  EXPECT_EQ(player.fired(), "2024-01-01T09:00Z");
  EXPECT_EQ(*player.starts()[0].inputs.find("b"), Value::string("yes"));
  EXPECT_EQ(player.starts()[0].labels[0], (model::Label{"k", "yes"}));
  answer = "no";
  player.until("2024-01-01T11:30:00Z");
  EXPECT_EQ(player.fired(), "");
  EXPECT_EQ(player.next(), "2024-01-01T12:00Z");
  player.host = [](const expression::HostCall&) {
    return base::Result<Value>(base::fail(expression::limit_exceeded, "no such key"));
  };
  player.until("2024-01-01T12:30:00Z");
  EXPECT_EQ(player.fired(), "?!");
}

// ---- lists of dates

TEST(ScheduleOnDates, RunsDatesAfterItsCreation) {  // TRIG-1064, TRIG-83, TRIG-84
  TriggerPlayer player("2024-05-01T12:00:00Z",
                       "ScheduleOnDates, timezone: UTC, dates: ['2024-05-02T10:00:00.5Z', '2024-05-01T10:00:00Z', "
                       "'2024-05-02T10:00:00Z']");
  player.until("2024-06-01T00:00:00Z");
  EXPECT_EQ(player.fired(), "2024-05-02T10:00Z");
  EXPECT_EQ(player.next(), "never");
  EXPECT_TRUE(player.starts()[0].trigger->variables.is_map());
  EXPECT_EQ(player.starts()[0].trigger->variables.size(), 0u);
}

TEST(ScheduleOnDates, FollowsOneAfterAnother) {  // TRIG-83, TRIG-84
  TriggerPlayer player(
      "2024-05-01T00:00:00Z",
      "ScheduleOnDates, timezone: UTC, recoverMissedSchedules: NONE, "
      "dates: ['2024-05-01T10:00:00Z', '2024-05-01T11:00:00Z', '2024-05-01T12:00:00Z', '2024-05-01T23:00:00Z']");
  player.hold = true;
  player.until("2024-05-01T12:30:00Z");
  player.end();
  player.end();
  player.end();
  EXPECT_EQ(player.fired(), "2024-05-01T10:00Z 2024-05-01T11:00Z 2024-05-01T12:00Z") << "the policy is for take-overs";
  player.down_until("2024-05-02T00:00:00Z");
  EXPECT_EQ(player.fired(), "");
  EXPECT_EQ(player.next(), "never");
}

TEST(ScheduleOnDates, DatesMayBeExpressions) {  // TRIG-80, TRIG-81, TRIG-85
  TriggerPlayer player("2024-05-01T00:00:00Z",
                       "ScheduleOnDates, timezone: '{{ vars.zone }}', dates: ['{{ vars.d }}', '2024-05-01T12:00:00']",
                       "variables: {d: '2024-05-01T06:00:00+02:00', zone: Europe/Paris}");
  player.until("2024-05-02T00:00:00Z");
  EXPECT_EQ(player.fired(), "2024-05-01T04:00Z 2024-05-01T10:00Z");
  TriggerPlayer whole("2024-05-01T00:00:00Z", "ScheduleOnDates, dates: \"{{ kv('dates') }}\"");
  EXPECT_EQ(whole.state().pending.task, model::DateTask::first) << "asked when it is due, which is at once";
  whole.host = [](const expression::HostCall&) {
    base::ListBuilder dates;
    dates.push(Value::string("2024-05-01T07:00:00Z"));
    return base::Result<Value>(dates.build());
  };
  whole.until("2024-05-02T00:00:00Z");
  EXPECT_EQ(whole.fired(), "2024-05-01T07:00Z");
}

TEST(ScheduleOnDates, DatesThatCannotBeReadLeaveNoState) {  // TRIG-85, TRIG-192
  TriggerPlayer player("2024-05-01T00:00:00Z", "ScheduleOnDates, dates: [tomorrow]");
  EXPECT_TRUE(player.gone());
  EXPECT_THAT(player.lines(),
              Contains(HasSubstr("ERROR Cannot compute the dates of the trigger: 'tomorrow' is not a date-time")));
}

}  // namespace
}  // namespace gyr::engine
