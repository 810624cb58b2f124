// Services of servers, revisions that are forgotten, metrics of a flow, keys that expire.
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

GYR_STORE_SUITE(ServiceSuite);

model::Service service(base::Id id, int64_t sequence, model::ServiceState state = model::ServiceState::running) {
  model::Service service;
  service.id = id;
  service.type = model::ServiceType::executor;
  service.state = state;
  service.server = {"server", true, "1", "host"};
  service.sequence = sequence;
  service.updated = time_of(sequence);
  return service;
}

TEST_P(ServiceSuite, AWriteNamesTheRowThatWasRead) {  // EXEC-132, OPS-7: compare and set
  const base::Id one = ids_.at(time_of(0)), two = ids_.at(time_of(1));
  Batch batch;
  batch.services = {service(one, 1), service(two, 1)};
  commit(std::move(batch));
  Batch beat;
  beat.services = {service(one, 2)};
  commit(std::move(beat));

  for (int64_t stale : {1, 2, 4}) {
    Batch refused;
    refused.services = {service(two, 2), service(one, stale, model::ServiceState::disconnected)};
    auto outcome = store().commit_and_wait(std::move(refused));
    ASSERT_FALSE(outcome.has_value()) << stale;
    EXPECT_EQ(outcome.error().code(), store_conflict);
  }
  Batch unknown;
  unknown.services = {service(ids_.at(time_of(2)), 2)};
  EXPECT_FALSE(store().commit_and_wait(std::move(unknown)).has_value());

  auto all = must(reader().services(false, 10));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, two) << "the newest first";
  EXPECT_EQ(all[0].sequence, 1) << "nothing of what was refused";
  EXPECT_EQ(all[1].sequence, 2);
  EXPECT_EQ(all[1].updated, time_of(2));
  EXPECT_EQ(must(reader().services(false, 1)).size(), 1u);
}

TEST_P(ServiceSuite, InactiveOnesAreReadOnRequest) {  // EXEC-132
  const base::Id one = ids_.at(time_of(0)), two = ids_.at(time_of(1));
  Batch batch;
  batch.services = {service(one, 1), service(two, 1)};
  commit(std::move(batch));
  Batch end;
  end.services = {service(one, 2, model::ServiceState::inactive)};
  commit(std::move(end));
  reopen();
  EXPECT_EQ(must(reader().services(false, 10)).size(), 1u);
  auto all = must(reader().services(true, 10));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].state, model::ServiceState::inactive);
  Batch removal;
  removal.deleted_services = {one, ids_.at(time_of(5))};
  commit(std::move(removal));
  EXPECT_EQ(must(reader().services(true, 10)).size(), 1u);
}

TEST_P(ServiceSuite, RevisionsAreDeletedExceptTheCurrentOne) {  // API-92
  const auto key = flow_key("a", "f");
  Batch batch;
  for (int32_t revision = 1; revision <= 4; ++revision) {
    FlowRow row;
    row.key = *key;
    row.revision = revision;
    row.source = "id: f";
    batch.flows.push_back(row);
    row.key.id = "g";
    batch.flows.push_back(row);
  }
  commit(std::move(batch));
  Batch removal;
  removal.deleted_revisions = {{*key, 1}, {*key, 3}, {*key, 4}, {*key, 9}, {{"main", "a", "unknown"}, 1}};
  commit(std::move(removal));
  std::vector<int32_t> left;
  for (const auto& row : must(reader().flow_revisions(*key))) left.push_back(row.revision);
  EXPECT_EQ(left, (std::vector<int32_t>{2, 4}));
  EXPECT_EQ(must(reader().flow_revisions({"main", "a", "g"})).size(), 4u);
  EXPECT_FALSE(must(reader().flow(*key, 1)));
  EXPECT_EQ(must(reader().flow(*key, 0))->revision, 4);
}

TEST_P(ServiceSuite, MetricsOfAFlowComeFromItsNewestExecutionsFirst) {  // API-65
  Batch batch;
  for (int i = 0; i < 3; ++i) {
    for (const char* task : {"a", "b"}) {
      for (const char* flow : {"f", "g"}) {
        model::MetricEntry metric;
        metric.execution_id = ids_.at(time_of(i * 10));
        metric.flow = flow_key("n", flow);
        metric.task_id = task;
        metric.name = i == 0 ? "old" : "new";
        metric.value = i;
        metric.timestamp = time_of(i * 10);
        batch.metrics.push_back(metric);
      }
    }
  }
  commit(std::move(batch));
  Reader::FlowMetricQuery query{.visible = test::everything, .flow = {"main", "n", "f"}, .look_at = 100};
  auto all = must(reader().flow_metrics(query));
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all.front().value, 2);
  EXPECT_EQ(all.back().value, 0);
  EXPECT_EQ(*all.front().flow, query.flow);
  query.task_id = "a";
  EXPECT_EQ(must(reader().flow_metrics(query)).size(), 3u);
  query.name = "new";
  EXPECT_EQ(must(reader().flow_metrics(query)).size(), 2u);
  query.from = time_of(20);
  EXPECT_EQ(must(reader().flow_metrics(query)).size(), 1u);
  query.to = time_of(19);
  EXPECT_TRUE(must(reader().flow_metrics(query)).empty());
  EXPECT_EQ(must(reader().flow_metrics({.visible = test::everything, .flow = query.flow, .look_at = 2})).size(), 2u);
  EXPECT_TRUE(
      must(reader().flow_metrics({.visible = test::everything, .flow = {"main", "n", "unknown"}, .look_at = 100}))
          .empty());
}

TEST_P(ServiceSuite, ExpiredKeysArePurgedInBatches) {  // KV-5
  Batch batch;
  for (int i = 0; i < 5; ++i) {
    KvRow row;
    row.tenant = "main";
    row.namespace_ = "a";
    row.key = "k" + std::to_string(i);
    row.value = base::Value::integer(i);
    if (i < 4) row.expires = time_of(10 + i);
    batch.kv.push_back(std::move(row));
  }
  commit(std::move(batch));
  EXPECT_EQ(must(store().purge_expired_keys(time_of(10), 10)), 0u) << "not yet";
  EXPECT_EQ(must(store().purge_expired_keys(time_of(13), 2)), 2u);
  EXPECT_EQ(must(store().purge_expired_keys(time_of(13), 2)), 1u);
  EXPECT_EQ(must(store().purge_expired_keys(time_of(13), 2)), 0u);
  EXPECT_FALSE(must(reader().kv("main", "a", "k0")));
  EXPECT_TRUE(must(reader().kv("main", "a", "k3")));
  EXPECT_TRUE(must(reader().kv("main", "a", "k4"))) << "without an end";
  store().close();
  EXPECT_FALSE(store().purge_expired_keys(time_of(99), 2).has_value());
}

}  // namespace
}  // namespace gyr::store::test
