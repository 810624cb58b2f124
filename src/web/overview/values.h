// Summaries of flows and counts of executions, as JSON.
#pragma once

#include "web/flows/values.h"
#include "web/http/described.h"
#include "web/runs/values.h"

namespace gyr::web {
namespace json {

/// A run of a flow, as the strip of its last runs shows it.
struct FlowRun {
  std::string id;
  std::string state;
  base::Instant started_at;
  std::optional<base::Duration> duration;
};

/// The next date of a flow.
struct FlowNext {
  base::Instant date;
  std::string trigger_id;
};

/// A trigger of a flow.
struct FlowTrigger {
  std::string id;
  std::string type;
  std::string text;
  bool disabled = false;
};

/// What the newest executions of a flow wait for.
struct FlowWaiting {
  std::string for_;
  base::Instant since;
};

/// What a list shows beside a flow.
struct FlowOverview {
  std::string namespace_;
  std::string id;
  std::optional<FlowRun> last;
  std::vector<FlowRun> runs;
  std::optional<FlowNext> next;
  std::vector<FlowTrigger> triggers;
  std::optional<FlowWaiting> waiting;
};

/// The flows of a page of a list.
struct FlowOverviewRequest {
  std::vector<FlowId> flows;
  int64_t last = 20;
};

/// The executions to count.
struct CountRequest {
  base::Value filters;  ///< a list, as in other bodies; null: none
  std::string interval = "auto";
};

/// The executions that started in one period.
struct CountBucket {
  base::Instant start;
  base::Instant end;
  CountsByState by_state;
};

/// Counts of executions.
struct ExecutionCounts {
  uint64_t total = 0;
  bool about = false;
  CountsByState by_state;
  std::vector<CountBucket> buckets;
};

}  // namespace json

template <>
struct Described<json::FlowRun> {
  using T = json::FlowRun;
  static constexpr std::string_view name = "FlowRun";
  static constexpr auto fields = std::tuple(field("id", &T::id), field("state", &T::state),
                                            field("startedAt", &T::started_at), field("duration", &T::duration));
};
template <>
struct Described<json::FlowNext> {
  using T = json::FlowNext;
  static constexpr std::string_view name = "FlowNext";
  static constexpr auto fields = std::tuple(field("date", &T::date), field("triggerId", &T::trigger_id));
};
template <>
struct Described<json::FlowTrigger> {
  using T = json::FlowTrigger;
  static constexpr std::string_view name = "FlowTrigger";
  static constexpr auto fields = std::tuple(
      field("id", &T::id), field("type", &T::type),
      field("text", &T::text, {.documentation = "The cron expression, the interval or the name of the type"}),
      field("disabled", &T::disabled));
};
template <>
struct Described<json::FlowWaiting> {
  using T = json::FlowWaiting;
  static constexpr std::string_view name = "FlowWaiting";
  static constexpr auto fields = std::tuple(
      field("for", &T::for_,
            {.documentation = "slot: an execution is QUEUED for its turn; pause: one of the listed ones is PAUSED"}),
      field("since", &T::since));
};
template <>
struct Described<json::FlowOverview> {
  using T = json::FlowOverview;
  static constexpr std::string_view name = "FlowOverview";
  static constexpr auto fields =
      std::tuple(field("namespace", &T::namespace_), field("id", &T::id), field("last", &T::last),
                 field("runs", &T::runs, {.documentation = "The newest first"}), field("next", &T::next),
                 field("triggers", &T::triggers), field("waiting", &T::waiting));
};
template <>
struct Described<json::FlowOverviewRequest> {
  using T = json::FlowOverviewRequest;
  static constexpr std::string_view name = "FlowOverviewRequest";
  static constexpr auto fields = std::tuple(
      field("flows", &T::flows, {.documentation = "At most 500"}),
      field("last", &T::last, {.documentation = "How many runs, at most 50", .example = "20", .optional = true}));
};
template <>
struct Described<json::CountRequest> {
  using T = json::CountRequest;
  static constexpr std::string_view name = "CountRequest";
  static constexpr auto fields =
      std::tuple(field("filters", &T::filters, {.documentation = "`[{field, operation, value}]`", .optional = true}),
                 field("interval", &T::interval, {.example = "PT30M", .optional = true}));
};
template <>
struct Described<json::CountBucket> {
  using T = json::CountBucket;
  static constexpr std::string_view name = "CountBucket";
  static constexpr auto fields =
      std::tuple(field("start", &T::start), field("end", &T::end), field("byState", &T::by_state));
};
template <>
struct Described<json::ExecutionCounts> {
  using T = json::ExecutionCounts;
  static constexpr std::string_view name = "ExecutionCounts";
  static constexpr auto fields = std::tuple(
      field("total", &T::total),
      field("about", &T::about, {.documentation = "Only the newest 2,000 matches were counted: there are more"}),
      field("byState", &T::by_state),
      field("buckets", &T::buckets,
            {.documentation = "By time of start, in order, without empty ones; at most 200 and all equally long"}));
};

}  // namespace gyr::web
