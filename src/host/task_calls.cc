#include "host/task_calls.h"

#include "command/errors.h"
#include "host/calls/arguments.h"

namespace gyr::executor {

using base::Value;

void TaskCalls::call(HostScope scope, expression::HostCall call, Done done) {
  if (call.function != "execution.resume") return host_.call(std::move(scope), std::move(call), std::move(done));
  resume_execution(scope, call.arguments, answering_failed_jobs<Value>(std::move(done)));
}

void TaskCalls::resume_execution(const HostScope& scope, const Value& arguments, Done done) {
  const auto text = text_argument(arguments, "executionId");
  const auto id = text ? base::Id::parse(*text) : scope.execution;
  if (!id) return done(base::fail(execution_not_found, "Execution '" + *text + "' not found"));
  // The flow says whose execution it can be (CORE-3).
  model::FlowKey flow{scope.flow.tenant, text_argument(arguments, "namespace").value_or(scope.flow.namespace_),
                      text_argument(arguments, "flowId").value_or(scope.flow.id)};
  const Value* inputs = arguments.find("inputs");
  actions_.resume(std::move(flow), *id, inputs == nullptr ? Value() : *inputs, std::move(done));
}

}  // namespace gyr::executor
