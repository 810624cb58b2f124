// Polling and realtime triggers without a server: when a worker is asked, and what its answers come to (spec 03 section
// 6).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/trigger_player.h"
#include "syntax/time.h"

namespace gyr::engine {
namespace {

using base::Id;
using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::TriggerPlayer;
using trigger::Evaluated;
using trigger::EventHeard;

constexpr std::string_view look = "TestLook, interval: PT30S";
constexpr std::string_view listen = "TestListen";

Value text(std::string_view value) { return Value::string(value); }
base::Instant at(std::string_view time) { return *syntax::parse_api_instant(time); }

Evaluated nothing(const TriggerPlayer& player) {
  return {.evaluation = player.asked().back().id, .variables = {}, .error = {}, .log_file = {}};
}
Evaluated found(const TriggerPlayer& player, Value variables) {
  Evaluated event = nothing(player);
  event.variables = std::move(variables);
  return event;
}
Evaluated failed(const TriggerPlayer& player, std::string error, bool was_listening = false) {
  Evaluated event = nothing(player);
  event.error = std::move(error);
  event.was_listening = was_listening;
  return event;
}
Evaluated listener_ended(const TriggerPlayer& player) {
  Evaluated event = nothing(player);
  event.was_listening = true;
  return event;
}
std::string labels_of(const trigger::StartExecution& start) {
  std::string out;
  for (const auto& label : start.labels) {
    if (label.key != "system.correlationId") out += label.key + "=" + label.value + " ";
  }
  return out;
}

// ---- polling

TEST(PollingTrigger, IsEvaluatedImmediatelyWhenItIsNew) {  // TRIG-141, TRIG-192, TRIG-26
  TriggerPlayer player("2024-01-01T10:00:00Z", look, "labels: {a: b}");
  EXPECT_EQ(player.next(), "2024-01-01T10:00Z");
  player.until("2024-01-01T10:00:00Z");
  ASSERT_THAT(player.asked(), SizeIs(1));
  const auto& asked = player.asked()[0];
  EXPECT_FALSE(asked.listens);
  EXPECT_EQ(player.state().evaluation, asked.id);
  EXPECT_EQ(player.state().evaluating_since, at("2024-01-01T10:00:00Z"));
  EXPECT_TRUE(player.state().is_locked());
  EXPECT_FALSE(player.state().wake_at) << "its answer wakes it";
  EXPECT_EQ(asked.context.find("trigger")->find("id")->text(), "t");
  EXPECT_EQ(asked.context.find("flow")->find("id")->text(), "flow");
  EXPECT_EQ(asked.context.find("labels")->find("a")->text(), "b");
  EXPECT_EQ(asked.context.find("execution"), nullptr);
  player.until("2024-01-02T10:00:00Z");
  EXPECT_THAT(player.asked(), SizeIs(1)) << "one at a time (TRIG-144)";
}

TEST(PollingTrigger, CountsItsIntervalFromTheResult) {  // TRIG-1083, TRIG-142, TRIG-143
  TriggerPlayer player("2024-01-01T10:00:00Z", look);
  player.until("2024-01-01T10:00:05Z");
  player.tell(nothing(player));
  EXPECT_EQ(player.next(), "2024-01-01T10:00:35Z");
  EXPECT_FALSE(player.state().is_locked());
  EXPECT_THAT(player.starts(), IsEmpty());
  player.until("2024-01-01T10:00:34Z");
  EXPECT_THAT(player.asked(), SizeIs(1));
  player.until("2024-01-01T10:00:35Z");
  ASSERT_THAT(player.asked(), SizeIs(2));
  EXPECT_NE(player.asked()[0].id, player.asked()[1].id);
  player.until("2024-01-01T10:01:00Z");
  player.tell(failed(player, "no route to host"));
  EXPECT_EQ(player.next(), "2024-01-01T10:01:30Z");
  EXPECT_FALSE(player.state().is_locked());
  EXPECT_THAT(player.starts(), IsEmpty());
  EXPECT_THAT(player.lines(), Contains("WARN Trigger evaluation failed in the worker with error: no route to host"));
}

// The part about backfills is tested with schedules, which alone have them.
TEST(PollingTrigger, IsEvaluatedOnlyIfItIsAllowed) {  // TRIG-152
  const auto asked_after = [](TriggerPlayer& player, std::string_view time) {
    player.until(time);
    return player.asked().size();
  };
  TriggerPlayer disabled("2024-01-01T10:00:00Z", std::string(look) + ", disabled: true");
  EXPECT_EQ(asked_after(disabled, "2024-01-01T11:00:00Z"), 0u) << "by its definition";
  TriggerPlayer of_disabled_flow("2024-01-01T10:00:00Z", look, "disabled: true");
  EXPECT_EQ(asked_after(of_disabled_flow, "2024-01-01T11:00:00Z"), 0u) << "with its flow";
  TriggerPlayer switched_off("2024-01-01T10:00:00Z", look);
  switched_off.apply(trigger::SetDisabled{true});
  EXPECT_EQ(asked_after(switched_off, "2024-01-01T11:00:00Z"), 0u) << "by a person";

  TriggerPlayer player("2024-01-01T10:00:00Z", look);
  EXPECT_EQ(asked_after(player, "2024-01-01T10:00:00Z"), 1u);
  EXPECT_EQ(asked_after(player, "2024-01-01T11:00:00Z"), 1u) << "locked: its evaluation runs";
  player.tell(nothing(player));
  EXPECT_EQ(asked_after(player, "2024-01-01T11:00:29Z"), 1u) << "not due";
  EXPECT_EQ(asked_after(player, "2024-01-01T11:00:30Z"), 2u);
  player.hold = true;
  player.tell(found(player, Value::empty_map()));
  EXPECT_EQ(asked_after(player, "2024-01-01T12:00:00Z"), 2u) << "its execution runs";
  player.end();
  EXPECT_EQ(player.asked().size(), 3u);
}

TEST(PollingTrigger, AnErrorMayBeShownAsAFailedExecution) {  // TRIG-12, TRIG-143, TRIG-1083
  TriggerPlayer player("2024-01-01T10:00:00Z",
                       std::string(look) + ", failOnTriggerError: true, labels: {x: '{{ flow.id }}'}",
                       "labels: {a: b}");
  player.until("2024-01-01T10:00:05Z");
  player.tell(failed(player, "no route to host"));
  ASSERT_THAT(player.starts(), SizeIs(1));
  const auto& start = player.starts()[0];
  EXPECT_EQ(start.id, player.asked()[0].id);
  EXPECT_EQ(start.failure, "no route to host");
  EXPECT_FALSE(start.log_failure) << "the error stays with the trigger";
  ASSERT_TRUE(start.trigger.has_value());
  EXPECT_EQ(start.trigger->id, "t");
  EXPECT_EQ(start.trigger->type, "io.kestra.plugin.core.trigger.TestLook");
  EXPECT_EQ(start.trigger->variables, Value::empty_map());
  EXPECT_EQ(labels_of(start), "a=b x=flow system.from=trigger ");
  EXPECT_FALSE(player.state().is_locked());
  EXPECT_EQ(player.next(), "2024-01-01T10:00:35Z");
  EXPECT_THAT(player.lines(), ElementsAre("WARN Trigger evaluation failed in the worker with error: no route to host"));
}

TEST(PollingTrigger, WaitsForTheExecutionOfItsResult) {  // TRIG-1084, TRIG-142, TRIG-144, TRIG-145, TRIG-23
  TriggerPlayer player("2024-01-01T10:00:00Z", std::string(look) + ", labels: {row: '{{ trigger.row }}'}");
  player.hold = true;
  player.until("2024-01-01T10:00:05Z");
  Evaluated event = found(player, Value::map({{"row", text("7")}, {"id", text("own")}}));
  event.log_file = "kestra:///log";
  player.tell(event);
  ASSERT_THAT(player.starts(), SizeIs(1));
  const auto& start = player.starts()[0];
  EXPECT_EQ(start.id, player.asked()[0].id) << "files of the evaluation lie below it";
  EXPECT_EQ(start.failure, "");
  EXPECT_EQ(start.trigger->variables, *event.variables);
  EXPECT_EQ(start.trigger->log_file, "kestra:///log");
  EXPECT_EQ(labels_of(start), "row=7 system.from=trigger ");
  EXPECT_FALSE(start.schedule_date);
  EXPECT_EQ(player.state().execution_id, start.id);
  EXPECT_FALSE(player.state().evaluating_since);
  EXPECT_EQ(player.next(), "2024-01-01T10:00:35Z");
  player.until("2024-01-01T10:05:05Z");
  EXPECT_THAT(player.asked(), SizeIs(1));
  player.end();
  EXPECT_THAT(player.asked(), SizeIs(2)) << "it was due meanwhile";

  TriggerPlayer many("2024-01-01T10:00:00Z", std::string(look) + ", allowConcurrent: true");
  many.hold = true;
  many.until("2024-01-01T10:00:05Z");
  many.tell(found(many, Value::empty_map()));
  EXPECT_FALSE(many.state().is_locked());
  many.until("2024-01-01T10:00:35Z");
  EXPECT_THAT(many.asked(), SizeIs(2));
}

TEST(PollingTrigger, StopsAfterAStateOfItsExecution) {  // TRIG-10, TRIG-193
  for (const char* concurrent : {"", ", allowConcurrent: true"}) {
    TriggerPlayer player("2024-01-01T10:00:00Z", std::string(look) + ", stopAfter: [SUCCESS]" + concurrent);
    player.until("2024-01-01T10:00:05Z");
    player.tell(found(player, Value::empty_map()));
    EXPECT_TRUE(player.state().disabled);
    player.until("2024-01-01T11:00:00Z");
    EXPECT_THAT(player.asked(), SizeIs(1));
  }
}

TEST(PollingTrigger, ItsConditionsAreEvaluatedBeforeItIsSentToAWorker) {  // TRIG-141, TRIG-6, TRIG-7
  TriggerPlayer player(
      "2024-01-01T10:00:00Z",
      std::string(look) +
          ", when: \"{{ trigger.id == 't' }}\", conditions: [{type: io.kestra.plugin.core.condition.Expression, "
          "expression: \"{{ trigger.date == '2024-01-01T10:01:00Z' }}\"}]");
  player.until("2024-01-01T10:00:59Z");
  EXPECT_THAT(player.asked(), IsEmpty());
  EXPECT_EQ(player.next(), "2024-01-01T10:01Z");
  EXPECT_EQ(player.state().evaluated, at("2024-01-01T10:00:30Z"));
  player.until("2024-01-01T10:01:00Z");
  EXPECT_THAT(player.asked(), SizeIs(1));

  TriggerPlayer never("2024-01-01T10:00:00Z", std::string(look) + ", when: '{{ false }}'");
  never.until("2024-01-01T11:00:00Z");
  EXPECT_THAT(never.asked(), IsEmpty());
}

TEST(PollingTrigger, ABrokenConditionIsAnErrorOfTheEvaluation) {  // TRIG-12, TRIG-141
  const std::string broken =
      std::string(look) +
      ", conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: '{{ unknown.x }}'}]";
  TriggerPlayer player("2024-01-01T10:00:00Z", broken);
  player.until("2024-01-01T10:00:30Z");
  EXPECT_THAT(player.asked(), IsEmpty());
  EXPECT_THAT(player.starts(), IsEmpty());
  EXPECT_THAT(player.lines(), SizeIs(2));
  EXPECT_THAT(player.lines(), Contains(HasSubstr("ERROR Unable to evaluate the trigger 't'")));
  EXPECT_EQ(player.next(), "2024-01-01T10:01Z");
  TriggerPlayer shown("2024-01-01T10:00:00Z", broken + ", failOnTriggerError: true");
  shown.until("2024-01-01T10:00:00Z");
  ASSERT_THAT(shown.starts(), SizeIs(1));
  EXPECT_THAT(shown.starts()[0].failure, HasSubstr("unknown"));
}

TEST(PollingTrigger, NeedsAnInterval) {  // TRIG-140
  TriggerPlayer none("2024-01-01T10:00:00Z", "TestLook, text: x");
  none.until("2024-01-02T10:00:00Z");
  EXPECT_THAT(none.asked(), IsEmpty());
  EXPECT_EQ(none.next(), "never");
  EXPECT_THAT(none.lines(), ElementsAre("ERROR Trigger must have a non-empty 'interval' configuration."));
  none.save(look);
  EXPECT_THAT(none.asked(), SizeIs(1)) << "another definition";
}

TEST(PollingTrigger, ItsIntervalHasBounds) {  // TRIG-140
  for (const char* interval : {"PT0S", "PT0.001S", "PT-1H"}) {
    TriggerPlayer player("2024-01-01T10:00:00Z", fmt::format("TestLook, interval: {}", interval));
    player.until("2024-01-01T10:00:00Z");
    player.tell(nothing(player));
    EXPECT_EQ(player.next(), "2024-01-01T10:00:01Z") << interval;
  }
  TriggerPlayer player("2024-01-01T10:00:00Z", "TestLook, interval: PT2000000000000H");
  player.until("2024-01-01T10:00:00Z");
  player.tell(nothing(player));
  EXPECT_EQ(player.next(), "2123-12-08T10:00Z") << "a hundred years";
}

TEST(PollingTrigger, TheInputsOfItsExecutionsAreChecked) {  // TRIG-9, TRIG-25
  constexpr std::string_view number = "inputs: [{id: n, type: INT}]";
  TriggerPlayer player("2024-01-01T10:00:00Z", std::string(look) + ", inputs: {n: '{{ trigger.size }}'}", number);
  player.until("2024-01-01T10:00:00Z");
  player.tell(found(player, Value::map({{"size", Value::integer(3)}})));
  ASSERT_THAT(player.starts(), SizeIs(1));
  EXPECT_EQ(*player.starts()[0].inputs.find("n"), Value::integer(3));
  player.until("2024-01-01T10:00:30Z");
  player.tell(found(player, Value::map({{"size", text("many")}})));
  ASSERT_THAT(player.starts(), SizeIs(2));
  EXPECT_NE(player.starts()[1].failure, "");
  EXPECT_EQ(player.starts()[1].id, player.asked()[1].id);
  EXPECT_FALSE(player.state().is_locked());
  EXPECT_THAT(player.lines(), Contains(HasSubstr("WARN The execution fails because its inputs are invalid")));
  // What is no map gives no variables.
  player.until("2024-01-01T10:01:00Z");
  player.tell(found(player, Value::list({Value::integer(1)})));
  EXPECT_NE(player.starts()[2].failure, "");
}

TEST(PollingTrigger, AnAnswerCountsOnce) {  // TRIG-144
  TriggerPlayer player("2024-01-01T10:00:00Z", look);
  player.hold = true;
  player.until("2024-01-01T10:00:05Z");
  const Evaluated first = found(player, Value::empty_map());
  player.tell(first);
  player.tell(first);
  EXPECT_THAT(player.starts(), SizeIs(1));
  player.end();
  player.until("2024-01-01T10:00:35Z");
  ASSERT_THAT(player.asked(), SizeIs(2));
  EXPECT_FALSE(player.tell(first).changed) << "of an evaluation before this one";
  EXPECT_TRUE(player.state().evaluating_since.has_value());
  EXPECT_THAT(player.starts(), SizeIs(1));
}

TEST(PollingTrigger, KnowsItsWorker) {  // TRIG-192
  TriggerPlayer player("2024-01-01T10:00:00Z", look);
  player.until("2024-01-01T10:00:00Z");
  EXPECT_EQ(player.state().worker_id, "");
  player.tell(trigger::EvaluationStarted{Id{1, 1}, "another"});
  EXPECT_EQ(player.state().worker_id, "");
  player.tell(trigger::EvaluationStarted{player.asked()[0].id, "w1"});
  EXPECT_EQ(player.state().worker_id, "w1");
  player.tell(nothing(player));
  EXPECT_EQ(player.state().worker_id, "");
}

TEST(PollingTrigger, IsSentAgainWhenItsWorkerIsLost) {  // TRIG-151, TRIG-202
  TriggerPlayer player("2024-01-01T10:00:00Z", look);
  player.until("2024-01-01T10:00:05Z");
  const Evaluated late = found(player, Value::empty_map());
  player.tell(trigger::EvaluationLost{Id{1, 1}, {}});
  EXPECT_THAT(player.asked(), SizeIs(1)) << "another one was lost";
  player.tell(trigger::EvaluationLost{player.asked()[0].id, {}});
  EXPECT_THAT(player.asked(), SizeIs(2));
  player.tell(trigger::EvaluationLost{});
  EXPECT_THAT(player.asked(), SizeIs(3)) << "whichever it was: the server began anew";
  player.tell(late);
  EXPECT_THAT(player.starts(), IsEmpty());
  EXPECT_THAT(player.ended(), IsEmpty());
  player.tell(found(player, Value::empty_map()));
  EXPECT_THAT(player.starts(), SizeIs(1));
  player.tell(trigger::EvaluationLost{});
  EXPECT_THAT(player.asked(), SizeIs(3)) << "nothing was running";
  player.until("2024-01-01T10:00:35Z");
  player.tell(trigger::EvaluationLost{player.asked().back().id, base::Duration::of_seconds(60)});
  EXPECT_EQ(player.next(), "2024-01-01T10:01:35Z");
}

TEST(PollingTrigger, ItsEvaluationEndsWhenItIsNotNeeded) {  // TRIG-150, TRIG-192, TRIG-195, TRIG-230
  struct Case {
    const char* name;
    std::function<void(TriggerPlayer&)> act;
    bool begins_anew;
  };
  const Case cases[] = {
      {"disabled", [](TriggerPlayer& player) { player.tell(trigger::SetDisabled{true}); }, false},
      {"changed", [](TriggerPlayer& player) { player.save("TestLook, interval: PT31S"); }, true},
      {"disabled in its flow", [](TriggerPlayer& player) { player.save(std::string(look) + ", disabled: true"); },
       false},
      {"flow disabled", [](TriggerPlayer& player) { player.save(look, "disabled: true"); }, false},
      {"restarted", [](TriggerPlayer& player) { player.tell(trigger::Restart{}); }, true},
      {"unlocked", [](TriggerPlayer& player) { player.tell(trigger::Unlock{}); }, true},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    TriggerPlayer player("2024-01-01T10:00:00Z", look);
    player.until("2024-01-01T10:00:05Z");
    const Evaluated late = found(player, Value::empty_map());
    one.act(player);
    EXPECT_THAT(player.ended(), ElementsAre(player.asked()[0].id));
    EXPECT_THAT(player.asked(), SizeIs(one.begins_anew ? 2 : 1));
    EXPECT_EQ(player.state().is_locked(), one.begins_anew);
    player.tell(late);
    EXPECT_THAT(player.starts(), IsEmpty());
  }
  TriggerPlayer player("2024-01-01T10:00:00Z", look);
  player.until("2024-01-01T10:00:05Z");
  player.save(look, "description: another revision");
  EXPECT_THAT(player.ended(), IsEmpty()) << "the trigger is as it was";
  player.tell(trigger::SetDisabled{true});
  player.tell(trigger::SetDisabled{false});
  EXPECT_THAT(player.asked(), SizeIs(2)) << "it is due";
}

TEST(PollingTrigger, AResultWithAHostCallIsAppliedWithTheAnswer) {  // TRIG-8, TRIG-26
  size_t questions = 0;
  TriggerPlayer player(
      "2024-01-01T10:00:00Z",
      std::string(look) + ", when: \"{{ kv('go') }}\", labels: {x: \"{{ kv('x') }}\"}, failOnTriggerError: true");
  player.host = [&](const expression::HostCall&) {
    questions += 1;
    return base::Result<Value>(text("yes"));
  };
  player.until("2024-01-01T10:00:00Z");
  ASSERT_THAT(player.asked(), SizeIs(1));
  EXPECT_EQ(questions, 1u);
  player.tell(found(player, Value::empty_map()));
  ASSERT_THAT(player.starts(), SizeIs(1));
  EXPECT_EQ(labels_of(player.starts()[0]), "x=yes system.from=trigger ");
  player.until("2024-01-01T10:00:30Z");
  player.tell(failed(player, "no"));
  ASSERT_THAT(player.starts(), SizeIs(2));
  EXPECT_EQ(labels_of(player.starts()[1]), "x=yes system.from=trigger ");
  EXPECT_THAT(player.lines(), SizeIs(1)) << "no line twice";
}

TEST(PollingTrigger,
     IsLeftAloneWhereTriggersAreNotEvaluated) {  // `gyr flow run`: the flow runs once, when it is asked to
  for (const std::string_view trigger : {look, listen, std::string_view("Schedule, cron: '* * * * *'")}) {
    TriggerPlayer player("2024-01-01T10:00:00Z", trigger);
    player.trigger_settings.evaluated = false;
    player.until("2024-01-01T12:00:00Z");
    EXPECT_THAT(player.asked(), IsEmpty());
    EXPECT_THAT(player.starts(), IsEmpty());
    player.tell(trigger::SetDisabled{true});
    EXPECT_TRUE(player.state().disabled) << "a Toggle task works";
  }
}

// ---- realtime

std::vector<std::string> pauses(TriggerPlayer& player, size_t count, const std::function<Evaluated()>& end) {
  std::vector<std::string> out;
  for (size_t i = 0; i < count; ++i) {
    player.tell(end());
    const std::string next = player.next();
    out.push_back(next.substr(next.find('T') + 1));
    player.until(syntax::format_instant(*player.state().next));
  }
  return out;
}

TEST(RealtimeTrigger, ListensFromItsCreationOn) {  // TRIG-148, TRIG-192
  TriggerPlayer player("2024-01-01T10:00:00Z", listen);
  player.until("2024-01-01T10:00:00Z");
  ASSERT_THAT(player.asked(), SizeIs(1));
  EXPECT_TRUE(player.asked()[0].listens);
  EXPECT_EQ(player.next(), "never") << "it has no dates";
  EXPECT_FALSE(player.state().wake_at);
  player.until("2024-01-05T10:00:00Z");
  EXPECT_THAT(player.asked(), SizeIs(1));
}

TEST(RealtimeTrigger, EachEventIsAnExecutionAtOnce) {  // TRIG-148
  TriggerPlayer player("2024-01-01T10:00:00Z",
                       std::string(listen) + ", labels: {v: '{{ trigger.value }}'}, inputs: {n: '{{ trigger.value }}'}",
                       "inputs: [{id: n, type: INT}]");
  player.hold = true;
  player.until("2024-01-01T10:00:00Z");
  for (int i = 1; i <= 3; ++i) {
    auto effects = player.tell(EventHeard{player.asked()[0].id, Value::map({{"value", Value::integer(i)}})});
    EXPECT_FALSE(effects.refused);
  }
  ASSERT_THAT(player.starts(), SizeIs(3));
  EXPECT_EQ(labels_of(player.starts()[2]), "v=3 system.from=trigger ");
  EXPECT_EQ(*player.starts()[2].trigger->variables.find("value"), Value::integer(3));
  EXPECT_EQ(*player.starts()[2].inputs.find("n"), Value::integer(3));
  EXPECT_NE(player.starts()[0].id, player.starts()[1].id);
  EXPECT_TRUE(player.state().execution_id.is_none()) << "executions lock nothing";
  EXPECT_THAT(player.asked(), SizeIs(1));
  // Wrong inputs show, as of any other trigger.
  player.tell(EventHeard{player.asked()[0].id, Value::map({{"value", text("x")}})});
  EXPECT_NE(player.starts().back().failure, "");
}

TEST(RealtimeTrigger, AnEventOfAStoppedListenerStaysWithItsSource) {  // TRIG-150, TRIG-151
  TriggerPlayer player("2024-01-01T10:00:00Z", listen);
  player.until("2024-01-01T10:00:00Z");
  player.tell(trigger::SetDisabled{true});
  EXPECT_THAT(player.ended(), ElementsAre(player.asked()[0].id));
  auto effects = player.tell(EventHeard{player.asked()[0].id, Value::empty_map()});
  ASSERT_TRUE(effects.refused.has_value());
  EXPECT_EQ(effects.refused->code(), trigger::stale_evaluation);
  EXPECT_THAT(player.starts(), IsEmpty());
  player.tell(trigger::SetDisabled{false});
  EXPECT_THAT(player.asked(), SizeIs(2)) << "it listens again";
  for (const auto& event : {trigger::Event(trigger::Restart{}), trigger::Event(trigger::Unlock{}),
                            trigger::Event(trigger::EvaluationLost{})}) {
    const size_t before = player.asked().size();
    player.tell(event);
    EXPECT_THAT(player.asked(), SizeIs(before + 1));
  }
  player.save(std::string(listen) + ", text: other");
  EXPECT_THAT(player.asked(), SizeIs(6));
}

TEST(RealtimeTrigger, MayBeDisabledByACommand) {  // TRIG-240
  TriggerPlayer player("2024-01-01T10:00:00Z", listen);
  player.until("2024-01-01T10:00:00Z");
  const base::Id listener = player.asked()[0].id;
  EXPECT_FALSE(player.tell(trigger::SetDisabled{true}).refused);
  EXPECT_THAT(player.ended(), ElementsAre(listener));
  EXPECT_TRUE(player.state().disabled);
  player.until("2024-01-01T11:00:00Z");
  EXPECT_THAT(player.asked(), SizeIs(1));
  EXPECT_FALSE(player.tell(trigger::SetDisabled{false}).refused);
  EXPECT_THAT(player.asked(), SizeIs(2)) << "it listens again";
}

TEST(RealtimeTrigger, ConditionsAreEvaluatedForEachEvent) {  // TRIG-6, TRIG-7
  TriggerPlayer player("2024-01-01T10:00:00Z", std::string(listen) +
                                                   ", when: '{{ trigger.value > 1 }}', conditions: [{type: "
                                                   "io.kestra.plugin.core.condition.DayWeek, dayOfWeek: MONDAY}]");
  player.until("2024-01-01T10:00:00Z");
  const Id listener = player.asked()[0].id;
  auto effects = player.tell(EventHeard{listener, Value::map({{"value", Value::integer(1)}})});
  EXPECT_FALSE(effects.refused) << "it is dealt with";
  EXPECT_THAT(player.starts(), IsEmpty());
  player.tell(EventHeard{listener, Value::map({{"value", Value::integer(2)}})});
  EXPECT_THAT(player.starts(), SizeIs(1)) << "a Monday";
  player.tell(EventHeard{listener, Value::empty_map()});
  ASSERT_THAT(player.starts(), SizeIs(2));
  EXPECT_NE(player.starts()[1].failure, "") << "no event is lost without a trace";
  player.until("2024-01-02T10:00:00Z");
  player.tell(EventHeard{listener, Value::map({{"value", Value::integer(2)}})});
  EXPECT_THAT(player.starts(), SizeIs(2)) << "a Tuesday";
}

TEST(RealtimeTrigger, AListenerThatCannotBeStartedIsRetriedWithGrowingDelays) {  // TRIG-149
  TriggerPlayer player("2024-01-01T10:00:00Z", listen);
  player.until("2024-01-01T10:00:00Z");
  EXPECT_THAT(pauses(player, 8, [&] { return failed(player, "no broker"); }),
              ElementsAre("10:00:01Z", "10:00:03Z", "10:00:07Z", "10:00:15Z", "10:00:31Z", "10:01:03Z", "10:02:03Z",
                          "10:03:03Z"));
  ASSERT_THAT(player.starts(), SizeIs(8));
  EXPECT_EQ(player.starts()[0].failure, "no broker");
  EXPECT_EQ(player.starts()[0].id, player.asked()[0].id);
  EXPECT_EQ(player.starts()[0].trigger->variables, Value::empty_map());
  EXPECT_THAT(player.asked(), SizeIs(9));
  // A change of the definition, or a person, makes it begin anew at once.
  player.tell(failed(player, "no broker"));
  player.tell(trigger::Restart{});
  EXPECT_THAT(player.asked(), SizeIs(10));
  player.tell(failed(player, "no broker"));
  EXPECT_EQ(player.next(), "2024-01-01T10:03:04Z");
}

TEST(RealtimeTrigger, AListenerThatEndsIsRestarted) {  // TRIG-149
  TriggerPlayer player("2024-01-01T10:00:00Z", listen);
  player.until("2024-01-01T10:00:00Z");
  EXPECT_THAT(pauses(player, 3, [&] { return listener_ended(player); }),
              ElementsAre("10:00:01Z", "10:00:03Z", "10:00:07Z"));
  player.tell(failed(player, "connection reset", true));
  EXPECT_THAT(player.starts(), IsEmpty());
  EXPECT_THAT(player.lines(), Contains(HasSubstr("WARN The listener failed and is restarted: connection reset")));
  player.until("2024-01-01T12:00:00Z");
  player.tell(listener_ended(player));
  EXPECT_EQ(player.next(), "2024-01-01T12:00:01Z") << "it had listened for long";
}

}  // namespace
}  // namespace gyr::engine
