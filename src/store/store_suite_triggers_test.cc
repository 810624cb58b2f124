// The states of triggers.
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using base::Value;

GYR_STORE_SUITE(TriggerSuite);

TriggerRow trigger_row(std::string namespace_, std::string flow, std::string id) {
  TriggerRow row;
  row.flow = flow_key(std::move(namespace_), std::move(flow));
  row.trigger_id = std::move(id);
  row.updated = time_of(0);
  return row;
}

Batch batch_of(std::vector<TriggerRow> rows) {
  Batch batch;
  batch.triggers = std::move(rows);
  return batch;
}

void expect_same(const TriggerRow& a, const TriggerRow& b) {
  EXPECT_EQ(*a.flow, *b.flow);
  EXPECT_EQ(a.trigger_id, b.trigger_id);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.evaluated, b.evaluated);
  EXPECT_EQ(a.next, b.next);
  EXPECT_EQ(a.updated, b.updated);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.execution_id, b.execution_id);
  EXPECT_EQ(a.last_triggered, b.last_triggered);
  EXPECT_EQ(a.evaluating_since, b.evaluating_since);
  EXPECT_EQ(a.evaluation, b.evaluation);
  EXPECT_EQ(a.failed_starts, b.failed_starts);
  EXPECT_EQ(a.worker_id, b.worker_id);
  EXPECT_EQ(a.disabled, b.disabled);
  EXPECT_EQ(a.disabled_in_flow, b.disabled_in_flow);
  EXPECT_EQ(a.stop_after, b.stop_after);
  EXPECT_EQ(a.fingerprint, b.fingerprint);
  EXPECT_EQ(a.wake_at, b.wake_at);
  EXPECT_EQ(a.pending.task, b.pending.task);
  EXPECT_EQ(a.pending.since, b.pending.since);
  ASSERT_EQ(a.backfill.has_value(), b.backfill.has_value());
  if (!a.backfill) return;
  EXPECT_EQ(a.backfill->start, b.backfill->start);
  EXPECT_EQ(a.backfill->end, b.backfill->end);
  EXPECT_EQ(a.backfill->current, b.backfill->current);
  EXPECT_EQ(a.backfill->paused, b.backfill->paused);
  EXPECT_EQ(a.backfill->inputs, b.backfill->inputs);
  EXPECT_EQ(a.backfill->labels, b.backfill->labels);
  EXPECT_EQ(a.backfill->previous_next, b.backfill->previous_next);
}

