// Kill switches, maintenance mode, and the executions they concern.
#include "store/entities/kill_switch.h"
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

GYR_STORE_SUITE(RestraintSuite);

TEST_P(RestraintSuite, SwitchesKeepWhatTheySay) {  // OPS-13
  KillSwitchRow wanted;
  wanted.id = "b";
  wanted.name = "Stop \xC3\xBC";
  wanted.scope = {"main", "a.b", "f", {base::Id{1, 2}, base::Id{3, 4}}};
  wanted.start = time_of(5);
  wanted.end = time_of(9);
  wanted.description = "why";
  wanted.effect = SwitchEffect::cancel;
  wanted.enabled = false;
  wanted.archived = true;
  Batch batch;
  put_entity(batch, wanted);
  put_entity(batch, KillSwitchRow{{.id = "a"}, "small"});
  commit(std::move(batch));
  reopen();
  const auto rows = must(list_entities<KillSwitchRow>(reader(), everything, {}));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].id, "a");
  EXPECT_EQ(rows[0].effect, SwitchEffect::kill);
  EXPECT_TRUE(rows[0].enabled);
  EXPECT_FALSE(rows[0].end.has_value());
  EXPECT_EQ(rows[1].name, wanted.name);
  EXPECT_EQ(rows[1].scope.tenant, wanted.scope.tenant);
  EXPECT_EQ(rows[1].scope.namespace_, wanted.scope.namespace_);
  EXPECT_EQ(rows[1].scope.flow, wanted.scope.flow);
  EXPECT_EQ(rows[1].scope.executions, wanted.scope.executions);
  EXPECT_EQ(rows[1].start, wanted.start);
  EXPECT_EQ(rows[1].end, wanted.end);
  EXPECT_EQ(rows[1].description, wanted.description);
  EXPECT_EQ(rows[1].effect, wanted.effect);
  EXPECT_FALSE(rows[1].enabled);
  EXPECT_TRUE(rows[1].archived);
}

TEST_P(RestraintSuite, MaintenanceStays) {  // OPS-12
  EXPECT_FALSE(must(reader().maintenance()).on);
  Batch batch;
  batch.maintenance = MaintenanceRow{true, time_of(7)};
  EXPECT_FALSE(batch.empty());
  commit(std::move(batch));
  reopen();
  EXPECT_TRUE(must(reader().maintenance()).on);
  EXPECT_EQ(must(reader().maintenance()).since, time_of(7));
  Batch leaving;
  leaving.maintenance = MaintenanceRow{false, time_of(8)};
  commit(std::move(leaving));
  EXPECT_FALSE(must(reader().maintenance()).on);
  EXPECT_EQ(must(reader().maintenance()).since, time_of(8));
}

TEST_P(RestraintSuite, OpenExecutionsComeInOrderOfTheirId) {  // EXEC-99
  Batch batch;
  std::vector<base::Id> open;
  const auto flow = flow_key("a.b", "f");
  for (int64_t i = 0; i < 4; ++i) {
    ExecutionRow row = execution(flow, time_of(10 + i));
    row.activity = i == 1 ? Activity::ended : i == 2 ? Activity::idle : Activity::active;
    if (i != 1) open.push_back(row.execution.id);
    batch.new_executions.push_back(std::move(row));
  }
  const model::State state = batch.new_executions[0].execution.state.current();
  commit(std::move(batch));
  std::sort(open.begin(), open.end());
  auto found = must(reader().open_executions(0, model::slot_count - 1, {}, 2));
  ASSERT_EQ(found.size(), 2u);
  auto rest = must(reader().open_executions(0, model::slot_count - 1, found.back().id, 10));
  ASSERT_EQ(rest.size(), 1u);
  found.push_back(rest[0]);
  for (size_t i = 0; i < open.size(); ++i) EXPECT_EQ(found[i].id, open[i]);
  EXPECT_EQ(*found[0].flow, *flow);
  EXPECT_EQ(found[0].state, state);
  const uint16_t slot = model::slot_of(*flow);
  EXPECT_EQ(must(reader().open_executions(slot, slot, {}, 10)).size(), 3u);
  EXPECT_TRUE(must(reader().open_executions(static_cast<uint16_t>(slot == 0 ? 1 : 0),
                                            static_cast<uint16_t>(slot == 0 ? 1 : slot - 1), {}, 10))
                  .empty());
}

}  // namespace
}  // namespace gyr::store::test
