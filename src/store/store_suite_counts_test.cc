// Heads of task runs, and counts of executions by state and time.
#include <numeric>

#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using base::Value;
using model::State;

class CountSuite : public StoreSuite {
 protected:
  void add(const std::shared_ptr<const model::FlowKey>& flow, base::Instant start, State state = State::success,
           std::vector<model::Label> labels = {}) {
    auto row = execution(flow, start, state);
    row.execution.labels = std::move(labels);
    Batch batch;
    batch.new_executions.push_back(std::move(row));
    commit(std::move(batch));
  }
  ExecutionCounts counts(ExecutionQuery filter, base::Duration bucket = base::Duration::of_seconds(3'600),
                         size_t max_buckets = 200) {
    filter.tenant = "main";
    return must(reader().execution_counts({std::move(filter), bucket, max_buckets}));
  }
  static uint64_t total(const ExecutionCounts::ByState& counts) {
    return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
  }
  static uint64_t of(const ExecutionCounts::ByState& counts, State state) { return counts[static_cast<size_t>(state)]; }
};
INSTANTIATE_TEST_SUITE_P(Backends, CountSuite, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

TEST_P(CountSuite, HeadsOfTaskRunsHaveEverythingButTheOutputs) {  // UI-640
  auto row = execution(flow_key("a", "f"), time_of(0));
  Batch batch;
  batch.new_executions.push_back(row);
  auto parent = task_run(row, 0, "each");
  auto run = task_run(row, 1, "child");
  run.run.parent_id = parent.run.id;
  run.run.value = std::string("v\0\xFF", 3);
  run.run.iteration = 7;
  run.run.state.set(State::running, time_of(2));
  run.run.state.set(State::failed, time_of(3));
  model::Attempt attempt;
  attempt.state = model::StateHistory(State::created, time_of(2));
  attempt.worker_id = "w1";
  run.run.attempts.push_back(attempt);
  run.run.outputs = Value::map({{"large", Value::string(std::string(300'000, 'x'))}});
  run.engine_state = "engine";
  batch.new_task_runs = {parent, run};
  commit(std::move(batch));

  const auto heads = must(reader().task_run_heads(row.execution.id, 0, 10));
  ASSERT_EQ(heads.size(), 2u);
  EXPECT_FALSE(heads[0].has_outputs);
  EXPECT_EQ(heads[1].position, 1u);
  EXPECT_TRUE(heads[1].has_outputs);
  EXPECT_TRUE(heads[1].run.outputs.is_null());
  TaskRunRow shown;
  shown.execution_id = row.execution.id;
  shown.position = 1;
  shown.run = heads[1].run;
  run.run.outputs = {};
  run.engine_state.clear();
  EXPECT_EQ(describe(shown), describe(run));
  EXPECT_EQ(must(reader().task_run_heads(row.execution.id, 1, 10)).size(), 1u);
  EXPECT_EQ(must(reader().task_run_heads(row.execution.id, 0, 1)).size(), 1u);
  EXPECT_TRUE(must(reader().task_run_heads(ids_.at(time_of(9)), 0, 10)).empty());
}

TEST_P(CountSuite, CountsByStateAndBucketWithEveryFilterOfRollups) {  // UI-591
  EXPECT_EQ(total(counts({everything}).by_state), 0u);
  EXPECT_TRUE(counts({everything}).buckets.empty());
  const auto one = flow_key("a.b", "one"), two = flow_key("a", "two"), foreign = flow_key("a.b", "one", "other");
  add(one, time_of(10));
  add(one, time_of(20), State::failed);
  add(two, time_of(3'700), State::running);
  add(two, time_of(7'300));
  add(foreign, time_of(10));
  const auto all = counts({everything});
  EXPECT_EQ(total(all.by_state), 4u);
  EXPECT_EQ(of(all.by_state, State::success), 2u);
  EXPECT_FALSE(all.is_partial);
  ASSERT_EQ(all.buckets.size(), 3u);
  EXPECT_EQ(all.bucket, base::Duration::of_seconds(3'600));
  EXPECT_EQ(all.buckets[0].start, time_of(0));
  EXPECT_EQ(of(all.buckets[0].by_state, State::failed), 1u);
  EXPECT_EQ(of(all.buckets[1].by_state, State::running), 1u);

  ExecutionQuery filter{everything};
  filter.namespaces.push_back({Operator::prefix, {"a.b"}});
  EXPECT_EQ(total(counts(filter).by_state), 2u);
  filter.states = {State::failed};
  EXPECT_EQ(total(counts(filter).by_state), 1u);
  filter = {everything};
  filter.flow_ids.push_back({Operator::equals, {"two"}});
  EXPECT_EQ(total(counts(filter).by_state), 2u);
  filter.flow_ids = {{Operator::equals, {"none"}}};
  EXPECT_EQ(total(counts(filter).by_state), 0u);
  // Both ends of a range, within a slice of the rollups.
  filter = {everything};
  filter.started = {{Operator::greater, time_of(10)}, {Operator::less_or_equal, time_of(3'700)}};
  EXPECT_EQ(total(counts(filter).by_state), 2u);
  filter.started = {{Operator::greater_or_equal, time_of(10, 1)}, {Operator::less, time_of(20)}};
  EXPECT_EQ(total(counts(filter).by_state), 0u);
  filter.started = {{Operator::greater_or_equal, time_of(10)}, {Operator::less_or_equal, time_of(20)}};
  EXPECT_EQ(total(counts(filter).by_state), 2u);
}

TEST_P(CountSuite, OnlyWhatTheCallerSeesIsCounted) {  // RBAC-3
  add(flow_key("a.b", "f"), time_of(10), State::success, {{"team", "x"}});
  add(flow_key("a.bc", "f"), time_of(20), State::success, {{"team", "x"}});
  add(flow_key("c", "f"), time_of(30), State::failed, {{"team", "x"}});
  const auto seen = [&](const Visible& visible, bool by_row) {
    ExecutionQuery filter{visible};
    if (by_row) filter.labels.push_back({Operator::equals, "team", {"x"}});
    return total(counts(filter).by_state);
  };
  for (const bool by_row : {false, true}) {
    EXPECT_EQ(seen(everything, by_row), 3u);
    EXPECT_EQ(seen(Callers::sees({"a.b"}), by_row), 1u);
    EXPECT_EQ(seen(Callers::sees({"a.b", "c"}), by_row), 2u);
    EXPECT_EQ(seen(Callers::sees({}), by_row), 0u);
    EXPECT_EQ(seen(Callers::sees({"unknown"}), by_row), 0u);
  }
}

TEST_P(CountSuite, BucketsFitTheirNumber) {
  const auto flow = flow_key("a", "f");
  for (int64_t second : {0, 3, 65, 130, 4'000}) add(flow, time_of(second));
  const auto minutes = counts({everything}, base::Duration::of_seconds(60));
  ASSERT_EQ(minutes.buckets.size(), 4u);
  EXPECT_EQ(minutes.bucket, base::Duration::of_seconds(60));
  EXPECT_EQ(minutes.buckets[0].start, time_of(0));
  EXPECT_EQ(total(minutes.buckets[0].by_state), 2u);
  EXPECT_EQ(minutes.buckets[3].start, time_of(3'960));
  const auto few = counts({everything}, base::Duration::of_seconds(1), 10);
  EXPECT_GT(few.bucket, base::Duration::of_seconds(300));
  EXPECT_EQ(total(few.by_state), 5u);
  add(flow, time_of(-90'000'000));  // years ago
  const auto years = counts({everything}, base::Duration::of_nanos(1), 10);
  EXPECT_LE(years.buckets.size(), 10u);
  EXPECT_EQ(total(years.by_state), 6u);
  EXPECT_EQ(total(counts({everything}, base::Duration::of_seconds(INT64_MAX), 0).by_state), 6u);
  // Minutes over many hours would mean to add up very many slices: the buckets are hours.
  for (int64_t hour = 0; hour < 60; ++hour) add(flow, time_of(hour * 3'600));
  EXPECT_EQ(counts({everything}, base::Duration::of_seconds(60), 1'000).bucket.seconds % 3'600, 0);
}

TEST_P(CountSuite, OtherConditionsCountTheNewest) {  // UI-1062
  const auto flow = flow_key("a", "f");
  add(flow, time_of(1), State::success, {{"team", "x"}});
  add(flow, time_of(2), State::failed, {{"team", "y"}});
  ExecutionQuery filter{everything};
  filter.labels.push_back({Operator::equals, "team", {"y"}});
  const auto found = counts(filter, base::Duration::of_seconds(60));
  EXPECT_EQ(total(found.by_state), 1u);
  EXPECT_EQ(of(found.by_state, State::failed), 1u);
  ASSERT_EQ(found.buckets.size(), 1u);
  EXPECT_FALSE(found.is_partial);
  Batch batch;
  for (uint32_t i = 0; i < ExecutionReader::counted_rows; ++i) {
    auto row = execution(flow, time_of(10 + i / 10), State::success);
    row.execution.labels = {{"team", "y"}};
    batch.new_executions.push_back(std::move(row));
  }
  commit(std::move(batch));
  const auto many = counts(filter);
  EXPECT_TRUE(many.is_partial);
  EXPECT_EQ(total(many.by_state), uint64_t{ExecutionReader::counted_rows});
  filter.execution_ids.push_back({Operator::regex, {"("}});
  filter.tenant = "main";
  EXPECT_FALSE(reader().execution_counts({filter}).has_value());
}

}  // namespace
}  // namespace gyr::store::test
