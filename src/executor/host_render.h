// Evaluations outside of executions where the host may be asked: checks, keys and conditions of webhooks, values of
// triggers.
#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "base/value.h"
#include "executor/host_service.h"
#include "expression/template.h"

namespace gyr::executor {

using RenderDone = std::move_only_function<void(base::Result<base::Value>)>;
/// One evaluation with the answers of the host so far; called again with one answer more as long as it needs one.
using Evaluate = std::function<expression::Outcome(const expression::Environment& environment)>;

/// `done` runs once, at once where no host is asked, else on the thread that answers; so does `evaluate`.
void evaluate_with_host(HostService& host, HostScope scope, Evaluate evaluate, base::Instant now, RenderDone done);

/// Renders `source` over a map of roots.
void render_with_host(HostService& host, HostScope scope, std::shared_ptr<const expression::ValueTemplate> source,
                      base::Value roots, bool typed, base::Instant now, RenderDone done);

}  // namespace gyr::executor
