// What people configure, in one form for all kinds, and the maintenance mode. store/entities/entity.h has the kinds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "store/api/revisions.h"
#include "store/api/visible.h"

namespace gyr::store {

/// What each stored entity has. Its key: kind, tenant, namespace and id.
struct EntityHead {
  std::string tenant;      ///< empty: the entity belongs to the installation
  std::string namespace_;  ///< empty: it belongs to the whole tenant, and only a caller who sees everything sees it
  std::string id;
  int64_t revision = 0;   ///< from 1, one more with each write; the store sets it
  bool deleted = false;   ///< a write with it deletes the entity; a read finds it only among revisions
  base::Instant created;  ///< of the first revision since the entity exists; ignored by later writes
  base::Instant updated;
  /// Only for writing: the newest revision; a deleted entity counts as none. See ReadRevision.
  ReadRevision read_revision = {};
};

/// What the store has to know about a kind of entities.
struct EntityKind {
  std::string_view name;  ///< is stored: never change it
  /// Earlier revisions stay readable, and deleting writes one more. Otherwise deleting removes the row.
  bool keeps_revisions = false;
};

/// An entity of any kind, as the store reads and writes it.
struct EntityRow : EntityHead {
  std::string kind;
  bool keeps_revisions = false;  ///< only for writing
  std::string text;              ///< only for writing: what searches compare, in lower case
  std::string record;            ///< the fields of the kind
};

/// Which entities a list has. Empty parts do not restrict it.
struct EntityFilter {
  std::string tenant;
  std::string namespace_;      ///< with its child namespaces
  std::string text;            ///< a part of the id or of the text of the kind, in any case of ASCII letters
  bool all_revisions = false;  ///< every revision, including deletions, instead of the newest of each entity
};

/// Reads entities from a snapshot; see Reader. Callers use find_entity and list_entities.
class EntityReader {
 public:
  virtual ~EntityReader() = default;

  /// The newest revision; nothing if it is deleted.
  virtual base::Result<std::optional<EntityRow>> entity(const EntityKind& kind, std::string_view tenant,
                                                        std::string_view namespace_, std::string_view id) = 0;
  /// One revision of a kind that keeps them, deleted or not.
  virtual base::Result<std::optional<EntityRow>> entity_revision(const EntityKind& kind, std::string_view tenant,
                                                                 std::string_view namespace_, std::string_view id,
                                                                 int64_t revision) = 0;
  /// In order of tenant, namespace, id and revision.
  virtual base::Result<std::vector<EntityRow>> entities(const EntityKind& kind, const Visible& visible,
                                                        const EntityFilter& filter) = 0;
};

/// Whether the installation is in maintenance mode (OPS-12).
struct MaintenanceRow {
  bool on = false;
  base::Instant since;  ///< when the mode was last turned on or off
};

/// Reads the maintenance mode from a snapshot; see Reader.
class MaintenanceReader {
 public:
  virtual ~MaintenanceReader() = default;

  /// Off, without a date, if the mode was never turned on.
  virtual base::Result<MaintenanceRow> maintenance() = 0;
};

/// The part of a batch that changes entities.
struct EntityChanges {
  std::vector<EntityRow> entities;  ///< applied in their order
  std::optional<MaintenanceRow> maintenance;

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
