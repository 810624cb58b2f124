// Finds the executions of a page: chooses an index to walk, and the place in it where the page begins.
//
// How a page is reached: lists in order of start (the usual ones) are merges of few index ranges, one a lane, so a page
// costs what it shows. A deep page of a list without conditions beyond tenant, namespace, flow, state, kind and time is
// found through the rollups: they tell in which ten seconds its first entry started, and only the entries of that slice
// before it are walked. Other deep pages walk from the begin; a question of more than a second is refused.
//
// Text that is searched for: all executions of flows that have it are meant, and of the others those that the index of
// text names, if they are few enough to be looked at one by one. Else the walk leaves out what the index rules out.
#pragma once

#include "store/sqlite/selection.h"

namespace gyr::store::sqlite {

/// Below this offset the rollups are not worth asking for the way.
constexpr uint64_t walked_offset = 1000;
/// Once the page is full, so many rows are looked at to count the rest.
constexpr uint64_t rows_looked_at_for_total = 5000;
/// The same of a text that more executions may have than are looked at one by one: the total is known to be large.
constexpr uint64_t rows_of_common_text_for_total = 1000;

/// Of a row's number, flow, lane, started and duration.
Entry entry_of(const Query& row);

/// Of a row's number, flow, lane, started and duration.
Entry entry_of(const Query& row);

/// The work for one ExecutionQuery, used once, within the snapshot and on the thread of its reader.
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
  /// All that match, exactly.
  base::Result<uint64_t> count();

 private:
  enum Field : size_t { id, namespace_, flow_id, state, start, end, duration };
  struct Sortable;
  bool before(const Sortable& a, const Sortable& b) const;
  struct Group {
    std::vector<Stack> stacks;
    uint64_t count = 0;
  };
  base::Result<void> prepare();

  // Text.
  base::Result<void> plan_text();
  /// The flows in the scope that have the text, nothing where there are too many flows to look at.
  struct TextInFlows {
    std::vector<int64_t> flows;
    bool in_all = false;
  };
  base::Result<std::optional<TextInFlows>> flows_with_text();
  std::vector<std::string_view> pieces_of_rows() const;
  base::Result<std::vector<Entry>> entries_of(const std::vector<int64_t>& numbers);
  bool names_executions() const;

  // Ways to walk.
  /// Chooses a filter on labels to walk by, if that is shorter than walking the scope.
  base::Result<std::optional<size_t>> label_to_walk(int64_t& label);
  void add_label_streams(MergedStream& stream, const LabelFilter& filter, int64_t label, bool descending);
  base::Result<MergedStream> stream(int64_t from, int64_t to, bool descending);
  void add_stacks(MergedStream& stream, const std::vector<Stack>& stacks, int64_t from, int64_t to, bool descending);
  /// Where the query names executions or their caller: those, and no walk is needed.
  base::Result<std::optional<std::vector<Entry>>> named_entries();

  // Ways to make a page.
  base::Result<Found> page_by_start(bool descending, uint64_t offset);
  base::Result<Found> page_sorted(uint64_t offset);
  base::Result<Found> page_of_groups(uint64_t offset);
  base::Result<Found> page_by_id(uint64_t offset);
  base::Result<Found> take_page(MergedStream& stream, uint64_t skip);
  /// All that has the same namespace, flow id or state, in the order of these.
  base::Result<std::vector<Group>> groups();
  base::Result<std::vector<Stack>> wanted_stacks(int64_t owner);

  base::Result<void> count_only_label(Found& found);
  std::vector<Lane> wanted_classes() const;
  RollupCounts counts(std::vector<Stack> stacks);
  base::Result<uint64_t> count_rows(const std::vector<Stack>& stacks, int64_t from, int64_t to);
  uint64_t rough_count() const;

  Connection& main_;
  FlowNames& names_;
  const TextIndex& texts_;
  const ExecutionQuery& query_;
  std::optional<Selection> selection_;
  std::vector<size_t> order_;  // Field of each order
  std::optional<std::vector<Entry>> named_;
  std::vector<Entry> others_;                // with the text, of flows without it
  std::vector<Stack> stacks_;                // wanted lanes of the scope's owners
  bool counted_ = false;                     // the rollups count what is asked for
  bool check_flow_ = false;                  // the walk meets flows that are not meant
  const LabelFilter* only_label_ = nullptr;  // the walk is over a label that is all that is asked for
  int64_t only_label_key_ = 0;
};

}  // namespace gyr::store::sqlite
