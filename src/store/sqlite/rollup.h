// Rollups: the number of executions by owner (tenant, namespace, flow), lane and start time. Always consistent with the
// rows, because every commit writes both. They provide totals, charts and the position of deep pages.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "store/sql/lane.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/owners.h"

namespace gyr::store::sqlite {

enum class Level : int32_t { all = 0, hour = 1, slice = 2 };
inline constexpr int64_t hour_us = 3'600'000'000;
/// With 6,000 executions per second, a slice has 12,000 index entries: a scan takes about 3 ms (U1).
inline constexpr int64_t slice_us = 2'000'000;
inline constexpr int64_t day_us = 24 * hour_us;

constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Collects the changes of a transaction and writes their sums. Used on the thread of the writer.
class RollupChanges {
 public:
  /// `count` is 1 or -1; `duration_us` of an ended execution, otherwise 0.
  void add(const Owner& owner, Lane lane, int64_t started_us, int64_t count, int64_t duration_us);
  size_t size() const { return changes_.size(); }
  /// Drops all changes after the first `size`.
  void cut(size_t size) { changes_.resize(size); }
  base::Result<void> write(Connection& main);

 private:
  struct Change {
    int64_t owner;
    Lane lane;
    int64_t slice;
    int64_t count;
    int64_t duration_us;
  };
  base::Result<void> write_level(Connection& main, Level level, std::vector<Change>& changes);
  std::vector<Change> changes_;
};

/// The executions of an owner in one lane.
struct Stack {
  int64_t owner = 0;
  Lane lane = 0;
  uint64_t count = 0;
};
/// The lanes of an owner that are not empty.
base::Result<std::vector<Stack>> stacks_of(Connection& main, int64_t owner);

/// The sums of some stacks, read from one snapshot; hours are loaded once. Not thread-safe.
class RollupCounts {
 public:
  /// `count_rows(from, to)` counts the rows of a part of a slice, both ends included.
  using CountRows = std::move_only_function<base::Result<uint64_t>(int64_t from, int64_t to)>;
  RollupCounts(Connection& main, std::vector<Stack> stacks, CountRows count_rows)
      : main_(main), stacks_(std::move(stacks)), count_rows_(std::move(count_rows)) {}

  uint64_t total() const;
  /// Executions that started in [from, to].
  base::Result<uint64_t> between(int64_t from, int64_t to);

  struct Position {
    int64_t start = 0;  ///< start here (ascending: not before; descending: not after) …
    uint64_t skip = 0;  ///< … and skip this many entries
  };
  /// The position of the entry that has `offset` entries before it in [from, to].
  base::Result<Position> seek(int64_t from, int64_t to, uint64_t offset, bool descending);

 private:
  base::Result<void> load_hours();
  base::Result<const std::map<int64_t, uint64_t>*> slices_of(int64_t hour);
  base::Result<void> load(Level level, int64_t first, int64_t last, std::map<int64_t, uint64_t>& into);
  base::Result<uint64_t> before(int64_t time);

  Connection& main_;
  std::vector<Stack> stacks_;
  CountRows count_rows_;
  bool hours_loaded_ = false;
  std::map<int64_t, uint64_t> hours_;       // count by hour
  std::map<int64_t, uint64_t> until_hour_;  // of all earlier hours
  std::map<int64_t, std::map<int64_t, uint64_t>> slices_;
};

}  // namespace gyr::store::sqlite
