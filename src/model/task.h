// Tasks as a flow declares them: the properties every task has (TASK-2), and the object of its type.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "base/assert.h"
#include "base/instant.h"
#include "model/dynamic.h"
#include "model/execution.h"
#include "model/retry.h"
#include "model/schema.h"
#include "syntax/node.h"

namespace gyr::model {

enum class WorkerGroupFallback : uint8_t { wait, fail, cancel };

/// Which workers may run something (TASK-10).
struct WorkerGroup {
  Dynamic<std::string> key;
  std::optional<WorkerGroupFallback> fallback;
  static const Schema& schema();
};

/// TASK-8.
struct TaskCache {
  bool enabled = false;
  std::optional<base::Duration> ttl;
  static const Schema& schema();
};

/// What a task or trigger reads and writes, for lineage.
struct AssetsDeclaration {
  Dynamic<bool> enable_auto;
  Dynamic<base::Value> inputs;
  Dynamic<base::Value> outputs;
  static const Schema& schema();
};

/// An object of a registered type, with its source. Shared by everything that was bound from the same flow; immutable,
/// any thread.
struct TypedObject {
  std::string type;          ///< the real name, after aliases
  std::string written_type;  ///< as the author wrote it
  std::shared_ptr<const PluginObject> object;
  const TypeSource::Found* found = nullptr;  ///< lives as long as the type source
  syntax::NodePtr node;                      ///< the whole mapping, plugin defaults merged in

  /// The struct of properties of the type. T must be the one it was described with.
  template <class T>
  const T& properties() const {
    GYR_ASSERT(found != nullptr && *found->properties_type == typeid(T));
    return *static_cast<const T*>(found->properties_of(const_cast<PluginObject&>(*object)));  // const again at once
  }
  bool is(std::string_view real_type) const { return type == real_type; }
};

/// One task of a flow: common properties and the bound object of its type. Immutable once bound; any thread.
struct TaskSpec : TypedObject {
  std::string id;
  std::string version;
  std::string description;
  bool disabled = false;
  Dynamic<std::string> run_if;  ///< not set: always (TASK-6)
  Dynamic<base::Duration> timeout;
  std::optional<Retry> retry;
  bool allow_failure = false;
  bool allow_warning = false;
  std::optional<LogLevel> log_level;
  bool log_to_file = false;
  std::optional<WorkerGroup> worker_group;
  std::optional<TaskCache> task_cache;
  std::optional<AssetsDeclaration> assets;
  std::string plugin_defaults_ref;
  /// Why the task cannot run although the flow is valid: a plugin default of a namespace or of the installation has a
  /// bad value for it (FLOW-64). Empty for all others.
  std::string defect;

  /// The properties of TASK-2, for every type.
  static const Schema& common_schema();
};

/// Calls the visitor for each list of child tasks of a task, nested objects included; nothing for tasks without
/// children.
void for_each_child_list(const TaskSpec& task, const ChildListVisitor& visitor);

/// Calls the visitor for every task of the list and below it, parents before children, in order.
void for_each_task(std::span<const TaskSpec> tasks, const std::function<void(const TaskSpec&)>& visitor);

GYR_NAMED_ENUM(WorkerGroupFallback, "io.kestra.core.models.tasks.WorkerGroup$Fallback");

template <>
struct Binder<TaskSpec> {
  static constexpr bool dynamic = false;
  static constexpr std::string_view type_name() { return "io.kestra.core.models.tasks.Task"; }
  static TypeInfo type_info() { return {.type = ValueType::task}; }
  static void bind(const syntax::NodePtr& node, TaskSpec& target, BindContext& context);
  static void visit_children(const TaskSpec& task, std::string_view path, const ChildListVisitor& visitor) {
    visitor(path, {&task, 1});
  }
};

template <>
struct Binder<std::vector<TaskSpec>> {
  static constexpr bool dynamic = false;
  static TypeInfo type_info() { return {.type = ValueType::tasks}; }
  static void bind(const syntax::NodePtr& node, std::vector<TaskSpec>& target, BindContext& context);
  static void visit_children(const std::vector<TaskSpec>& tasks, std::string_view path,
                             const ChildListVisitor& visitor) {
    visitor(path, tasks);
  }
};

namespace detail {
/// Finds the type of a mapping and binds the mapping to `common` (by `common_schema`) and to a new object of the type.
/// Returns false if the type is missing or unknown, or if the node is not a mapping; each is reported.
bool bind_typed(TypeSource::Kind kind, std::string_view class_name, const Schema& common_schema, void* common,
                const syntax::NodePtr& node, TypedObject& target, BindContext& context);
}  // namespace detail

}  // namespace gyr::model
