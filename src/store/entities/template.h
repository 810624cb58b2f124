// Templates in all their versions (TASK-41). Earlier versions stay for executions that started with them.
#pragma once

#include "store/entities/entity.h"

namespace gyr::store {

/// A template, as its author wrote it.
struct TemplateRow : EntityHead {
  std::string source;  ///< YAML, byte for byte
  std::string unknown_fields = {};
};

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, TemplateRow>& row) {
  visit(1, row.source);
  visit.unknown(row.unknown_fields);
}

template <>
struct StoredEntity<TemplateRow> {
  static constexpr EntityKind kind{.name = "template", .keeps_revisions = true};
  static std::string text(const TemplateRow& row) { return row.namespace_ + '.' + row.id; }
};

}  // namespace gyr::store
