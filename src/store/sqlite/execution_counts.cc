// Counts of executions by state and time of start, from the rollups.
#include <algorithm>
#include <limits>

#include "store/sqlite/execution_search.h"

namespace gyr::store::sqlite {
namespace {

constexpr int64_t slices_of_an_hour = hour_us / slice_us;
// Buckets shorter than an hour are added up from slices, 1,800 an hour: only for this many hours.
constexpr size_t hours_by_slices = 48;

int64_t offset_in_hour(int64_t us) {
  const int64_t rest = us % hour_us;
  return rest < 0 ? rest + hour_us : rest;
}

void add(ExecutionCounts::ByState& sum, const ExecutionCounts::ByState& counts) {
  for (size_t state = 0; state < sum.size(); ++state) sum[state] += counts[state];
}

}  // namespace

base::Result<ExecutionSearch::HourCounts> ExecutionSearch::counts_of_hours(int64_t first, int64_t last) {
  HourCounts hours;
  Query read =
      main_.query("SELECT bucket, count FROM rollups WHERE level=? AND owner=? AND lane=? AND bucket BETWEEN ? AND ?");
  for (const Stack& stack : stacks_) {
    const auto state = static_cast<size_t>(state_of_lane(stack.lane));
    read.bind(static_cast<int32_t>(Level::hour), stack.owner, stack.lane, first, last);
    while (read.next()) hours[read.integer(0)][state] += static_cast<uint64_t>(read.integer(1));
    GYR_CHECK(read.finish());
    read.again();
  }
  return hours;
}

base::Result<ExecutionSearch::HourCounts> ExecutionSearch::counts_of_slices(int64_t hour) {
  const auto& range = selection_->started();
  const int64_t first = std::max(hour * slices_of_an_hour, floor_div(range.from, slice_us));
  const int64_t last = std::min((hour + 1) * slices_of_an_hour - 1, floor_div(range.to, slice_us));
  HourCounts slices;
  Query read =
      main_.query("SELECT bucket, count FROM rollups WHERE level=? AND owner=? AND lane=? AND bucket BETWEEN ? AND ?");
  for (const Stack& stack : stacks_) {
    const auto state = static_cast<size_t>(state_of_lane(stack.lane));
    read.bind(static_cast<int32_t>(Level::slice), stack.owner, stack.lane, first, last);
    std::vector<std::pair<int64_t, uint64_t>> counts;
    while (read.next()) counts.emplace_back(read.integer(0), static_cast<uint64_t>(read.integer(1)));
    GYR_CHECK(read.finish());
    read.again();
    for (auto& [slice, count] : counts) {
      // A slice that begins before the range or ends after it: its rows are counted.
      const int64_t from = std::max(slice * slice_us, range.from), to = std::min((slice + 1) * slice_us - 1, range.to);
      if (to - from + 1 < slice_us) {
        GYR_TRY(count, count_rows({stack}, from, to));
      }
      if (count > 0) slices[slice][state] += count;
    }
  }
  return slices;
}

base::Result<std::optional<ExecutionCounts>> ExecutionSearch::counts_by_start(const ExecutionCountQuery& query) {
  GYR_CHECK(prepare());
  ExecutionCounts counts;
  counts.bucket = query.bucket;
  if (selection_->is_empty() || (stacks_.empty() && others_.empty())) return std::optional(std::move(counts));
  if (!counted_) return std::nullopt;
  const auto& range = selection_->started();
  const int64_t first_hour = floor_div(range.from, hour_us), last_hour = floor_div(range.to, hour_us);
  GYR_TRY(auto hours, counts_of_hours(first_hour, last_hour));
  // Hours that the range only has a part of.
  HourCounts slices;
  const auto refine = [&](int64_t hour) -> base::Result<void> {
    if (hours.erase(hour) == 0) return {};
    GYR_TRY(auto parts, counts_of_slices(hour));
    slices.merge(parts);
    return {};
  };
  if (offset_in_hour(range.from) != 0) GYR_CHECK(refine(first_hour));
  if (offset_in_hour(range.to) != hour_us - 1) GYR_CHECK(refine(last_hour));
  if (hours.empty() && slices.empty()) return std::optional(std::move(counts));

  int64_t first = std::numeric_limits<int64_t>::max(), last = std::numeric_limits<int64_t>::min();
  if (!hours.empty()) {
    first = hours.begin()->first * hour_us;
    last = (hours.rbegin()->first + 1) * hour_us - 1;
  }
  if (!slices.empty()) {
    first = std::min(first, slices.begin()->first * slice_us);
    last = std::max(last, (slices.rbegin()->first + 1) * slice_us - 1);
  }
  counts.bucket = query.bucket_for(first, last);
  if (counts.bucket.to_micros() % hour_us != 0) {
    if (hours.size() <= hours_by_slices) {
      std::vector<int64_t> all;
      for (const auto& [hour, by_state] : hours) all.push_back(hour);
      for (const int64_t hour : all) GYR_CHECK(refine(hour));
    } else {
      ExecutionCountQuery longer = query;
      longer.bucket = base::Duration::of_seconds((counts.bucket.seconds / 3'600 + 1) * 3'600);
      counts.bucket = longer.bucket_for(first, last);
    }
  }
  const int64_t length = counts.bucket.to_micros();
  HourCounts buckets;
  for (const auto& [hour, by_state] : hours) add(buckets[floor_div(hour * hour_us, length)], by_state);
  for (const auto& [slice, by_state] : slices) add(buckets[floor_div(slice * slice_us, length)], by_state);
  for (const auto& [number, by_state] : buckets) {
    add(counts.by_state, by_state);
    counts.buckets.push_back({base::Instant::of_micros(number * length), by_state});
  }
  return std::optional(std::move(counts));
}

}  // namespace gyr::store::sqlite
