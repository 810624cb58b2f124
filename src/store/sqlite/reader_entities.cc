// Reading stored entities of all kinds (store/api/entities.h).
#include "base/text.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {
namespace {

EntityRow read_entity(Query& row, const EntityKind& kind) {
  EntityRow found;
  found.tenant = row.text(0);
  found.namespace_ = row.text(1);
  found.id = row.text(2);
  found.revision = row.integer(3);
  found.deleted = row.integer(4) != 0;
  found.created = base::Instant::of_micros(row.integer(5));
  found.updated = base::Instant::of_micros(row.integer(6));
  found.record = row.blob(7);
  found.kind = kind.name;
  found.keeps_revisions = kind.keeps_revisions;
  return found;
}

constexpr const char* newest_entities =
    "SELECT tenant, namespace, id, revision, deleted, created, updated, record FROM entities WHERE kind=?1 AND "
    "(?2='' OR tenant=?2) AND namespace>=?3 AND deleted=0 AND (?4='' OR namespace=?4 OR "
    "substr(namespace, 1, length(?4)+1)=?4||'.') AND instr(text, ?5)>0 ORDER BY tenant, namespace, id";
/// Revisions have no text: that of the newest one decides.
constexpr const char* entities_with_revisions =
    "SELECT r.tenant, r.namespace, r.id, r.revision, r.deleted, r.created, r.updated, r.record FROM entities e JOIN "
    "(SELECT kind, tenant, namespace, id, revision, deleted, created, updated, record FROM entity_revisions UNION ALL "
    "SELECT kind, tenant, namespace, id, revision, deleted, created, updated, record FROM entities) r "
    "ON r.kind=e.kind AND r.tenant=e.tenant AND r.namespace=e.namespace AND r.id=e.id WHERE e.kind=?1 AND "
    "(?2='' OR e.tenant=?2) AND e.namespace>=?3 AND (?4='' OR e.namespace=?4 OR "
    "substr(e.namespace, 1, length(?4)+1)=?4||'.') AND instr(e.text, ?5)>0 "
    "ORDER BY r.tenant, r.namespace, r.id, r.revision";

}  // namespace

base::Result<std::optional<EntityRow>> SqliteReader::entity(const EntityKind& kind, std::string_view tenant,
                                                            std::string_view namespace_, std::string_view id) {
  return ask([&]() -> base::Result<std::optional<EntityRow>> {
    Query row = main_->query(
        "SELECT tenant, namespace, id, revision, deleted, created, updated, record FROM entities WHERE kind=? AND "
        "tenant=? AND namespace=? AND id=? AND deleted=0");
    row.bind(kind.name, tenant, namespace_, id);
    if (row.next()) return read_entity(row, kind);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::optional<EntityRow>> SqliteReader::entity_revision(const EntityKind& kind, std::string_view tenant,
                                                                     std::string_view namespace_, std::string_view id,
                                                                     int64_t revision) {
  return ask([&]() -> base::Result<std::optional<EntityRow>> {
    Query row = main_->query(
        "SELECT tenant, namespace, id, revision, deleted, created, updated, record FROM entities WHERE kind=?1 AND "
        "tenant=?2 AND namespace=?3 AND id=?4 AND revision=?5 UNION ALL "
        "SELECT tenant, namespace, id, revision, deleted, created, updated, record FROM entity_revisions WHERE kind=?1 "
        "AND tenant=?2 AND namespace=?3 AND id=?4 AND revision=?5");
    row.bind(kind.name, tenant, namespace_, id, revision);
    if (row.next()) return read_entity(row, kind);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::vector<EntityRow>> SqliteReader::entities(const EntityKind& kind, const Visible& visible,
                                                            const EntityFilter& filter) {
  return ask([&]() -> base::Result<std::vector<EntityRow>> {
    GYR_TRY(auto namespaces, NamespaceMatcher::compile(visible, {}));
    const std::string text = base::to_lower_ascii(filter.text);
    Query rows = main_->query(filter.all_revisions ? entities_with_revisions : newest_entities);
    std::vector<EntityRow> all;
    for (const std::string& range : namespaces.ranges()) {
      rows.bind(kind.name, filter.tenant, range, filter.namespace_, text);
      while (rows.next()) {
        const std::string_view namespace_ = rows.text(1);
        if (!namespace_.starts_with(range)) {
          if (filter.tenant.empty()) continue;  // that of another tenant can follow
          break;
        }
        if (namespaces.matches(namespace_)) all.push_back(read_entity(rows, kind));
      }
      GYR_CHECK(rows.finish());
      rows.again();
    }
    return all;
  });
}

}  // namespace gyr::store::sqlite
