// The tenants, namespaces and flows of a query, as numbers.
#pragma once

#include <functional>

#include "store/match.h"
#include "store/sqlite/owners.h"

namespace gyr::store::sqlite {

/// The scope for one tenant and the filters on namespace and flow, resolved once per query.
struct Scope {
  int64_t tenant = 0;               ///< 0: no such tenant, nothing matches
  bool everything = false;          ///< no condition on namespace or flow
  std::vector<int64_t> namespaces;  ///< if there is only a condition on the namespace
  std::vector<int64_t> flows;       ///< all matching flows, unless `everything`
  bool is_empty() const { return tenant == 0 || (!everything && flows.empty()); }
  /// The owners whose rollups add up to this scope.
  std::vector<int64_t> owners() const;
};

/// The compiled conditions of a query on namespace and flow.
struct ScopeFilter {
  std::string_view tenant;
  TextMatcher namespaces;
  TextMatcher flow_ids;
};
base::Result<ScopeFilter> compile_scope(std::string_view tenant, const std::vector<TextFilter>& namespaces,
                                        const std::vector<TextFilter>& flow_ids);
base::Result<Scope> resolve_scope(Connection& main, const ScopeFilter& filter);

/// Calls `found(number, namespace, flow)` for each matching flow of the tenant, in order of namespace and flow.
base::Result<void> for_each_flow(Connection& main, const ScopeFilter& filter,
                                 const std::function<void(int64_t, std::string_view, std::string_view)>& found);

}  // namespace gyr::store::sqlite
