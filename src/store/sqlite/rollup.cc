#include "store/sqlite/rollup.h"

#include <algorithm>
#include <limits>

#include "base/invariant.h"

namespace gyr::store::sqlite {
namespace {

constexpr int64_t slices_per_hour = hour_us / slice_us;

}  // namespace

void RollupChanges::add(const Owner& owner, Lane lane, int64_t started_us, int64_t count, int64_t duration_us) {
  int64_t slice = floor_div(started_us, slice_us);
  for (int64_t number : {owner.tenant, owner.namespace_, owner.flow}) {
    changes_.push_back({number, lane, slice, count, count * duration_us});
  }
}

base::Result<void> RollupChanges::write(Connection& main) {
  if (changes_.empty()) return {};
  GYR_CHECK(write_level(main, Level::slice, changes_));
  for (auto& change : changes_) change.slice = floor_div(change.slice, slices_per_hour);
  GYR_CHECK(write_level(main, Level::hour, changes_));
  for (auto& change : changes_) change.slice = 0;
  GYR_CHECK(write_level(main, Level::all, changes_));
  changes_.clear();
  return {};
}

base::Result<void> RollupChanges::write_level(Connection& main, Level level, std::vector<Change>& changes) {
  auto key = [](const Change& change) { return std::tuple(change.owner, change.lane, change.slice); };
  std::sort(changes.begin(), changes.end(), [&](const Change& a, const Change& b) { return key(a) < key(b); });
  size_t kept = 0;
  for (size_t i = 0; i < changes.size(); ++i) {
    if (kept > 0 && key(changes[kept - 1]) == key(changes[i])) {
      changes[kept - 1].count += changes[i].count;
      changes[kept - 1].duration_us += changes[i].duration_us;
    } else {
      changes[kept++] = changes[i];
    }
  }
  changes.resize(kept);

  Query write = main.query(
      "INSERT INTO rollups(level, owner, lane, bucket, count, duration) VALUES(?,?,?,?,?,?) "
      "ON CONFLICT DO UPDATE SET count=count+excluded.count, duration=duration+excluded.duration RETURNING count");
  Query remove = main.query("DELETE FROM rollups WHERE level=? AND owner=? AND lane=? AND bucket=?");
  auto number = static_cast<int32_t>(level);
  for (const auto& change : changes) {
    int64_t duration_us = level == Level::hour ? change.duration_us : 0;
    if (change.count == 0 && duration_us == 0) continue;
    write.bind(number, change.owner, change.lane, change.slice, change.count, duration_us);
    const bool written = write.next();
    GYR_INVARIANT(!written || write.integer(0) >= 0, "the number of counted executions is not negative");
    bool empty = written && write.integer(0) == 0;
    GYR_CHECK(write.run());
    if (empty) GYR_CHECK(remove.bind(number, change.owner, change.lane, change.slice).run());
  }
  return {};
}

base::Result<std::vector<Stack>> stacks_of(Connection& main, int64_t owner) {
  Query read = main.query("SELECT lane, count FROM rollups WHERE level=0 AND owner=?");
  read.bind(owner);
  std::vector<Stack> stacks;
  while (read.next())
    stacks.push_back({owner, static_cast<Lane>(read.integer(0)), static_cast<uint64_t>(read.integer(1))});
  GYR_CHECK(read.finish());
  return stacks;
}

base::Result<void> RollupCounts::load(Level level, int64_t first, int64_t last, std::map<int64_t, uint64_t>& into) {
  Query read =
      main_.query("SELECT bucket, count FROM rollups WHERE level=? AND owner=? AND lane=? AND bucket BETWEEN ? AND ?");
  for (const auto& stack : stacks_) {
    read.bind(static_cast<int32_t>(level), stack.owner, stack.lane, first, last);
    while (read.next()) into[read.integer(0)] += static_cast<uint64_t>(read.integer(1));
    GYR_CHECK(read.finish());
    read.again();
  }
  return {};
}

uint64_t RollupCounts::total() const {
  uint64_t sum = 0;
  for (const auto& stack : stacks_) sum += stack.count;
  return sum;
}

base::Result<void> RollupCounts::load_hours() {
  if (hours_loaded_) return {};
  constexpr int64_t first = std::numeric_limits<int64_t>::min();
  GYR_CHECK(load(Level::hour, first, std::numeric_limits<int64_t>::max(), hours_));
  uint64_t sum = 0;
  for (const auto& [hour, count] : hours_) {
    until_hour_[hour] = sum;
    sum += count;
  }
  hours_loaded_ = true;
  return {};
}

base::Result<const std::map<int64_t, uint64_t>*> RollupCounts::slices_of(int64_t hour) {
  auto [found, fresh] = slices_.try_emplace(hour);
  if (fresh) GYR_CHECK(load(Level::slice, hour * slices_per_hour, (hour + 1) * slices_per_hour - 1, found->second));
  return &found->second;
}

base::Result<uint64_t> RollupCounts::before(int64_t time) {
  GYR_CHECK(load_hours());
  int64_t hour = floor_div(time, hour_us);
  auto at = until_hour_.lower_bound(hour);
  if (at == until_hour_.end()) return hours_.empty() ? 0 : until_hour_.rbegin()->second + hours_.rbegin()->second;
  uint64_t sum = at->second;
  if (at->first != hour) return sum;  // nothing started in that hour
  int64_t slice = floor_div(time, slice_us);
  GYR_TRY(const auto* slices, slices_of(hour));
  for (auto it = slices->begin(); it != slices->end() && it->first < slice; ++it) sum += it->second;
  if (time > slice * slice_us && slices->contains(slice)) {
    GYR_TRY(uint64_t part, count_rows_(slice * slice_us, time - 1));
    sum += part;
  }
  return sum;
}

base::Result<uint64_t> RollupCounts::between(int64_t from, int64_t to) {
  if (from > to) return 0;
  constexpr int64_t last = std::numeric_limits<int64_t>::max();
  GYR_TRY(uint64_t low, before(from));
  if (to == last) {
    return total() - low;
  }
  GYR_TRY(uint64_t high, before(to + 1));
  return high - low;
}

base::Result<RollupCounts::Position> RollupCounts::seek(int64_t from, int64_t to, uint64_t offset, bool descending) {
  constexpr int64_t last = std::numeric_limits<int64_t>::max();
  Position none{descending ? to : from, offset};
  if (from > to) return none;
  GYR_CHECK(load_hours());
  GYR_TRY(uint64_t low, before(from));
  uint64_t high = 0;
  if (to == last) {
    high = total();
  } else {
    GYR_TRY(high, before(to + 1));
  }
  if (offset >= high - low) return Position{descending ? from : to, last};  // beyond the end: leave out all there is
  // Rank, counted from the oldest, of the first entry wanted (ascending) or of the one after it (descending).
  uint64_t rank = descending ? high - offset : low + offset;
  auto hour = std::find_if(until_hour_.begin(), until_hour_.end(), [&](const auto& entry) {
    uint64_t end = entry.second + hours_[entry.first];
    return descending ? end >= rank : end > rank;
  });
  if (hour == until_hour_.end()) return none;
  uint64_t sum = hour->second;
  GYR_TRY(const auto* slices, slices_of(hour->first));
  for (const auto& [slice, count] : *slices) {
    uint64_t end = sum + count;
    if (descending && end >= rank) {
      int64_t start = (slice + 1) * slice_us - 1;
      return start < to ? Position{start, end - rank} : none;
    }
    if (!descending && end > rank) {
      int64_t start = slice * slice_us;
      return start > from ? Position{start, rank - sum} : none;
    }
    sum = end;
  }
  return none;
}

}  // namespace gyr::store::sqlite
