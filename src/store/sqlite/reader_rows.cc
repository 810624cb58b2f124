// Metrics, keys and namespace files.
#include <algorithm>

#include "store/sql/record.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {
namespace {

constexpr std::string_view sortable_keys[] = {"key",     "namespace",  "created",        "creationDate",
                                              "updated", "updateDate", "expirationDate", "version"};
enum KeyField : size_t {
  by_key,
  by_namespace,
  by_created,
  by_creation_date,
  by_updated,
  by_update_date,
  by_expiration,
  by_version
};

constexpr const char* kv_columns_by_key =
    "SELECT namespace, key, revision, created, updated, expires, type, description, value FROM kv "
    "WHERE tenant=? AND namespace=? AND key=? AND deleted=0";

base::Result<KvRow> read_key(Query& row, std::string_view tenant) {
  KvRow result;
  result.tenant = tenant;
  result.namespace_ = row.text(0);
  result.key = row.text(1);
  result.revision = static_cast<int32_t>(row.integer(2));
  result.created = base::Instant::of_micros(row.integer(3));
  result.updated = base::Instant::of_micros(row.integer(4));
  if (auto expires = row.optional_integer(5)) result.expires = base::Instant::of_micros(*expires);
  result.type = row.text(6);
  result.description = row.text(7);
  GYR_TRY(result.value, base::decode_value(row.blob(8)));
  return result;
}

/// The columns that select a page of keys; the value is only read for the keys of the page.
struct KeyEntry {
  std::string namespace_, key;
  int64_t created, updated;
  std::optional<int64_t> expires;
  int64_t revision;
};

int compare(const KeyEntry& a, const KeyEntry& b, size_t field) {
  auto three_way = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  switch (static_cast<KeyField>(field)) {
    case by_key: return three_way(a.key, b.key);
    case by_namespace: return three_way(a.namespace_, b.namespace_);
    case by_created:
    case by_creation_date: return three_way(a.created, b.created);
    case by_updated:
    case by_update_date: return three_way(a.updated, b.updated);
    case by_expiration: return three_way(a.expires, b.expires);
    case by_version: return three_way(a.revision, b.revision);
  }
  return 0;
}

NamespaceFileRow read_file(Query& row, std::string_view tenant, std::string_view namespace_) {
  NamespaceFileRow file;
  file.tenant = tenant;
  file.namespace_ = namespace_;
  file.path = row.text(0);
  file.revision = static_cast<int32_t>(row.integer(1));
  file.deleted = row.integer(2) != 0;
  file.size = static_cast<uint64_t>(row.integer(3));
  file.created = base::Instant::of_micros(row.integer(4));
  file.updated = base::Instant::of_micros(row.integer(5));
  file.content = row.text(6);
  return file;
}

}  // namespace

base::Result<std::vector<model::MetricEntry>> SqliteReader::metrics(const Visible& visible, base::Id execution,
                                                                    size_t limit) {
  return ask([&]() -> base::Result<std::vector<model::MetricEntry>> {
    GYR_TRY(bool may_see, sees_execution(visible, execution));
    if (!may_see) return std::vector<model::MetricEntry>();
    Query rows = main_->query("SELECT flow, record FROM metrics WHERE execution=? LIMIT ?");
    rows.bind(execution, static_cast<int64_t>(limit));
    std::vector<model::MetricEntry> metrics;
    while (rows.next()) {
      model::MetricEntry metric;
      metric.execution_id = execution;
      if (auto flow = rows.optional_integer(0)) {
        GYR_TRY(metric.flow, names_.key(*flow));
      }
      GYR_CHECK(decode_metric(rows.blob(1), metric));
      metrics.push_back(std::move(metric));
    }
    GYR_CHECK(rows.finish());
    std::sort(metrics.begin(), metrics.end(), [](const auto& a, const auto& b) {
      return std::tie(a.timestamp, a.name, a.task_run_id, a.attempt) <
             std::tie(b.timestamp, b.name, b.task_run_id, b.attempt);
    });
    return metrics;
  });
}

