// From the query of a list operation to a question to the store: filters (API-29, API-30), the parameters of older
// clients (API-31), order and page (API-27, API-28).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"
#include "net/url.h"
#include "store/query.h"
#include "web/filter_fields.h"

namespace gyr::web {

class Request;

/// One `filters[field][OP][label]=…`; what IN and NOT_IN list is split already.
struct Filter {
  Field field = Field::q;
  store::Operator op = store::Operator::equals;
  std::string label;  ///< of labels: the third key, or empty
  std::vector<std::string> values;
};

/// All filters of a query. One error (bad_filter, 400) names every problem: unknown fields and operators, fields that
/// the resource does not have, operators that the field does not take.
base::Result<std::vector<Filter>> parse_filters(const net::QueryList& query, Resource resource);
/// `{"filters": [{"field", "operation", "value"}]}`, or the list alone, as a query has them: some newer operations take
/// filters in their body (TRIG-235). An error where it is anything else: a filter that is not understood must not
/// select everything.
base::Result<net::QueryList> filters_of_body(const base::Value& body);
/// Whether the query has any `filters[…]`; else the parameters of older clients count.
bool has_filters(const net::QueryList& query);

/// `sort=field:asc`, repeated or joined by commas (API-28).
base::Result<std::vector<store::Order>> parse_order(const net::QueryList& query, Resource resource);

/// A question to the store. `nothing`: the filters contradict each other, so there is no need to ask.
template <class Query>
struct Selection {
  Query query;
  bool nothing = false;
};

/// `limit` of a KV list and the like.
struct NamespaceSelection {
  std::string text;
  bool existing_only = false;
};

// What a request selects, order and page included.
base::Result<Selection<store::FlowQuery>> select_flows(const Request& request);
base::Result<Selection<store::ExecutionQuery>> select_executions(const Request& request);
base::Result<Selection<store::LogQuery>> select_logs(const Request& request);
base::Result<Selection<store::KvQuery>> select_keys(const Request& request);
/// `more`: filters besides those of the query.
base::Result<Selection<store::TriggerQuery>> select_triggers(const Request& request, const net::QueryList& more = {});
base::Result<NamespaceSelection> select_namespaces(const Request& request);

}  // namespace gyr::web
