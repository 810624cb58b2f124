// What the last runs of a flow tell about it, as JSON.
#pragma once

#include <utility>

#include "web/executions/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The number of durations between two bounds.
struct DurationBucket {
  base::Duration from;
  base::Duration to;
  uint64_t n = 0;
};

/// How long something lasts.
struct DurationInsight {
  base::Duration median;
  base::Duration p95;
  std::vector<DurationBucket> histogram;
};

/// How long the runs of a task last, and how many fail.
struct TaskInsight : DurationInsight {
  uint64_t runs = 0;
  uint64_t failed = 0;
};

/// The last ended executions of a flow.
struct FlowInsight {
  uint64_t runs = 0;
  std::optional<DurationInsight> duration;
  std::vector<std::pair<std::string, TaskInsight>> tasks;
};

/// A column of a grid.
struct GridRun {
  base::Id id;
  std::string state;
  base::Instant started_at;
  std::optional<base::Duration> duration;
  int32_t revision = 0;
  std::vector<Label> labels;
};

/// A row of a grid.
struct GridTask {
  std::string id;
  int64_t depth = 0;
};

/// The states of the tasks of a flow in its last executions.
struct FlowGrid {
  std::vector<GridRun> runs;
  std::vector<GridTask> tasks;
  std::vector<std::pair<std::string, std::vector<base::Value>>> cells;
  std::optional<std::string> next;
};

}  // namespace json

template <>
struct Described<json::DurationBucket> {
  using T = json::DurationBucket;
  static constexpr std::string_view name = "DurationBucket";
  static constexpr auto fields = std::tuple(field("from", &T::from), field("to", &T::to), field("n", &T::n));
};
template <>
struct Described<json::DurationInsight> {
  using T = json::DurationInsight;
  static constexpr std::string_view name = "DurationInsight";
  static constexpr auto fields =
      std::tuple(field("median", &T::median), field("p95", &T::p95), field("histogram", &T::histogram));
};
template <>
struct Described<json::TaskInsight> {
  using T = json::TaskInsight;
  static constexpr std::string_view name = "TaskInsight";
  static constexpr auto fields = std::tuple_cat(Described<json::DurationInsight>::fields,
                                                std::tuple(field("runs", &T::runs), field("failed", &T::failed)));
};
template <>
struct Described<json::FlowInsight> {
  using T = json::FlowInsight;
  static constexpr std::string_view name = "FlowInsight";
  static constexpr auto fields = std::tuple(
      field("runs", &T::runs, {.documentation = "How many executions there are"}), field("duration", &T::duration),
      field("tasks", &T::tasks,
            {.documentation = "By the id of the task; of each execution the first 2,000 task runs"}));
};
template <>
struct Described<json::GridRun> {
  using T = json::GridRun;
  static constexpr std::string_view name = "GridRun";
  static constexpr auto fields =
      std::tuple(field("id", &T::id), field("state", &T::state), field("startedAt", &T::started_at),
                 field("duration", &T::duration), field("revision", &T::revision), field("labels", &T::labels));
};
template <>
struct Described<json::GridTask> {
  using T = json::GridTask;
  static constexpr std::string_view name = "GridTask";
  static constexpr auto fields =
      std::tuple(field("id", &T::id), field("depth", &T::depth, {.documentation = "The number of enclosing tasks"}));
};
template <>
struct Described<json::FlowGrid> {
  using T = json::FlowGrid;
  static constexpr std::string_view name = "FlowGrid";
  static constexpr auto fields = std::tuple(
      field("runs", &T::runs, {.documentation = "The newest first"}),
      field("tasks", &T::tasks, {.documentation = "In the order of the flow; then those of older revisions"}),
      field("cells", &T::cells,
            {.documentation = "By the id of the execution: the state of each task in the order of `tasks`, null if it "
                              "did not run. Of several runs, the state that needs attention most"}),
      field("next", &T::next, {.documentation = "`before` of the next page"}));
};

}  // namespace gyr::web
