#include "web/runs/run_list.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gyr::web {
namespace {

using model::State;

base::Instant at_second(int64_t second) { return base::Instant::of_micros(second * 1'000'000); }
base::Id run_id(uint64_t number) { return {7, number}; }

store::TaskRunHead head_of(uint32_t position, base::Id parent, int64_t start, int64_t end, State state) {
  store::TaskRunHead head;
  head.position = position;
  head.run.id = run_id(position + 1);
  head.run.task_id = fmt::format("Task{}", position % 3);
  head.run.parent_id = parent;
  head.run.value = fmt::format("v{}", position);
  head.run.state = model::StateHistory(State::created, at_second(start));
  head.run.state.set(state, at_second(end));
  return head;
}

std::vector<uint32_t> positions(const RunList& list) {
  std::vector<uint32_t> out;
  for (const auto& head : list.page()) out.push_back(head.position);
  return out;
}

/// A loop (0) with 10 children, and one more run of the top level (11).
void fill(RunList& list) {
  list.add(head_of(0, {}, 0, 100, State::running));
  for (uint32_t i = 1; i <= 10; ++i)
    list.add(head_of(i, run_id(1), i, 20 + int64_t{i} * i, i == 4 ? State::failed : State::success));
  list.add(head_of(11, {}, 1, 2, State::skipped));
}

TEST(RunList, WithoutParentShowsTheTopLevelWithCountsOfChildren) {  // UI-640
  RunList list({});
  fill(list);
  EXPECT_EQ(positions(list), (std::vector<uint32_t>{0, 11}));
  EXPECT_EQ(list.total(), 2u);
  EXPECT_FALSE(list.next());
  const auto* children = list.children_of(run_id(1));
  ASSERT_NE(children, nullptr);
  EXPECT_EQ((*children)[static_cast<size_t>(State::success)], 9u);
  EXPECT_EQ((*children)[static_cast<size_t>(State::failed)], 1u);
  EXPECT_EQ(list.children_of(run_id(12)), nullptr);
}

TEST(RunList, PagesByKeyInEveryOrderAndMissesNothing) {  // UI-641
  for (const RunOrder order : {RunOrder::start, RunOrder::duration, RunOrder::state}) {
    for (size_t size = 1; size <= 11; ++size) {
      RunSelection selection{.parent = run_id(1), .order = order, .now = at_second(1'000), .size = size};
      std::vector<uint32_t> seen;
      for (int pages = 0; pages < 20; ++pages) {
        RunList list(selection);
        fill(list);
        EXPECT_EQ(list.total(), 10u);
        for (const uint32_t position : positions(list)) seen.push_back(position);
        const auto next = list.next();
        if (!next) break;
        selection.now = at_second(5'000);  // of a later request: the cursor has the first one's
        ASSERT_TRUE(read_run_cursor(*next, selection).has_value());
        EXPECT_EQ(selection.now, at_second(1'000));
      }
      std::vector<uint32_t> wanted{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
      if (order == RunOrder::duration) std::ranges::reverse(wanted);
      if (order == RunOrder::state) wanted = {4, 1, 2, 3, 5, 6, 7, 8, 9, 10};
      EXPECT_EQ(seen, wanted) << static_cast<int>(order) << " " << size;
    }
  }
}

TEST(RunList, FiltersByStateTaskValueAndText) {  // UI-642
  RunSelection selection{.parent = run_id(1)};
  selection.states = {State::failed};
  RunList failed(selection);
  fill(failed);
  EXPECT_EQ(positions(failed), std::vector<uint32_t>{4});
  EXPECT_EQ(failed.total(), 1u);
  EXPECT_EQ(failed.by_state()[static_cast<size_t>(State::success)], 9u) << "the counts offer the other states";
  selection = {.every_level = true, .text = "tASK2"};
  RunList text(selection);
  fill(text);
  EXPECT_EQ(positions(text), (std::vector<uint32_t>{11, 2, 5, 8})) << "11 began before 2";
  selection = {.every_level = true, .value = "v7"};
  RunList value(selection);
  fill(value);
  EXPECT_EQ(positions(value), std::vector<uint32_t>{7});
  selection = {.every_level = true, .task_id = "Task1", .text = "V1"};
  RunList both(selection);
  fill(both);
  EXPECT_EQ(positions(both), (std::vector<uint32_t>{1, 10}));
}

TEST(RunList, RefusesCursorsThatAreNotItsOwn) {
  RunSelection selection;
  for (const char* cursor : {"", "_", "start", "start_1_2", "start_1_2_x", "start_1_2_-3", "duration_1_2_3",
                             "start_1_2_3_4", "start_99999999999999999999_1_1", "start_1_2_4294967296", "start__2_3"}) {
    EXPECT_FALSE(read_run_cursor(cursor, selection).has_value()) << cursor;
  }
  EXPECT_TRUE(read_run_cursor("start_1_-2_3", selection).has_value());
}

}  // namespace
}  // namespace gyr::web
