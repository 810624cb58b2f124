// Pages of executions in other orders than by start.
#include <algorithm>
#include <map>

#include "store/sqlite/execution_search.h"

namespace gyr::store::sqlite {
namespace {

// A page that sorts keeps all entries up to its end: 100 bytes each.
constexpr uint64_t sorted_offset = 1'000'000;

template <class T>
int compare(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

/// An entry with what orders may ask for.
struct ExecutionSearch::Sortable {
  Entry entry;
  base::Id id;
  std::shared_ptr<const model::FlowKey> flow;
};

bool ExecutionSearch::before(const Sortable& a, const Sortable& b) const {
  for (size_t i = 0; i < order_.size(); ++i) {
    int result = 0;
    switch (static_cast<Field>(order_[i])) {
      case id: result = compare(a.id, b.id); break;
      case namespace_: result = compare(a.flow->namespace_, b.flow->namespace_); break;
      case flow_id: result = compare(a.flow->id, b.flow->id); break;
      case state: result = compare(to_text(state_of_lane(a.entry.lane)), to_text(state_of_lane(b.entry.lane))); break;
      case start: result = compare(a.entry.started, b.entry.started); break;
      case end: result = compare(end_of(a.entry), end_of(b.entry)); break;
      case duration: result = compare(a.entry.duration, b.entry.duration); break;
    }
    if (result != 0) return query_.order[i].descending ? result > 0 : result < 0;
  }
  // Newest first among equals, and never two in no order: pages must not overlap. Only the index of durations has the
  // starts in the direction of the list.
  const auto key = [](const Entry& entry) { return std::tuple(entry.started, entry.flow, entry.number); };
  const bool oldest_first = !order_.empty() && order_[0] == duration && !query_.order[0].descending;
  return oldest_first ? key(a.entry) < key(b.entry) : key(a.entry) > key(b.entry);
}

base::Result<ExecutionSearch::Found> ExecutionSearch::page_sorted(uint64_t offset) {
  if (offset > sorted_offset && !named_) {
    return base::fail(base::Error(bad_query, fmt::format("page {} is too far for this sort order", query_.paging.page))
                          .with_hint("sort by state.startDate, or set more filters"));
  }
  uint64_t wanted = std::min(offset, sorted_offset) + query_.paging.size;
  bool needs_id = std::find(order_.begin(), order_.end(), id) != order_.end();
  bool needs_flow =
      std::any_of(order_.begin(), order_.end(), [](size_t field) { return field == namespace_ || field == flow_id; });
  auto less = [this](const Sortable& a, const Sortable& b) { return before(a, b); };
  std::vector<Sortable> best;
  Found found;
  auto take = [&](const Entry& entry) -> base::Result<void> {
    if (!selection_->accepts(entry, check_flow_)) return {};
    GYR_TRY(bool accepted, selection_->accepts_row(entry));
    if (!accepted) return {};
    ++found.total;
    Sortable item{entry, {}, nullptr};
    if (needs_flow) {
      GYR_TRY(item.flow, names_.key(entry.flow));
    }
    if (needs_id) {
      Query row = main_.query("SELECT id FROM executions WHERE number=?");
      if (row.bind(entry.number).next()) item.id = row.id(0);
      GYR_CHECK(row.finish());
    }
    best.push_back(std::move(item));
    if (best.size() >= 2 * wanted + 1000) {  // keep what may be on the page
      std::nth_element(best.begin(), best.begin() + static_cast<ptrdiff_t>(wanted), best.end(), less);
      best.resize(wanted);
    }
    return {};
  };
  if (named_) {
    check_flow_ = true;
    for (const auto& entry : *named_) GYR_CHECK(take(entry));
  } else {
    GYR_TRY(auto all, stream(selection_->started().from, selection_->started().to, true));
    for (Entry entry; all.next(entry);) GYR_CHECK(take(entry));
    GYR_CHECK(all.finish());
  }
  std::sort(best.begin(), best.end(), less);
  for (size_t i = offset; i < best.size() && found.numbers.size() < query_.paging.size; ++i)
    found.numbers.push_back(best[i].entry.number);
  return found;
}

base::Result<std::vector<ExecutionSearch::Group>> ExecutionSearch::groups() {
  std::map<std::string, Group> by_key;
  auto add = [&](std::string_view key, const std::vector<Stack>& stacks) {
    Group& group = by_key[std::string(key)];
    for (const auto& stack : stacks) {
      group.stacks.push_back(stack);
      group.count += stack.count;
    }
  };
  const Scope& scope = selection_->scope();
  if (order_[0] == state) {
    std::vector<Stack> stacks;
    if (scope.everything) stacks = stacks_;
    for (int64_t flow : scope.flows) {
      GYR_TRY(auto of_flow, wanted_stacks(flow));
      stacks.insert(stacks.end(), of_flow.begin(), of_flow.end());
    }
    for (const auto& stack : stacks) add(to_text(state_of_lane(stack.lane)), {stack});
  } else {
    GYR_TRY(auto filter, compile_scope(query_));
    std::vector<std::pair<int64_t, std::string>> flows;
    GYR_CHECK(for_each_flow(main_, filter, [&](int64_t number, std::string_view in, std::string_view flow) {
      if (selection_->wants_flow(number)) flows.emplace_back(number, order_[0] == namespace_ ? in : flow);
    }));
    for (const auto& [number, key] : flows) {
      GYR_TRY(auto stacks, wanted_stacks(number));
      if (!stacks.empty()) add(key, stacks);
    }
  }
  std::vector<Group> groups;
  for (auto& [key, group] : by_key) groups.push_back(std::move(group));
  if (query_.order[0].descending) std::reverse(groups.begin(), groups.end());
  return groups;
}

base::Result<ExecutionSearch::Found> ExecutionSearch::page_of_groups(uint64_t offset) {
  GYR_TRY(auto all, groups());
  bool descending = query_.order.size() < 2 || query_.order[1].descending;
  Found found;
  for (const auto& group : all) {
    found.total += group.count;
    if (found.numbers.size() >= query_.paging.size) continue;
    if (offset >= group.count) {
      offset -= group.count;
      continue;
    }
    int64_t from = selection_->started().from, to = selection_->started().to;
    RollupCounts::Position position{descending ? to : from, std::exchange(offset, 0)};
    if (position.skip > walked_offset) {
      GYR_TRY(position, counts(group.stacks).seek(from, to, position.skip, descending));
    }
    MergedStream merged(descending);
    add_stacks(merged, group.stacks, descending ? from : position.start, descending ? position.start : to, descending);
    for (Entry entry; found.numbers.size() < query_.paging.size && merged.next(entry);) {
      if (position.skip > 0) {
        --position.skip;
      } else {
        found.numbers.push_back(entry.number);
      }
    }
    GYR_CHECK(merged.finish());
  }
  return found;
}

base::Result<ExecutionSearch::Found> ExecutionSearch::page_by_id(uint64_t offset) {
  Query rows = main_.query(query_.order[0].descending ? "SELECT number, flow, lane, started, duration, tenant FROM "
                                                        "executions INDEXED BY executions_by_id ORDER BY id DESC"
                                                      : "SELECT number, flow, lane, started, duration, tenant FROM "
                                                        "executions INDEXED BY executions_by_id ORDER BY id");
  Found found;
  uint64_t looked_at_after = 0;
  while (rows.next()) {
    bool full = found.numbers.size() >= query_.paging.size;
    if (full &&
        (counted_ || found.total >= query_.paging.count_limit || ++looked_at_after > rows_looked_at_for_total)) {
      found.total_is_exact = false;
      break;
    }
    if (rows.integer(5) != selection_->scope().tenant) continue;
    Entry entry{rows.integer(3), rows.integer(1), rows.optional_integer(4).value_or(-1), rows.integer(0),
                static_cast<Lane>(rows.integer(2))};
    if (!selection_->accepts(entry, true)) continue;
    GYR_TRY(bool accepted, selection_->accepts_row(entry));
    if (!accepted || ++found.total <= offset || full) continue;
    found.numbers.push_back(entry.number);
  }
  GYR_CHECK(rows.finish());
  if (counted_) {
    GYR_TRY(found.total, counts(stacks_).between(selection_->started().from, selection_->started().to));
    found.total_is_exact = true;
  }
  return found;
}

}  // namespace gyr::store::sqlite
