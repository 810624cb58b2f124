// Two executions side by side, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The head of one of the executions.
struct ComparedExecution {
  base::Id id;
  std::string namespace_;
  std::string flow_id;
  int32_t revision = 0;
  std::string state;
  base::Instant started_at;
  std::optional<base::Duration> duration;
};

/// A value of each side; without one, the side has none.
struct ComparedValue {
  std::string key;
  std::optional<base::Value> left;
  std::optional<base::Value> right;
  bool same = false;
};

/// A task run of one side.
struct ComparedRun {
  std::string state;
  std::optional<base::Duration> duration;
};

/// The runs of one task with one value of a loop.
struct ComparedTask {
  std::string task_id;
  std::optional<std::string> value;
  std::optional<ComparedRun> left;
  std::optional<ComparedRun> right;
};

/// The revisions of the flow.
struct ComparedFlow {
  bool same_flow = false;
  int32_t left_revision = 0;
  int32_t right_revision = 0;
};

/// Two executions side by side.
struct Comparison {
  ComparedExecution left;
  ComparedExecution right;
  std::vector<ComparedValue> inputs;
  std::vector<ComparedValue> outputs;
  std::vector<ComparedValue> labels;
  std::vector<ComparedTask> tasks;
  bool more_tasks = false;
  ComparedFlow flow;
};

}  // namespace json

template <>
struct Described<json::ComparedExecution> {
  using T = json::ComparedExecution;
  static constexpr std::string_view name = "ComparedExecution";
  static constexpr auto fields =
      std::tuple(field("id", &T::id), field("namespace", &T::namespace_), field("flowId", &T::flow_id),
                 field("revision", &T::revision), field("state", &T::state), field("startedAt", &T::started_at),
                 field("duration", &T::duration, {.documentation = "Only after the end"}));
};
template <>
struct Described<json::ComparedValue> {
  using T = json::ComparedValue;
  static constexpr std::string_view name = "ComparedValue";
  static constexpr auto fields =
      std::tuple(field("key", &T::key), field("left", &T::left), field("right", &T::right), field("same", &T::same));
};
template <>
struct Described<json::ComparedRun> {
  using T = json::ComparedRun;
  static constexpr std::string_view name = "ComparedRun";
  static constexpr auto fields = std::tuple(field("state", &T::state), field("duration", &T::duration));
};
template <>
struct Described<json::ComparedTask> {
  using T = json::ComparedTask;
  static constexpr std::string_view name = "ComparedTask";
  static constexpr auto fields = std::tuple(field("taskId", &T::task_id), field("value", &T::value),
                                            field("left", &T::left), field("right", &T::right));
};
template <>
struct Described<json::ComparedFlow> {
  using T = json::ComparedFlow;
  static constexpr std::string_view name = "ComparedFlow";
  static constexpr auto fields = std::tuple(field("sameFlow", &T::same_flow), field("leftRevision", &T::left_revision),
                                            field("rightRevision", &T::right_revision));
};
template <>
struct Described<json::Comparison> {
  using T = json::Comparison;
  static constexpr std::string_view name = "Comparison";
  static constexpr auto fields = std::tuple(
      field("left", &T::left), field("right", &T::right), field("inputs", &T::inputs), field("outputs", &T::outputs),
      field("labels", &T::labels),
      field("tasks", &T::tasks,
            {.documentation = "In the order of the left one; then those that only the right one has"}),
      field("moreTasks", &T::more_tasks, {.documentation = "Only the first 2,000 task runs of each are compared"}),
      field("flow", &T::flow));
};

}  // namespace gyr::web
