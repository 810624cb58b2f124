// A dashboard with the source of its author (CORE-110).
#pragma once

#include "store/entities/entity.h"

namespace gyr::store {

/// Belongs to the whole tenant.
struct DashboardRow : EntityHead {
  std::string title;  ///< from the source, for lists
  std::string description;
  std::string source;  ///< YAML, byte for byte
  std::string unknown_fields = {};
};

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, DashboardRow>& row) {
  visit(1, row.title);
  visit(2, row.description);
  visit(3, row.source);
  visit.unknown(row.unknown_fields);
}

template <>
struct StoredEntity<DashboardRow> {
  static constexpr EntityKind kind{.name = "dashboard"};
  static std::string text(const DashboardRow& row) { return row.title + '\n' + row.description; }
};

}  // namespace gyr::store
