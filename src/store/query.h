// Questions to the store: filters, order, pages by key.
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

/// One condition on a text column; `values` has one element but for in and not_in.
struct TextFilter {
  Operator op = Operator::equals;
  std::vector<std::string> values;
};
/// One condition on a date column.
struct TimeFilter {
  Operator op = Operator::greater_or_equal;
  base::Instant value;
};
/// equals, not_equals, in, not_in, contains; the negative ones also hold where the key is missing.
struct LabelFilter {
  Operator op = Operator::equals;
  std::string key;
  std::vector<std::string> values;
};

/// Results of one page. `total` is exact where rollups know it and else up to `count_limit` of the query; beyond it is
/// what was counted until then and `total_is_exact` is false (rows are never counted one by one).
template <class T>
struct Page {
  std::vector<T> results;
  uint64_t total = 0;
  bool total_is_exact = true;
};

/// Which page of a list; `total` is counted up to `count_limit` and then said to be inexact.
struct Paging {
  uint32_t page = 1;  ///< from 1
  uint32_t size = 10;
  uint64_t count_limit = 100'000;
};

/// Where reading a log goes on: behind the lines given so far, whatever comes or goes meanwhile.
struct LogCursor {
  uint64_t given = 0;  ///< lines: what counts where too many sources are sorted for each part
  /// Of each source (day, and task run or execution) the sequence of the last line given.
  std::map<std::pair<int32_t, base::Id>, uint32_t> behind;
};

/// One key to sort by.
struct Order {
  std::string field;  ///< as the API names it: `state.startDate`, `id` …; must be one the resource can sort by
  bool descending = true;
};

/// A question for current revisions of flows; what is empty does not restrict.
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

/// Several filters on one field all have to hold.
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
  std::vector<model::ExecutionKind> kinds;   ///< empty: normal ones only (API-32)
  std::string text;                          ///< case-insensitive, in id, namespace, flow id, labels
  std::vector<Order> order;                  ///< empty: newest first by start
  Paging paging;
};

/// Counts of normal executions by state and time of their start, for charts.
struct RollupQuery {
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  base::Instant from;    ///< included; widened to whole buckets
  base::Instant to;      ///< not included
  bool by_day = false;   ///< buckets of a day (UTC) instead of an hour
  bool by_flow = false;  ///< one row for each flow instead of sums
};
/// How many executions of one bucket are in one state.
struct RollupRow {
  base::Instant bucket;  ///< its begin
  model::State state = model::State::created;
  std::shared_ptr<const model::FlowKey> flow;  ///< only where asked for by flow
  uint64_t count = 0;
  base::Duration duration;  ///< summed over those that have ended
};

/// A question for log lines; what is empty or unset does not restrict.
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
  std::vector<model::LogLevel> levels;  ///< of these only; empty: all from `min_level` up
  std::vector<TimeFilter> timestamps;
  std::string text;  ///< case-insensitive, in message, names and ids
  bool descending = false;
  Paging paging;
};

/// A question for the states of triggers; what is empty or unset does not restrict. Sorted by `id` (the trigger's),
/// `flowId`, `namespace`, `date`, `updatedDate`, `nextExecutionDate` or `executionId`, in either spelling of TRIG-190.
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

/// A question for keys of the KV store; what is empty does not restrict.
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
