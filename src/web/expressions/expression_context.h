// Completions for an expression at a position of a flow (EXPR-423, API-74).
#pragma once

#include "web/expressions/values.h"
#include "web/http/request.h"

namespace gyr::web {

/// Accepts the source of a flow, which can be incomplete or invalid; returns the categories of ExpressionContext.
base::Task<base::Result<json::ExpressionContext>> expressions_of_flow(Request* request);

}  // namespace gyr::web
