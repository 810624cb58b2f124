// The host calls of tasks: those of expressions, and the operations on executions that need more than the host has.
#pragma once

#include <functional>

#include "host/host_service.h"

namespace gyr::executor {

/// The operations of tasks on executions (CORE-86).
class ExecutionActions {
 public:
  virtual ~ExecutionActions() = default;
  /// Resumes a paused execution of a flow; answers null when it continues.
  virtual void resume(model::FlowKey flow, base::Id execution, base::Value inputs,
                      std::move_only_function<void(base::Result<base::Value>)> done) = 0;
};

/// Stands above the host service: a resume evaluates inputs, whose expressions ask the host. See HostCalls for threads.
class TaskCalls final : public HostCalls {
 public:
  TaskCalls(HostService& host, ExecutionActions& actions) : host_(host), actions_(actions) {}

  void call(HostScope scope, expression::HostCall call, Done done) override;

 private:
  void resume_execution(const HostScope& scope, const base::Value& arguments, Done done);

  HostService& host_;
  ExecutionActions& actions_;
};

}  // namespace gyr::executor
