// Which tasks of a flow may have ended when another task begins, as far as the definition of the flow determines it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/flow.h"

namespace gyr::model {

/// The positions of all tasks of one flow, which outlives it. Lists run in order; loops and parallel tasks leave the
/// order open. Immutable; any thread.
class TaskOrder {
 public:
  explicit TaskOrder(const Flow& flow);

  bool has(std::string_view id) const { return positions_.contains(std::string(id)); }
  /// All ids, in the order of the flow.
  std::vector<std::string> ids() const;
  /// Whether `other` has certainly not run when `task` begins. Both exist.
  bool comes_later(std::string_view other, std::string_view task) const;
  /// The tasks that may have ended when `task` begins, in the order of the flow; all if the flow has no such task.
  std::vector<std::string> before(std::string_view task) const;

 private:
  /// One level of a place.
  struct Step {
    const TaskSpec* parent = nullptr;
    const TaskSpec* list = nullptr;  ///< its first task
    size_t index = 0;
    friend bool operator==(const Step&, const Step&) = default;
  };
  using Position = std::vector<Step>;

  void place(std::span<const TaskSpec> tasks, const Position& above, const TaskSpec* parent);
  static bool comes_later(const Position& other, const Position& here);

  std::vector<const TaskSpec*> order_;
  std::unordered_map<std::string, Position> positions_;
};

}  // namespace gyr::model
