// Expressions over a stored execution: eval, render, the code of a webhook's answer (EXPR-420, EXPR-421, TRIG-96).
#pragma once

#include <memory>
#include <string>

#include "engine/execution_state.h"
#include "web/request.h"

namespace gyr::web {

/// An execution read back with everything that expressions may ask of it. Immutable; any thread, one at a time.
using EvaluationState = std::shared_ptr<engine::ExecutionState>;

/// 404 where there is none, 409 where its flow cannot be had any more, 422 where it is too large to be evaluated here.
base::Task<base::Result<EvaluationState>> load_state(Request* request, base::Id execution);

/// Renders over the execution, or one of its task runs (a none id: the execution). Asks the host as tasks do; secrets
/// that were seen come out as stars (EXPR-410).
base::Task<base::Result<base::Value>> evaluate(Request* request, EvaluationState state, base::Id task_run,
                                               std::shared_ptr<const expression::ValueTemplate> source, bool typed);

}  // namespace gyr::web
