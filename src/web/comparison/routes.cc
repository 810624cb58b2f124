// Two executions side by side (UI-1100).
#include "web/routes.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "web/comparison/values.h"
#include "web/executions/executions.h"
#include "web/http/typed.h"

namespace gyr::web {
namespace {

/// The executions to compare.
struct ComparisonQuery {
  std::string left, right;
};

/// The task runs of each side that are compared, and the size of a value that is shown.
constexpr size_t compared_runs = 2'000;
constexpr uint64_t compared_value_bytes = 1024 * 1024;

}  // namespace

template <>
struct DescribedQuery<ComparisonQuery> {
  using T = ComparisonQuery;
  static constexpr auto parameters =
      std::tuple(parameter("left", &T::left, {.documentation = "The id of an execution", .required = true}),
                 parameter("right", &T::right, {.documentation = "The id of another execution", .required = true}));
};

namespace {

using Values = std::vector<json::ComparedValue>;

std::optional<base::Duration> length_of(const model::StateHistory& state) {
  if (!model::is_terminated(state.current())) return std::nullopt;
  return state.last_date() - state.started();
}

json::ComparedExecution head_of_side(const model::Execution& execution) {
  return {.id = execution.id,
          .namespace_ = execution.flow->namespace_,
          .flow_id = execution.flow->id,
          .revision = execution.revision,
          .state = std::string(model::to_text(execution.state.current())),
          .started_at = execution.state.started(),
          .duration = length_of(execution.state)};
}

/// A text instead of a value that is too large to be shown.
base::Value shown_value(const base::Value& value) {
  if (value.weight() <= compared_value_bytes) return value;
  return base::Value::string("(the value is larger than 1 MB)");
}

/// All keys of both, in the order of the left one.
Values compare_maps(const base::Value& left, const base::Value& right) {
  Values values;
  const auto find = [](const base::Value& map, std::string_view key) { return map.is_map() ? map.find(key) : nullptr; };
  const auto add = [&](std::string_view key) {
    const base::Value* on_left = find(left, key);
    const base::Value* on_right = find(right, key);
    json::ComparedValue& value = values.emplace_back();
    value.key = key;
    if (on_left != nullptr) value.left = shown_value(*on_left);
    if (on_right != nullptr) value.right = shown_value(*on_right);
    value.same = on_left != nullptr && on_right != nullptr && *on_left == *on_right;
  };
  if (left.is_map()) {
    for (const auto& entry : left.entries()) add(entry.name());
  }
  if (right.is_map()) {
    for (const auto& entry : right.entries()) {
      if (find(left, entry.name()) == nullptr) add(entry.name());
    }
  }
  return values;
}

base::Value map_of_labels(const std::vector<model::Label>& labels) {
  base::MapBuilder builder;
  for (const model::Label& label : labels) builder.set_if_absent(label.key, base::Value::string(label.value));
  return builder.build();
}

json::ComparedRun compared_run(const model::TaskRun& run) {
  return {std::string(model::to_text(run.state.current())), length_of(run.state)};
}

/// The runs of the same task with the same value belong together; of several, in the order of their creation.
std::vector<json::ComparedTask> compare_runs(const std::vector<store::TaskRunHead>& left,
                                             const std::vector<store::TaskRunHead>& right) {
  using Name = std::tuple<std::string, std::optional<std::string>, size_t>;
  std::vector<json::ComparedTask> tasks;
  std::map<Name, size_t> place;
  std::map<std::pair<std::string, std::optional<std::string>>, size_t> count;
  const auto add = [&](const model::TaskRun& run, auto side) {
    const size_t number = count[{run.task_id, run.value}]++;
    const auto [found, is_new] = place.try_emplace(Name{run.task_id, run.value, number}, tasks.size());
    if (is_new) tasks.push_back({.task_id = run.task_id, .value = run.value, .left = {}, .right = {}});
    tasks[found->second].*side = compared_run(run);
  };
  for (const auto& head : left) add(head.run, &json::ComparedTask::left);
  count.clear();
  for (const auto& head : right) add(head.run, &json::ComparedTask::right);
  return tasks;
}

base::Task<base::Result<json::Comparison>> compare_executions(Request* request, ComparisonQuery wanted) {
  GYR_CO_TRY(const auto left, co_await find_execution(request, wanted.left, 1));
  GYR_CO_TRY(const auto right, co_await find_execution(request, wanted.right, 1));
  const model::Execution& on_left = left.row.execution;
  const model::Execution& on_right = right.row.execution;
  json::Comparison comparison;
  comparison.left = head_of_side(on_left);
  comparison.right = head_of_side(on_right);
  comparison.inputs = compare_maps(on_left.inputs, on_right.inputs);
  comparison.outputs = compare_maps(on_left.outputs, on_right.outputs);
  comparison.labels = compare_maps(map_of_labels(on_left.labels), map_of_labels(on_right.labels));
  comparison.flow = {*on_left.flow == *on_right.flow, on_left.revision, on_right.revision};
  using Sides = std::pair<std::vector<store::TaskRunHead>, std::vector<store::TaskRunHead>>;
  GYR_CO_TRY(const auto runs, co_await request->read([left_id = on_left.id, right_id = on_right.id](
                                                         store::Reader& reader) -> base::Result<Sides> {
    Sides sides;
    GYR_TRY(sides.first, reader.task_run_heads(left_id, 0, compared_runs));
    GYR_TRY(sides.second, reader.task_run_heads(right_id, 0, compared_runs));
    return sides;
  }));
  comparison.tasks = compare_runs(runs.first, runs.second);
  comparison.more_tasks = runs.first.size() == compared_runs || runs.second.size() == compared_runs;
  co_return comparison;
}

}  // namespace

std::vector<Route> comparison_routes() {
  return {
      {.method = Method::get,
       .path = "~/executions/compare",
       .operation = "compareExecutions",
       .summary = "Compare two executions: inputs, outputs, labels, task runs, revisions",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = typed<compare_executions>},
  };
}

}  // namespace gyr::web