base::Result<std::optional<KvRow>> SqliteReader::kv(std::string_view tenant, std::string_view namespace_,
                                                    std::string_view key) {
  return ask([&]() -> base::Result<std::optional<KvRow>> {
    Query row = main_->query(kv_columns_by_key);
    row.bind(tenant, namespace_, key);
    if (row.next()) return read_key(row, tenant);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

namespace {

/// The conditions of a query on a key.
struct KeyMatcher {
  NamespaceMatcher namespaces;
  TextMatcher keys;
  TimeRange updated;
  PieceConditions texts;
  std::vector<KeyMatcher> any_of = {};

  static base::Result<KeyMatcher> compile(const KvQuery& query) {
    GYR_TRY(auto namespaces, NamespaceMatcher::compile(query.visible, query.namespaces));
    GYR_TRY(auto keys, TextMatcher::compile(query.keys, "key"));
    GYR_TRY(auto updated, TimeRange::compile(query.updated, "updated"));
    GYR_TRY(auto texts, PieceConditions::compile(query.text, query.not_texts));
    KeyMatcher matcher{std::move(namespaces), std::move(keys), std::move(updated), std::move(texts)};
    for (const KvQuery& alternative : query.any_of) {
      GYR_TRY(auto one, compile(alternative));
      matcher.any_of.push_back(std::move(one));
    }
    return matcher;
  }
  bool matches(std::string_view namespace_, std::string_view key, int64_t updated_us,
               std::string_view description) const {
    if (!namespaces.matches(namespace_) || !keys.matches(key) || !updated.contains(updated_us)) return false;
    const bool has_texts = texts.hold(
        [&](const PieceMatcher& piece) { return piece.in(key) || piece.in(namespace_) || piece.in(description); });
    if (!has_texts) return false;
    return any_of.empty() || std::ranges::any_of(any_of, [&](const KeyMatcher& one) {
             return one.matches(namespace_, key, updated_us, description);
           });
  }
};

}  // namespace

base::Result<Page<KvRow>> SqliteReader::search_kv(const KvQuery& query) {
  return ask([&]() -> base::Result<Page<KvRow>> {
    GYR_TRY(uint64_t offset, offset_of(query.paging));
    GYR_TRY(auto order, order_fields(query.order, sortable_keys));
    GYR_TRY(const auto matcher, KeyMatcher::compile(query));
    Query rows = main_->query(
        "SELECT namespace, key, created, updated, expires, description, revision FROM kv WHERE tenant=? AND "
        "namespace>=? AND "
        "deleted=0 "
        "ORDER BY namespace, key");
    std::vector<KeyEntry> entries;
    for (const std::string& range : matcher.namespaces.ranges()) {
      rows.bind(query.tenant, range);
      while (rows.next()) {
        std::string_view namespace_ = rows.text(0), key = rows.text(1);
        if (!namespace_.starts_with(range)) break;
        auto expires = rows.optional_integer(4);
        bool expired = expires && *expires <= query.now.to_micros();
        if (expired && !query.include_expired) continue;  // KV-4
        if (!matcher.matches(namespace_, key, rows.integer(3), rows.text(5))) continue;
        entries.push_back(
            {std::string(namespace_), std::string(key), rows.integer(2), rows.integer(3), expires, rows.integer(6)});
      }
      GYR_CHECK(rows.finish());
      rows.again();
    }
    std::sort(entries.begin(), entries.end(), [&](const KeyEntry& a, const KeyEntry& b) {
      for (size_t i = 0; i < order.size(); ++i) {
        if (int result = compare(a, b, order[i]); result != 0)
          return query.order[i].descending ? result > 0 : result < 0;
      }
      return std::tie(a.namespace_, a.key) < std::tie(b.namespace_, b.key);
    });
    Page<KvRow> page;
    page.total = entries.size();
    for (uint64_t i = offset; i < entries.size() && page.results.size() < query.paging.size; ++i) {
      Query row = main_->query(kv_columns_by_key);
      row.bind(query.tenant, entries[i].namespace_, entries[i].key);
      if (row.next()) {
        GYR_TRY(auto key, read_key(row, query.tenant));
        page.results.push_back(std::move(key));
      }
      GYR_CHECK(row.finish());
    }
    return page;
  });
}

base::Result<std::vector<NamespaceFileRow>> SqliteReader::namespace_files(const Visible& visible,
                                                                          std::string_view tenant,
                                                                          std::string_view namespace_,
                                                                          std::string_view prefix) {
  return ask([&]() -> base::Result<std::vector<NamespaceFileRow>> {
    if (!visible.covers(namespace_)) return std::vector<NamespaceFileRow>();
    Query rows = main_->query(
        "SELECT path, revision, deleted, size, created, updated, content FROM namespace_files WHERE tenant=? AND "
        "namespace=? AND path>=? "
        "ORDER BY path, revision");
    rows.bind(tenant, namespace_, prefix);
    std::vector<NamespaceFileRow> files;
    while (rows.next() && rows.text(0).starts_with(prefix)) {
      NamespaceFileRow file = read_file(rows, tenant, namespace_);
      if (!files.empty() && files.back().path == file.path) {
        files.back() = std::move(file);  // a newer revision
      } else {
        if (!files.empty() && files.back().deleted) files.pop_back();
        files.push_back(std::move(file));
      }
    }
    if (!files.empty() && files.back().deleted) files.pop_back();
    GYR_CHECK(rows.finish());
    return files;
  });
}

base::Result<std::vector<NamespaceFileRow>> SqliteReader::namespace_file_revisions(std::string_view tenant,
                                                                                   std::string_view namespace_,
                                                                                   std::string_view path) {
  return ask([&]() -> base::Result<std::vector<NamespaceFileRow>> {
    Query rows = main_->query(
        "SELECT path, revision, deleted, size, created, updated, content FROM namespace_files WHERE tenant=? AND "
        "namespace=? AND path=? "
        "ORDER BY revision");
    rows.bind(tenant, namespace_, path);
    std::vector<NamespaceFileRow> revisions;
    while (rows.next()) revisions.push_back(read_file(rows, tenant, namespace_));
    GYR_CHECK(rows.finish());
    return revisions;
  });
}

base::Result<std::vector<NamespaceFileRow>> SqliteReader::namespace_file_versions(const Visible& visible,
                                                                                  std::string_view tenant,
                                                                                  std::string_view namespace_) {
  return ask([&]() -> base::Result<std::vector<NamespaceFileRow>> {
    if (!visible.covers(namespace_)) return std::vector<NamespaceFileRow>();
    Query rows = main_->query(
        "SELECT path, revision, deleted, size, created, updated, content FROM namespace_files WHERE tenant=? AND "
        "namespace=? ORDER BY path, revision");
    rows.bind(tenant, namespace_);
    std::vector<NamespaceFileRow> revisions;
    while (rows.next()) revisions.push_back(read_file(rows, tenant, namespace_));
    GYR_CHECK(rows.finish());
    return revisions;
  });
}

base::Result<std::vector<KvVersion>> SqliteReader::kv_versions(const Visible& visible, std::string_view tenant,
                                                               std::string_view namespace_) {
  return ask([&]() -> base::Result<std::vector<KvVersion>> {
    if (!visible.covers(namespace_)) return std::vector<KvVersion>();
    Query rows = main_->query(
        "SELECT key, revision, deleted, updated, expires FROM kv_history WHERE tenant=?1 AND namespace=?2 UNION ALL "
        "SELECT key, revision, deleted, updated, expires FROM kv WHERE tenant=?1 AND namespace=?2 ORDER BY 1, 2");
    rows.bind(tenant, namespace_);
    std::vector<KvVersion> versions;
    while (rows.next()) {
      KvVersion version{std::string(rows.text(0)),
                        static_cast<int32_t>(rows.integer(1)),
                        rows.integer(2) != 0,
                        base::Instant::of_micros(rows.integer(3)),
                        {}};
      if (auto expires = rows.optional_integer(4)) version.expires = base::Instant::of_micros(*expires);
      versions.push_back(std::move(version));
    }
    GYR_CHECK(rows.finish());
    return versions;
  });
}

base::Result<std::vector<std::string>> SqliteReader::data_namespaces(const Visible& visible, std::string_view tenant) {
  return ask([&]() -> base::Result<std::vector<std::string>> {
    Query rows = main_->query(
        "SELECT namespace FROM kv WHERE tenant=?1 AND namespace>=?2 UNION SELECT namespace FROM namespace_files WHERE "
        "tenant=?1 AND namespace>=?2 ORDER BY 1");
    std::vector<std::string> namespaces;
    GYR_CHECK(for_visible_rows(visible, tenant, rows, 0, [&](Query& row) -> base::Result<void> {
      namespaces.emplace_back(row.text(0));
      return {};
    }));
    return namespaces;
  });
}

}  // namespace gyr::store::sqlite
