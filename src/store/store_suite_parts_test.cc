// What partitions read of their slots: each range gives its own rows, in order, whatever its size.
#include <algorithm>
#include <set>

#include "store/sql/parts.h"
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

GYR_STORE_SUITE(PartSuite);

constexpr uint16_t last_slot = model::slot_count - 1;

/// Ranges of one slot, of one part, of 64 and 4 partitions, across the edges of parts, and all.
std::vector<std::pair<uint16_t, uint16_t>> ranges() {
  std::vector<std::pair<uint16_t, uint16_t>> all{{0, last_slot}, {5, 5},     {9, 40},
                                                 {15, 16},       {341, 681}, {1000, last_slot}};
  for (const uint16_t partitions : {4, 64}) {
    const uint16_t size = model::slot_count / partitions;
    for (uint16_t i = 0; i < partitions; ++i) {
      all.emplace_back(static_cast<uint16_t>(i * size), static_cast<uint16_t>(i * size + size - 1));
    }
  }
  return all;
}

TEST_P(PartSuite, ExecutionsOfARange) {  // EXEC-2
  struct Stored {
    base::Id id;
    uint16_t slot = 0;
    base::Instant wake;
    bool active = false;
  };
  std::vector<Stored> stored;
  Batch batch;
  for (int i = 0; i < 600; ++i) {
    const auto flow = flow_key("a.b", fmt::format("flow{}", i % 150));
    ExecutionRow row = execution(flow, time_of(i), model::State::running);
    row.activity = i % 3 == 0 ? Activity::active : i % 3 == 1 ? Activity::idle : Activity::ended;
    if (i % 3 == 1) row.wake_at = time_of(1000 + i * 7919 % 601);
    if (row.activity != Activity::ended) {
      stored.push_back({row.execution.id, model::slot_of(*flow), row.wake_at.value_or(base::Instant{}), i % 3 == 0});
    }
    batch.new_executions.push_back(std::move(row));
  }
  commit(std::move(batch));
  for (const auto& [first, last] : ranges()) {
    std::vector<base::Id> active, open;
    std::vector<base::Instant> wakes;
    for (const Stored& one : stored) {
      if (one.slot < first || one.slot > last) continue;
      open.push_back(one.id);
      if (one.active) active.push_back(one.id);
      if (!one.active) wakes.push_back(one.wake);
    }
    std::ranges::sort(active);
    std::ranges::sort(open);
    std::ranges::sort(wakes);
    for (const size_t limit : {size_t{1}, size_t{7}, size_t{1000}}) {
      std::vector<base::Id> read_active, read_open;
      for (base::Id after;;) {
        const auto page = must(reader().active_executions(first, last, after, limit));
        read_active.insert(read_active.end(), page.begin(), page.end());
        if (page.size() < limit) break;
        after = page.back();
      }
      EXPECT_EQ(read_active, active) << first << "-" << last << " by " << limit;
      for (base::Id after;;) {
        const auto page = must(reader().open_executions(first, last, after, limit));
        for (const auto& one : page) read_open.push_back(one.id);
        if (page.size() < limit) break;
        after = page.back().id;
      }
      EXPECT_EQ(read_open, open) << first << "-" << last << " by " << limit;
      std::vector<base::Instant> earliest;
      for (const auto& wake : must(reader().next_wakes(first, last, limit))) earliest.push_back(wake.at);
      EXPECT_EQ(earliest,
                std::vector(wakes.begin(), wakes.begin() + static_cast<std::ptrdiff_t>(std::min(limit, wakes.size()))))
          << first << "-" << last << " by " << limit;
    }
  }
}

TEST_P(PartSuite, TriggersOfARange) {  // TRIG-190
  std::vector<std::pair<base::Instant, uint16_t>> stored;
  Batch batch;
  for (int i = 0; i < 400; ++i) {
    TriggerRow row;
    row.flow = flow_key("a.b", fmt::format("flow{}", i % 100));
    row.trigger_id = fmt::format("t{}", i);
    row.wake_at = row.next = time_of(i * 7919 % 401);
    stored.emplace_back(*row.wake_at, model::slot_of(*row.flow));
    batch.triggers.push_back(std::move(row));
  }
  commit(std::move(batch));
  std::ranges::sort(stored);
  for (const auto& [first, last] : ranges()) {
    for (const size_t limit : {size_t{1}, size_t{7}, size_t{1000}}) {
      std::vector<base::Instant> all, due;
      for (const auto& [at, slot] : stored) {
        if (slot < first || slot > last) continue;
        if (all.size() < limit) all.push_back(at);
        if (due.size() < limit && at >= time_of(100) && at <= time_of(200)) due.push_back(at);
      }
      std::vector<base::Instant> read_all, read_due;
      for (const auto& wake : must(reader().next_trigger_wakes(first, last, limit))) read_all.push_back(wake.at);
      for (const auto& row : must(reader().due_triggers(first, last, time_of(100), time_of(200), limit))) {
        read_due.push_back(row.wake_at.value_or(base::Instant{}));
      }
      EXPECT_EQ(read_all, all) << first << "-" << last << " by " << limit;
      EXPECT_EQ(read_due, due) << first << "-" << last << " by " << limit;
    }
  }
}

}  // namespace
}  // namespace gyr::store::test
