// The index of labels, and large values.
#include <algorithm>

#include "store/sqlite/batch_writer.h"
#include "store/sqlite/labels.h"

namespace gyr::store::sqlite {
namespace {

constexpr size_t cached_label_keys = 4096;

std::string_view view(const ContentHash& hash) { return {hash.data(), hash.size()}; }

}  // namespace

base::Result<int64_t> BatchWriter::label_key(std::string_view name) {
  std::string text(name);
  if (auto found = label_keys_.find(text); found != label_keys_.end()) return found->second;
  Query find = main_.query("SELECT number FROM label_keys WHERE name=?");
  int64_t number = 0;
  if (find.bind(name).next()) {
    number = find.integer(0);
  } else {
    GYR_CHECK(find.finish());
    GYR_CHECK(main_.query("INSERT INTO label_keys(name) VALUES(?)").bind(name).run());
    number = sqlite3_last_insert_rowid(main_.handle());
  }
  if (label_keys_.size() >= cached_label_keys) label_keys_.clear();
  label_keys_.emplace(std::move(text), number);
  return number;
}

base::Result<void> BatchWriter::add_labels(const KnownExecution& known, const std::vector<model::Label>& labels) {
  Query insert =
      main_.query("INSERT OR IGNORE INTO labels(tenant, label, value, class, started, execution) VALUES(?,?,?,?,?,?)");
  for (const auto& label : labels) {
    GYR_TRY(int64_t key, label_key(label.key));
    insert.bind(known.owner.tenant, key, indexed_label_value(label.value), class_of_lane(known.lane), known.started_us,
                known.number);
    GYR_CHECK(insert.run());
  }
  return {};
}

base::Result<void> BatchWriter::remove_labels(const KnownExecution& known, const std::vector<model::Label>& labels) {
  Query remove = main_.query(
      "DELETE FROM labels WHERE tenant=? AND label=? AND value=? AND class=? AND started=? AND execution=?");
  for (const auto& label : labels) {
    GYR_TRY(int64_t key, label_key(label.key));
    remove.bind(known.owner.tenant, key, indexed_label_value(label.value), class_of_lane(known.lane), known.started_us,
                known.number);
    GYR_CHECK(remove.run());
  }
  return {};
}

base::Result<void> BatchWriter::note_changed_text(int64_t execution) {
  return main_.query("INSERT INTO text_changes(execution) VALUES(?)").bind(execution).run();
}

base::Result<void> BatchWriter::change_blobs(KnownExecution& known, const std::vector<ContentHash>& before,
                                             const Record& after) {
  auto was_there = [&](const ContentHash& hash) {
    return std::find(before.begin(), before.end(), hash) != before.end();
  };
  for (const auto& large : after.large) {
    known.has_blobs = true;
    if (was_there(large.hash)) continue;
    Query more = main_.query("UPDATE blob_references SET rows=rows+1 WHERE execution=? AND hash=?");
    GYR_CHECK(more.bind(known.number, Blob{view(large.hash)}).run());
    if (main_.changed_rows() == 1) continue;
    if (large.content.empty()) {  // the memo promised that it is stored
      return base::fail(store_failed, "cannot store a large value: its content is missing");
    }
    GYR_CHECK(main_.query("INSERT INTO blobs(content) VALUES(?)").bind(Blob{large.content}).run());
    int64_t blob = sqlite3_last_insert_rowid(main_.handle());
    Query first = main_.query("INSERT INTO blob_references(execution, hash, rows, blob) VALUES(?,?,1,?)");
    GYR_CHECK(first.bind(known.number, Blob{view(large.hash)}, blob).run());
  }
  for (const auto& hash : before) {
    bool stays = std::any_of(after.large.begin(), after.large.end(),
                             [&](const LargeValue& large) { return large.hash == hash; });
    if (stays) continue;
    Query fewer =
        main_.query("UPDATE blob_references SET rows=rows-1 WHERE execution=? AND hash=? RETURNING rows, blob");
    fewer.bind(known.number, Blob{view(hash)});
    bool unused = fewer.next() && fewer.integer(0) == 0;
    int64_t blob = unused ? fewer.integer(1) : 0;
    GYR_CHECK(fewer.run());
    if (unused) GYR_CHECK(remove_blob(known.number, hash, blob));
  }
  return {};
}

base::Result<void> BatchWriter::remove_blob(int64_t execution, const ContentHash& hash, int64_t blob) {
  memo_.clear();  // it may remember this one as stored
  GYR_CHECK(main_.query("DELETE FROM blobs WHERE number=?").bind(blob).run());
  return main_.query("DELETE FROM blob_references WHERE execution=? AND hash=?")
      .bind(execution, Blob{view(hash)})
      .run();
}

base::Result<bool> BatchWriter::remove_blobs(int64_t execution, size_t limit) {
  std::vector<std::pair<ContentHash, int64_t>> some;
  Query find = main_.query("SELECT hash, blob FROM blob_references WHERE execution=? LIMIT ?");
  find.bind(execution, static_cast<int64_t>(limit));
  while (find.next()) {
    ContentHash hash{};
    std::string_view bytes = find.blob(0);
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
    some.emplace_back(hash, find.integer(1));
  }
  GYR_CHECK(find.finish());
  for (const auto& [hash, blob] : some) GYR_CHECK(remove_blob(execution, hash, blob));
  return some.size() == limit;
}

}  // namespace gyr::store::sqlite
