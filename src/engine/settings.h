// What the engine is given once: contents of contexts that do not depend on an execution, and its bounds.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "model/encryptor.h"

namespace gyr::engine {

/// Bounds of one step, by counts and never by a clock, so that a step repeats (principle: bounded steps).
struct StepLimits {
  uint32_t task_runs = 250;  ///< state changes of runs that a step goes through before it posts a Continue: about 2 ms
  uint64_t change_bytes = 1024 * 1024;  ///< outputs and log lines a step may produce
};

inline constexpr base::ErrorCode subflow_too_deep{"GYR-E040"};  ///< ExecutionLimits::subflow_depth
inline constexpr base::ErrorCode execution_limit{"GYR-E047"};   ///< any other of ExecutionLimits

/// Bounds of one execution; one that exceeds them fails with the name and value of the limit and stays readable. All of
/// an execution that runs is in memory, and what one step changes of it is one batch of the store.
struct ExecutionLimits {
  uint32_t task_runs = 2'000'000;
  uint64_t outputs_bytes = 256ULL * 1024 * 1024;  ///< of all its task runs, and its variables
  uint64_t run_outputs_bytes =
      64ULL * 1024 * 1024;  ///< of one task run, of the flow itself, inputs of a subflow, values of a loop
  /// Levels of lists and maps in the outputs of one task run or of the flow: contexts add some, and
  /// base::limits::value_depth is what the program can hold.
  uint32_t outputs_depth = 220;
  uint32_t subflow_depth = 64;  ///< executions above one that a Subflow task started
};

/// Variables of namespaces as they are now (GOV-2). Any thread.
class NamespaceVariables {
 public:
  virtual ~NamespaceVariables() = default;
  /// Of the namespace and its parents, the nearest wins; names nest at dots. Null where there is none.
  virtual base::Value variables(std::string_view tenant, std::string_view namespace_) const = 0;
};

/// Immutable; shared by every step.
struct Settings {
  base::Value envs = base::Value::empty_map();     ///< EXPR-391
  base::Value globals = base::Value::empty_map();  ///< EXPR-392
  base::Value kestra = base::Value::empty_map();   ///< EXPR-393: environment, url
  const NamespaceVariables* namespaces = nullptr;  ///< EXPR-394; null where namespaces have no variables
  bool recursive_rendering = false;                ///< EXPR-312
  /// Encrypts SECRET outputs (FLOW-48); null without a key.
  const model::Encryptor* encryptor = nullptr;
  StepLimits step;
  ExecutionLimits execution;
  /// How long a kill waits for workers to confirm before the runs are ended by force (EXEC-80).
  int64_t kill_wait_seconds = 60;
};

}  // namespace gyr::engine
