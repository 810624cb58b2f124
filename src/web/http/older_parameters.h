// The query parameters with which older clients filter lists; a request with `filters[…]` does not read them (API-31).
#pragma once

#include <span>

#include "web/http/route.h"

namespace gyr::web::older {

// For Route::older. Their values are checked by selections.cc, which reads them.
extern const std::span<const QueryParameter> executions;
extern const std::span<const QueryParameter> flows;
extern const std::span<const QueryParameter> namespaces;
extern const std::span<const QueryParameter> logs;          ///< of many executions
extern const std::span<const QueryParameter> log;           ///< of one execution
extern const std::span<const QueryParameter> followed_log;  ///< of one execution, while it runs
extern const std::span<const QueryParameter> triggers;
extern const std::span<const QueryParameter> listed_triggers;  ///< of the list of triggers, not of changes

}  // namespace gyr::web::older
