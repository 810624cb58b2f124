// What a task type is: one C++ file with a struct of properties, describe() and run().
//
//   struct Return {
//     model::Dynamic<std::string> format;
//     static plugin::TaskType describe();
//     base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
//   };
//
//   TaskType Return::describe() {
//     return task_type<Return>("io.kestra.plugin.core.debug.Return")
//         .title("Returns a value").trait(Trait::pure)
//         .property("format", &Return::format, {.title = "Text to return"})
//         .output("value", {.type = ValueType::string, .title = "Rendered text"})
//         .metric("length", MetricType::counter, "Length of the text")
//         .example("Greets a person", R"(…yaml…)")
//         .build();
//   }
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "model/execution.h"
#include "plugin_api/type_builder.h"

namespace gyr::plugin {

class RunContext;

/// What the engine may do with a task.
enum class Trait : uint32_t {
  pure = 1,                 ///< no effect outside: may run inline, and again
  blocking = 2,             ///< needs a pool thread
  flowable = 4,             ///< only orchestrates; described in engine/flowable
  executable = 8,           ///< starts other executions; run by the executor
  execution_updating = 16,  ///< changes the running execution; run by the executor
  killable = 32,            ///< reacts to cancellation within 2 s
  resumable = 64,           ///< finds its remote job again after a worker restart
};

/// The result of a successful attempt: outputs, and a final state if the task sets one.
struct Success {
  base::Value outputs;                      ///< null or a map; null entries are left out
  std::optional<model::State> final_state;  ///< success where absent
};

/// The result of a failed attempt: the message is logged at ERROR; the outputs so far are kept.
struct Failure {
  base::Error error;
  base::Value outputs;
  Failure(base::Error error, base::Value outputs = {})
      : error(std::move(error)), outputs(std::move(outputs)) {}  // NOLINT
};

using TaskResult = std::expected<Success, Failure>;

/// A registered task type. Immutable; lives as long as the registry.
struct TaskType : TypeDescription {
  uint32_t traits = 0;
  struct MetricInfo {
    std::string name;
    model::MetricType type;
    std::string title;
  };
  std::vector<MetricInfo> metrics;
  /// Runs one attempt. Null for flowable, executable and execution-updating types, which the engine runs.
  /// The object outlives the task.
  base::Task<TaskResult> (*run)(const model::PluginObject& object, RunContext& context) = nullptr;

  bool is(Trait trait) const { return (traits & static_cast<uint32_t>(trait)) != 0; }
  bool runnable() const { return run != nullptr; }
};

/// Describes a task type; T is the struct of its properties. Where T has a run(), the task is runnable. Begun by
/// task_type<T>().
template <class T>
class TaskTypeBuilder : public TypeBuilder<TaskTypeBuilder<T>, T, TaskType> {
 public:
  explicit TaskTypeBuilder(std::string_view type) : TypeBuilder<TaskTypeBuilder<T>, T, TaskType>(type) {
    if constexpr (requires(const T& task, RunContext& context) {
                    { task.run(context) } -> std::same_as<base::Task<TaskResult>>;
                  }) {
      this->result_.run = [](const model::PluginObject& object, RunContext& context) {
        return static_cast<const HeldObject<T>&>(object).properties.run(context);
      };
    }
  }

  TaskTypeBuilder& trait(Trait trait) {
    this->result_.traits |= static_cast<uint32_t>(trait);
    return *this;
  }
  TaskTypeBuilder& metric(std::string_view name, model::MetricType type, std::string_view title) {
    this->result_.metrics.push_back({std::string(name), type, std::string(title)});
    return *this;
  }
};

template <class T>
TaskTypeBuilder<T> task_type(std::string_view type) {
  return TaskTypeBuilder<T>(type);
}

}  // namespace gyr::plugin
