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

/// The compiled conditions of a query on namespace and flow, including what its caller may see.
struct ScopeFilter {
  std::string_view tenant;
  NamespaceMatcher namespaces;
  TextMatcher flow_ids;
};
/// Of a query, with what its caller may see. The query must outlive the filter.
template <class AnyQuery>
base::Result<ScopeFilter> compile_scope(const AnyQuery& query) {
  GYR_TRY(auto namespaces, NamespaceMatcher::compile(query.visible, query.namespaces));
  GYR_TRY(auto flow_ids, TextMatcher::compile(query.flow_ids, "flowId"));
  return ScopeFilter{query.tenant, std::move(namespaces), std::move(flow_ids)};
}
base::Result<Scope> resolve_scope(Connection& main, const ScopeFilter& filter);

/// Calls `found(number, namespace, flow)` for each matching flow of the tenant, in order of namespace and flow; `from`:
/// the first namespace.
base::Result<void> for_each_flow(Connection& main, const ScopeFilter& filter,
                                 const std::function<void(int64_t, std::string_view, std::string_view)>& found,
                                 std::string_view from = {});

}  // namespace gyr::store::sqlite
