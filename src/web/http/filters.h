// Converts the query of a list operation to a query of the store: filters (API-29, API-30), the parameters of older
// clients (API-31), order and page (API-27, API-28).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"
#include "net/url.h"
#include "store/query.h"
#include "web/http/filter_fields.h"

namespace gyr::web {

class Request;

/// One `filters[field][OP][label]=…`; the values of IN and NOT_IN are already split.
struct Filter {
  Field field = Field::q;
  store::Operator op = store::Operator::equals;
  std::string label;  ///< for labels: the third key, or empty
  std::vector<std::string> values;
};

/// All filters of a query. One error (bad_filter, 400) lists every problem: unknown fields and operators, fields that
/// the resource does not have, operators that the field does not support.
base::Result<std::vector<Filter>> parse_filters(const net::QueryList& query, Resource resource);
/// The filters of a query with groups: all of `all`, and all filters of one of `any_of`, unless that is empty.
struct FilterGroups {
  std::vector<Filter> all;
  std::vector<std::vector<Filter>> any_of;
};
/// The same with groups: `filters[or][0][state][EQUALS]=…`, `filters[or][1][and][0][namespace][EQUALS]=…`. The filters
/// of one number belong together.
base::Result<FilterGroups> parse_filter_groups(const net::QueryList& query, Resource resource);
/// `{"filters": [{"field", "operation", "value"}]}`, or only the list, as in a query: some newer operations have
/// filters in their body (TRIG-235). Anything else is an error: a filter that is not understood must not select
/// everything.
base::Result<net::QueryList> filters_of_body(const base::Value& body);
/// Whether the query contains `filters[…]`; otherwise the parameters of older clients are used.
bool has_filters(const net::QueryList& query);

/// `sort=field:asc`, repeated or separated by commas (API-28).
base::Result<std::vector<store::Order>> parse_order(const net::QueryList& query, Resource resource);
/// The same for a list with these fields; an unknown field is bad_argument (422).
base::Result<std::vector<store::Order>> parse_order(const net::QueryList& query,
                                                    std::span<const std::string_view> sortable);

/// A query of the store. `nothing`: the filters contradict each other, so the store is not queried.
template <class Query>
struct Selection {
  Query query;  ///< sees what the request may see
  bool nothing = false;
};

/// Which namespaces are listed.
struct NamespaceSelection {
  std::string text;                    ///< case-insensitive, in the name
  std::vector<std::string> not_texts;  ///< not in it
  bool existing_only = false;
};

// The selection of a request, including order and page.
base::Result<Selection<store::FlowQuery>> select_flows(const Request& request);
/// `more`: filters in addition to those of the query.
base::Result<Selection<store::ExecutionQuery>> select_executions(const Request& request,
                                                                 const net::QueryList& more = {});
/// The executions whose task runs are wanted. `states`, `not_states` and `order` are those of the task runs.
base::Result<Selection<store::ExecutionQuery>> select_task_runs(const Request& request);
base::Result<Selection<store::LogQuery>> select_logs(const Request& request);
base::Result<Selection<store::KvQuery>> select_keys(const Request& request);
base::Result<Selection<store::TriggerQuery>> select_triggers(const Request& request, const net::QueryList& more = {});
base::Result<NamespaceSelection> select_namespaces(const Request& request);

}  // namespace gyr::web
