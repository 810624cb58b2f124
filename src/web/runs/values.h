// Pages of task runs, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {

/// A count for each state that occurs, in the order of the states.
using CountsByState = std::vector<std::pair<std::string, uint64_t>>;

namespace json {

/// An attempt of a task run.
struct RunAttempt {
  std::string state;
  base::Instant started_at;
  std::optional<base::Instant> ended_at;
};

/// The direct children of a task run.
struct RunChildren {
  uint64_t total = 0;
  CountsByState by_state;
};

/// The execution that a Subflow task has started.
struct RunSubflow {
  std::string execution_id;
  std::string namespace_;
  std::string flow_id;
  std::string state;
};

/// A task run as lists and time lines show it.
struct RunRow {
  std::string id;
  std::string task_id;
  std::string task_type;
  std::optional<std::string> parent_id;
  std::optional<std::string> value;
  std::optional<int64_t> iteration;
  std::string state;
  std::optional<base::Instant> started_at;
  base::Instant queued_at;
  std::optional<base::Instant> ended_at;
  std::optional<base::Duration> duration;
  std::vector<RunAttempt> attempts;
  std::optional<std::string> worker;
  std::optional<RunChildren> children;
  std::optional<RunSubflow> subflow;
  uint64_t errors = 0;
  bool outputs = false;
};

/// A page of task runs.
struct RunPage {
  std::vector<RunRow> results;
  std::optional<std::string> next;
  uint64_t total = 0;
  CountsByState by_state;
  int64_t revision = 0;
};

}  // namespace json

template <>
struct Described<json::RunAttempt> {
  using T = json::RunAttempt;
  static constexpr std::string_view name = "RunAttempt";
  static constexpr auto fields =
      std::tuple(field("state", &T::state), field("startedAt", &T::started_at), field("endedAt", &T::ended_at));
};
template <>
struct Described<json::RunChildren> {
  using T = json::RunChildren;
  static constexpr std::string_view name = "RunChildren";
  static constexpr auto fields = std::tuple(field("total", &T::total), field("byState", &T::by_state));
};
template <>
struct Described<json::RunSubflow> {
  using T = json::RunSubflow;
  static constexpr std::string_view name = "RunSubflow";
  static constexpr auto fields = std::tuple(field("executionId", &T::execution_id), field("namespace", &T::namespace_),
                                            field("flowId", &T::flow_id), field("state", &T::state));
};
template <>
struct Described<json::RunRow> {
  using T = json::RunRow;
  static constexpr std::string_view name = "RunRow";
  static constexpr auto fields = std::tuple(
      field("id", &T::id), field("taskId", &T::task_id),
      field("taskType", &T::task_type, {.documentation = "Empty if the flow has no such task any more"}),
      field("parentId", &T::parent_id), field("value", &T::value), field("iteration", &T::iteration),
      field("state", &T::state), field("startedAt", &T::started_at, {.documentation = "When it was first RUNNING"}),
      field("queuedAt", &T::queued_at, {.documentation = "When it was created"}), field("endedAt", &T::ended_at),
      field("duration", &T::duration, {.documentation = "From its start, or else its creation, until its end"}),
      field("attempts", &T::attempts), field("worker", &T::worker, {.documentation = "Of the last attempt"}),
      field("children", &T::children), field("subflow", &T::subflow),
      field("errors", &T::errors,
            {.documentation = "Lines of level ERROR, among the first 20,000 lines of the execution"}),
      field("outputs", &T::outputs, {.documentation = "Whether it has outputs"}));
};
template <>
struct Described<json::RunPage> {
  using T = json::RunPage;
  static constexpr std::string_view name = "RunPage";
  static constexpr auto fields =
      std::tuple(field("results", &T::results), field("next", &T::next, {.documentation = "`after` of the next page"}),
                 field("total", &T::total, {.documentation = "All matches"}),
                 field("byState", &T::by_state, {.documentation = "All matches, also those that `state` leaves out"}),
                 field("revision", &T::revision, {.documentation = "`since` of a subscription to the changes"}));
};

}  // namespace gyr::web