// TRIG-190
TEST_P(TriggerSuite, KeepsEveryFieldAndReplacesTheRow) {
  TriggerRow full = trigger_row("a.b", "f", "each day");
  full.kind = TriggerKind::polling;
  full.evaluated = time_of(1, 5);
  full.next = time_of(2);
  full.updated = base::Instant{1'767'600'003, 123'456'789};  // with all its digits
  full.created = time_of(0, 7);
  full.execution_id = ids_.at(time_of(0));
  full.last_triggered = time_of(4);
  full.evaluating_since = time_of(5);
  full.evaluation = base::Id{3, 4};
  full.failed_starts = 5;
  full.worker_id = "worker-1";
  full.disabled = full.disabled_in_flow = true;
  full.stop_after = {model::State::failed, model::State::killed};
  full.backfill = Backfill{time_of(10),  time_of(20), time_of(15), true, Value::map({{"x", Value::integer(1)}}),
                           {{"k", "v"}}, time_of(30)};
  full.fingerprint = 0xFEDC'BA98'7654'3210ULL;
  full.wake_at = time_of(2);
  full.pending = {model::DateTask::backfill, time_of(6)};
  TriggerRow bare = trigger_row("a.b", "f", "bare");
  commit(batch_of({full, bare}));
  reopen();
  auto read = must(reader().trigger(*full.flow, "each day"));
  ASSERT_TRUE(read);
  expect_same(*read, full);
  expect_same(*must(reader().trigger(*full.flow, "bare")), bare);
  EXPECT_FALSE(must(reader().trigger(*full.flow, "Bare")));
  EXPECT_FALSE(must(reader().trigger({"other", "a.b", "f"}, "bare")));
  EXPECT_FALSE(must(reader().trigger({"main", "a.b", "none"}, "bare")));

  TriggerRow changed = trigger_row("a.b", "f", "each day");
  changed.kind = TriggerKind::realtime;
  commit(batch_of({changed}));
  expect_same(*must(reader().trigger(*full.flow, "each day")), changed);
  auto all = must(reader().triggers_of(*full.flow));
  ASSERT_EQ(all.size(), 2u);
  expect_same(all[0], bare);
  expect_same(all[1], changed);
}

TEST_P(TriggerSuite, RowsAreDeletedAndCreatedInOneBatch) {
  commit(batch_of({trigger_row("a", "f", "one"), trigger_row("a", "f", "two"), trigger_row("a", "g", "one")}));
  Batch removal;
  removal.deleted_triggers = {
      {{"main", "a", "f"}, "one"}, {{"main", "a", "f"}, "never"}, {{"main", "b", "never"}, "one"}};
  commit(std::move(removal));
  EXPECT_FALSE(must(reader().trigger({"main", "a", "f"}, "one")));
  EXPECT_TRUE(must(reader().trigger({"main", "a", "f"}, "two")));
  EXPECT_TRUE(must(reader().trigger({"main", "a", "g"}, "one")));
  // TRIG-234: deleted and made again at once.
  TriggerRow fresh = trigger_row("a", "f", "two");
  fresh.next = time_of(9);
  Batch anew = batch_of({fresh});
  anew.deleted_triggers = {{{"main", "a", "f"}, "two"}};
  commit(std::move(anew));
  EXPECT_EQ(must(reader().trigger({"main", "a", "f"}, "two"))->next, time_of(9));
}

// TRIG-202: a date that is gone on and its execution are there together or not at all.
TEST_P(TriggerSuite, ARefusedBatchChangesNoRow) {
  TriggerRow row = trigger_row("a", "f", "t");
  row.next = time_of(10);
  auto started = execution(row.flow, time_of(0));
  Batch first = batch_of({row});
  first.new_executions.push_back(started);
  commit(std::move(first));
  row.next = time_of(20);
  Batch again = batch_of({row});
  again.new_executions.push_back(started);
  EXPECT_EQ(refusal(std::move(again)), store_conflict.text);
  EXPECT_EQ(must(reader().trigger(*row.flow, "t"))->next, time_of(10));
}

// TRIG-221
TEST_P(TriggerSuite, RowsAreSearchedAndSorted) {
  std::vector<TriggerRow> rows;
  int number = 0;
  for (const char* namespace_ : {"company", "company.team", "companyx"}) {
    for (const char* flow : {"alpha", "beta"}) {
      TriggerRow row = trigger_row(namespace_, flow, number % 2 == 0 ? "hourly" : "daily");
      row.next = time_of(100 - number);
      row.disabled = number == 2;
      if (number == 3) row.execution_id = ids_.at(time_of(0));
      if (number == 4) row.evaluating_since = time_of(0), row.worker_id = "w1", row.next.reset();
      row.updated = time_of(number);
      if (number < 2) row.last_triggered = time_of(10 - number);
      rows.push_back(row);
      ++number;
    }
  }
  commit(batch_of(rows));
  auto found = [&](TriggerQuery query) {
    query.tenant = "main";
    std::string text;
    auto page = must(reader().search_triggers(query));
    for (const auto& row : page.results)
      text += fmt::format("{}/{}/{} ", row.flow->namespace_, row.flow->id, row.trigger_id);
    return text + fmt::format("of {}", page.total);
  };
  TriggerQuery query{test::everything};
  query.paging.size = 2;
  EXPECT_EQ(found(query), "company/alpha/hourly company/beta/daily of 6");
  query.paging.page = 3;
  EXPECT_EQ(found(query), "companyx/alpha/hourly companyx/beta/daily of 6");
  query = {test::everything};
  query.namespaces = {{Operator::prefix, {"company"}}};
  EXPECT_EQ(found(query),
            "company/alpha/hourly company/beta/daily company.team/alpha/hourly company.team/beta/daily of 4");
  query.order = {{"nextExecutionDate", false}};
  EXPECT_EQ(found(query),
            "company.team/beta/daily company.team/alpha/hourly company/beta/daily company/alpha/hourly of 4");
  query = {test::everything};
  query.order = {{"triggerId", true}, {"updatedAt", true}};
  query.paging.size = 2;
  EXPECT_EQ(found(query), "companyx/alpha/hourly company.team/alpha/hourly of 6");
  query = {test::everything};
  query.flow_ids = {{Operator::equals, {"beta"}}};
  query.trigger_ids = {{Operator::contains, {"ail"}}};
  query.paging.size = 1;
  EXPECT_EQ(found(query), "company/beta/daily of 3");
  query = {test::everything};
  query.disabled = true;
  EXPECT_EQ(found(query), "company.team/alpha/hourly of 1");
  query = {test::everything};
  query.locked = true;
  EXPECT_EQ(found(query), "company.team/beta/daily companyx/alpha/hourly of 2");
  query.worker_ids = {{Operator::equals, {"w1"}}};
  EXPECT_EQ(found(query), "companyx/alpha/hourly of 1");
  query = {test::everything};
  query.after = {"company.team", "beta", "daily"};
  EXPECT_EQ(found(query), "companyx/alpha/hourly companyx/beta/daily of 2") << "TRIG-236";
  query.after = {"company.team", "beta", "a"};
  EXPECT_EQ(found(query), "company.team/beta/daily companyx/alpha/hourly companyx/beta/daily of 3");
  query = {test::everything};
  query.next = {{Operator::greater_or_equal, time_of(99)}};
  EXPECT_EQ(found(query), "company/alpha/hourly company/beta/daily of 2");
  query.next = {{Operator::less, time_of(98)}};
  EXPECT_EQ(found(query), "company.team/beta/daily companyx/beta/daily of 2")
      << "a trigger without a date matches none";
  query = {test::everything};
  query.triggered = {{Operator::less, time_of(10)}};
  EXPECT_EQ(found(query), "company/beta/daily of 1");
  query = {test::everything};
  query.order = {{"lastTriggeredDate", true}};
  query.paging.size = 3;
  EXPECT_EQ(found(query), "company/alpha/hourly company/beta/daily company.team/alpha/hourly of 6");
  query = {test::everything};
  query.text = "TEAM";
  EXPECT_EQ(found(query), "company.team/alpha/hourly company.team/beta/daily of 2");
  query.not_texts = {"DAILY", "nothing"};
  EXPECT_EQ(found(query), "company.team/alpha/hourly of 1");
  query.text = {};
  query.not_texts = {"company", "x"};
  EXPECT_EQ(found(query), "of 0");
  query.not_texts = {"team", "companyx"};
  EXPECT_EQ(found(query), "company/alpha/hourly company/beta/daily of 2");
  query.order = {{"color", true}};
  EXPECT_EQ(reader().search_triggers(query).error().code(), bad_query);
  query = {test::everything};
  query.tenant = "other";
  EXPECT_EQ(must(reader().search_triggers(query)).total, 0u);
}

TEST_P(TriggerSuite, ReturnsTheNextDueTriggersByPartition) {
  std::vector<TriggerRow> rows;
  std::vector<std::pair<uint16_t, int64_t>> expected;
  for (int64_t i = 0; i < 40; ++i) {
    TriggerRow row = trigger_row("a", fmt::format("f{}", i % 7), fmt::format("t{}", i));
    if (i % 5 != 0) row.wake_at = time_of((i * 17) % 40);
    row.next = time_of(0);
    if (row.wake_at) expected.emplace_back(model::slot_of(*row.flow), (i * 17) % 40);
    rows.push_back(row);
  }
  commit(batch_of(rows));
  auto wakes = must(reader().next_trigger_wakes(0, model::slot_count - 1, 100));
  ASSERT_EQ(wakes.size(), expected.size());
  for (size_t i = 1; i < wakes.size(); ++i) EXPECT_LE(wakes[i - 1].at, wakes[i].at);
  EXPECT_EQ(must(reader().next_trigger_wakes(0, model::slot_count - 1, 3)).size(), 3u);
  uint16_t slot = model::slot_of(*rows[0].flow);
  auto mine = must(reader().next_trigger_wakes(slot, slot, 100));
  EXPECT_EQ(mine.size(), static_cast<size_t>(std::ranges::count(expected, slot, &std::pair<uint16_t, int64_t>::first)));
  for (const auto& wake : mine) EXPECT_EQ(model::slot_of(*wake.flow), slot);
  // A row that waits for an event is no more found.
  auto row = *must(reader().trigger(*wakes[0].flow, wakes[0].trigger_id));
  row.wake_at.reset();
  commit(batch_of({row}));
  EXPECT_EQ(must(reader().next_trigger_wakes(0, model::slot_count - 1, 100)).size(), expected.size() - 1);
}

TEST_P(TriggerSuite, ReadsTheRowsThatAreDueTogether) {  // TRIG-200
  std::vector<TriggerRow> rows;
  for (int64_t i = 0; i < 40; ++i) {
    TriggerRow row = trigger_row("a", fmt::format("f{}", i % 7), fmt::format("t{}", i));
    if (i % 5 != 0) row.wake_at = time_of((i * 17) % 40);
    row.next = time_of(i);
    rows.push_back(row);
  }
  commit(batch_of(rows));
  const auto is_due = [](const TriggerRow& row) {
    return row.wake_at && *row.wake_at >= time_of(3) && *row.wake_at <= time_of(21);
  };
  auto due = must(reader().due_triggers(0, model::slot_count - 1, time_of(3), time_of(21), 100));
  EXPECT_EQ(due.size(), static_cast<size_t>(std::ranges::count_if(rows, is_due)));
  for (const auto& row : due) {
    const auto stored = std::ranges::find(rows, row.trigger_id, &TriggerRow::trigger_id);
    ASSERT_NE(stored, rows.end());
    EXPECT_TRUE(is_due(row));
    expect_same(row, *stored);
  }
  const uint16_t slot = model::slot_of(*due[0].flow);
  for (const auto& row : must(reader().due_triggers(slot, slot, time_of(3), time_of(21), 100)))
    EXPECT_EQ(model::slot_of(*row.flow), slot);
  const auto first = must(reader().due_triggers(0, model::slot_count - 1, time_of(3), time_of(21), 2));
  ASSERT_EQ(first.size(), 2u);
  for (const auto& row : due) EXPECT_GE(*row.wake_at, *first[0].wake_at);
  EXPECT_TRUE(must(reader().due_triggers(0, model::slot_count - 1, time_of(100), time_of(200), 100)).empty());
}

TEST_P(TriggerSuite, ReturnsTriggersOnWorkers) {
  TriggerRow schedule = trigger_row("a", "f", "s"), polling = trigger_row("a", "f", "p"),
             realtime = trigger_row("a", "f", "r");
  polling.kind = TriggerKind::polling;
  realtime.kind = TriggerKind::realtime;
  realtime.evaluating_since = time_of(0);
  polling.wake_at.reset();
  commit(batch_of({schedule, polling, realtime}));
  auto heads = must(reader().worker_triggers(0, model::slot_count - 1));
  ASSERT_EQ(heads.size(), 2u);
  std::ranges::sort(heads, {}, &Reader::TriggerHead::trigger_id);
  EXPECT_EQ(heads[0].trigger_id, "p");
  EXPECT_EQ(heads[0].kind, TriggerKind::polling);
  EXPECT_FALSE(heads[0].evaluating);
  EXPECT_TRUE(heads[0].asleep);
  EXPECT_EQ(heads[1].kind, TriggerKind::realtime);
  EXPECT_TRUE(heads[1].evaluating);
  EXPECT_FALSE(heads[1].asleep);
  uint16_t slot = model::slot_of(*schedule.flow);
  if (slot > 0) {
    EXPECT_TRUE(must(reader().worker_triggers(0, static_cast<uint16_t>(slot - 1))).empty());
  }
}

}  // namespace
}  // namespace gyr::store::test
