// What a partition cannot evaluate itself because the host may be asked: inputs of new executions, whose defaults read
// keys, secrets or files (FLOW-27), and conditions and values of triggers (TRIG-115).
#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "engine/compiled_flow.h"
#include "executor/host_render.h"

namespace gyr::executor {

/// The inputs of one new execution, as they were given.
struct InputRequest {
  std::shared_ptr<const engine::CompiledFlow> flow;
  base::Id execution;
  base::Value given;  ///< raw values by input id
  std::vector<model::Label> labels;
};

/// Answers on some other thread, later; at once where no host is asked. Any thread.
class InputResolver {
 public:
  using Done = std::move_only_function<void(base::Result<base::Value>)>;
  virtual ~InputResolver() = default;
  virtual void resolve(InputRequest request, Done done) = 0;
  /// Anything else that is evaluated for a flow, as evaluate_with_host() does.
  virtual void evaluate(HostScope scope, Evaluate evaluate, Done done) = 0;
};

}  // namespace gyr::executor
