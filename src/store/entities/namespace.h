// The configuration of a namespace (GOV-1). A namespace without configuration has no row.
#pragma once

#include "base/value.h"
#include "store/entities/entity.h"

namespace gyr::store {

/// Its id is the namespace itself.
struct NamespaceRow : EntityHead {
  base::Value body;  ///< description, variables, pluginDefaults as sent
  std::string unknown_fields = {};
};

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, NamespaceRow>& row) {
  visit(1, row.body);
  visit.unknown(row.unknown_fields);
}

template <>
struct StoredEntity<NamespaceRow> {
  static constexpr EntityKind kind{.name = "namespace"};
  static std::string text(const NamespaceRow&) { return {}; }
};

}  // namespace gyr::store
