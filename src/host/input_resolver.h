// Evaluates what a partition cannot evaluate itself because host calls can be needed: the inputs of new executions,
// whose defaults can read keys, secrets or files (FLOW-27), and conditions and values of triggers (TRIG-115).
#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "engine/compiled_flow.h"
#include "host/host_render.h"

namespace gyr::executor {

/// The given inputs of one new execution.
struct InputRequest {
  std::shared_ptr<const engine::CompiledFlow> flow;
  base::Id execution;
  base::Value given;  ///< raw values by input id
  std::vector<model::Label> labels;
};

/// Calls back later on another thread, or immediately if no host call is needed. Thread-safe.
class InputResolver {
 public:
  using Done = std::move_only_function<void(base::Result<base::Value>)>;
  virtual ~InputResolver() = default;
  virtual void resolve(InputRequest request, Done done) = 0;
  /// Any other evaluation for a flow, as in evaluate_with_host().
  virtual void evaluate(HostScope scope, Evaluate evaluate, Done done) = 0;
};

}  // namespace gyr::executor
