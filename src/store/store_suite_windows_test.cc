// Time windows of Flow triggers, and the flows that may hold such triggers.
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

GYR_STORE_SUITE(WindowSuite);

WindowRow window(std::string flow, std::string trigger, std::string id, int64_t start, std::string record) {
  return {
      flow_key("n", std::move(flow)), std::move(trigger), std::move(id), start, time_of(start + 60), std::move(record)};
}

// TRIG-127
TEST_P(WindowSuite, AWindowIsReplacedByItsKeyAndReadInOrderOfStart) {
  Batch batch;
  batch.windows = {window("f", "t", "p", 60, "late"), window("f", "t", "p", 0, "early"),
                   window("f", "t", "q", 0, "other"), window("f", "u", "p", 0, "other"),
                   window("g", "t", "p", 0, "other")};
  commit(std::move(batch));
  const auto key = flow_key("n", "f");
  auto found = must(reader().windows(*key, "t", "p"));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].record, "early");
  EXPECT_EQ(*found[0].flow, *key);
  EXPECT_EQ(found[0].trigger_id, "t");
  EXPECT_EQ(found[0].window_id, "p");
  EXPECT_EQ(found[1].start, 60);
  EXPECT_EQ(found[1].expires, time_of(120));

  Batch change;
  change.windows = {window("f", "t", "p", 60, std::string("x\0y", 3))};
  change.deleted_windows = {{*key, "t", "p", 0}};
  commit(std::move(change));
  reopen();
  found = must(reader().windows(*key, "t", "p"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].record, std::string("x\0y", 3));
  EXPECT_TRUE(must(reader().windows({"main", "n", "unknown"}, "t", "p")).empty());
}

TEST_P(WindowSuite, AllWindowsOfAFlowAreDeletedTogether) {
  Batch batch;
  batch.windows = {window("f", "t", "p", 0, "a"), window("f", "u", "q", 9, "b"), window("g", "t", "p", 0, "c")};
  commit(std::move(batch));
  Batch removal;
  removal.deleted_windows = {{.flow = {"main", "n", "f"}}};
  commit(std::move(removal));
  EXPECT_TRUE(must(reader().windows({"main", "n", "f"}, "t", "p")).empty());
  EXPECT_TRUE(must(reader().windows({"main", "n", "f"}, "u", "q")).empty());
  EXPECT_EQ(must(reader().windows({"main", "n", "g"}, "t", "p")).size(), 1u);
}

// TRIG-129: an hour is left to events that are late.
TEST_P(WindowSuite, ExpiredWindowsAreRemoved) {
  Batch batch;
  batch.windows = {window("f", "t", "p", 0, "old"), window("f", "t", "p", 4000, "new")};
  commit(std::move(batch));
  EXPECT_FALSE(must(store().apply_retention(time_of(3600 + 59))));
  EXPECT_EQ(must(reader().windows({"main", "n", "f"}, "t", "p")).size(), 2u);
  EXPECT_FALSE(must(store().apply_retention(time_of(3600 + 61))));
  auto left = must(reader().windows({"main", "n", "f"}, "t", "p"));
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].record, "new");
}

TEST_P(WindowSuite, CurrentFlowsAreFoundByPartsOfTheirSource) {
  const auto flow = [](std::string tenant, std::string id, int32_t revision, std::string source) {
    FlowRow row;
    row.key = {std::move(tenant), "n", std::move(id)};
    row.revision = revision;
    row.source = std::move(source);
    return row;
  };
  Batch batch;
  batch.flows = {flow("main", "was", 1, "a .Flow"), flow("main", "was", 2, "nothing"),
                 flow("main", "is", 1, "nothing"),  flow("main", "is", 2, "it has x.Flow"),
                 flow("other", "too", 1, "one\\u"), flow("main", "gone", 1, "x.Flow")};
  commit(std::move(batch));
  Batch removal;
  removal.flows = {flow("main", "gone", 2, "x.Flow")};
  removal.flows[0].deleted = true;
  commit(std::move(removal));
  constexpr std::string_view pieces[] = {".Flow", "\\u"};
  auto found = must(reader().flows_holding(pieces));
  std::vector<std::string> names;
  for (const auto& row : found) names.push_back(fmt::format("{}/{} {}", row.key.tenant, row.key.id, row.revision));
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"main/is 2", "other/too 1"}));
}

}  // namespace
}  // namespace gyr::store::test
