// Sets of inputs that flows share, in all their revisions (FLOW-20, API-50).
#pragma once

#include "store/entities/entity.h"

namespace gyr::store {

/// A set of inputs, as its author wrote it.
struct ReusableInputsRow : EntityHead {
  std::string source;  ///< YAML, byte for byte
  std::string unknown_fields = {};
};

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ReusableInputsRow>& row) {
  visit(1, row.source);
  visit.unknown(row.unknown_fields);
}

template <>
struct StoredEntity<ReusableInputsRow> {
  static constexpr EntityKind kind{.name = "reusable-inputs", .keeps_revisions = true};
  static std::string text(const ReusableInputsRow& row) { return row.namespace_; }
};

}  // namespace gyr::store
