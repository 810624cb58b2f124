#include "store/sqlite/selection.h"

#include <algorithm>

#include "store/sql/record.h"

namespace gyr::store::sqlite {
namespace {

std::bitset<static_cast<size_t>(class_count* states_per_class)> lanes_of(const ExecutionQuery& query) {
  std::bitset<static_cast<size_t>(class_count * states_per_class)> lanes;
  auto in = [](const auto& list, auto value) { return std::find(list.begin(), list.end(), value) != list.end(); };
  for (Lane execution_class = 0; execution_class < class_count; ++execution_class) {
    auto kind = static_cast<model::ExecutionKind>(execution_class / 2);
    bool is_child = execution_class % 2 != 0;
    if (query.kinds.empty() ? kind != model::ExecutionKind::normal : !in(query.kinds, kind)) continue;
    if (query.is_child && *query.is_child != is_child) continue;
    for (size_t number = 0; number < model::state_count; ++number) {
      auto state = static_cast<model::State>(number);
      bool wanted = (query.states.empty() || in(query.states, state)) && !in(query.not_states, state);
      if (wanted) lanes.set(static_cast<size_t>(lane_of(execution_class, state)));
    }
  }
  return lanes;
}

}  // namespace

base::Result<Selection> Selection::compile(Connection& main, FlowNames& names, const ExecutionQuery& query) {
  Selection selection(main, names);
  GYR_TRY(auto scope, compile_scope(query));
  GYR_TRY(selection.ids_, TextMatcher::compile(query.execution_ids, "executionId"));
  GYR_TRY(selection.caller_ids_, TextMatcher::compile(query.caller_ids, "triggerExecutionId"));
  GYR_TRY(selection.trigger_ids_, TextMatcher::compile(query.trigger_ids, "triggerId"));
  GYR_TRY(selection.revisions_, TextMatcher::compile(query.revisions, "flowRevision"));
  GYR_TRY(selection.labels_, LabelMatcher::compile(query.labels));
  GYR_TRY(selection.text_, PieceMatcher::compile(query.text));
  GYR_TRY(selection.unwanted_, compile_unwanted(query.not_texts));
  GYR_TRY(selection.started_, TimeRange::compile(query.started, "startDate"));
  GYR_TRY(selection.ended_, TimeRange::compile(query.ended, "endDate"));
  selection.every_state_ = query.states.empty() && query.not_states.empty();
  selection.asks_for_end_ = !query.ended.empty();
  selection.caller_ = query.caller_execution;
  selection.lanes_ = lanes_of(query);
  GYR_TRY(selection.scope_, resolve_scope(main, scope));
  selection.flow_set_.insert(selection.scope_.flows.begin(), selection.scope_.flows.end());
  for (const ExecutionQuery& alternative : query.any_of) {
    GYR_TRY(Selection one, compile(main, names, alternative));
    selection.any_of_.push_back(std::move(one));
  }
  return selection;
}

bool Selection::accepts(const Entry& entry, bool check_flow) const {
  if (!wants_lane(entry.lane) || !started_.contains(entry.started)) return false;
  if (asks_for_end_ && (entry.duration < 0 || !ended_.contains(entry.started + entry.duration))) return false;
  if (check_flow && !wants_flow(entry.flow) && !others_.contains(entry.number)) return false;
  return any_of_.empty() ||
         std::ranges::any_of(any_of_, [&entry](const Selection& one) { return one.accepts(entry, true); });
}

void Selection::narrow_to(std::vector<int64_t> flows, std::unordered_set<int64_t> others) {
  text_ = {};
  scope_.everything = false;
  scope_.namespaces.clear();
  scope_.flows = std::move(flows);
  flow_set_ = {scope_.flows.begin(), scope_.flows.end()};
  others_ = std::move(others);
}

void Selection::use(TextCandidates candidates, bool in_flows) {
  candidates_ = std::move(candidates);
  text_may_be_in_flow_ = in_flows;
}

base::Result<bool> Selection::text_in_flow(int64_t flow) {
  if (auto found = text_in_flows_.find(flow); found != text_in_flows_.end()) return found->second;
  GYR_TRY(auto key, names_->key(flow));
  bool found = text_.in(key->namespace_) || text_.in(key->id);
  text_in_flows_.emplace(flow, found);
  return found;
}

base::Result<bool> Selection::unwanted_in_flow(int64_t flow) {
  if (unwanted_.empty()) return false;
  if (auto found = unwanted_in_flows_.find(flow); found != unwanted_in_flows_.end()) return found->second;
  GYR_TRY(auto key, names_->key(flow));
  const bool found = std::ranges::any_of(
      unwanted_, [&key](const PieceMatcher& piece) { return piece.in(key->namespace_) || piece.in(key->id); });
  unwanted_in_flows_.emplace(flow, found);
  return found;
}

base::Result<bool> Selection::accepts_row(const Entry& entry) {
  GYR_TRY(bool accepted, accepts_row_itself(entry));
  if (!accepted || any_of_.empty()) return accepted;
  for (Selection& one : any_of_) {
    if (!one.accepts(entry, true)) continue;
    GYR_TRY(bool holds, one.accepts_row(entry));
    if (holds) return true;
  }
  return false;
}

base::Result<bool> Selection::accepts_row_itself(const Entry& entry) {
  bool found_text = text_.accepts_all();
  if (!found_text) {
    GYR_TRY(found_text, text_in_flow(entry.flow));
  }
  const bool is_met = text_may_be_in_flow_ && found_text;
  if (candidates_ && !is_met && !candidates_->may_hold(entry.number)) return false;
  GYR_TRY(const bool found_unwanted, unwanted_in_flow(entry.flow));
  if (found_unwanted) return false;
  bool needs_labels = !found_text || !unwanted_.empty() || !labels_.accepts_all();
  if (!needs_labels && ids_.accepts_all() && !asks_for_caller() && !asks_for_origin()) return true;
  Query row = main_->query("SELECT id, caller, record FROM executions WHERE number=?");
  row.bind(entry.number);
  if (!row.next()) {
    GYR_CHECK(row.finish());
    return false;
  }
  if (caller_ && row.id(1) != *caller_) return false;
  std::string id = row.id(0).to_text();
  if (!ids_.matches(id)) return false;
  if (!caller_ids_.accepts_all()) {
    const base::Id caller = row.id(1);
    if (!caller_ids_.matches(caller.is_none() ? std::string() : caller.to_text())) return false;
  }
  if (asks_for_origin()) {
    GYR_TRY(const ExecutionOrigin origin, decode_execution_origin(row.blob(2)));
    if (!trigger_ids_.matches(origin.trigger_id) || !revisions_.matches(std::to_string(origin.revision))) return false;
  }
  if (!needs_labels) return true;
  GYR_TRY(auto labels, decode_execution_labels(row.blob(2)));
  if (!labels_.matches(labels)) return false;
  if (found_text && unwanted_.empty()) return true;
  std::string all = std::move(id);
  for (const auto& label : labels) {
    for (const std::string* text : {&label.key, &label.value}) {
      all += PieceMatcher::separator;
      all += *text;
    }
  }
  return (found_text || text_.in(all)) &&
         std::ranges::none_of(unwanted_, [&all](const PieceMatcher& piece) { return piece.in(all); });
}

}  // namespace gyr::store::sqlite
