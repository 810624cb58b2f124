// Text search: the flows and executions that must be checked.
#include <algorithm>

#include "store/sqlite/execution_search.h"

namespace gyr::store::sqlite {
namespace {

// For more flows, the names are checked when the scan reaches them.
constexpr int64_t max_flows = 10'000;

bool names_them(Operator op) { return op == Operator::equals || op == Operator::in; }

}  // namespace

bool names_callers_of(const TextFilter& filter) {
  return names_them(filter.op) && std::ranges::find(filter.values, "") == filter.values.end();
}

bool ExecutionSearch::names_executions() const {
  return query_.caller_execution || std::ranges::any_of(query_.caller_ids, names_callers_of) ||
         std::ranges::any_of(query_.execution_ids, [](const TextFilter& filter) { return names_them(filter.op); });
}

std::vector<std::string_view> ExecutionSearch::pieces_of_rows() const {
  std::vector<std::string_view> pieces;
  for (const auto& filter : query_.labels) {
    if (filter.op == Operator::contains) pieces.push_back(filter.values[0]);
  }
  for (const auto& filter : query_.execution_ids) {
    const bool has_it =
        filter.op == Operator::contains || filter.op == Operator::starts_with || filter.op == Operator::ends_with;
    if (has_it) pieces.push_back(filter.values[0]);
  }
  return pieces;
}

base::Result<std::optional<ExecutionSearch::TextInFlows>> ExecutionSearch::flows_with_text() {
  Query count = main_.query("SELECT count(*) FROM (SELECT 1 FROM owners WHERE tenant=? AND kind=? LIMIT ?)");
  count.bind(query_.tenant, static_cast<int32_t>(OwnerKind::flow), max_flows + 1);
  const bool too_many = count.next() && count.integer(0) > max_flows;
  GYR_CHECK(count.finish());
  if (too_many) return std::nullopt;
  TextInFlows found;
  found.in_all = true;
  GYR_TRY(auto filter, compile_scope(query_));
  GYR_CHECK(for_each_flow(main_, filter, [&](int64_t number, std::string_view in, std::string_view flow) {
    if (selection_->has_text(in) || selection_->has_text(flow)) {
      found.flows.push_back(number);
    } else {
      found.in_all = false;
    }
  }));
  return found;
}

base::Result<std::vector<Entry>> ExecutionSearch::entries_of(const std::vector<int64_t>& numbers) {
  std::vector<Entry> entries;
  Query row = main_.query("SELECT number, flow, lane, started, duration, tenant FROM executions WHERE number=?");
  for (int64_t number : numbers) {
    row.bind(number);
    if (row.next() && row.integer(5) == selection_->scope().tenant) entries.push_back(entry_of(row));
    GYR_CHECK(row.finish());
    row.again();
  }
  return entries;
}

base::Result<void> ExecutionSearch::plan_text() {
  std::vector<std::string_view> pieces = pieces_of_rows();
  std::optional<TextInFlows> in_flows;
  if (selection_->asks_for_text()) {
    GYR_TRY(in_flows, flows_with_text());
    if (in_flows && in_flows->in_all) selection_->text_is_met();
    if (in_flows && in_flows->flows.empty()) pieces.push_back(query_.text);
  }
  // Where nothing else is asked of the rows, the text may be in their flows instead.
  const bool or_in_flows = pieces.empty() && selection_->asks_for_text();
  if (or_in_flows) pieces.push_back(query_.text);
  if (pieces.empty()) return {};
  GYR_TRY(auto candidates, TextCandidates::find(main_, texts_, pieces));
  if (!candidates) return {};
  if (!candidates->numbers() || (or_in_flows && !in_flows)) {
    selection_->use(*std::move(candidates), or_in_flows);
    return {};
  }
  GYR_TRY(auto entries, entries_of(*candidates->numbers()));
  if (!or_in_flows) {
    named_ = std::move(entries);
    return {};
  }
  const std::unordered_set<int64_t> flows(in_flows->flows.begin(), in_flows->flows.end());
  std::unordered_set<int64_t> numbers;
  for (const Entry& entry : entries) {
    if (flows.contains(entry.flow) || !selection_->accepts(entry, true)) continue;
    GYR_TRY(bool accepted, selection_->accepts_row(entry));
    if (!accepted) continue;
    others_.push_back(entry);
    numbers.insert(entry.number);
  }
  selection_->narrow_to(std::move(in_flows->flows), std::move(numbers));
  return {};
}

}  // namespace gyr::store::sqlite
