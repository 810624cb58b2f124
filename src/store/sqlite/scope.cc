#include "store/sqlite/scope.h"

namespace gyr::store::sqlite {
namespace {

constexpr auto kind_tenant = static_cast<int32_t>(OwnerKind::tenant);
constexpr auto kind_namespace = static_cast<int32_t>(OwnerKind::namespace_);
constexpr auto kind_flow = static_cast<int32_t>(OwnerKind::flow);

/// Calls `found(number, namespace)` for each namespace that matches.
base::Result<void> for_each_namespace(Connection& main, std::string_view tenant, const NamespaceMatcher& wanted,
                                      const std::function<void(int64_t, std::string_view)>& found) {
  if (const auto* names = wanted.candidates()) {
    Query read = main.query("SELECT number FROM owners WHERE tenant=? AND kind=? AND namespace=? AND flow=''");
    for (const auto& name : *names) {
      if (!wanted.matches(name)) continue;
      read.bind(tenant, kind_namespace, name);
      if (read.next()) found(read.integer(0), name);
      GYR_CHECK(read.finish());
      read.again();
    }
    return {};
  }
  Query read =
      main.query("SELECT number, namespace FROM owners WHERE tenant=? AND kind=? AND namespace>=? ORDER BY namespace");
  for (const std::string& range : wanted.ranges()) {
    read.bind(tenant, kind_namespace, range);
    while (read.next() && read.text(1).starts_with(range)) {
      if (wanted.matches(read.text(1))) found(read.integer(0), read.text(1));
    }
    GYR_CHECK(read.finish());
    read.again();
  }
  return {};
}

}  // namespace

std::vector<int64_t> Scope::owners() const {
  if (everything) return {tenant};
  return namespaces.empty() ? flows : namespaces;
}

base::Result<void> for_each_flow(Connection& main, const ScopeFilter& filter,
                                 const std::function<void(int64_t, std::string_view, std::string_view)>& found,
                                 std::string_view from) {
  // One namespace after the other if they are known, otherwise all flows with the common prefix.
  if (const auto* names = filter.namespaces.candidates()) {
    Query read = main.query("SELECT number, flow FROM owners WHERE tenant=? AND kind=? AND namespace=? ORDER BY flow");
    for (const auto& name : *names) {
      if (name < from || !filter.namespaces.matches(name)) continue;
      read.bind(filter.tenant, kind_flow, name);
      while (read.next()) {
        if (filter.flow_ids.matches(read.text(1))) found(read.integer(0), name, read.text(1));
      }
      GYR_CHECK(read.finish());
      read.again();
    }
    return {};
  }
  Query read = main.query(
      "SELECT number, namespace, flow FROM owners WHERE tenant=? AND kind=? AND namespace>=? ORDER BY namespace, flow");
  for (const std::string& range : filter.namespaces.ranges()) {
    read.bind(filter.tenant, kind_flow, std::max<std::string_view>(range, from));
    while (read.next()) {
      std::string_view namespace_ = read.text(1);
      if (!namespace_.starts_with(range)) break;
      if (filter.namespaces.matches(namespace_) && filter.flow_ids.matches(read.text(2)))
        found(read.integer(0), namespace_, read.text(2));
    }
    GYR_CHECK(read.finish());
    read.again();
  }
  return {};
}

base::Result<Scope> resolve_scope(Connection& main, const ScopeFilter& filter) {
  Scope scope;
  Query tenant = main.query("SELECT number FROM owners WHERE tenant=? AND kind=? AND namespace='' AND flow=''");
  tenant.bind(filter.tenant, kind_tenant);
  if (tenant.next()) scope.tenant = tenant.integer(0);
  GYR_CHECK(tenant.finish());
  if (scope.tenant == 0) return scope;
  scope.everything = filter.namespaces.accepts_all() && filter.flow_ids.accepts_all();
  if (scope.everything) return scope;
  if (filter.flow_ids.accepts_all()) {
    GYR_CHECK(for_each_namespace(main, filter.tenant, filter.namespaces,
                                 [&](int64_t number, std::string_view) { scope.namespaces.push_back(number); }));
  }
  GYR_CHECK(for_each_flow(main, filter,
                          [&](int64_t number, std::string_view, std::string_view) { scope.flows.push_back(number); }));
  return scope;
}

}  // namespace gyr::store::sqlite
