// Finds the executions of a page: chooses an index to scan and the position where the page starts.
//
// Lists in order of start (the usual ones) merge a few index ranges, one per lane, so the cost of a page depends on its
// size. A deep page of a list that only has conditions on tenant, namespace, flow, state, kind and time is found with
// the rollups: they give the ten seconds in which its first entry started, and only the earlier entries of these ten
// seconds are scanned. Other deep pages are scanned from the start; a query of more than a second is refused.
//
// Lists in order of duration merge an index with one range for each flow and lane. Lists in order of end are walked by
// start: only the executions of the longest durations, which that index names, ended much later than they started.
//
// Text search matches all executions of the flows that contain the text and, for other flows, the executions that the
// text index returns, if they are few enough to check one by one. Otherwise the scan skips the executions that the
// index excludes.
#pragma once

#include <map>

#include "store/sqlite/selection.h"

namespace gyr::store::sqlite {

/// Below this offset, the rollups are not used.
constexpr uint64_t walked_offset = 1000;
/// After the page is full, at most this many rows are scanned to count the rest: 5 ms.
constexpr uint64_t rows_looked_at_for_total = 1000;

/// Rollups of more owners than this cost more to add up than they save.
constexpr size_t counted_owners = 64;
/// Up to this many matches a page in another order sorts them all.
constexpr uint64_t sorted_entries = 20'000;
/// To choose between indexes, entries of a label are counted up to this: 0.4 ms.
constexpr uint64_t counted_labels = 10'000;

/// The columns number, flow, lane, started and duration.
Entry entry_of(const Query& row);

/// Whether a filter on callers lists them all. The empty text stands for executions without a caller.
bool names_callers_of(const TextFilter& filter);

/// The execution of one ExecutionQuery. Used once, in the snapshot and on the thread of its reader.
class ExecutionSearch {
 public:
  ExecutionSearch(Connection& main, FlowNames& names, const TextIndex& texts, const ExecutionQuery& query)
      : main_(main), names_(names), texts_(texts), query_(query) {}

  struct Found {
    std::vector<int64_t> numbers;
    uint64_t total = 0;
    bool total_is_exact = true;
  };
  base::Result<Found> page();
  /// All matches, exactly.
  base::Result<uint64_t> count();
  /// All matches by state and bucket; nothing if the rollups cannot count them.
  base::Result<std::optional<ExecutionCounts>> counts_by_start(const ExecutionCountQuery& query);

 private:
  enum Field : size_t { id, namespace_, flow_id, state, start, end, duration };
  struct Sortable;
  bool before(const Sortable& a, const Sortable& b) const;
  struct Group {
    std::vector<Stack> stacks;
    uint64_t count = 0;
  };
  base::Result<void> prepare();

  // Text search.
  base::Result<void> plan_text();
  /// The flows in the scope that contain the text; nothing if there are too many flows to check.
  struct TextInFlows {
    std::vector<int64_t> flows;
    bool in_all = false;
  };
  base::Result<std::optional<TextInFlows>> flows_with_text();
  std::vector<std::string_view> pieces_of_rows() const;
  base::Result<std::vector<Entry>> entries_of(const std::vector<int64_t>& numbers);
  bool names_executions() const;

  // Kinds of scans.
  /// Chooses a label filter to scan by, if this is shorter than scanning the scope.
  base::Result<std::optional<size_t>> label_to_walk(int64_t& label);
  void add_label_streams(MergedStream& stream, const LabelFilter& filter, int64_t label, bool descending);
  base::Result<MergedStream> stream(int64_t from, int64_t to, bool descending);
  /// Executions with a label that the query excludes are left out by the index of labels, without reading rows.
  base::Result<void> leave_out_labels(MergedStream& stream, int64_t from, int64_t to, bool descending);
  void add_stacks(MergedStream& stream, const std::vector<Stack>& stacks, int64_t from, int64_t to, bool descending);
  /// If the query names executions or their caller: these executions, without a scan.
  base::Result<std::optional<std::vector<Entry>>> named_entries();

  // Kinds of pages.
  base::Result<Found> page_by_start(bool descending, uint64_t offset);
  base::Result<Found> page_sorted(uint64_t offset);
  base::Result<Found> page_of_groups(uint64_t offset);
  base::Result<Found> page_by_id(uint64_t offset);
  base::Result<Found> page_by_duration(uint64_t offset);
  base::Result<Found> page_by_end(uint64_t offset);
  /// Whether so few can match that a page in another order sorts them all.
  base::Result<bool> are_few();
  base::Result<MergedStream> stream_by_duration(bool descending);
  /// By start: those that have ended, or the others.
  base::Result<MergedStream> stream_of_lanes(bool descending, bool ended);
  /// Completes the total of a page that was not counted.
  base::Result<void> count_page(Found& found);
  base::Result<Found> take_page(MergedStream& stream, uint64_t skip);
  /// Whether no further entry is looked at for the total after the page is full.
  bool ends_count(uint64_t matches, uint64_t& looked_at_after) const;
  /// All entries with the same namespace, flow id or state, in this order.
  base::Result<std::vector<Group>> groups();
  base::Result<std::vector<Stack>> wanted_stacks(int64_t owner);

  base::Result<void> count_only_label(Found& found);
  std::vector<Lane> wanted_classes() const;
  RollupCounts counts(std::vector<Stack> stacks);
  base::Result<uint64_t> count_rows(const std::vector<Stack>& stacks, int64_t from, int64_t to);
  uint64_t rough_count() const;
  using HourCounts = std::map<int64_t, ExecutionCounts::ByState>;
  base::Result<HourCounts> counts_of_hours(int64_t first, int64_t last);
  /// The counts of the slices of one hour within the range of the query.
  base::Result<HourCounts> counts_of_slices(int64_t hour);

  Connection& main_;
  FlowNames& names_;
  const TextIndex& texts_;
  const ExecutionQuery& query_;
  std::optional<Selection> selection_;
  std::vector<size_t> order_;  // the field of each order
  std::optional<std::vector<Entry>> named_;
  std::vector<Entry> others_;                // executions with the text, of flows without it
  std::vector<Stack> stacks_;                // the requested lanes of the owners of the scope
  bool counted_ = false;                     // the rollups can count the result
  bool check_flow_ = false;                  // the scan also returns flows that do not match
  const LabelFilter* only_label_ = nullptr;  // the scan uses a label, which is the only condition
  int64_t only_label_key_ = 0;
  uint64_t label_entries_ = 0;  // those of the label that the scan uses, or a limit that they exceed
};

}  // namespace gyr::store::sqlite
