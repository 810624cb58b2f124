#include "store/sqlite/execution_search.h"

#include <algorithm>
#include <limits>
#include <set>

#include "store/sqlite/labels.h"

namespace gyr::store::sqlite {

Entry entry_of(const Query& row) {
  Entry entry;
  entry.number = row.integer(0);
  entry.flow = row.integer(1);
  entry.lane = static_cast<Lane>(row.integer(2));
  entry.started = row.integer(3);
  entry.duration = row.optional_integer(4).value_or(-1);
  return entry;
}

namespace {

constexpr std::string_view sortable_execution_fields[] = {
    "id", "namespace", "flowId", "state.current", "state.startDate", "state.endDate", "state.duration"};

// One seek a flow: with more flows the tenant's index is walked and other flows are left out, unless that is far.
constexpr size_t merged_flows = 2000;
constexpr size_t always_merged_flows = 200;
// A seek costs about what walking over this many entries does.
constexpr uint64_t entries_per_seek = 20;
// As rows_looked_at_for_total, of index entries.
constexpr uint64_t entries_looked_at_for_total = 30'000;

constexpr const char* count_of_tenant =
    "SELECT count(*) FROM executions INDEXED BY executions_by_tenant WHERE tenant=? AND lane=? AND started BETWEEN ? "
    "AND ?";
constexpr const char* count_of_flow =
    "SELECT count(*) FROM executions INDEXED BY executions_by_flow WHERE flow=? AND lane=? AND started BETWEEN ? AND ?";

constexpr int64_t beginning_of_time = std::numeric_limits<int64_t>::min();
constexpr int64_t end_of_time = std::numeric_limits<int64_t>::max();

bool is_exact_label(const LabelFilter& filter) {
  return (filter.op == Operator::equals && filter.values.size() == 1) ||
         (filter.op == Operator::in && filter.values.size() <= 16);
}

}  // namespace

base::Result<void> ExecutionSearch::prepare() {
  GYR_TRY(order_, order_fields(query_.order, sortable_execution_fields));
  GYR_TRY(Selection selection, Selection::compile(main_, names_, query_));
  selection_.emplace(std::move(selection));
  if (selection_->is_empty()) return {};
  if (!names_executions()) GYR_CHECK(plan_text());
  counted_ = selection_->is_counted() && others_.empty();
  for (int64_t owner : selection_->scope().owners()) {
    GYR_TRY(auto stacks, wanted_stacks(owner));
    stacks_.insert(stacks_.end(), stacks.begin(), stacks.end());
  }
  return {};
}

uint64_t ExecutionSearch::rough_count() const {
  uint64_t sum = 0;
  for (const auto& stack : stacks_) sum += stack.count;
  return sum;
}

base::Result<ExecutionSearch::Found> ExecutionSearch::page() {
  GYR_TRY(uint64_t offset, offset_of(query_.paging));
  GYR_CHECK(prepare());
  if (selection_->is_empty() || (stacks_.empty() && others_.empty())) return Found{};
  bool descending = query_.order.empty() || query_.order[0].descending;
  if (!named_) {
    GYR_TRY(named_, named_entries());
  }
  if (named_) return page_sorted(offset);
  if (order_.empty() || (order_[0] == start && order_.size() == 1)) return page_by_start(descending, offset);
  if (rough_count() > sorted_entries) {
    if (order_[0] == start) return page_by_start(descending, offset);  // equal starts are too rare to sort within
    if (order_[0] == id && order_.size() == 1) {
      GYR_TRY(bool few, are_few());
      return few ? page_sorted(offset) : page_by_id(offset);
    }
    bool grouped = order_[0] == namespace_ || order_[0] == flow_id || order_[0] == state;
    bool by_start_within = order_.size() == 1 || order_[1] == start;
    bool any_time = selection_->started().is_everything();
    if (grouped && by_start_within && any_time && counted_) return page_of_groups(offset);
    if (order_.size() == 1 && (order_[0] == duration || order_[0] == end)) {
      GYR_TRY(bool few, are_few());
      if (!few) return order_[0] == duration ? page_by_duration(offset) : page_by_end(offset);
    }
  }
  return page_sorted(offset);
}

base::Result<uint64_t> ExecutionSearch::count() {
  GYR_CHECK(prepare());
  if (selection_->is_empty() || (stacks_.empty() && others_.empty())) return 0;
  if (counted_) return counts(stacks_).between(selection_->started().from, selection_->started().to);
  uint64_t sum = 0;
  auto examine = [&](const Entry& entry) -> base::Result<void> {
    if (!selection_->accepts(entry, check_flow_)) return {};
    GYR_TRY(bool accepted, selection_->accepts_row(entry));
    sum += accepted ? 1 : 0;
    return {};
  };
  if (!named_) {
    GYR_TRY(named_, named_entries());
  }
  if (named_) {
    check_flow_ = true;
    for (const auto& entry : *named_) GYR_CHECK(examine(entry));
    return sum;
  }
  GYR_TRY(auto all, stream(selection_->started().from, selection_->started().to, true));
  for (Entry entry; all.next(entry);) GYR_CHECK(examine(entry));
  GYR_CHECK(all.finish());
  return sum;
}

// ------------------------------------------------------------------------------------------------ walks

base::Result<std::optional<size_t>> ExecutionSearch::label_to_walk(int64_t& label) {
  std::optional<size_t> best;
  uint64_t shortest = std::min(rough_count(), counted_labels);
  for (size_t i = 0; i < query_.labels.size(); ++i) {
    const LabelFilter& filter = query_.labels[i];
    if (!is_exact_label(filter)) continue;
    Query key = main_.query("SELECT number FROM label_keys WHERE name=?");
    int64_t number = key.bind(filter.key).next() ? key.integer(0) : 0;
    GYR_CHECK(key.finish());
    uint64_t entries = 0;
    for (const auto& value : filter.values) {
      Query count =
          main_.query("SELECT count(*) FROM (SELECT 1 FROM labels WHERE tenant=? AND label=? AND value=? LIMIT ?)");
      count.bind(selection_->scope().tenant, number, indexed_label_value(value), static_cast<int64_t>(shortest));
      if (count.next()) entries += static_cast<uint64_t>(count.integer(0));
      GYR_CHECK(count.finish());
    }
    // Where neither is short, the labels: the walk leaves out nothing but other conditions.
    bool is_long = entries >= shortest && rough_count() > counted_labels;
    if (entries < shortest || (is_long && !best)) {
      best = i;
      label = number;
      label_entries_ = entries;
      shortest = std::min(shortest, entries);
    }
  }
  return best;
}

std::vector<Lane> ExecutionSearch::wanted_classes() const {
  std::vector<Lane> classes;
  for (Lane execution_class = 0; execution_class < class_count; ++execution_class) {
    bool wanted = false;
    for (Lane state = 0; state < states_per_class; ++state)
      wanted = wanted || selection_->wants_lane(execution_class * states_per_class + state);
    if (wanted) classes.push_back(execution_class);
  }
  return classes;
}

base::Result<void> ExecutionSearch::count_only_label(Found& found) {
  uint64_t limit = query_.paging.count_limit;
  found.total = 0;
  for (Lane execution_class : wanted_classes()) {
    Query count = main_.query(
        "SELECT count(*) FROM (SELECT 1 FROM labels WHERE tenant=? AND label=? AND value=? AND class=? AND started "
        "BETWEEN ? AND ? LIMIT ?)");
    count.bind(selection_->scope().tenant, only_label_key_, std::string_view(only_label_->values[0]), execution_class,
               selection_->started().from, selection_->started().to, static_cast<int64_t>(limit - found.total));
    if (count.next()) found.total += static_cast<uint64_t>(count.integer(0));
    GYR_CHECK(count.finish());
  }
  found.total_is_exact = found.total < limit;
  return {};
}

void ExecutionSearch::add_label_streams(MergedStream& stream, const LabelFilter& filter, int64_t label,
                                        bool descending) {
  std::set<std::string_view> values;
  for (const auto& value : filter.values) values.insert(indexed_label_value(value));
  if (values.size() > 1) stream.may_repeat();
  for (Lane execution_class : wanted_classes()) {
    for (std::string_view value : values) {
      stream.add(EntryStream::of_label(main_, selection_->scope().tenant, label, value, execution_class,
                                       selection_->started().from, selection_->started().to, descending));
    }
  }
}

base::Result<void> ExecutionSearch::leave_out_labels(MergedStream& stream, int64_t from, int64_t to, bool descending) {
  for (size_t i = query_.labels.size(); i-- > 0;) {
    const LabelFilter& filter = query_.labels[i];
    if (filter.op != Operator::not_equals || !is_indexed_whole(filter.values[0])) continue;
    Query key = main_.query("SELECT number FROM label_keys WHERE name=?");
    const int64_t label = key.bind(filter.key).next() ? key.integer(0) : 0;
    GYR_CHECK(key.finish());
    for (Lane execution_class : wanted_classes()) {
      stream.leave_out(EntryStream::of_labelled(main_, selection_->scope().tenant, label, filter.values[0],
                                                execution_class, from, to, descending));
    }
    selection_->label_is_walked(i);  // the filters before it keep their places
  }
  return {};
}

void ExecutionSearch::add_stacks(MergedStream& stream, const std::vector<Stack>& stacks, int64_t from, int64_t to,
                                 bool descending) {
  for (const auto& stack : stacks) {
    auto source = stack.owner == selection_->scope().tenant ? EntryStream::Source::tenant : EntryStream::Source::flow;
    stream.add(EntryStream::of_lane(main_, source, stack.owner, stack.lane, from, to, descending));
  }
}

base::Result<MergedStream> ExecutionSearch::stream(int64_t from, int64_t to, bool descending) {
  MergedStream merged(descending);
  int64_t label = 0;
  GYR_TRY(auto by_label, label_to_walk(label));
  if (by_label) {
    const LabelFilter& filter = query_.labels[*by_label];
    add_label_streams(merged, filter, label, descending);
    const bool is_whole = std::ranges::all_of(filter.values, is_indexed_whole);
    if (is_whole) selection_->label_is_walked(*by_label);
    if (selection_->is_free_of_conditions() && filter.values.size() == 1) {
      only_label_ = &filter;
      only_label_key_ = label;
    }
    check_flow_ = true;
    return merged;
  }
  const Scope& scope = selection_->scope();
  GYR_CHECK(leave_out_labels(merged, from, to, descending));
  if (!others_.empty()) merged.add(others_, main_);
  if (scope.everything) {
    add_stacks(merged, stacks_, from, to, descending);
    return merged;
  }
  // Either a walk through each flow, or one through the tenant that leaves the others out.
  GYR_TRY(auto of_tenant, wanted_stacks(scope.tenant));
  uint64_t all = 0;
  for (const auto& stack : of_tenant) all += stack.count;
  uint64_t wanted = std::min<uint64_t>(static_cast<uint64_t>(query_.paging.page) * query_.paging.size, rough_count());
  uint64_t walk = rough_count() == 0 ? 0
                                     : static_cast<uint64_t>(static_cast<double>(wanted) * static_cast<double>(all) /
                                                             static_cast<double>(rough_count()));
  check_flow_ = scope.flows.size() > merged_flows || scope.flows.size() * entries_per_seek > walk + wanted;
  // The executions of others may be many in a row, so few flows are always read on their own: a seek takes 5 us.
  if (scope.flows.size() <= always_merged_flows) check_flow_ = false;
  if (check_flow_) {
    add_stacks(merged, of_tenant, from, to, descending);
    return merged;
  }
  for (int64_t flow : scope.flows) {
    GYR_TRY(auto of_flow, wanted_stacks(flow));
    add_stacks(merged, of_flow, from, to, descending);
  }
  return merged;
}

base::Result<std::optional<std::vector<Entry>>> ExecutionSearch::named_entries() {
  std::vector<Entry> entries;
  auto take = [&](Query& rows) -> base::Result<void> {
    while (rows.next()) {
      if (rows.integer(5) == selection_->scope().tenant) entries.push_back(entry_of(rows));
    }
    GYR_CHECK(rows.finish());
    rows.again();
    return {};
  };
  for (const auto& filter : query_.execution_ids) {
    if (filter.op != Operator::equals && filter.op != Operator::in) continue;
    Query rows = main_.query("SELECT number, flow, lane, started, duration, tenant FROM executions WHERE id=?");
    std::set<base::Id> ids;
    for (const auto& text : filter.values) {
      if (auto id = base::Id::parse(text)) ids.insert(*id);
    }
    for (const auto& id : ids) GYR_CHECK(take(rows.bind(id)));
    return entries;
  }
  std::set<base::Id> callers;
  if (query_.caller_execution) callers.insert(*query_.caller_execution);
  bool names_callers = query_.caller_execution.has_value();
  for (const auto& filter : query_.caller_ids) {
    if (names_callers || !names_callers_of(filter)) continue;
    names_callers = true;
    for (const auto& text : filter.values) {
      if (auto id = base::Id::parse(text)) callers.insert(*id);
    }
  }
  if (names_callers) {
    Query rows = main_.query(
        "SELECT number, flow, lane, started, duration, tenant FROM executions INDEXED BY executions_by_caller WHERE "
        "caller=?");
    for (const auto& caller : callers) GYR_CHECK(take(rows.bind(caller)));
    return entries;
  }
  return std::nullopt;
}

base::Result<std::vector<Stack>> ExecutionSearch::wanted_stacks(int64_t owner) {
  GYR_TRY(auto stacks, stacks_of(main_, owner));
  std::erase_if(stacks, [this](const Stack& stack) { return !selection_->wants_lane(stack.lane); });
  return stacks;
}

RollupCounts ExecutionSearch::counts(std::vector<Stack> stacks) {
  return RollupCounts(main_, stacks, [this, stacks](int64_t from, int64_t to) { return count_rows(stacks, from, to); });
}

base::Result<uint64_t> ExecutionSearch::count_rows(const std::vector<Stack>& stacks, int64_t from, int64_t to) {
  const Scope& scope = selection_->scope();
  uint64_t sum = 0;
  auto add = [&](const Stack& stack) -> base::Result<void> {
    Query rows = main_.query(stack.owner == scope.tenant ? count_of_tenant : count_of_flow);
    rows.bind(stack.owner, stack.lane, from, to);
    if (rows.next()) sum += static_cast<uint64_t>(rows.integer(0));
    return rows.finish();
  };
  bool of_namespaces = !stacks.empty() && std::find(scope.namespaces.begin(), scope.namespaces.end(),
                                                    stacks[0].owner) != scope.namespaces.end();
  if (!of_namespaces) {
    for (const auto& stack : stacks) GYR_CHECK(add(stack));
    return sum;
  }
  // A namespace has no index of its own, but its flows have.
  for (int64_t flow : scope.flows) {
    GYR_TRY(auto lanes, wanted_stacks(flow));
    for (const auto& stack : lanes) GYR_CHECK(add(stack));
  }
  return sum;
}

// ------------------------------------------------------------------------------------------------ pages

bool ExecutionSearch::ends_count(uint64_t matches, uint64_t& looked_at_after) const {
  if (counted_) return true;  // the rollups count
  const uint64_t limit = selection_->needs_row() ? rows_looked_at_for_total : entries_looked_at_for_total;
  return matches >= query_.paging.count_limit || ++looked_at_after > limit;
}

base::Result<ExecutionSearch::Found> ExecutionSearch::take_page(MergedStream& stream, uint64_t skip) {
  Found found;
  uint64_t matches = 0, looked_at_after = 0;
  for (Entry entry; stream.next(entry);) {
    bool full = found.numbers.size() >= query_.paging.size;
    if (full && only_label_ != nullptr) {
      GYR_CHECK(count_only_label(found));
      return found;
    }
    if (full) {
      if (ends_count(matches, looked_at_after)) {
        found.total_is_exact = false;
        break;
      }
    }
    if (!selection_->accepts(entry, check_flow_)) continue;
    GYR_TRY(bool accepted, selection_->accepts_row(entry));
    if (!accepted) continue;
    ++matches;
    if (matches > skip && !full) found.numbers.push_back(entry.number);
  }
  GYR_CHECK(stream.finish());
  found.total = matches;
  return found;
}

base::Result<ExecutionSearch::Found> ExecutionSearch::page_by_start(bool descending, uint64_t offset) {
  int64_t from = selection_->started().from, to = selection_->started().to;
  RollupCounts::Position position{descending ? to : from, offset};
  bool counted = counted_;
  uint64_t total = 0;
  if (counted_ && selection_->scope().owners().size() <= counted_owners) {
    RollupCounts rollups = counts(stacks_);
    if (from == beginning_of_time && to == end_of_time) {
      total = rollups.total();
    } else {
      GYR_TRY(total, rollups.between(from, to));
    }
    if (offset >= total) return Found{{}, total, true};
    if (offset > walked_offset) {
      GYR_TRY(position, rollups.seek(from, to, offset, descending));
    }
  } else if (counted_) {
    // Too many owners for rollups by time: all of them, or the number that a scan can count.
    total = rough_count();
    counted = from == beginning_of_time && to == end_of_time;
  }
  GYR_TRY(auto merged, stream(descending ? from : position.start, descending ? position.start : to, descending));
  GYR_TRY(Found found, take_page(merged, position.skip));
  if (counted) {
    found.total = total;
    found.total_is_exact = true;
  } else if (counted_) {
    GYR_TRY(found.total, count_rows(stacks_, from, to));
  }
  return found;
}

}  // namespace gyr::store::sqlite
