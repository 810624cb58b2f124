// Stored records of each level: what earlier levels wrote is read, and what a later level adds is kept.
#include "base/testing/record_samples.h"

#include <gtest/gtest.h>

#include <random>

#include "store/entities/kill_switch.h"
#include "store/sql/migrations/migrations.h"
#include "store/sql/record.h"
#include "store/sqlite/log_journal.h"
#include "store/store_suite.h"

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
  row.scope = {"main", "company", "flow", {Id{1, 2}, Id{}}};
  row.start = Instant::of_millis(5);
  row.end = Instant::of_millis(6);
  row.description = "why";
  row.effect = SwitchEffect::ignore;
  row.enabled = true;
  row.archived = true;
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

constexpr int64_t sample_started_us = 1'700'000'000'000'000;

model::StateHistory sample_history(int64_t us) {
  return model::StateHistory({{model::State::created, Instant::of_micros(us)},
                              {model::State::running, Instant::of_micros(us + 310)},
                              {model::State::failed, Instant::of_micros(us + 1270)}});
}

/// The text of a large value is this letter, many times.
Value large_value(char letter) { return Value::string(std::string(70'000, letter)); }

base::Result<std::string> large_content(const ContentHash& hash) {
  for (const char letter : {'o', 't', 'r'}) {
    std::string content = base::encode_value(large_value(letter));
    if (content_hash(content) == hash) return content;
  }
  return base::fail(base::damaged_record, "no such value");
}

ExecutionRow sample_execution() {
  ExecutionRow row;
  auto& e = row.execution;
  e.id = Id{1, 2};
  e.revision = 7;
  e.state = sample_history(sample_started_us + 123'456);
  e.inputs = Value::map({{"order", Value::integer(184'202)}});
  e.outputs = large_value('o');
  e.variables = Value::map({{"v", Value::string("x")}});
  e.labels = {{"team", "data"}, {"empty", ""}};
  e.trigger.emplace();
  e.trigger->id = "webhook";
  e.trigger->type = "Webhook";
  e.trigger->variables = large_value('t');
  e.trigger->log_file = "file";
  e.parent_id = Id{3, 4};
  e.original_id = Id{5, 6};
  e.attempt_number = 2;
  e.original_created = Instant{};
  e.schedule_date = Instant::of_millis(1'700'000'000'000);
  e.trace_parent = "00-trace";
  e.breakpoints = {{"one", "value", true}, {"two", "", false}};
  e.caller_task_run = Id{7, 8};
  e.error = "why";
  row.aborts = 1;
  row.engine_state = "engine";
  row.quarantined = true;
  return row;
}

ExecutionRow plain_execution() {
  ExecutionRow row;
  row.execution.id = row.execution.original_id = Id{1, 2};
  return row;
}

/// With a date that has parts of a microsecond.
ExecutionRow exact_execution() {
  ExecutionRow row = plain_execution();
  row.execution.state = model::StateHistory(model::State::created, Instant{1'700'000'000, 5});
  row.execution.original_created = row.execution.state.started();
  return row;
}

TaskRunRow sample_task_run() {
  TaskRunRow row;
  auto& run = row.run;
  run.task_id = "task";
  run.parent_id = Id{3, 4};
  run.value = "";
  run.iteration = 0;
  run.state = sample_history(sample_started_us + 123'456);
  run.attempts.resize(2);
  run.attempts[0].state = sample_history(sample_started_us + 123'500);
  run.attempts[0].worker_id = "worker";
  run.attempts[0].log_file = "file";
  run.attempts[1].state = model::StateHistory(model::State::running, Instant{1'700'000'000, 5});
  run.outputs = large_value('r');
  run.dynamic = true;
  run.force_execution = true;
  run.log_sequence = 9;
  row.engine_state = "engine";
  return row;
}

TaskRunRow plain_task_run() {
  TaskRunRow row;
  row.run.task_id = "task";
  return row;
}

std::string bytes_of(const ExecutionRow& row) {
  Record record;
  encode_execution(row, sample_started_us, nullptr, record);
  return record.bytes;
}

std::string bytes_of(const TaskRunRow& row) {
  Record record;
  encode_task_run(row, nullptr, record);
  return record.bytes;
}

base::Result<ExecutionRow> execution_of(std::string_view record) {
  ExecutionRow row;
  row.execution.id = Id{1, 2};
  GYR_CHECK(decode_execution(record, sample_started_us, large_content, row));
  return row;
}

base::Result<TaskRunRow> task_run_of(std::string_view record) {
  TaskRunRow row;
  GYR_CHECK(decode_task_run(record, large_content, row));
  return row;
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
    GYR_TRY(const KillSwitchRow row, base::read_record<KillSwitchRow>(record));
    return entity_row(row).record;
  };
  const auto metric = [](std::string_view record) -> base::Result<std::string> {
    model::MetricEntry entry;
    GYR_CHECK(decode_metric(record, entry));
    return encode_metric(entry);
  };
  const auto execution = [](std::string_view record) -> base::Result<std::string> {
    GYR_TRY(const ExecutionRow row, execution_of(record));
    return bytes_of(row);
  };
  const auto task_run = [](std::string_view record) -> base::Result<std::string> {
    GYR_TRY(const TaskRunRow row, task_run_of(record));
    return bytes_of(row);
  };
  const auto labels = [](std::string_view record) -> base::Result<std::string> {
    GYR_TRY(const auto row, decode_labels(record));
    return encode_labels(row);
  };
  return {{"execution", bytes_of(sample_execution()), execution},
          {"execution_plain", bytes_of(plain_execution()), execution},
          {"execution_exact", bytes_of(exact_execution()), execution},
          {"task_run", bytes_of(sample_task_run()), task_run},
          {"task_run_plain", bytes_of(plain_task_run()), task_run},
          {"labels", encode_labels(sample_execution().execution.labels), labels},
          {"labels_plain", encode_labels({}), labels},
          {"trigger", encode_trigger(sample_trigger()), trigger},
          {"trigger_plain", encode_trigger({}), trigger},
          {"kill_switch", entity_row(sample_kill_switch()).record, kill_switch},
          {"kill_switch_plain", entity_row(KillSwitchRow{}).record, kill_switch},
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

  for (const ExecutionRow& stored : {sample_execution(), plain_execution(), exact_execution()}) {
    auto again = execution_of(bytes_of(stored));
    ASSERT_TRUE(again.has_value());
    again->execution.flow = std::make_shared<model::FlowKey>();
    ExecutionRow expected = stored;
    expected.execution.flow = again->execution.flow;
    EXPECT_EQ(test::describe(*again), test::describe(expected));
  }
  for (const TaskRunRow& stored : {sample_task_run(), plain_task_run()}) {
    const auto again = task_run_of(bytes_of(stored));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(test::describe(*again), test::describe(stored));
  }
  const auto labels = decode_execution_labels(bytes_of(sample_execution()));
  ASSERT_TRUE(labels.has_value());
  EXPECT_EQ(*labels, sample_execution().execution.labels);

  KillSwitchRow archived = sample_kill_switch();
  archived.enabled = false;
  archived.effect = SwitchEffect::pass;
  const auto read = entity_of<KillSwitchRow>(entity_row(archived));
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE(read->enabled);
  EXPECT_EQ(read->effect, SwitchEffect::pass);
  EXPECT_EQ(read->scope.executions, archived.scope.executions);
}

// The values that are stored outside of a record are named by it.
TEST(StoredRecords, NameTheirLargeValues) {
  Record record;
  encode_execution(sample_execution(), sample_started_us, nullptr, record);
  ASSERT_EQ(record.large.size(), 2u);
  const auto named = references_of_record(record.bytes);
  ASSERT_TRUE(named.has_value());
  EXPECT_EQ(*named, (std::vector<ContentHash>{record.large[0].hash, record.large[1].hash}));
  const auto none = references_of_record(bytes_of(plain_execution()));
  EXPECT_TRUE(none.has_value() && none->empty());
  ExecutionRow row;
  const auto missing = decode_execution(
      record.bytes, sample_started_us, [](const ContentHash&) { return base::fail(store_failed, "the disk"); }, row);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code(), store_failed);
}

// What a later version stores with an attempt or a trigger inside a row is there when that version starts again.
TEST(StoredRecords, KeepWhatALaterLevelAddsToTheirParts) {
  ExecutionRow execution = sample_execution();
  TaskRunRow run = sample_task_run();
  std::string later;
  base::Encoder encoder(later);
  encoder.varint(1000 << 2 | 1);
  encoder.bytes("a field of level 2");
  execution.execution.trigger->unknown_fields = later;
  run.run.attempts[1].unknown_fields = later;
  const auto execution_again = execution_of(bytes_of(execution));
  const auto run_again = task_run_of(bytes_of(run));
  ASSERT_TRUE(execution_again.has_value() && run_again.has_value());
  EXPECT_EQ(execution_again->execution.trigger->unknown_fields, later);
  EXPECT_EQ(run_again->run.attempts[1].unknown_fields, later);
  EXPECT_TRUE(run_again->run.attempts[0].unknown_fields.empty());
}

// What a later version stores beside a row's fields is there when that version starts again.
TEST(StoredRecords, KeepWhatALaterLevelAdds) {
  std::string later;
  base::Encoder encoder(later);
  encoder.varint(1000 << 2 | 1);
  encoder.bytes("a field of level 2");
  for (const Form& form : forms()) {
    const auto again = form.again(later + form.bytes);
    ASSERT_TRUE(again.has_value()) << form.name;
    const bool is_rewritten = !form.name.starts_with("metric") && !form.name.starts_with("labels");
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

// A row of the journal that step 13 rewrote: its operations are those that the former version had written.
TEST(StoredRecords, OfTheJournalAreRead) {
  using Kind = sqlite::JournalReader::Kind;
  const std::string row = RecordSamples("level_1/journal.txt").bytes("journal");
  // A kind of a later version is skipped.
  const std::string later = std::string("\x7f\x02", 2) + "xy";
  for (const std::string& bytes : {row, later + row, row + later}) {
    sqlite::JournalReader reader(bytes);
    const auto expect = [&reader](Kind kind) {
      ASSERT_TRUE(reader.next());
      EXPECT_EQ(reader.kind(), kind);
    };
    expect(Kind::source);
    EXPECT_EQ(reader.source().execution, (Id{1, 2}));
    EXPECT_EQ(reader.source().run, (Id{3, 4}));
    EXPECT_EQ(reader.source().tenant, 1);
    EXPECT_EQ(reader.source().flow, 7);
    EXPECT_EQ(reader.source().task_id, "task");
    expect(Kind::line);
    EXPECT_EQ(reader.line().attempt, 1);
    EXPECT_EQ(reader.line().sequence, 5u);
    EXPECT_EQ(reader.line().timestamp_us, 1'700'000'000'123'456);
    EXPECT_EQ(reader.line().level, model::LogLevel::warn);
    EXPECT_EQ(reader.line().thread, "thread");
    EXPECT_EQ(reader.line().message, "message");
    expect(Kind::line);
    EXPECT_EQ(reader.line().level, model::LogLevel::info);
    EXPECT_EQ(reader.line().message, "");
    expect(Kind::source);
    EXPECT_TRUE(reader.source().execution.is_none());
    EXPECT_EQ(reader.source().trigger_id, "trigger");
    EXPECT_EQ(reader.source().task_id, "");
    expect(Kind::line);
    EXPECT_EQ(reader.line().message, "second");
    expect(Kind::removal);
    EXPECT_TRUE(reader.removal().takes_all_times());
    EXPECT_FALSE(reader.removal().attempt.has_value());
    expect(Kind::removal);
    EXPECT_EQ(reader.removal().attempt, 0);
    EXPECT_EQ(reader.removal().task_id, "task");
    EXPECT_EQ(reader.removal().min_level, model::LogLevel::info);
    expect(Kind::removal);
    EXPECT_EQ(reader.removal().levels, 3);
    EXPECT_EQ(reader.removal().from_us, 1);
    EXPECT_EQ(reader.removal().until_us, 2);
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.finish().has_value());
  }
  for (size_t size = 0; size < row.size(); ++size) {
    sqlite::JournalReader reader(std::string_view(row).substr(0, size));
    while (reader.next()) {
    }
  }
  const std::string grown = row + "\x02";
  sqlite::JournalReader damaged(grown);
  while (damaged.next()) {
  }
  EXPECT_FALSE(damaged.finish().has_value());
}

TEST(StoredRecords, OfLevelZeroBecomeThoseOfLevelOne) {
  const std::map<std::string, std::string> tables{
      {"execution", "executions"},      {"task_run", "task_runs"}, {"labels", "flows"},   {"trigger", "triggers"},
      {"kill_switch", "kill_switches"}, {"metric", "metrics"},     {"window", "windows"}, {"journal", "log_journal"}};
  size_t seen = 0;
  for (const std::string file : {"store.txt", "windows.txt", "inbox.txt", "journal.txt"}) {
    const RecordSamples old("level_0/" + file), expected("level_1/" + file);
    for (const auto& [name, bytes] : old.all()) {
      const bool is_message = file == "inbox.txt";
      const std::string form = name.substr(0, std::min({name.size(), name.find("_plain"), name.find("_exact")}));
      const std::string table = is_message ? "inbox" : tables.at(form);
      const int64_t kind = is_message ? name[0] - '0' : 0;
      const auto record = migrated(table, bytes, kind);
      ASSERT_TRUE(record.has_value()) << name;
      EXPECT_EQ(*record, expected.bytes(name)) << name;
      ++seen;
      // Cut or grown rows of level 0 are damaged: all of their lengths are known. Rows of the journal are a list, and
      // flows without labels had none.
      const bool has_length = file != "journal.txt";
      for (size_t size = table == "flows" ? 1 : 0; has_length && size < bytes.size(); ++size) {
        EXPECT_FALSE(migrated(table, std::string_view(bytes).substr(0, size), kind).has_value()) << name << " " << size;
      }
      EXPECT_FALSE(migrated(table, bytes + "x", kind).has_value()) << name;
    }
  }
  EXPECT_EQ(seen, 28u);
  EXPECT_FALSE(migrated("inbox", std::string("\x04\x01", 2), 10).has_value()) << "a kind that does not exist";
  // A message of an earlier version lacks the last fields.
  EXPECT_EQ(migrated("inbox", std::string("\x03") + std::string(32, '\1') + std::string("\x01\x00", 2), 2),
            "\x06" + std::string(16, '\1') + "\x0a" + std::string(16, '\1') + "\x0c\x01");
}

}  // namespace
}  // namespace gyr::store
