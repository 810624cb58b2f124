// Settings of the engine: contents of contexts that do not depend on an execution, and limits.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "model/encryptor.h"

namespace gyr::engine {

/// The limits of one step, as counts and not as times, so that a step is reproducible (principle: bounded steps).
struct StepLimits {
  uint32_t task_runs = 250;  ///< the number of state changes of runs before a step sends a Continue: about 2 ms
  uint64_t change_bytes = 1024 * 1024;  ///< the maximum size of the outputs and log lines of a step
};

inline constexpr base::ErrorCode subflow_too_deep{"GYR-E040"};  ///< ExecutionLimits::subflow_depth
inline constexpr base::ErrorCode execution_limit{"GYR-E047"};   ///< any other limit of ExecutionLimits

/// The limits of one execution. An execution that exceeds one fails with the name and the value of the limit, and stays
/// readable. A running execution is completely in memory, and the changes of one step are one batch of the store.
struct ExecutionLimits {
  uint32_t task_runs = 2'000'000;
  uint64_t outputs_bytes = 256ULL * 1024 * 1024;  ///< of all its task runs, and of its variables
  uint64_t run_outputs_bytes =
      /// of one task run, of the flow itself, of the inputs of a subflow, of the values of a loop
      64ULL * 1024 * 1024;
  /// The nesting levels of lists and maps in the outputs of one task run or of the flow. Contexts add some levels; the
  /// limit of the program is base::limits::value_depth.
  uint32_t outputs_depth = 220;
  uint32_t subflow_depth = 64;  ///< the number of executions above an execution that a Subflow task started
};

/// The current variables of namespaces (GOV-2). Thread-safe.
class NamespaceVariables {
 public:
  virtual ~NamespaceVariables() = default;
  /// Returns the variables of the namespace and its parents; the nearest one wins; names nest at dots. Null if there
  /// are none.
  virtual base::Value variables(std::string_view tenant, std::string_view namespace_) const = 0;
};

/// Immutable; shared by every step.
struct Settings {
  base::Value envs = base::Value::empty_map();     ///< EXPR-391
  base::Value globals = base::Value::empty_map();  ///< EXPR-392
  base::Value kestra = base::Value::empty_map();   ///< EXPR-393: environment, url
  const NamespaceVariables* namespaces = nullptr;  ///< EXPR-394; null if namespaces have no variables
  bool recursive_rendering = false;                ///< EXPR-312
  /// Encrypts SECRET outputs (FLOW-48); null without a key.
  const model::Encryptor* encryptor = nullptr;
  StepLimits step;
  ExecutionLimits execution;
  /// How long a kill waits for workers before the runs are ended forcibly (EXEC-80).
  int64_t kill_wait_seconds = 60;
};

}  // namespace gyr::engine
