// Which execution a task is about (CORE-3).
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/value.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {

/// Arguments of a host call about one execution. Without any of them, the call is about the running execution. A
/// namespace and a flow must be set together, and require an id.
inline base::Result<base::MapBuilder> target_arguments(const std::optional<std::string>& id,
                                                       const std::optional<std::string>& namespace_,
                                                       const std::optional<std::string>& flow) {
  using base::Value;
  if (!id && (namespace_ || flow)) {
    return base::fail(plugin::task_failed, "`namespace` and `flowId` require `executionId`");
  }
  if (namespace_.has_value() != flow.has_value()) {
    return base::fail(plugin::task_failed,
                      namespace_ ? "`namespace` requires `flowId`" : "`flowId` requires `namespace`");
  }
  auto text = [](const std::optional<std::string>& given) { return given ? Value::string(*given) : Value(); };
  base::MapBuilder arguments;
  arguments.set("executionId", text(id));
  arguments.set("namespace", text(namespace_));
  arguments.set("flowId", text(flow));
  return arguments;
}

}  // namespace gyr::plugins::core
