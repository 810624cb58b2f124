// Evaluations outside of executions that can use host calls: checks, keys and conditions of webhooks, values of
// triggers.
#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "base/value.h"
#include "expression/template.h"
#include "host/host_service.h"

namespace gyr::executor {

using RenderDone = std::move_only_function<void(base::Result<base::Value>)>;
/// One evaluation with the answers of the host so far; called again with another answer until it needs no more.
using Evaluate = std::function<expression::Outcome(const expression::Environment& environment)>;

/// `done` runs exactly once: immediately if no host call is needed, otherwise on the thread that answers. `evaluate`
/// runs on the same threads.
void evaluate_with_host(HostService& host, HostScope scope, Evaluate evaluate, base::Instant now, RenderDone done);

/// Renders `source` with a map of roots.
void render_with_host(HostService& host, HostScope scope, std::shared_ptr<const expression::ValueTemplate> source,
                      base::Value roots, bool typed, base::Instant now, RenderDone done);

}  // namespace gyr::executor
