// The target execution of a host call (CORE-3).
#pragma once

#include "host/calls/arguments.h"
#include "host/host_service.h"

namespace gyr::executor {

/// Returns the running execution, or the execution that `executionId` names. That execution must belong to the flow
/// that `namespace` and `flowId` name; the default is the flow of the caller.
inline base::Result<store::ExecutionRow> target_execution(store::Reader& reader, const HostScope& scope,
                                                          const base::Value& arguments) {
  const auto text = text_argument(arguments, "executionId");
  const auto id = text ? base::Id::parse(*text) : std::optional(scope.execution);
  const std::string namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_);
  const std::string flow = text_argument(arguments, "flowId").value_or(scope.flow.id);
  std::optional<store::ExecutionRow> row;
  if (id) {
    GYR_TRY(row, reader.execution(*id));
  }
  const bool fits = row && *row->execution.flow == model::FlowKey{scope.flow.tenant, namespace_, flow};
  if (!fits) {
    return base::fail(host_refused, "Execution '" + text.value_or(scope.execution.to_text()) + "' of flow '" +
                                        namespace_ + "." + flow + "' not found");
  }
  return *std::move(row);
}

}  // namespace gyr::executor
