// Messages between executions as they are stored: those of each level are read, damage is refused.
#include "executor/inbox_message.h"

#include <gtest/gtest.h>

#include <random>

#include "base/codec.h"
#include "base/testing/record_samples.h"

namespace gyr::executor {
namespace {

using base::Id;
using base::Instant;
using base::Value;

const model::FlowKey caller{"main", "company.team", "caller"}, callee{"main", "company.team", "callee"};

std::map<std::string, InboxBody> sample_messages() {
  StartChildMessage start;
  start.child = Id{1, 2};
  start.flow = callee;
  start.revision = 3;
  start.inputs = Value::map({{"n", Value::integer(4)}});
  start.labels = {{"team", "data"}};
  start.parent_labels = {{"system.correlationId", "x"}, {"empty", ""}};
  start.trigger = {"task", "io.kestra.plugin.core.flow.Subflow", Value::map({{"flowId", Value::string("caller")}}), {}};
  start.schedule_date = Instant::of_millis(1'700'000'000'123);
  start.wait = false;
  start.caller_flow = caller;
  start.caller_execution = Id{5, 6};
  start.caller_task_run = Id{7, 8};
  start.depth = 2;
  StartChildMessage plain;
  plain.child = Id{1, 2};
  plain.flow = callee;

  FlowEventMessage event;
  model::Execution& execution = event.event.execution;
  execution.id = Id{1, 2};
  execution.original_id = Id{1, 3};
  execution.flow = std::make_shared<const model::FlowKey>(caller);
  execution.revision = 9;
  execution.state = model::StateHistory({{model::State::created, Instant::of_millis(1'700'000'000'000)},
                                         {model::State::failed, Instant::of_millis(1'700'000'000'500)}});
  execution.labels = {{"team", "data"}};
  execution.outputs = Value::map({{"o", Value::string("p")}});
  event.event.first_failed_task_id = "first";
  event.event.last_task_id = "last";

  return {{"1_start_child", start},
          {"1_start_child_plain", plain},
          {"2_child_started", ChildStartedMessage{Id{7, 8}, Id{1, 2}, true, "error", {"a", "b"}}},
          {"3_child_ended", ChildEndedMessage{Id{7, 8}, Id{1, 2}, model::State::warning,
                                              Value::map({{"o", Value::number(0.5)}}), 4, "problem"}},
          {"3_child_ended_created", ChildEndedMessage{Id{7, 8}, Id{1, 2}, model::State::created, {}, 4}},
          {"4_kill", KillMessage{true}},
          {"4_kill_alone", KillMessage{false}},
          {"5_restart", RestartMessage{caller, Id{5, 6}, Id{7, 8}}},
          {"6_child_not_restarted", ChildNotRestartedMessage{Id{7, 8}, Id{1, 2}}},
          {"7_replace", ReplaceMessage{Id{1, 2}}},
          {"8_child_replaced", ChildReplacedMessage{Id{7, 8}, Id{1, 2}, Id{1, 9}}},
          {"9_flow_event", event}};
}

store::InboxMessage stored(const InboxBody& body) {
  return make_inbox_message(Id{1, 1}, std::make_shared<const model::FlowKey>(callee), Id{}, body);
}

store::InboxMessage with_payload(store::InboxMessage message, std::string payload) {
  message.payload = std::move(payload);
  return message;
}

TEST(InboxMessages, OfEachLevelAreRead) {
  const base::testing::RecordSamples samples("level_1/inbox.txt");
  const auto messages = sample_messages();
  EXPECT_EQ(samples.all().size(), messages.size());
  std::set<uint8_t> kinds;
  for (const auto& [name, body] : messages) {
    const store::InboxMessage message = stored(body);
    EXPECT_EQ(message.kind, name[0] - '0') << "the kinds of stored messages do not change";
    kinds.insert(message.kind);
    samples.expect(name, message.payload);
    const auto read = read_inbox_message(with_payload(message, samples.bytes(name)));
    ASSERT_TRUE(read.has_value()) << name;
    EXPECT_EQ(read->index(), body.index());
    EXPECT_EQ(stored(*read).payload, message.payload) << name;
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<InboxBody>) << "a kind of message has no sample";
}

TEST(InboxMessages, KeepEveryField) {
  const auto messages = sample_messages();
  const auto again = [&](const std::string& name) { return *read_inbox_message(stored(messages.at(name))); };
  const auto start = std::get<StartChildMessage>(again("1_start_child"));
  EXPECT_EQ(start.child, (Id{1, 2}));
  EXPECT_EQ(start.flow, callee);
  EXPECT_EQ(start.revision, 3);
  EXPECT_EQ(start.labels, (std::vector<model::Label>{{"team", "data"}}));
  EXPECT_EQ(start.parent_labels.size(), 2u);
  EXPECT_EQ(start.trigger.type, "io.kestra.plugin.core.flow.Subflow");
  EXPECT_EQ(start.schedule_date, Instant::of_millis(1'700'000'000'123));
  EXPECT_FALSE(start.wait);
  EXPECT_EQ(start.caller_flow, caller);
  EXPECT_EQ(start.caller_task_run, (Id{7, 8}));
  EXPECT_EQ(start.depth, 2u);
  const auto plain = std::get<StartChildMessage>(again("1_start_child_plain"));
  EXPECT_TRUE(plain.wait);
  EXPECT_EQ(plain.depth, 1u);
  EXPECT_EQ(std::get<ChildEndedMessage>(again("3_child_ended")).state, model::State::warning);
  EXPECT_EQ(std::get<ChildEndedMessage>(again("3_child_ended_created")).state, model::State::created);
  EXPECT_TRUE(std::get<KillMessage>(again("4_kill")).cascade);
  EXPECT_FALSE(std::get<KillMessage>(again("4_kill_alone")).cascade);
  const auto event = std::get<FlowEventMessage>(again("9_flow_event")).event;
  EXPECT_EQ(*event.execution.flow, caller);
  EXPECT_EQ(event.execution.original_id, (Id{1, 3}));
  EXPECT_EQ(event.state(), model::State::failed);
  EXPECT_EQ(event.at(), Instant::of_millis(1'700'000'000'500));
  EXPECT_EQ(event.execution.state.started(), Instant::of_millis(1'700'000'000'000));
  EXPECT_EQ(event.last_task_id, "last");
}

TEST(InboxMessages, FieldsOfALaterLevelAreSkippedAndMissingOnesTakeDefaults) {
  std::string later;
  base::Encoder encoder(later);
  encoder.varint(500 << 2);
  encoder.varint(7);
  for (const auto& [name, body] : sample_messages()) {
    const store::InboxMessage message = stored(body);
    const auto read = read_inbox_message(with_payload(message, later + message.payload));
    ASSERT_TRUE(read.has_value()) << name;
    EXPECT_EQ(stored(*read).payload, message.payload) << name;
    const auto empty = read_inbox_message(with_payload(message, ""));
    ASSERT_TRUE(empty.has_value()) << name;
    if (const auto* event = std::get_if<FlowEventMessage>(&*empty)) {
      EXPECT_NE(event->event.execution.flow, nullptr) << "the flow of an execution is never null";
    }
  }
}

TEST(InboxMessages, DamageIsRefusedAndNeverCrashes) {
  std::mt19937 random(11);
  for (const auto& [name, body] : sample_messages()) {
    const store::InboxMessage message = stored(body);
    for (size_t size = 0; size < message.payload.size(); ++size) {
      const auto read = read_inbox_message(with_payload(message, message.payload.substr(0, size)));
      if (!read) EXPECT_EQ(read.error().code(), base::damaged_record);
    }
    for (int i = 0; i < 300 && !message.payload.empty(); ++i) {
      std::string changed = message.payload;
      changed[random() % changed.size()] = static_cast<char>(random());
      const auto read = read_inbox_message(with_payload(message, changed));
      if (read) EXPECT_TRUE(read_inbox_message(stored(*read)).has_value()) << name;
    }
  }
  store::InboxMessage unknown = stored(KillMessage{});
  for (const uint8_t kind : {0, 10, 255}) {
    unknown.kind = kind;
    const auto read = read_inbox_message(unknown);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code(), base::damaged_record);
  }
}

}  // namespace
}  // namespace gyr::executor
