// Stored records of each level: what earlier levels wrote is read, and what a later level adds is kept.
#include "base/testing/record_samples.h"

#include <gtest/gtest.h>

#include <random>

#include "store/migrations/migrations.h"
#include "store/record.h"

namespace gyr::store {
namespace {

using base::Id;
using base::Instant;
using base::Value;
using base::testing::RecordSamples;

TriggerRow sample_trigger() {
  TriggerRow row;
  row.kind = TriggerKind::polling;
  row.evaluated = Instant::of_millis(1'700'000'000'123);
  row.next = Instant::of_millis(1'700'000'060'000);
  row.updated = Instant::of_micros(1'700'000'000'123'456);
  row.execution_id = Id{1, 2};
  row.last_triggered = Instant{};
  row.evaluating_since = Instant{1'700'000'000, 5};
  row.evaluation = Id{3, 4};
  row.worker_id = "worker";
  row.failed_starts = 3;
  row.disabled = true;
  row.stop_after = {model::State::created, model::State::failed};
  row.backfill = Backfill{.start = Instant::of_millis(1),
                          .end = Instant::of_millis(3),
                          .current = Instant::of_millis(2),
                          .paused = true,
                          .inputs = Value::map({{"k", Value::integer(7)}}),
                          .labels = {{"team", "data"}, {"empty", ""}},
                          .previous_next = Instant::of_millis(9)};
  row.pending = {model::DateTask::recover, Instant::of_millis(4)};
  row.fingerprint = UINT64_MAX - 1;
  row.disabled_in_flow = true;
  row.wake_at = Instant::of_millis(1'700'000'060'000);
  return row;
}

KillSwitchRow sample_kill_switch() {
  KillSwitchRow row;
  row.name = "stop";
  row.tenant = "main";
  row.namespace_ = "company";
  row.flow = "flow";
  row.executions = {Id{1, 2}, Id{}};
  row.start = Instant::of_millis(5);
  row.end = Instant::of_millis(6);
  row.description = "why";
  row.effect = SwitchEffect::ignore;
  row.enabled = true;
  row.deleted = true;
  return row;
}

model::MetricEntry sample_metric() {
  model::MetricEntry metric;
  metric.task_id = "task";
  metric.task_run_id = Id{2, 2};
  metric.attempt = 1;
  metric.type = model::MetricType::gauge;
  metric.name = "rows";
  metric.value = -1.5;
  metric.timestamp = Instant::of_millis(5);
  metric.tags = Value::map({{"k", Value::string("v")}});
  return metric;
}

/// Each record of this module that a sample has, and how it is read and written again.
struct Form {
  std::string name;
  std::string bytes;
  std::function<base::Result<std::string>(std::string_view)> again;
};
std::vector<Form> forms() {
  const auto trigger = [](std::string_view record) -> base::Result<std::string> {
    TriggerRow row;
    GYR_CHECK(decode_trigger(record, row));
    return encode_trigger(row);
  };
  const auto kill_switch = [](std::string_view record) -> base::Result<std::string> {
    KillSwitchRow row;
    GYR_CHECK(decode_kill_switch(record, row));
    return encode_kill_switch(row);
  };
  const auto metric = [](std::string_view record) -> base::Result<std::string> {
    model::MetricEntry entry;
    GYR_CHECK(decode_metric(record, entry));
    return encode_metric(entry);
  };
  return {{"trigger", encode_trigger(sample_trigger()), trigger},
          {"trigger_plain", encode_trigger({}), trigger},
          {"kill_switch", encode_kill_switch(sample_kill_switch()), kill_switch},
          {"kill_switch_plain", encode_kill_switch({}), kill_switch},
          {"metric", encode_metric(sample_metric()), metric},
          {"metric_plain", encode_metric({}), metric}};
}

TEST(StoredRecords, OfEachLevelAreRead) {
  const RecordSamples samples("level_1/store.txt");
  EXPECT_EQ(samples.all().size(), forms().size());
  for (const Form& form : forms()) {
    samples.expect(form.name, form.bytes);
    const auto again = form.again(samples.bytes(form.name));
    ASSERT_TRUE(again.has_value()) << form.name;
    EXPECT_EQ(*again, form.bytes) << form.name;
  }
}

TEST(StoredRecords, KeepEveryField) {
  const TriggerRow was = sample_trigger();
  TriggerRow row;
  ASSERT_TRUE(decode_trigger(encode_trigger(was), row));
  EXPECT_EQ(row.kind, was.kind);
  EXPECT_EQ(row.evaluated, was.evaluated);
  EXPECT_EQ(row.next, was.next);
  EXPECT_EQ(row.updated, was.updated);
  EXPECT_EQ(row.execution_id, was.execution_id);
  EXPECT_EQ(row.last_triggered, was.last_triggered);
  EXPECT_EQ(row.evaluating_since, was.evaluating_since);
  EXPECT_EQ(row.evaluation, was.evaluation);
  EXPECT_EQ(row.worker_id, was.worker_id);
  EXPECT_EQ(row.failed_starts, was.failed_starts);
  EXPECT_EQ(row.disabled, was.disabled);
  EXPECT_EQ(row.stop_after, was.stop_after);
  ASSERT_TRUE(row.backfill.has_value());
  EXPECT_EQ(row.backfill->current, was.backfill->current);
  EXPECT_EQ(row.backfill->inputs, was.backfill->inputs);
  EXPECT_EQ(row.backfill->labels, was.backfill->labels);
  EXPECT_EQ(row.backfill->previous_next, was.backfill->previous_next);
  EXPECT_EQ(row.pending.task, was.pending.task);
  EXPECT_EQ(row.pending.since, was.pending.since);
  EXPECT_EQ(row.fingerprint, was.fingerprint);
  EXPECT_EQ(row.disabled_in_flow, was.disabled_in_flow);
  EXPECT_EQ(row.wake_at, was.wake_at);

  KillSwitchRow archived = sample_kill_switch(), read;
  archived.enabled = false;
  archived.effect = SwitchEffect::pass;
  ASSERT_TRUE(decode_kill_switch(encode_kill_switch(archived), read));
  EXPECT_FALSE(read.enabled);
  EXPECT_EQ(read.effect, SwitchEffect::pass);
  EXPECT_EQ(read.executions, archived.executions);
}

// What a later version stores beside a trigger's or a kill switch's fields is there when that version starts again.
TEST(StoredRecords, KeepWhatALaterLevelAdds) {
  std::string later;
  base::Encoder encoder(later);
  encoder.varint(1000 << 2 | 1);
  encoder.bytes("a field of level 2");
  for (const Form& form : forms()) {
    const auto again = form.again(later + form.bytes);
    ASSERT_TRUE(again.has_value()) << form.name;
    const bool is_rewritten = !form.name.starts_with("metric");
    EXPECT_EQ(*again, is_rewritten ? form.bytes + later : form.bytes) << form.name;
  }
}

TEST(StoredRecords, DamageIsRefusedAndNeverCrashes) {
  std::mt19937 random(3);
  for (const Form& form : forms()) {
    EXPECT_FALSE(form.again(form.bytes + "\x08").has_value()) << form.name;
    for (size_t size = 0; size < form.bytes.size(); ++size) (void)form.again(form.bytes.substr(0, size));
    for (int i = 0; i < 500 && !form.bytes.empty(); ++i) {
      std::string changed = form.bytes;
      changed[random() % changed.size()] = static_cast<char>(random());
      const auto read = form.again(changed);
      if (read) EXPECT_TRUE(form.again(*read).has_value()) << form.name;
    }
  }
  TriggerRow row;
  EXPECT_FALSE(decode_trigger(std::string("\x04\x03", 2), row)) << "a kind that does not exist";
}

/// What step 13 makes of a record of level 0.
std::optional<std::string> migrated(std::string_view table, std::string_view old, int64_t kind = 0) {
  for (const auto& step : migrations::steps()) {
    for (const auto& rows : step.rows) {
      if (rows.table == table) return rows.rewrite(old, kind);
    }
  }
  ADD_FAILURE() << "no step rewrites " << table;
  return std::nullopt;
}

TEST(StoredRecords, OfLevelZeroBecomeThoseOfLevelOne) {
  const std::map<std::string, std::string> tables{
      {"trigger", "triggers"}, {"kill_switch", "kill_switches"}, {"metric", "metrics"}, {"window", "windows"}};
  size_t seen = 0;
  for (const std::string file : {"store.txt", "windows.txt", "inbox.txt"}) {
    const RecordSamples old("level_0/" + file), expected("level_1/" + file);
    for (const auto& [name, bytes] : old.all()) {
      const bool is_message = file == "inbox.txt";
      const std::string form = name.ends_with("_plain") ? name.substr(0, name.size() - 6) : name;
      const std::string table = is_message ? "inbox" : tables.at(form);
      const int64_t kind = is_message ? name[0] - '0' : 0;
      const auto record = migrated(table, bytes, kind);
      ASSERT_TRUE(record.has_value()) << name;
      EXPECT_EQ(*record, expected.bytes(name)) << name;
      ++seen;
      // Cut or grown rows of level 0 are damaged: all of their lengths are known.
      for (size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(migrated(table, std::string_view(bytes).substr(0, size), kind).has_value()) << name << " " << size;
      }
      EXPECT_FALSE(migrated(table, bytes + "x", kind).has_value()) << name;
    }
  }
  EXPECT_EQ(seen, 20u);
  EXPECT_FALSE(migrated("inbox", std::string("\x04\x01", 2), 10).has_value()) << "a kind that does not exist";
  // A message of an earlier version lacks the last fields.
  EXPECT_EQ(migrated("inbox", std::string("\x03") + std::string(32, '\1') + std::string("\x01\x00", 2), 2),
            "\x06" + std::string(16, '\1') + "\x0a" + std::string(16, '\1') + "\x0c\x01");
}

}  // namespace
}  // namespace gyr::store
