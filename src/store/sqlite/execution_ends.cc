// Pages of many executions in order of duration and of end.
#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "store/sqlite/execution_search.h"

namespace gyr::store::sqlite {
namespace {

// The longest executions are looked at one by one; of the others it is known how long they can be.
constexpr size_t longest_executions = 2'000;
// A page by end keeps all entries up to its end: 40 bytes each.
constexpr uint64_t kept_entries = 1'000'000;

/// As StateHistory::ended(): the end of a paused execution is the begin of its pause.
bool has_ended(Lane lane) {
  const model::State state = state_of_lane(lane);
  return model::is_terminated(state) || state == model::State::paused;
}

/// The entries up to the end of the page, in order of end.
class LastEnds {
 public:
  LastEnds(bool descending, size_t wanted) : order_{descending}, wanted_(wanted) {}
  void add(const Entry& entry) {
    if (is_full() && !order_(entry, kept_.front())) return;
    kept_.push_back(entry);
    std::ranges::push_heap(kept_, order_);
    if (kept_.size() <= wanted_) return;
    std::ranges::pop_heap(kept_, order_);
    kept_.pop_back();
  }
  bool is_full() const { return kept_.size() >= wanted_; }
  /// The end of the last one; only if it is full.
  int64_t last() const { return end_of(kept_.front()); }
  std::vector<Entry> sorted() {
    std::ranges::sort_heap(kept_, order_);
    return std::move(kept_);
  }

 private:
  /// As ExecutionSearch::before(): newest first among equals.
  struct Order {
    bool descending;
    bool operator()(const Entry& a, const Entry& b) const {
      if (end_of(a) != end_of(b)) return descending ? end_of(a) > end_of(b) : end_of(a) < end_of(b);
      return std::tuple(a.started, a.flow, a.number) > std::tuple(b.started, b.flow, b.number);
    }
  };
  Order order_;
  size_t wanted_;
  std::vector<Entry> kept_;  // a heap, the last one first
};

}  // namespace

base::Result<bool> ExecutionSearch::are_few() {
  if (selection_->scope().owners().size() <= counted_owners) {
    // More conditions than rollups know can only leave out more.
    GYR_TRY(uint64_t most, counts(stacks_).between(selection_->started().from, selection_->started().to));
    if (most + others_.size() <= sorted_entries) return true;
  }
  int64_t label = 0;
  GYR_TRY(auto by_label, label_to_walk(label));
  return by_label && label_entries_ < counted_labels;
}

base::Result<void> ExecutionSearch::count_page(Found& found) {
  if (!counted_) return {};
  GYR_TRY(found.total, counts(stacks_).between(selection_->started().from, selection_->started().to));
  found.total_is_exact = true;
  return {};
}

base::Result<MergedStream> ExecutionSearch::stream_by_duration(bool descending) {
  MergedStream merged(descending, EntryOrder::duration);
  if (!others_.empty()) merged.add(others_, main_);
  const TimeRange& started = selection_->started();
  std::vector<int64_t> flows = selection_->scope().flows;
  if (selection_->scope().everything) {
    GYR_TRY(auto filter, compile_scope(query_));
    GYR_CHECK(
        for_each_flow(main_, filter, [&](int64_t flow, std::string_view, std::string_view) { flows.push_back(flow); }));
  }
  for (int64_t flow : flows) {
    GYR_TRY(auto stacks, wanted_stacks(flow));
    for (const Stack& stack : stacks) {
      merged.add(has_ended(stack.lane) ? EntryStream::of_durations(main_, flow, stack.lane, descending)
                                       : EntryStream::of_lane(main_, EntryStream::Source::flow, flow, stack.lane,
                                                              started.from, started.to, descending));
    }
  }
  return merged;
}

base::Result<ExecutionSearch::Found> ExecutionSearch::page_by_duration(uint64_t offset) {
  GYR_TRY(auto merged, stream_by_duration(query_.order[0].descending));
  GYR_TRY(Found found, take_page(merged, offset));
  GYR_CHECK(count_page(found));
  return found;
}

base::Result<MergedStream> ExecutionSearch::stream_of_lanes(bool descending, bool ended) {
  MergedStream merged(descending);
  std::vector<Stack> stacks = stacks_;
  if (!selection_->scope().everything) {
    stacks.clear();
    for (int64_t flow : selection_->scope().flows) {
      GYR_TRY(auto of_flow, wanted_stacks(flow));
      stacks.insert(stacks.end(), of_flow.begin(), of_flow.end());
    }
  }
  std::erase_if(stacks, [ended](const Stack& stack) { return has_ended(stack.lane) != ended; });
  const TimeRange& started = selection_->started();
  add_stacks(merged, stacks, started.from, started.to, descending);
  std::vector<Entry> others = others_;
  std::erase_if(others, [ended](const Entry& entry) { return has_ended(entry.lane) != ended; });
  if (!others.empty()) merged.add(std::move(others), main_);
  return merged;
}

base::Result<ExecutionSearch::Found> ExecutionSearch::page_by_end(uint64_t offset) {
  if (offset > kept_entries) return page_sorted(offset);
  const bool descending = query_.order[0].descending;
  LastEnds ends(descending, offset + query_.paging.size);
  Found found;
  auto take = [&](const Entry& entry) -> base::Result<void> {
    if (!selection_->accepts(entry, false)) return {};
    GYR_TRY(bool accepted, selection_->accepts_row(entry));
    if (!accepted) return {};
    ++found.total;
    ends.add(entry);
    return {};
  };
  auto take_open = [&]() -> base::Result<void> {
    GYR_TRY(auto open, stream_of_lanes(descending, false));
    for (Entry entry; open.next(entry);) GYR_CHECK(take(entry));
    return open.finish();
  };
  std::unordered_set<int64_t> taken;
  int64_t longest_of_others = 0;
  if (descending) {
    GYR_TRY(auto longest, stream_by_duration(true));
    for (Entry entry; taken.size() < longest_executions && longest.next(entry) && entry.duration >= 0;) {
      GYR_CHECK(take(entry));
      taken.insert(entry.number);
      longest_of_others = entry.duration;
    }
    GYR_CHECK(longest.finish());
  } else {
    GYR_CHECK(take_open());  // what has not ended is before everything else
  }
  GYR_TRY(auto ended, stream_of_lanes(descending, true));
  bool exhausted = true;
  uint64_t looked_at_after = 0;
  for (Entry entry; ended.next(entry);) {
    // The ends of all that follow are behind the page.
    const bool is_over =
        ends.is_full() && (descending ? entry.started + longest_of_others < ends.last() : entry.started > ends.last());
    if (is_over && ends_count(found.total, looked_at_after)) {
      exhausted = false;
      break;
    }
    if (!taken.contains(entry.number)) GYR_CHECK(take(entry));
  }
  GYR_CHECK(ended.finish());
  if (descending && exhausted) GYR_CHECK(take_open());
  found.total_is_exact = exhausted;
  const auto sorted = ends.sorted();
  for (size_t i = offset; i < sorted.size(); ++i) found.numbers.push_back(sorted[i].number);
  GYR_CHECK(count_page(found));
  return found;
}

}  // namespace gyr::store::sqlite
