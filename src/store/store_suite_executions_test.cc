// Executions, task runs, large values, timers, recovery.
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using base::Value;
using model::State;

GYR_STORE_SUITE(ExecutionSuite);

ExecutionRow with_everything(ExecutionRow row, Ids& ids) {
  auto& e = row.execution;
  e.revision = 7;
  e.inputs = Value::map({{"n", Value::integer(3)}, {"text", Value::string("ä\0b")}});
  e.outputs = Value::map({{"list", Value::list({Value::null(), Value::number(1.5), Value::decimal("1.10")})}});
  e.variables = Value::empty_map();
  e.labels = {{"env", "prod"}, {"empty", ""}, {"env", "second"}, {"ünï", std::string("nul\0x", 5)}};
  e.trigger.emplace();
  e.trigger->id = "daily";
  e.trigger->type = "io.kestra.plugin.core.trigger.Schedule";
  e.trigger->variables = Value::map({{"date", Value::instant(time_of(7))}});
  e.trigger->log_file = "kestra:///x.log";
  e.parent_id = ids.at(time_of(1));
  e.original_id = ids.at(time_of(2));
  e.attempt_number = 4;
  e.original_created = time_of(-100);
  e.schedule_date = base::Instant{1'900'000'000, 123'456'789};
  e.trace_parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  e.kind = model::ExecutionKind::test;
  e.breakpoints = {{"task", "", false}, {"each", "value", true}, {"each", "", true}};
  e.caller_execution = ids.at(time_of(3));
  e.caller_task_run = ids.at(time_of(4));
  e.error = "no such input";
  row.wake_at = time_of(500, 1);
  row.activity = Activity::idle;
  row.aborts = 2;
  row.quarantined = true;
  row.engine_state = std::string("\0\1\2", 3);
  return row;
}

TEST_P(ExecutionSuite, KeepsEveryFieldOfAnExecution) {
  auto row = with_everything(execution(flow_key("a.b", "f"), time_of(0)), ids_);
  // Finer than a microsecond: histories keep it.
  row.execution.state =
      model::StateHistory({{State::created, {1'767'600'000, 1}}, {State::running, {1'767'600'000, 999'999'999}}});
  Batch batch;
  batch.new_executions.push_back(row);
  commit(std::move(batch));
  EXPECT_EQ(describe(*must(reader().execution(row.execution.id))), describe(row));

  auto plain = execution(flow_key("a.b", "f"), time_of(0), State::created);
  Batch second;
  second.executions.push_back(plain);
  commit(std::move(second));
  EXPECT_EQ(describe(*must(reader().execution(plain.execution.id))), describe(plain));
  EXPECT_FALSE(must(reader().execution(ids_.at(time_of(0)))));
}

TEST_P(ExecutionSuite, ReplacesAnExecution) {
  auto row = execution(flow_key("a.b", "f"), time_of(0), State::created);
  row.execution.labels = {{"a", "1"}};
  row.wake_at = time_of(10);
  Batch batch;
  batch.new_executions.push_back(row);
  commit(std::move(batch));
  // Through every combination of what an update may leave alone.
  for (int step = 0; step < 16; ++step) {
    if (step & 1) row.execution.state.set(step % 3 == 0 ? State::running : State::paused, time_of(step));
    if (step & 2) row.wake_at = step % 3 == 0 ? std::nullopt : std::optional(time_of(step));
    if (step & 4) row.execution.labels.push_back({"step", fmt::format("{}", step)});
    if (step & 8) row.activity = row.activity == Activity::idle ? Activity::active : Activity::idle;
    row.execution.outputs = Value::integer(step);
    if (step == 9) reopen();  // the writer has to look it up again
    Batch change;
    change.executions.push_back(row);
    commit(std::move(change));
    EXPECT_EQ(describe(*must(reader().execution(row.execution.id))), describe(row)) << step;
  }
  ExecutionQuery query{test::everything};
  query.tenant = "main";
  query.labels = {{Operator::equals, "step", {"4"}}};
  EXPECT_EQ(must(reader().search_executions(query)).total, 1u);
  row.execution.labels.clear();
  Batch last;
  last.executions.push_back(row);
  commit(std::move(last));
  EXPECT_EQ(must(reader().search_executions(query)).total, 0u);
}

TEST_P(ExecutionSuite, KeepsTaskRunsInOrderOfPosition) {
  auto row = execution(flow_key("a", "f"), time_of(0));
  Batch batch;
  batch.new_executions.push_back(row);
  std::vector<TaskRunRow> runs;
  for (uint32_t position = 0; position < 150; ++position) {
    auto run = task_run(row, position, fmt::format("task{}", position % 3));
    if (position % 2 == 1) {
      run.run.parent_id = runs[0].run.id;
      run.run.value = fmt::format("value {}", position);
      run.run.iteration = static_cast<int32_t>(position);
      run.run.attempts.push_back({model::StateHistory(State::created, time_of(1, 5)), "worker", "log"});
      run.run.attempts.push_back(
          {model::StateHistory({{State::created, time_of(-4)}, {State::failed, {7, 7}}}), "", ""});
      run.run.outputs = Value::map({{"x", Value::integer(position)}});
      run.run.dynamic = run.run.force_execution = true;
      run.run.log_sequence = 77;
      run.engine_state = "opaque";
    }
    runs.push_back(run);
  }
  // Given in any order.
  for (size_t i = runs.size(); i-- > 0;) batch.new_task_runs.push_back(runs[i]);
  commit(std::move(batch));

  auto all = must(reader().task_runs(row.execution.id, 0, 1000));
  ASSERT_EQ(all.size(), runs.size());
  for (size_t i = 0; i < runs.size(); ++i) EXPECT_EQ(describe(all[i]), describe(runs[i]));
  auto page = must(reader().task_runs(row.execution.id, 140, 5));
  ASSERT_EQ(page.size(), 5u);
  EXPECT_EQ(page[0].position, 140u);
  for (size_t i : {0u, 63u, 64u, 149u})
    EXPECT_EQ(describe(*must(reader().task_run(row.execution.id, runs[i].run.id))), describe(runs[i]));
  EXPECT_FALSE(must(reader().task_run(row.execution.id, ids_.at(time_of(9)))));
  EXPECT_FALSE(must(reader().task_run(ids_.at(time_of(9)), runs[0].run.id)));
  EXPECT_TRUE(must(reader().task_runs(ids_.at(time_of(9)), 0, 10)).empty());

  runs[3].run.state.set(State::success, time_of(5));
  runs[100].run.state.set(State::failed, time_of(5));
  Batch change;
  change.task_runs = {runs[3], runs[100], task_run(row, 150)};
  change.deleted_task_runs = {
      {row.execution.id, runs[5].run.id}, {row.execution.id, runs[70].run.id}, {row.execution.id, ids_.at(time_of(9))}};
  auto added = change.task_runs[2];
  commit(std::move(change));
  all = must(reader().task_runs(row.execution.id, 0, 1000));
  EXPECT_EQ(all.size(), 149u);
  EXPECT_EQ(describe(*must(reader().task_run(row.execution.id, runs[3].run.id))), describe(runs[3]));
  EXPECT_EQ(describe(*must(reader().task_run(row.execution.id, runs[100].run.id))), describe(runs[100]));
  EXPECT_EQ(describe(*must(reader().task_run(row.execution.id, added.run.id))), describe(added));
  EXPECT_FALSE(must(reader().task_run(row.execution.id, runs[5].run.id)));
  EXPECT_FALSE(must(reader().task_run(row.execution.id, runs[70].run.id)));
}

// Principle: large values. Values over 64 KB are blobs that are stored once.
TEST_P(ExecutionSuite, LargeValuesComeBackWholeHoweverOftenTheyChange) {
  auto row = execution(flow_key("a", "f"), time_of(0));
  Value large = Value::map({{"text", Value::string(std::string(200'000, 'a'))}});
  Value other = Value::map({{"text", Value::string(std::string(100'000, 'b'))}});
  row.execution.inputs = large;
  auto run = task_run(row, 0);
  run.run.outputs = large;
  Batch batch;
  batch.new_executions.push_back(row);
  batch.new_task_runs.push_back(run);
  commit(std::move(batch));
  auto check = [&] {
    EXPECT_EQ(describe(*must(reader().execution(row.execution.id))), describe(row));
    EXPECT_EQ(describe(*must(reader().task_run(row.execution.id, run.run.id))), describe(run));
  };
  check();
  for (int step = 0; step < 12; ++step) {
    switch (step % 6) {
      case 0: row.execution.outputs = other; break;
      case 1: row.execution.inputs = Value::null(); break;
      case 2: run.run.outputs = Value::list({large, other}); break;
      case 3: row.execution.outputs = Value::string("small"); break;
      case 4: run.run.outputs = other; break;
      case 5: row.execution.inputs = large; break;
    }
    if (step % 5 == 4) reopen();
    Batch change;
    change.executions.push_back(row);
    change.task_runs.push_back(run);
    commit(std::move(change));
    check();
  }
  Batch gone;
  gone.deleted_task_runs.emplace_back(row.execution.id, run.run.id);
  commit(std::move(gone));
  EXPECT_EQ(describe(*must(reader().execution(row.execution.id))), describe(row));
}

TEST_P(ExecutionSuite, ALargeValueOfARefusedBatchIsWrittenByTheNext) {
  auto flow = flow_key("a", "f");
  auto row = execution(flow, time_of(0));
  row.execution.inputs = Value::string(std::string(100'000, 'q'));
  FlowRow revision;
  revision.key = *flow;
  Batch first;
  first.flows.push_back(revision);
  commit(std::move(first));
  Batch refused;
  refused.flows.push_back(revision);
  refused.new_executions.push_back(row);
  EXPECT_EQ(refusal(std::move(refused)), store_conflict.text);
  Batch again;
  again.new_executions.push_back(row);
  commit(std::move(again));
  EXPECT_EQ(describe(*must(reader().execution(row.execution.id))), describe(row));
}

TEST_P(ExecutionSuite, DeepAndOddValuesComeBack) {
  Value deep = Value::string("x");
  while (base::may_nest(deep)) deep = Value::list({deep});
  auto row = execution(flow_key("a", "f"), time_of(0));
  row.execution.inputs = deep;
  row.execution.variables = Value::map({{"", Value::string(std::string("\xFF\xFE\0", 3))}});
  row.execution.state =
      model::StateHistory({{State::created, {INT64_MIN, 0}}, {State::running, {INT64_MAX, 999'999'999}}});
  row.execution.original_created = {INT64_MAX, 5};
  Batch batch;
  batch.new_executions.push_back(row);
  commit(std::move(batch));
  EXPECT_EQ(describe(*must(reader().execution(row.execution.id))), describe(row));
}

TEST_P(ExecutionSuite, DeletingRemovesEverythingOfIt) {
  auto flow = flow_key("a", "f");
  auto row = execution(flow, time_of(0));
  row.execution.labels = {{"k", "v"}};
  row.execution.inputs = Value::string(std::string(100'000, 'x'));
  auto stays = execution(flow, time_of(0));
  stays.execution.labels = {{"k", "v"}};
  Batch batch;
  batch.new_executions = {row, stays};
  // More task runs than are removed in one go.
  for (uint32_t i = 0; i < 2500; ++i) batch.new_task_runs.push_back(task_run(row, i));
  batch.logs.push_back(log_line(row, {}, 1, "hello"));
  model::MetricEntry metric;
  metric.execution_id = row.execution.id;
  metric.flow = flow;
  metric.name = "rows";
  batch.metrics.push_back(metric);
  commit(std::move(batch));

  Batch removal;
  removal.deleted_executions.push_back({row.execution.id});
  removal.deleted_executions.push_back({ids_.at(time_of(0))});  // no such execution: nothing to do
  commit(std::move(removal));
  EXPECT_FALSE(must(reader().execution(row.execution.id)));
  EXPECT_TRUE(must(reader().task_runs(row.execution.id, 0, 10)).empty());
  EXPECT_TRUE(must(reader().metrics(test::everything, row.execution.id, 10)).empty());
  LogQuery logs{test::everything};
  logs.tenant = "main";
  logs.execution_id = row.execution.id;
  EXPECT_EQ(must(reader().search_logs(logs)).total, 0u);
  ExecutionQuery query{test::everything};
  query.tenant = "main";
  query.labels = {{Operator::equals, "k", {"v"}}};
  auto page = must(reader().search_executions(query));
  ASSERT_EQ(page.results.size(), 1u);
  EXPECT_EQ(page.results[0].execution.id, stays.execution.id);
  query.labels.clear();
  EXPECT_EQ(must(reader().search_executions(query)).total, 1u);
  // The same id may come again, with nothing of the former.
  Batch again;
  again.new_executions.push_back(row);
  commit(std::move(again));
  EXPECT_TRUE(must(reader().task_runs(row.execution.id, 0, 10)).empty());
  EXPECT_EQ(describe(*must(reader().execution(row.execution.id))), describe(row));
  for (int i = 0; i < 20 && must(store().apply_retention(time_of(0))); ++i) {
  }
  EXPECT_EQ(describe(*must(reader().execution(row.execution.id))), describe(row));
}

TEST_P(ExecutionSuite, ListsTheFilesOfDeletedExecutionsUntilTheyAreRemoved) {  // CORE-101
  auto described = [this](base::Id after, size_t at_most) {
    std::vector<std::string> names;
    for (const LeftFiles& left : must(store().left_files(after, at_most))) {
      names.push_back(fmt::format("{}/{}/{}", left.flow.tenant, left.flow.namespace_, left.flow.id));
    }
    return names;
  };
  std::vector<base::Id> ids;
  Batch batch;
  for (int i = 0; i < 3; ++i) {
    auto row = execution(flow_key("a.b", fmt::format("f{}", i)), time_of(i));
    ids.push_back(row.execution.id);
    batch.new_executions.push_back(row);
  }
  auto stays = execution(flow_key("a", "stays"), time_of(5));
  batch.new_executions.push_back(stays);
  commit(std::move(batch));
  EXPECT_EQ(described({}, 10), std::vector<std::string>());

  Batch removal;
  removal.deleted_executions.push_back({ids[0], true, true, true});
  removal.deleted_executions.push_back({ids[1], true, true, false});
  removal.deleted_executions.push_back({ids[2], true, true, true});
  removal.deleted_executions.push_back({base::Id{1, 1}, true, true, true});  // nobody knows it
  commit(std::move(removal));
  reopen();
  EXPECT_EQ(described({}, 10), (std::vector<std::string>{"main/a.b/f0", "main/a.b/f2"}));
  EXPECT_EQ(described({}, 1), std::vector<std::string>{"main/a.b/f0"});
  EXPECT_EQ(described(ids[0], 10), std::vector<std::string>{"main/a.b/f2"});

  // One that is there again keeps its files.
  Batch again;
  auto row = execution(flow_key("a.b", "f2"), time_of(9));
  row.execution.id = ids[2];
  again.new_executions.push_back(row);
  commit(std::move(again));
  EXPECT_EQ(described({}, 10), std::vector<std::string>{"main/a.b/f0"});

  ASSERT_TRUE(store().forget_left_files(must(store().left_files({}, 10))).has_value());
  ASSERT_TRUE(store().forget_left_files({}).has_value());
  EXPECT_EQ(described({}, 10), std::vector<std::string>());
}

TEST_P(ExecutionSuite, DeletingMayKeepLogsAndMetrics) {
  auto row = execution(flow_key("a", "f"), time_of(0));
  Batch batch;
  batch.new_executions.push_back(row);
  batch.logs.push_back(log_line(row, {}, 1, "hello"));
  model::MetricEntry metric;
  metric.execution_id = row.execution.id;
  metric.name = "rows";
  batch.metrics.push_back(metric);
  commit(std::move(batch));
  Batch removal;
  removal.deleted_executions.push_back({row.execution.id, false, false});
  commit(std::move(removal));
  EXPECT_EQ(must(reader().metrics(test::everything, row.execution.id, 10)).size(), 1u);
  LogQuery logs{test::everything};
  logs.tenant = "main";
  logs.execution_id = row.execution.id;
  EXPECT_EQ(must(reader().search_logs(logs)).total, 1u);
}

TEST_P(ExecutionSuite, ListsWhatIsActiveByPartition) {
  std::vector<ExecutionRow> rows;
  Batch batch;
  for (int i = 0; i < 60; ++i) {
    auto row = execution(flow_key("a", fmt::format("f{}", i % 12)), time_of(i));
    row.activity = static_cast<Activity>(i % 3);
    batch.new_executions.push_back(row);
    rows.push_back(row);
  }
  commit(std::move(batch));
  auto expect = [&](uint16_t first, uint16_t last) {
    std::vector<base::Id> wanted;
    for (const auto& row : rows) {
      uint16_t slot = model::slot_of(*row.execution.flow);
      if (row.activity == Activity::active && slot >= first && slot <= last) wanted.push_back(row.execution.id);
    }
    std::sort(wanted.begin(), wanted.end());
    std::vector<base::Id> found;
    for (base::Id after; true;) {
      auto some = must(reader().active_executions(first, last, after, 3));
      EXPECT_LE(some.size(), 3u);
      if (some.empty()) break;
      found.insert(found.end(), some.begin(), some.end());
      after = some.back();
    }
    EXPECT_EQ(found, wanted);
  };
  expect(0, model::slot_count - 1);
  expect(0, model::slot_count / 2);
  expect(model::slot_count / 2 + 1, model::slot_count - 1);
  for (auto& row : rows) row.activity = row.activity == Activity::active ? Activity::ended : Activity::active;
  Batch change;
  change.executions = rows;
  commit(std::move(change));
  expect(0, model::slot_count - 1);
}

TEST_P(ExecutionSuite, ReturnsTheNextTimers) {
  std::vector<ExecutionRow> rows;
  Batch batch;
  for (int i = 0; i < 20; ++i) {
    auto row = execution(flow_key("a", fmt::format("f{}", i)), time_of(0));
    if (i % 2 == 0) row.wake_at = time_of(100 - i);
    batch.new_executions.push_back(row);
    rows.push_back(row);
  }
  commit(std::move(batch));
  auto wakes = must(reader().next_wakes(0, model::slot_count - 1, 4));
  ASSERT_EQ(wakes.size(), 4u);
  EXPECT_EQ(wakes[0].execution, rows[18].execution.id);
  EXPECT_EQ(wakes[0].at, time_of(82));
  EXPECT_EQ(wakes[3].at, time_of(88));
  rows[18].wake_at.reset();
  rows[1].wake_at = time_of(1);
  Batch change;
  change.executions = {rows[18], rows[1]};
  commit(std::move(change));
  wakes = must(reader().next_wakes(0, model::slot_count - 1, 100));
  ASSERT_EQ(wakes.size(), 10u);
  EXPECT_EQ(wakes[0].execution, rows[1].execution.id);
  uint16_t slot = model::slot_of(*rows[1].execution.flow);
  for (const auto& wake : must(reader().next_wakes(slot, slot, 100))) {
    auto row = must(reader().execution(wake.execution));
    EXPECT_EQ(model::slot_of(*row->execution.flow), slot);
  }
}

TEST_P(ExecutionSuite, ReturnsTheQueueInOrder) {  // EXEC-61
  std::vector<ExecutionRow> rows;
  Batch batch;
  for (int i = 0; i < 6; ++i) {
    auto row = execution(flow_key("a", i % 3 == 2 ? "other" : "limited"), time_of(i), State::created);
    row.execution.state.set(State::queued, time_of(100 - i));  // those that began first were queued last
    row.activity = Activity::idle;
    batch.new_executions.push_back(row);
    rows.push_back(row);
  }
  commit(std::move(batch));
  auto queue = [&](std::string_view flow, size_t limit) {
    std::vector<base::Id> ids;
    for (const auto& queued : must(reader().queued_executions(*flow_key("a", std::string(flow)), limit)))
      ids.push_back(queued.execution);
    return ids;
  };
  auto id = [&](size_t i) { return rows[i].execution.id; };
  EXPECT_EQ(queue("limited", 10), (std::vector{id(4), id(3), id(1), id(0)}));
  EXPECT_EQ(queue("limited", 2), (std::vector{id(4), id(3)}));
  EXPECT_EQ(queue("other", 10), (std::vector{id(5), id(2)}));
  EXPECT_TRUE(queue("nothing", 10).empty());
  EXPECT_EQ(must(reader().queued_executions(*flow_key("a", "limited"), 1))[0].since, time_of(96));

  auto flows = must(reader().flows_with_queue(0, model::slot_count - 1));
  ASSERT_EQ(flows.size(), 2u);
  EXPECT_EQ(model::slot_of(*flow_key("a", "other")),
            model::slot_of(*must(reader().flows_with_queue(model::slot_of(*flow_key("a", "other")),
                                                           model::slot_of(*flow_key("a", "other"))))[0]));

  reopen();  // the writer has to look them up again
  rows[4].execution.state.set(State::running, time_of(200));
  rows[3].execution.state.set(State::killed, time_of(201));
  rows[0].execution.outputs = Value::integer(1);  // another change leaves it in its place
  Batch change;
  change.executions = {rows[4], rows[3], rows[0]};
  change.deleted_executions.push_back({id(2), true, true});
  commit(std::move(change));
  EXPECT_EQ(queue("limited", 10), (std::vector{id(1), id(0)}));
  EXPECT_EQ(queue("other", 10), (std::vector{id(5)}));
  auto counts = must(reader().count_by_state(*flow_key("a", "limited")));
  EXPECT_EQ(counts[static_cast<size_t>(State::queued)], 2u);
  EXPECT_EQ(counts[static_cast<size_t>(State::running)], 1u);
  EXPECT_EQ(counts[static_cast<size_t>(State::killed)], 1u);
  EXPECT_EQ(must(reader().count_by_state(*flow_key("a", "nothing")))[static_cast<size_t>(State::queued)], 0u);
}

TEST_P(ExecutionSuite, KnowsChildren) {
  auto parent = execution(flow_key("a", "parent"), time_of(0));
  auto first = execution(flow_key("a", "child"), time_of(1)), second = execution(flow_key("b", "child"), time_of(2));
  first.execution.caller_execution = second.execution.caller_execution = parent.execution.id;
  Batch batch;
  batch.new_executions = {parent, first, second};
  commit(std::move(batch));
  EXPECT_EQ(must(reader().children(parent.execution.id)), (std::vector{first.execution.id, second.execution.id}));
  EXPECT_TRUE(must(reader().children(first.execution.id)).empty());
}

}  // namespace
}  // namespace gyr::store::test
