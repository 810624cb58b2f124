// The registry of all types that this installation knows.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/schema.h"
#include "model/task.h"
#include "model/trigger.h"
#include "plugin_api/condition_type.h"
#include "plugin_api/task_type.h"
#include "plugin_api/trigger_type.h"
#include "plugin_api/type_policy.h"

namespace gyr::plugin {

/// Filled once at start by explicit calls, then only read: from any thread, without a lock. Lives until the program
/// ends; flows that were parsed with it point into it. Adding a name twice is a broken invariant.
class Registry final : public model::TypeSource {
 public:
  Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  ~Registry() override;

  /// Call it before anything is added. A type that is not allowed is in no list and is not found by the functions
  /// below. Flows that use it are refused with a message that says why. A stored flow that uses it is refused when it
  /// is to run.
  void restrict_to(TypePolicy policy) { policy_ = std::move(policy); }

  void add(TaskType type);
  void add(TriggerType type);
  void add(ConditionType type);
  void add(TaskRunnerType type);

  // By real name or alias, including the aliases of the families of FLOW-8; a null pointer if there is no such type.
  // One look-up each.
  const TaskType* task(std::string_view name) const;
  const TriggerType* trigger(std::string_view name) const;
  const ConditionType* condition(std::string_view name) const;
  const TaskRunnerType* task_runner(std::string_view name) const;

  // The type of a bound object, which must have been bound with this registry. No look-up.
  const TaskType& type_of(const model::TaskSpec& task) const;
  const TriggerType& type_of(const model::TriggerSpec& trigger) const;
  const ConditionType& type_of(const model::ConditionSpec& condition) const;
  const TaskRunnerType& type_of(const model::TaskRunnerSpec& runner) const;
  /// The same for callers that have only the trigger.
  static const TriggerType& trigger_type_of(const model::TriggerSpec& trigger);
  /// Null if the type is unknown or not allowed.
  static const ConditionType* condition_type_of(const model::ConditionSpec& condition);

  // All types of a kind, in the order in which they were added.
  const std::deque<TaskType>& tasks() const { return tasks_; }
  const std::deque<TriggerType>& triggers() const { return triggers_; }
  const std::deque<ConditionType>& conditions() const { return conditions_; }
  const std::deque<TaskRunnerType>& task_runners() const { return task_runners_; }

  // For the model.
  const Found* find(Kind kind, std::string_view type_or_alias) const override;
  std::vector<std::string_view> names(Kind kind) const override;

 private:
  struct Entry;
  struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };
  using Names = std::unordered_map<std::string, std::unique_ptr<const Entry>, NameHash, std::equal_to<>>;

  void add_names(Kind kind, const TypeDescription& type, bool flowable, bool runnable);
  const Entry* entry(Kind kind, std::string_view name) const;
  const TypeDescription& forbid(TypeDescription type);
  static const TypeDescription& description_of(const model::TypedObject& object);

  std::deque<TaskType> tasks_;
  std::deque<TriggerType> triggers_;
  std::deque<ConditionType> conditions_;
  std::deque<TaskRunnerType> task_runners_;
  Names names_[4];  // by kind
  TypePolicy policy_;
  std::deque<TypeDescription> forbidden_;
};

}  // namespace gyr::plugin
