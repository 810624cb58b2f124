// A flow as it was declared: everything of FLOW-10, bound and checked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "model/execution.h"
#include "model/input.h"
#include "model/output.h"
#include "model/retry.h"
#include "model/task.h"
#include "model/trigger.h"
#include "syntax/node.h"

namespace gyr::model {

enum class ConcurrencyBehavior : uint8_t { queue, cancel, fail };

/// EXEC-60: how many executions of the flow may run at a time.
struct Concurrency {
  int32_t limit = 1;
  ConcurrencyBehavior behavior = ConcurrencyBehavior::queue;
  static const Schema& schema();
};

enum class SlaType : uint8_t { max_duration, execution_assertion };
enum class SlaBehavior : uint8_t { fail, cancel, none };

/// FLOW-80.
struct Sla {
  SlaType type = SlaType::max_duration;
  std::string id;
  SlaBehavior behavior = SlaBehavior::none;
  std::vector<Label> labels;
  base::Duration duration;         ///< max_duration
  Dynamic<std::string> assertion;  ///< execution_assertion: truthy is fine
};

enum class CheckStyle : uint8_t { info, success, warning, error };
enum class CheckBehavior : uint8_t { block_execution, fail_execution, create_execution };

/// FLOW-85: what must hold before an execution is created.
struct Check {
  Dynamic<Typed> condition;
  std::string message;
  CheckStyle style = CheckStyle::info;
  CheckBehavior behavior = CheckBehavior::block_execution;
  static const Schema& schema();
};
std::string_view to_text(CheckStyle style);
std::string_view to_text(CheckBehavior behavior);

/// Tasks that run after the execution; replaced by `afterExecution` [old].
struct Listener {
  std::string description;
  std::vector<ConditionSpec> conditions;
  std::vector<TaskSpec> tasks;
  static const Schema& schema();
};

/// FLOW-60: values for every object of a type.
struct PluginDefault {
  std::string type;
  bool forced = false;
  std::string ref;
  syntax::NodePtr values;  ///< a mapping; null where none is given
};

/// A flow without errors. Immutable, shared by everything that runs it; any thread. It refers to the types of its
/// TypeSource, which must outlive it.
struct Flow {
  std::string id;
  std::string namespace_;
  int32_t revision = 0;  ///< set when the flow is stored; 0: not stored yet
  std::string description;
  std::vector<Label> labels;
  std::vector<Input> inputs;
  base::Value variables;  ///< a map
  std::vector<FlowOutput> outputs;
  std::vector<TaskSpec> tasks;
  std::vector<TaskSpec> errors;
  std::vector<TaskSpec> finally;
  std::vector<TaskSpec> after_execution;
  std::vector<TriggerSpec> triggers;
  std::vector<PluginDefault> plugin_defaults;
  std::optional<Concurrency> concurrency;
  std::optional<Retry> retry;
  std::vector<Sla> sla;
  std::vector<Check> checks;
  std::vector<Listener> listeners;
  std::optional<WorkerGroup> worker_group;
  bool disabled = false;
  bool deleted = false;
  bool draft = false;
  std::string tenant_id;  ///< as written; the code that stores the flow decides
  std::optional<base::Instant> updated;
  base::Value quotas;  ///< parsed and kept
  base::Value policy_refs;
  base::Value worker_selector;
  syntax::NodePtr node;   ///< as written, without plugin defaults
  std::string templates;  ///< versions of the expanded templates (model/template_expansion.h); set by the code that
                          ///< expanded them

  static const Schema& schema();

  /// Every task of the flow, in any list, parents before children.
  void for_each_task(const std::function<void(const TaskSpec&)>& visitor) const;
  /// The task with this id anywhere in the flow, or null pointer.
  const TaskSpec* find_task(std::string_view task_id) const;
  const TriggerSpec* find_trigger(std::string_view trigger_id) const;
};

GYR_NAMED_ENUM(ConcurrencyBehavior, "io.kestra.core.models.flows.Concurrency$Behavior");
GYR_NAMED_ENUM(SlaBehavior, "io.kestra.core.models.flows.sla.SLA$Behavior");
GYR_NAMED_ENUM(CheckStyle, "io.kestra.core.models.flows.check.Check$Style");
GYR_NAMED_ENUM(CheckBehavior, "io.kestra.core.models.flows.check.Check$Behavior");

template <>
struct Binder<Sla> {
  static constexpr bool dynamic = false;
  static constexpr std::string_view type_name() { return "io.kestra.core.models.flows.sla.SLA"; }
  static TypeInfo type_info();
  static void bind(const syntax::NodePtr& node, Sla& target, BindContext& context);
};

template <>
struct Binder<PluginDefault> {
  static constexpr bool dynamic = false;
  static constexpr std::string_view type_name() { return "io.kestra.core.models.flows.PluginDefault"; }
  static TypeInfo type_info();
  static void bind(const syntax::NodePtr& node, PluginDefault& target, BindContext& context);
};

}  // namespace gyr::model
