// Host calls: the requests of expressions and tasks to the server. HostService answers them; TaskCalls adds what only
// tasks can ask for.
#pragma once

#include <functional>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "expression/context.h"
#include "model/execution.h"

namespace gyr::executor {

inline constexpr base::ErrorCode host_refused{"GYR-E041"};  ///< the call is not allowed, or unknown

/// The caller of a host call; it determines the namespace and the permissions.
struct HostScope {
  model::FlowKey flow;
  base::Id execution;
  base::Id task_run;
};

/// Answers host calls. Thread-safe; does not block. The answer arrives on this thread or on one of the server's own.
class HostCalls {
 public:
  using Done = std::move_only_function<void(base::Result<base::Value>)>;

  virtual ~HostCalls() = default;
  virtual void call(HostScope scope, expression::HostCall call, Done done) = 0;
};

}  // namespace gyr::executor
