// Queries of the store: filters, order, pages.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "model/execution.h"

namespace gyr::store {

/// Operators of `filters[field][OP]` (API-30).
enum class Operator : uint8_t {
  equals,
  not_equals,
  greater,
  greater_or_equal,
  less,
  less_or_equal,
  in,
  not_in,
  starts_with,
  ends_with,
  contains,
  regex,
  prefix,
};

/// One condition on a text column; `values` has one element, except for in and not_in.
struct TextFilter {
  Operator op = Operator::equals;
  std::vector<std::string> values;
};
/// One condition on a date column.
struct TimeFilter {
  Operator op = Operator::greater_or_equal;
  base::Instant value;
};
/// equals, not_equals, in, not_in, contains; the negative operators also match if the key is missing.
struct LabelFilter {
  Operator op = Operator::equals;
  std::string key;
  std::vector<std::string> values;
};

/// One page of results. `total` is exact if rollups provide it; otherwise it is counted up to the `count_limit` of the
/// query. Beyond the limit it is the count so far and `total_is_exact` is false (rows are never counted one by one).
template <class T>
struct Page {
  std::vector<T> results;
  uint64_t total = 0;
  bool total_is_exact = true;
};

/// The page of a list; `total` is counted up to `count_limit` and is inexact above it.
struct Paging {
  uint32_t page = 1;  ///< from 1
  uint32_t size = 10;
  uint64_t count_limit = 100'000;
};

/// The position from which a log is read further: after the returned lines, even if lines are added or deleted.
struct LogCursor {
  uint64_t given = 0;  ///< the number of returned lines; used if too many sources must be sorted for each part
  /// For each source (day, and task run or execution): the sequence of the last returned line.
  std::map<std::pair<int32_t, base::Id>, uint32_t> behind;
};

/// One sort key.
struct Order {
  std::string field;  ///< the field name of the API: `state.startDate`, `id` …; the resource must be sortable by it
  bool descending = true;
};

/// A query for the current revisions of flows; empty fields do not restrict it.
struct FlowQuery {
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  std::vector<LabelFilter> labels;
  std::string text;         ///< case-insensitive, in id, namespace, description, labels; empty: all
  std::string source_text;  ///< in the source
  std::vector<Order> order;
  Paging paging;
};

/// All filters on one field must match.
struct ExecutionQuery {
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  std::vector<TextFilter> execution_ids;
  std::vector<model::State> states;  ///< empty: all
  std::vector<model::State> not_states;
  std::vector<LabelFilter> labels;
  std::vector<TimeFilter> started;
  std::vector<TimeFilter> ended;
  std::optional<base::Id> caller_execution;  ///< `triggerExecutionId`
  std::optional<bool> is_child;              ///< childFilter
  std::vector<model::ExecutionKind> kinds;   ///< empty: only normal executions (API-32)
  std::string text;                          ///< case-insensitive, in id, namespace, flow id, labels
  std::vector<Order> order;                  ///< empty: newest first by start
  Paging paging;
};

/// Counts of normal executions by state and start time, for charts.
struct RollupQuery {
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  base::Instant from;    ///< included; extended to whole buckets
  base::Instant to;      ///< not included
  bool by_day = false;   ///< buckets of one day (UTC) instead of one hour
  bool by_flow = false;  ///< one row per flow instead of sums
};
/// The number of executions of one bucket in one state.
struct RollupRow {
  base::Instant bucket;  ///< the start of the bucket
  model::State state = model::State::created;
  std::shared_ptr<const model::FlowKey> flow;  ///< only set if `by_flow`
  uint64_t count = 0;
  base::Duration duration;  ///< the sum for the ended executions
};

/// A query for log lines; empty fields do not restrict it.
struct LogQuery {
  std::string tenant;
  std::optional<base::Id> execution_id;
  std::optional<base::Id> task_run_id;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  std::vector<TextFilter> task_ids;
  std::vector<TextFilter> trigger_ids;
  std::optional<int32_t> attempt;
  model::LogLevel min_level = model::LogLevel::trace;
  std::vector<model::LogLevel> levels;  ///< only these levels; empty: all from `min_level`
  std::vector<TimeFilter> timestamps;
  std::string text;  ///< case-insensitive, in message, names and ids
  bool descending = false;
  Paging paging;
};

/// A query for the states of triggers; empty fields do not restrict it. Sortable by `id` (of the trigger), `flowId`,
/// `namespace`, `date`, `updatedDate`, `nextExecutionDate` or `executionId`, in both spellings of TRIG-190.
struct TriggerQuery {
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  std::vector<TextFilter> trigger_ids;
  std::vector<TextFilter> worker_ids;
  std::optional<bool> disabled;  ///< by its state
  std::optional<bool> locked;    ///< by an execution or an evaluation
  std::string text;              ///< case-insensitive, in the ids and the namespace
  std::vector<Order> order;
  Paging paging;
};

/// A query for keys of the KV store; empty fields do not restrict it.
struct KvQuery {
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> keys;
  std::string text;
  bool include_expired = false;
  base::Instant now;
  std::vector<Order> order;
  Paging paging;
};

}  // namespace gyr::store
