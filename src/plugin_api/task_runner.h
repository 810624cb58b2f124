// What a task runner is: a type that runs the commands of script tasks somewhere (RUNNER-1).
//
//   struct Process {
//     static plugin::TaskRunnerType describe();
//     base::Task<base::Result<plugin::RunnerExit>> run(plugin::RunContext& context, plugin::RunnerJob job) const;
//     static constexpr bool runs_on_worker = true;  // may be left out
//   };
//
//   TaskRunnerType Process::describe() {
//     return task_runner_type<Process>("io.kestra.plugin.core.runner.Process").title("Runs on the worker").build();
//   }
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "plugin_api/run_context.h"
#include "plugin_api/type_builder.h"
#include "plugin_api/warm_interpreter.h"

namespace gyr::plugin {

/// What a runner is to run.
struct RunnerJob {
  std::vector<std::string> command;                              ///< program and arguments
  std::vector<std::pair<std::string, std::string>> environment;  ///< override those of the runner; later entries win
  std::string image;                                             ///< for runners that use containers
  std::filesystem::path directory;                               ///< the working directory, on the worker
  std::filesystem::path output_directory;                        ///< below it; empty unless it was requested
  std::vector<std::string> output_patterns;                      ///< `outputFiles`, for runners that copy files back
  /// Called on the loop for every line of output, without its end.
  std::function<void(bool is_stderr, std::string_view line)> on_line;
  std::optional<WarmInterpreter> warm = {};  ///< for runners on the worker; with the same result as `command`
  /// For runners on the worker: how long a cancelled command may take to release what it holds, such as a lock.
  std::chrono::milliseconds kill_grace = default_kill_grace;
};

/// How it ended; an error instead means that it could not be run at all.
struct RunnerExit {
  int exit_code = 0;
  bool killed = false;  ///< by cancellation
  base::Value details;  ///< the output `taskRunner`; null or a map
};

/// A task runner as a flow configures it. Immutable; any thread. When the token of the context is cancelled, run() ends
/// everything that it started, even while it is still preparing.
class TaskRunner : public model::PluginObject {
 public:
  virtual base::Task<base::Result<RunnerExit>> run(RunContext& context, RunnerJob job) const = 0;
  /// Whether commands see the worker's own files and programs, as they do not in a container.
  virtual bool runs_on_worker() const = 0;
};

/// A registered type of task runner. Immutable; lives as long as the registry. Every object that it makes is a
/// TaskRunner.
struct TaskRunnerType : TypeDescription {};

/// Holds the properties of a runner type and runs by them.
template <class T>
class HeldRunner final : public TaskRunner {
 public:
  base::Task<base::Result<RunnerExit>> run(RunContext& context, RunnerJob job) const override {
    return properties.run(context, std::move(job));
  }
  bool runs_on_worker() const override {
    if constexpr (requires { T::runs_on_worker; }) {
      return T::runs_on_worker;
    } else {
      return true;
    }
  }
  T properties;
};

/// Describes a runner type; T is the struct of its properties with a run() as above. Begun by task_runner_type<T>().
template <class T>
class TaskRunnerTypeBuilder : public TypeBuilder<TaskRunnerTypeBuilder<T>, T, TaskRunnerType> {
 public:
  explicit TaskRunnerTypeBuilder(std::string_view type)
      : TypeBuilder<TaskRunnerTypeBuilder<T>, T, TaskRunnerType>(type) {
    this->result_.make = [] { return std::make_unique<HeldRunner<T>>(); };
    this->result_.properties_of = [](model::PluginObject& object) -> void* {
      return &static_cast<HeldRunner<T>&>(object).properties;
    };
  }
};

template <class T>
TaskRunnerTypeBuilder<T> task_runner_type(std::string_view type) {
  return TaskRunnerTypeBuilder<T>(type);
}

}  // namespace gyr::plugin
