// Stored entities: what people configure. The store keeps all kinds of them in one form, so a new kind needs nothing
// in the store.
//
// A kind is a struct that derives from EntityHead, in a file of src/store/entities:
//
//   struct BannerRow : EntityHead {
//     std::string text;
//     std::string unknown_fields = {};
//   };
//   template <class Visitor>
//   void fields(Visitor& visit, base::PartOf<Visitor, BannerRow>& row) {  // what the store keeps (base/record.h)
//     visit(1, row.text);
//     visit.unknown(row.unknown_fields);
//   }
//   template <>
//   struct StoredEntity<BannerRow> {
//     static constexpr EntityKind kind{.name = "banner"};
//     static std::string text(const BannerRow& row) { return row.text; }  // what searches compare, besides the id
//   };
//
//   put_entity(batch, banner);
//   auto banners = list_entities<BannerRow>(reader, visible, {.tenant = "main", .text = "disk"});
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/record.h"
#include "base/text.h"
#include "store/api/entities.h"

namespace gyr::store {

/// Specialised for each kind; see above.
template <class T>
struct StoredEntity;

template <class T>
concept Entity = std::derived_from<T, EntityHead> && requires(const T& row) {
  { StoredEntity<T>::kind.name } -> std::convertible_to<std::string_view>;
  { StoredEntity<T>::text(row) } -> std::convertible_to<std::string>;
};

/// The form of the store.
template <Entity T>
EntityRow entity_row(const T& row) {
  EntityRow stored{row,
                   std::string(StoredEntity<T>::kind.name),
                   StoredEntity<T>::kind.keeps_revisions,
                   base::to_lower_ascii(row.id + '\n' + StoredEntity<T>::text(row)),
                   {}};
  base::write_record(stored.record, row);
  return stored;
}
template <Entity T>
base::Result<T> entity_of(EntityRow stored) {
  GYR_TRY(T row, base::read_record<T>(stored.record));
  static_cast<EntityHead&>(row) = std::move(stored);
  return row;
}

template <Entity T>
base::Result<std::optional<T>> as_entity(base::Result<std::optional<EntityRow>> stored) {
  GYR_CHECK(stored);
  if (!*stored) return std::nullopt;
  GYR_TRY(T row, entity_of<T>(**std::move(stored)));
  return row;
}

template <Entity T>
base::Result<std::optional<T>> find_entity(EntityReader& reader, std::string_view tenant, std::string_view namespace_,
                                           std::string_view id) {
  return as_entity<T>(reader.entity(StoredEntity<T>::kind, tenant, namespace_, id));
}
template <Entity T>
base::Result<std::optional<T>> find_entity_revision(EntityReader& reader, std::string_view tenant,
                                                    std::string_view namespace_, std::string_view id,
                                                    int64_t revision) {
  static_assert(StoredEntity<T>::kind.keeps_revisions);
  return as_entity<T>(reader.entity_revision(StoredEntity<T>::kind, tenant, namespace_, id, revision));
}
template <Entity T>
base::Result<std::vector<T>> list_entities(EntityReader& reader, const Visible& visible, const EntityFilter& filter) {
  GYR_TRY(auto stored, reader.entities(StoredEntity<T>::kind, visible, filter));
  std::vector<T> rows;
  rows.reserve(stored.size());
  for (EntityRow& one : stored) {
    GYR_TRY(T row, entity_of<T>(std::move(one)));
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Writes the next revision of the entity.
template <Entity T>
void put_entity(EntityChanges& changes, const T& row) {
  changes.entities.push_back(entity_row(row));
}
/// Deletes the entity with the key of `row`; nothing happens if it does not exist.
template <Entity T>
void delete_entity(EntityChanges& changes, const T& row, base::Instant now) {
  T gone;
  static_cast<EntityHead&>(gone) = row;
  gone.deleted = true;
  gone.updated = now;
  changes.entities.push_back(entity_row(gone));
}

}  // namespace gyr::store
