// Triggers and conditions as a flow declares them (spec 03 sections 1 and 7).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/execution.h"
#include "model/schema.h"
#include "model/task.h"

namespace gyr::model {

/// A condition of a trigger. Immutable once bound; any thread.
struct ConditionSpec : TypedObject {
  static const Schema& common_schema();
};

/// One trigger of a flow: common properties (TRIG-2 to TRIG-18) and the bound object of its type.
struct TriggerSpec : TypedObject {
  std::string id;
  std::string version;
  std::string description;
  bool disabled = false;
  std::vector<ConditionSpec> conditions;
  Dynamic<std::string> when;    ///< not set: always (TRIG-7)
  std::vector<Label> labels;    ///< values are rendered
  Dynamic<base::Value> inputs;  ///< values for the flow's inputs (TRIG-9)
  std::vector<State> stop_after;
  bool allow_concurrent = false;
  bool fail_on_trigger_error = false;
  std::optional<LogLevel> log_level;
  bool log_to_file = false;
  std::optional<WorkerGroup> worker_group;
  std::optional<AssetsDeclaration> assets;
  base::Value worker_selector;
  base::Value policy_refs;
  std::string plugin_defaults_ref;
  std::string defect;  ///< as TaskSpec::defect

  static const Schema& common_schema();
};

/// How a script task runs its commands (spec 04): an object of a registered runner type.
struct TaskRunnerSpec : TypedObject {
  std::string version;
  std::string plugin_defaults_ref;
  static const Schema& common_schema();
};

#define GYR_MODEL_TYPED_BINDER(spec, value_type, java)                                 \
  template <>                                                                          \
  struct Binder<spec> {                                                                \
    static constexpr bool dynamic = false;                                             \
    static constexpr std::string_view type_name() { return java; }                     \
    static TypeInfo type_info() { return {.type = ValueType::value_type}; }            \
    static void bind(const syntax::NodePtr& node, spec& target, BindContext& context); \
  }

GYR_MODEL_TYPED_BINDER(ConditionSpec, condition, "io.kestra.core.models.conditions.Condition");
GYR_MODEL_TYPED_BINDER(TriggerSpec, trigger, "io.kestra.core.models.triggers.AbstractTrigger");
GYR_MODEL_TYPED_BINDER(TaskRunnerSpec, task_runner, "io.kestra.core.models.tasks.runners.TaskRunner");
#undef GYR_MODEL_TYPED_BINDER

}  // namespace gyr::model
