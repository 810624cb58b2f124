#include "model/task_order.h"

#include <algorithm>
#include <array>

namespace gyr::model {
namespace {

/// Whose children run one after the other, each once.
constexpr std::array<std::string_view, 5> in_order = {
    "io.kestra.plugin.core.flow.Sequential", "io.kestra.plugin.core.flow.If", "io.kestra.plugin.core.flow.Switch",
    "io.kestra.plugin.core.flow.AllowFailure", "io.kestra.plugin.core.flow.WorkingDirectory"};
/// Whose children run side by side, each once.
constexpr std::array<std::string_view, 2> beside_each_other = {"io.kestra.plugin.core.flow.Parallel",
                                                               "io.kestra.plugin.core.flow.Dag"};
bool is_one_of(std::span<const std::string_view> types, const TaskSpec& task) {
  return std::ranges::any_of(types, [&task](std::string_view type) { return task.is(type); });
}

}  // namespace

TaskOrder::TaskOrder(const Flow& flow) {
  for (const auto* list : {&flow.tasks, &flow.errors, &flow.finally, &flow.after_execution}) place(*list, {}, nullptr);
  for (const Listener& listener : flow.listeners) place(listener.tasks, {}, nullptr);
}

void TaskOrder::place(std::span<const TaskSpec> tasks, const Position& above, const TaskSpec* parent) {
  for (size_t i = 0; i < tasks.size(); ++i) {
    Position position = above;
    position.push_back({parent, tasks.data(), i});
    order_.push_back(&tasks[i]);
    for_each_child_list(
        tasks[i], [&](std::string_view, std::span<const TaskSpec> children) { place(children, position, &tasks[i]); });
    positions_.emplace(tasks[i].id, std::move(position));
  }
}

std::vector<std::string> TaskOrder::ids() const {
  std::vector<std::string> ids;
  for (const TaskSpec* task : order_) ids.push_back(task->id);
  return ids;
}

bool TaskOrder::comes_later(const Position& other, const Position& here) {
  const size_t levels = std::min(other.size(), here.size());
  for (size_t i = 0; i < levels; ++i) {
    const Step& a = other[i];
    const Step& b = here[i];
    if (a.parent != nullptr && !is_one_of(in_order, *a.parent) && !(a == b && is_one_of(beside_each_other, *a.parent)))
      return false;
    if (a == b) continue;
    return a.list == b.list && a.index > b.index;
  }
  return false;  // one holds the other
}

bool TaskOrder::comes_later(std::string_view other, std::string_view task) const {
  return comes_later(positions_.at(std::string(other)), positions_.at(std::string(task)));
}

std::vector<std::string> TaskOrder::before(std::string_view task) const {
  const auto found = positions_.find(std::string(task));
  if (found == positions_.end()) return ids();
  const Position& here = found->second;
  std::vector<std::string> ids;
  for (const TaskSpec* other : order_) {
    const Position& position = positions_.at(other->id);
    const auto [a, b] = std::ranges::mismatch(position, here);
    const bool one_holds_the_other = a == position.end() || b == here.end();
    if (!one_holds_the_other && !comes_later(position, here)) ids.push_back(other->id);
  }
  return ids;
}

}  // namespace gyr::model
