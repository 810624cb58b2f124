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

/// The executions that are searched for values: the newest ones that match, page by page.
constexpr size_t max_looked_at = 20'000;
constexpr uint32_t page_rows = 1'000;
constexpr int64_t max_values = 1'000;

using Values = std::set<std::string>;
using Pick = void (*)(const model::Execution&, Values&);

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

/// Names as the contract writes them, and as clients of 2.0 do.
constexpr std::pair<std::string_view, Pick> fields[] = {
    {"namespace", of_namespace},
    {"NAMESPACE", of_namespace},
    {"flowId", of_flow},
    {"FLOW_ID", of_flow},
    {"state", of_state},
    {"STATE", of_state},
    {"kind", of_kind},
    {"KIND", of_kind},
    {"flowRevision", of_revision},
    {"FLOW_REVISION", of_revision},
    {"triggerId", of_trigger},
    {"TRIGGER_ID", of_trigger},
    {"labels", of_labels},
    {"LABELS", of_labels},
};

base::Result<std::vector<std::string>> values_of(store::Reader& reader, store::ExecutionQuery query, Pick pick,
                                                 size_t size) {
  Values values;
  query.paging.size = page_rows;
  query.paging.count_limit = 1;
  for (query.paging.page = 1; query.paging.page <= max_looked_at / page_rows; ++query.paging.page) {
    GYR_TRY(auto page, reader.search_executions(query));
    for (const auto& row : page.results) pick(row.execution, values);
    if (page.results.size() < page_rows || values.size() >= size) break;
  }
  std::vector<std::string> list;
  for (const std::string& value : values) {
    if (list.size() == size) break;
    list.push_back(value);
  }
  return list;
}

base::Task<base::Result<std::vector<std::string>>> distinct_values(Request* request, DistinctQuery wanted) {
  const auto field = std::ranges::find(fields, wanted.field, &std::pair<std::string_view, Pick>::first);
  if (field == std::end(fields))
    co_return base::fail(bad_argument, fmt::format("`field`: the values of {} cannot be listed", wanted.field));
  GYR_CO_TRY(auto selection, select_executions(*request));
  if (selection.nothing) co_return std::vector<std::string>();
  co_return co_await request->read([query = std::move(selection.query), pick = field->second,
                                    size = std::min(wanted.size, max_values)](store::Reader& reader) {
    return values_of(reader, query, pick, static_cast<size_t>(size));
  });
}

}  // namespace

std::vector<Route> execution_value_routes() {
  return {
      {.method = Method::get,
       .path = "~/executions/distinct-field-values",
       .operation = "findDistinctFieldValues",
       .summary = "List the values of a field in the newest matching executions",
       .rule = {{"EXECUTION", Action::read}, of_rows},
       .handler = typed<distinct_values>,
       .filters = Resource::execution},
  };
}

}  // namespace gyr::web
