// The compiled conditions of a query on executions, cheapest first.
#pragma once

#include <bitset>
#include <unordered_map>
#include <unordered_set>

#include "store/sqlite/entry_stream.h"
#include "store/sqlite/scope.h"
#include "store/sqlite/text_search.h"

namespace gyr::store::sqlite {

/// The conditions of one query: first those on indexed columns, then those that need the row. Used on one thread, in
/// one snapshot.
class Selection {
 public:
  static base::Result<Selection> compile(Connection& main, FlowNames& names, const ExecutionQuery& query);

  const Scope& scope() const { return scope_; }
  const TimeRange& started() const { return started_; }
  bool wants_lane(Lane lane) const { return lanes_[static_cast<size_t>(lane)]; }
  /// Nothing can match.
  bool is_empty() const { return scope_.is_empty() || lanes_.none() || started_.from > started_.to; }
  /// There are only conditions that rollups know: counts and positions come from them.
  bool is_counted() const { return !asks_for_end_ && started_.except.empty() && !needs_row(); }
  /// There are only conditions on a class, a start time and properties that scans check themselves.
  bool is_free_of_conditions() const { return is_counted() && scope_.everything && every_state_; }
  bool needs_row() const {
    return !ids_.accepts_all() || !labels_.accepts_all() || !text_.accepts_all() || !unwanted_.empty() ||
           asks_for_caller() || asks_for_origin() || !any_of_.empty();
  }

  bool asks_for_text() const { return !text_.accepts_all(); }
  bool has_text(std::string_view text) const { return text_.in(text); }
  bool wants_flow(int64_t flow) const { return scope_.everything || flow_set_.contains(flow); }
  /// Every flow of the scope contains the text.
  void text_is_met() { text_ = {}; }
  /// All executions of these flows contain the text, and these executions of other flows.
  void narrow_to(std::vector<int64_t> flows, std::unordered_set<int64_t> others);
  /// Only these executions must be checked; `in_flows`: and those of flows that contain the text.
  void use(TextCandidates candidates, bool in_flows);

  /// Conditions on the entry; the flow is only checked with `check_flow`.
  bool accepts(const Entry& entry, bool check_flow) const;
  /// The scan uses the label index and only returns matches of this filter of the query.
  void label_is_walked(size_t filter) { labels_ = labels_.without(filter); }
  /// Conditions that need the row; an error ends the search.
  base::Result<bool> accepts_row(const Entry& entry);

 private:
  Selection(Connection& main, FlowNames& names) : main_(&main), names_(&names) {}
  base::Result<bool> text_in_flow(int64_t flow);
  base::Result<bool> unwanted_in_flow(int64_t flow);
  base::Result<bool> accepts_row_itself(const Entry& entry);
  bool asks_for_caller() const { return caller_.has_value() || !caller_ids_.accepts_all(); }
  bool asks_for_origin() const { return !trigger_ids_.accepts_all() || !revisions_.accepts_all(); }

  Connection* main_;
  FlowNames* names_;
  std::vector<Selection> any_of_;
  Scope scope_;
  std::unordered_set<int64_t> flow_set_;
  std::bitset<static_cast<size_t>(class_count* states_per_class)> lanes_;
  TimeRange started_, ended_;
  bool every_state_ = true;
  bool asks_for_end_ = false;  // an execution that has not ended matches no condition on the end
  TextMatcher ids_, caller_ids_, trigger_ids_, revisions_;
  LabelMatcher labels_;
  PieceMatcher text_;
  std::vector<PieceMatcher> unwanted_;
  std::optional<TextCandidates> candidates_;
  bool text_may_be_in_flow_ = false;
  std::unordered_set<int64_t> others_;
  std::optional<base::Id> caller_;
  std::unordered_map<int64_t, bool> text_in_flows_, unwanted_in_flows_;
};

}  // namespace gyr::store::sqlite
