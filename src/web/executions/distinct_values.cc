// The values that a field has among executions, for lists to choose from (API-50).
#include <algorithm>
#include <set>

#include "web/executions/executions.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/limits.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// Which values are wanted, and how many.
struct DistinctQuery {
  std::string field;
  int64_t size = 100;
};

}  // namespace

template <>
struct DescribedQuery<DistinctQuery> {
  using T = DistinctQuery;
  static constexpr auto parameters = std::tuple(
      parameter(
          "field", &T::field,
          {.documentation = "namespace, flowId, state, kind, flowRevision, triggerId or labels", .required = true}),
      parameter("size", &T::size, {.documentation = "The maximum number of values", .fallback = "100", .least = 1}));
};

namespace {

/// The executions that are read for values that no search can leave out: the newest ones of each flow, so that one busy
/// flow does not hide the others.
constexpr size_t max_looked_at = 1'000;
constexpr size_t least_of_a_flow = 5;
constexpr uint32_t page_rows = 25;
constexpr int64_t max_values = 1'000;
constexpr size_t max_rounds = 1'000;

using Values = std::set<std::string>;
using Pick = void (*)(const model::Execution&, Values&);
/// Leaves out the executions with these values, so that the next search finds only others. Returns false if no others
/// exist.
using Exclude = bool (*)(store::ExecutionQuery&, const Values&);

void of_namespace(const model::Execution& execution, Values& values) { values.insert(execution.flow->namespace_); }
void of_flow(const model::Execution& execution, Values& values) { values.insert(execution.flow->id); }
void of_state(const model::Execution& execution, Values& values) {
  values.emplace(model::to_text(execution.state.current()));
}
void of_kind(const model::Execution& execution, Values& values) { values.emplace(model::to_text(execution.kind)); }
void of_revision(const model::Execution& execution, Values& values) {
  values.insert(std::to_string(execution.revision));
}
void of_trigger(const model::Execution& execution, Values& values) {
  if (execution.trigger) values.insert(execution.trigger->id);
}
void of_labels(const model::Execution& execution, Values& values) {
  for (const auto& label : execution.labels) values.insert(label.key + ":" + label.value);
}

bool without_namespaces(store::ExecutionQuery& query, const Values& found) {
  query.namespaces.push_back({store::Operator::not_in, {found.begin(), found.end()}});
  return true;
}
bool without_flows(store::ExecutionQuery& query, const Values& found) {
  query.flow_ids.push_back({store::Operator::not_in, {found.begin(), found.end()}});
  return true;
}
bool without_states(store::ExecutionQuery& query, const Values& found) {
  for (const std::string& name : found) query.not_states.push_back(*model::parse_state(name));
  return true;
}
bool without_kinds(store::ExecutionQuery& query, const Values& found) {
  if (query.kinds.empty()) query.kinds = {model::ExecutionKind::normal};
  std::erase_if(query.kinds, [&](auto kind) { return found.contains(std::string(model::to_text(kind))); });
  return !query.kinds.empty();
}

/// A field, its names in the contract and in clients of 2.0, and its values.
struct ValueField {
  std::string_view name;
  std::string_view newer_name;
  Pick pick;
  Exclude exclude;  ///< null: its values are found by reading executions
};
constexpr ValueField fields[] = {
    {"namespace", "NAMESPACE", of_namespace, without_namespaces},
    {"flowId", "FLOW_ID", of_flow, without_flows},
    {"state", "STATE", of_state, without_states},
    {"kind", "KIND", of_kind, without_kinds},
    {"flowRevision", "FLOW_REVISION", of_revision, nullptr},
    {"triggerId", "TRIGGER_ID", of_trigger, nullptr},
    {"labels", "LABELS", of_labels, nullptr},
};
constexpr const ValueField& field_of_flows = fields[1];

/// Each search leaves out the values that are known, so that the last one has looked at all executions. The number of
/// searches is limited, because each may have to skip many executions.
base::Result<Values> values_of_all(store::Reader& reader, const store::ExecutionQuery& query, const ValueField& field,
                                   size_t size) {
  Values values;
  store::ExecutionQuery others = query;
  others.paging.size = page_rows;
  for (size_t round = 0; round < max_rounds; ++round) {
    GYR_TRY(auto page, reader.search_executions(others));
    for (const auto& row : page.results) field.pick(row.execution, values);
    if (page.results.size() < page_rows || values.size() >= size) return values;
    others = query;
    others.paging.size = page_rows;
    if (!field.exclude(others, values)) break;
  }
  return values;
}

/// The values of the newest executions of each flow that matches.
base::Result<Values> values_of_newest(store::Reader& reader, const store::ExecutionQuery& query,
                                      const ValueField& field, size_t size) {
  GYR_TRY(const Values flows, values_of_all(reader, query, field_of_flows, max_looked_at / least_of_a_flow));
  Values values;
  for (const std::string& flow : flows) {
    store::ExecutionQuery of_flow = query;
    of_flow.flow_ids.push_back({store::Operator::equals, {flow}});
    of_flow.paging.size = static_cast<uint32_t>(std::max(least_of_a_flow, max_looked_at / flows.size()));
    GYR_TRY(auto page, reader.search_executions(of_flow));
    for (const auto& row : page.results) field.pick(row.execution, values);
    if (values.size() >= size) break;
  }
  return values;
}

base::Result<std::vector<std::string>> values_of(store::Reader& reader, store::ExecutionQuery query,
                                                 const ValueField& field, size_t size) {
  query.paging.count_limit = 1;
  GYR_TRY(Values values, field.exclude == nullptr ? values_of_newest(reader, query, field, size)
                                                  : values_of_all(reader, query, field, size));
  std::vector<std::string> list(values.begin(), values.end());
  if (list.size() > size) list.resize(size);
  return list;
}

base::Task<base::Result<std::vector<std::string>>> distinct_values(Request* request, DistinctQuery wanted) {
  const auto field = std::ranges::find_if(
      fields, [&](const ValueField& one) { return one.name == wanted.field || one.newer_name == wanted.field; });
  if (field == std::end(fields))
    co_return base::fail(bad_argument, fmt::format("`field`: the values of {} cannot be listed", wanted.field));
  GYR_CO_TRY(auto selection, select_executions(*request));
  if (selection.nothing) co_return std::vector<std::string>();
  co_return co_await request->read(
      [query = std::move(selection.query), field, size = std::min(wanted.size, max_values)](store::Reader& reader) {
        return values_of(reader, query, *field, static_cast<size_t>(size));
      });
}

}  // namespace

std::vector<Route> execution_value_routes() {
  return {
      {.method = Method::get,
       .path = "~/executions/distinct-field-values",
       .operation = "findDistinctFieldValues",
       .summary = "List the values of a field in the matching executions",
       .rule = {{"EXECUTION", Action::read}, of_rows},
       .handler = typed<distinct_values>,
       .filters = Resource::execution},
  };
}

}  // namespace gyr::web
