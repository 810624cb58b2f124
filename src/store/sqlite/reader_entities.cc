// Reading configured namespaces (GOV-1), dashboards (CORE-110), templates (TASK-41) and reusable inputs.
#include "base/codec.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {
namespace {

base::Result<NamespaceRow> read_namespace(Query& row) {
  NamespaceRow found;
  found.tenant = row.text(0);
  found.id = row.text(1);
  found.created = base::Instant::of_micros(row.integer(2));
  found.updated = base::Instant::of_micros(row.integer(3));
  GYR_TRY(found.body, base::decode_value(row.blob(4)));
  return found;
}

DashboardRow read_dashboard(Query& row) {
  DashboardRow found;
  found.tenant = row.text(0);
  found.id = row.text(1);
  found.title = row.text(2);
  found.description = row.text(3);
  found.created = base::Instant::of_micros(row.integer(4));
  found.updated = base::Instant::of_micros(row.integer(5));
  found.source = row.blob(6);
  return found;
}

TemplateRow read_template(Query& row) {
  TemplateRow found;
  found.tenant = row.text(0);
  found.namespace_ = row.text(1);
  found.id = row.text(2);
  found.version = row.integer(3);
  found.deleted = row.integer(4) != 0;
  found.updated = base::Instant::of_micros(row.integer(5));
  found.source = row.blob(6);
  return found;
}

}  // namespace

base::Result<std::optional<NamespaceRow>> SqliteReader::namespace_row(std::string_view tenant, std::string_view id) {
  return ask([&]() -> base::Result<std::optional<NamespaceRow>> {
    Query row = main_->query("SELECT tenant, id, created, updated, body FROM namespaces WHERE tenant=? AND id=?");
    row.bind(tenant, id);
    if (row.next()) return read_namespace(row);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::vector<NamespaceRow>> SqliteReader::namespace_rows(const Visible& visible, std::string_view tenant) {
  return ask([&]() -> base::Result<std::vector<NamespaceRow>> {
    Query rows = main_->query(
        "SELECT tenant, id, created, updated, body FROM namespaces WHERE (?1='' OR tenant=?1) AND id>=?2 ORDER "
        "BY tenant, id");
    std::vector<NamespaceRow> all;
    GYR_CHECK(for_visible_rows(visible, tenant, rows, 1, [&](Query& row) -> base::Result<void> {
      GYR_TRY(auto found, read_namespace(row));
      all.push_back(std::move(found));
      return {};
    }));
    return all;
  });
}

base::Result<std::optional<DashboardRow>> SqliteReader::dashboard(std::string_view tenant, std::string_view id) {
  return ask([&]() -> base::Result<std::optional<DashboardRow>> {
    Query row = main_->query(
        "SELECT tenant, id, title, description, created, updated, source FROM dashboards WHERE tenant=? AND id=?");
    row.bind(tenant, id);
    if (row.next()) return read_dashboard(row);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::vector<DashboardRow>> SqliteReader::dashboards(const Visible& visible, std::string_view tenant) {
  return ask([&]() -> base::Result<std::vector<DashboardRow>> {
    if (!visible.everything()) return std::vector<DashboardRow>();
    Query rows = main_->query(
        "SELECT tenant, id, title, description, created, updated, source FROM dashboards WHERE tenant=? ORDER BY id");
    rows.bind(tenant);
    std::vector<DashboardRow> all;
    while (rows.next()) all.push_back(read_dashboard(rows));
    GYR_CHECK(rows.finish());
    return all;
  });
}

base::Result<std::vector<TemplateRow>> SqliteReader::templates(const Visible& visible, std::string_view tenant) {
  return ask([&]() -> base::Result<std::vector<TemplateRow>> {
    Query rows = main_->query(
        "SELECT t.tenant, t.namespace, t.id, t.version, t.deleted, t.updated, t.source FROM templates t WHERE (?1='' "
        "OR t.tenant=?1) AND t.namespace>=?2 AND t.deleted=0 "
        "AND NOT EXISTS (SELECT 1 FROM templates n WHERE n.tenant=t.tenant AND n.namespace=t.namespace AND n.id=t.id "
        "AND n.version>t.version) "
        "ORDER BY t.tenant, t.namespace, t.id");
    std::vector<TemplateRow> all;
    GYR_CHECK(for_visible_rows(visible, tenant, rows, 1, [&](Query& row) -> base::Result<void> {
      all.push_back(read_template(row));
      return {};
    }));
    return all;
  });
}

base::Result<std::vector<ReusableInputsRow>> SqliteReader::reusable_inputs(const Visible& visible,
                                                                           std::string_view tenant) {
  return ask([&]() -> base::Result<std::vector<ReusableInputsRow>> {
    Query rows = main_->query(
        "SELECT tenant, namespace, id, revision, deleted, updated, source FROM reusable_inputs WHERE (?1='' OR "
        "tenant=?1) AND namespace>=?2 ORDER BY tenant, namespace, id, revision");
    std::vector<ReusableInputsRow> all;
    GYR_CHECK(for_visible_rows(visible, tenant, rows, 1, [&](Query& row) -> base::Result<void> {
      ReusableInputsRow& found = all.emplace_back();
      found.tenant = row.text(0);
      found.namespace_ = row.text(1);
      found.id = row.text(2);
      found.revision = row.integer(3);
      found.deleted = row.integer(4) != 0;
      found.updated = base::Instant::of_micros(row.integer(5));
      found.source = row.blob(6);
      return {};
    }));
    return all;
  });
}

base::Result<std::optional<TemplateRow>> SqliteReader::template_version(std::string_view tenant,
                                                                        std::string_view namespace_,
                                                                        std::string_view id, int64_t version) {
  return ask([&]() -> base::Result<std::optional<TemplateRow>> {
    Query row = main_->query(
        "SELECT tenant, namespace, id, version, deleted, updated, source FROM templates WHERE tenant=? AND namespace=? "
        "AND id=? AND version=?");
    row.bind(tenant, namespace_, id, version);
    if (row.next()) return read_template(row);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

}  // namespace gyr::store::sqlite
