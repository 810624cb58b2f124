// What an expression at some place of a flow may say, for completion (EXPR-423, API-74).
#pragma once

#include "web/request.h"
#include "web/route.h"

namespace gyr::web {

/// Takes the source of a flow, also one that is being written and breaks rules; answers the categories of
/// ExpressionContext.
base::Task<Outcome> expressions_of_flow(Request* request);

}  // namespace gyr::web
