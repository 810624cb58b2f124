// Reading documents.
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {

base::Result<std::optional<DocumentRow>> SqliteReader::document(std::string_view kind, std::string_view key) {
  return ask([&]() -> base::Result<std::optional<DocumentRow>> {
    Query row = main_->query("SELECT revision, updated, expires, content FROM documents WHERE kind=? AND key=?");
    row.bind(kind, key);
    if (row.next()) {
      DocumentRow document{.kind = std::string(kind),
                           .key = std::string(key),
                           .revision = row.integer(0),
                           .updated = base::Instant::of_micros(row.integer(1)),
                           .expires = {},
                           .content = std::string(row.blob(3))};
      if (const auto expires = row.optional_integer(2)) document.expires = base::Instant::of_micros(*expires);
      return document;
    }
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::vector<DocumentRow>> SqliteReader::expired_documents(base::Instant now, size_t limit) {
  return ask([&]() -> base::Result<std::vector<DocumentRow>> {
    Query rows = main_->query(
        "SELECT kind, key, revision, expires FROM documents INDEXED BY documents_expiring WHERE expires IS NOT NULL "
        "AND "
        "expires<=? ORDER BY expires LIMIT ?");
    rows.bind(now.to_micros(), static_cast<int64_t>(limit));
    std::vector<DocumentRow> expired;
    while (rows.next()) {
      DocumentRow& row = expired.emplace_back();
      row.kind = rows.text(0);
      row.key = rows.text(1);
      row.revision = rows.integer(2);
      row.expires = base::Instant::of_micros(rows.integer(3));
    }
    GYR_CHECK(rows.finish());
    return expired;
  });
}

}  // namespace gyr::store::sqlite
