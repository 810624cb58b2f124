// Kill switches of operators (OPS-13).
#pragma once

#include "base/id.h"
#include "store/entities/entity.h"

namespace gyr::store {

/// The effect of a kill switch on its targets (EXEC-99). The numbers are stored; a higher one wins.
enum class SwitchEffect : uint8_t { pass = 0, cancel = 1, kill = 2, ignore = 3 };

/// The targets of a kill switch. Empty parts mean all; a flow requires a namespace, a namespace requires a tenant.
struct SwitchScope {
  std::string tenant;
  std::string namespace_;            ///< includes child namespaces
  std::string flow;                  ///< id of the flow
  std::vector<base::Id> executions;  ///< none: all executions of the scope
};

/// Belongs to the installation: neither a tenant nor a namespace.
struct KillSwitchRow : EntityHead {
  std::string name;
  SwitchScope scope;
  base::Instant start;               ///< included
  std::optional<base::Instant> end;  ///< not included; none: until it is disabled
  std::string description;
  SwitchEffect effect = SwitchEffect::kill;
  bool enabled = true;
  bool archived = false;  ///< without effect, still listed
  std::string unknown_fields = {};
};

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, KillSwitchRow>& row) {
  visit(1, row.name);
  visit(2, row.scope.tenant);
  visit(3, row.scope.namespace_);
  visit(4, row.scope.flow);
  visit(5, row.description);
  visit(6, row.scope.executions);
  visit(7, row.start);
  visit(8, row.end);
  visit(9, row.effect);
  visit(10, row.enabled);
  visit(11, row.archived);
  visit.unknown(row.unknown_fields);
}

template <>
struct StoredEntity<KillSwitchRow> {
  static constexpr EntityKind kind{.name = "kill-switch"};
  static std::string text(const KillSwitchRow& row) { return row.name + '\n' + row.description; }
};

}  // namespace gyr::store

template <>
inline constexpr uint64_t gyr::base::value_count<gyr::store::SwitchEffect> = 4;
