// Evaluates expressions in a stored execution: eval, render, the status of a webhook response (EXPR-420, EXPR-421,
// TRIG-96).
#pragma once

#include <memory>
#include <string>

#include "engine/execution_state.h"
#include "web/http/request.h"

namespace gyr::web {

/// An execution read from the store, with everything that expressions can use. Immutable. Any thread, but not
/// concurrently.
using EvaluationState = std::shared_ptr<engine::ExecutionState>;

/// 404 if it does not exist, 409 if its flow cannot be read any more, 422 if it is too large to be evaluated here.
base::Task<base::Result<EvaluationState>> load_state(Request* request, base::Id execution);

/// Renders in the execution, or in one of its task runs (none: the execution). Host calls work as in tasks; secrets in
/// the result are replaced by stars (EXPR-410).
base::Task<base::Result<base::Value>> evaluate(Request* request, EvaluationState state, base::Id task_run,
                                               std::shared_ptr<const expression::ValueTemplate> source, bool typed);

}  // namespace gyr::web
