// Purges old versions of keys and namespace files (CORE-54, CORE-56, CORE-64, CORE-65).
#include "base/log.h"
#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "host/namespace_files.h"
#include "host/version_rules.h"
#include "net/loop.h"

namespace gyr::executor {

using base::Value;
using FileRow = store::NamespaceFileRow;

namespace {

/// A transaction of the store stays short (CORE-102).
constexpr size_t rows_a_batch = 1'000;

/// Forgets what was chosen, batch after batch: the row first, then the object (NSF-4), so that a purge cut short leaves
/// no row without its content.
class VersionPurge : public std::enable_shared_from_this<VersionPurge> {
 public:
  VersionPurge(store::Store& store, storage::Storage& storage, net::Pool& files, HostService::Done done)
      : store_(store), storage_(storage), files_(files), done_(std::move(done)) {}

  // The keys or files to delete, selected before the first step.
  std::vector<store::Batch::KvPurge> keys;
  std::vector<FileRow> rows;

  void refuse(const base::Error& error) { done_(base::fail(error)); }
  void step() {
    const size_t total = keys.size() + rows.size();
    if (next_ >= total) return done_(Value::integer(static_cast<int64_t>(total)));
    const size_t end = std::min(next_ + rows_a_batch, total);
    store::Batch batch;
    for (size_t i = next_; i < end; ++i) {
      if (i < keys.size()) {
        batch.purged_kv.push_back(keys[i]);
      } else {
        batch.deleted_namespace_files.push_back(rows[i - keys.size()]);
      }
    }
    // What follows is a job of the pool, so that an exception is its failure and does not meet the thread of the store.
    store_.commit(std::move(batch), [self = shared_from_this(), end](base::Result<void> outcome) mutable {
      net::Pool& files = self->files_;
      files.post([self = std::move(self), end, outcome = std::move(outcome)] {
        if (!outcome) return self->done_(base::fail(outcome.error()));
        self->remove_objects(end);
      });
    });
  }

 private:
  void remove_objects(size_t end) {
    const size_t begin = std::exchange(next_, end);
    for (size_t i = begin; i < end && i < rows.size(); ++i) {
      const FileRow& row = rows[i];
      auto removed = storage_.remove(row.tenant, content_path(row));
      if (!removed)
        base::log::warn("revision {} of {} in namespace {} was purged, but its content cannot be deleted: {}",
                        row.revision, row.path, row.namespace_, removed.error().message());
    }
    step();
  }

  store::Store& store_;
  storage::Storage& storage_;
  net::Pool& files_;
  HostService::Done done_;
  size_t next_ = 0;
};

/// The request of a purge of keys.
struct KeyChoice {
  std::string pattern;
  bool whole_keys = true;  ///< all versions of a key, or those that the rule selects
  bool expired_only = true;
  VersionRule rule;
  base::Instant now;
};

/// The versions of one key to delete.
std::vector<int32_t> chosen_of(const KeyChoice& choice, const std::vector<store::KvVersion>& versions) {
  const store::KvVersion& newest = versions.back();
  const bool expired = !newest.deleted && newest.expires && *newest.expires <= choice.now;
  if (choice.whole_keys && choice.expired_only && !expired) return {};
  std::vector<int32_t> all;
  std::vector<Version> short_forms;
  for (const auto& version : versions) {
    all.push_back(version.revision);
    short_forms.push_back({version.revision, version.updated});
  }
  return choice.whole_keys ? all : choice.rule.removed(short_forms);
}

/// Groups adjacent rows by name, and passes on each group.
template <class Row, class NameOf, class Take>
void each_entry(const std::vector<Row>& rows, NameOf name_of, Take take) {
  for (size_t begin = 0; begin < rows.size();) {
    size_t end = begin;
    while (end < rows.size() && name_of(rows[end]) == name_of(rows[begin])) ++end;
    take(std::vector<Row>(rows.begin() + static_cast<ptrdiff_t>(begin), rows.begin() + static_cast<ptrdiff_t>(end)));
    begin = end;
  }
}

}  // namespace

void HostService::purge_keys(const HostScope& scope, const Value& arguments, Done done) {
  KeyChoice choice;
  choice.pattern = text_argument(arguments, "keyPattern").value_or("*");
  choice.whole_keys = text_argument(arguments, "type").value_or("key") == "key";
  choice.expired_only = flag_argument(arguments, "expiredOnly", true);
  choice.now = clock_.now();
  auto rule = VersionRule::of(arguments);
  if (!rule) return done(base::fail(rule.error()));
  choice.rule = *rule;
  auto purge = std::make_shared<VersionPurge>(store_, storage_, files_, std::move(done));
  store_.read(
      [purge, choice = std::move(choice), tenant = scope.flow.tenant,
       namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_)](store::Reader& reader) {
        auto versions = reader.kv_versions(visible_to_tasks(), tenant, namespace_);
        if (!versions) return purge->refuse(versions.error());
        each_entry(
            *versions, [](const store::KvVersion& version) { return std::string_view(version.key); },
            [&](std::vector<store::KvVersion> entry) {
              if (!wildcard_matches(choice.pattern, entry.front().key)) return;
              for (int32_t revision : chosen_of(choice, entry))
                purge->keys.push_back({tenant, namespace_, entry.front().key, revision});
            });
        purge->step();
      });
}

void HostService::purge_namespace_files(const HostScope& scope, const Value& arguments, Done done) {
  auto rule = VersionRule::of(arguments);
  if (!rule) return done(base::fail(rule.error()));
  auto purge = std::make_shared<VersionPurge>(store_, storage_, files_, std::move(done));
  store_.read(
      [purge, rule = *rule, pattern = text_argument(arguments, "filePattern").value_or("*"), tenant = scope.flow.tenant,
       namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_)](store::Reader& reader) {
        auto rows = reader.namespace_file_versions(visible_to_tasks(), tenant, namespace_);
        if (!rows) return purge->refuse(rows.error());
        std::erase_if(*rows, [](const FileRow& row) { return row.path.ends_with('/'); });  // folders have no content
        each_entry(
            *rows, [](const FileRow& row) { return std::string_view(row.path); },
            [&](const std::vector<FileRow>& entry) {
              if (!wildcard_matches(pattern, entry.front().path)) return;
              std::vector<Version> versions;
              for (const FileRow& row : entry) versions.push_back({row.revision, row.updated});
              for (int32_t revision : rule.removed(versions)) {
                purge->rows.push_back(*std::ranges::find(entry, revision, &FileRow::revision));
              }
            });
        purge->step();
      });
}

void HostService::data_namespaces(const HostScope& scope, const Value& arguments, Done done) {
  const auto names = texts_argument(arguments, "namespaces");
  const auto pattern = text_argument(arguments, "namespacePattern");
  const bool children = flag_argument(arguments, "includeChildNamespaces", true);
  if (!names.empty() && pattern)
    return done(base::fail(host_refused, "Cannot set both `namespaces` and `namespacePattern`: set one of them"));
  auto shared = std::make_shared<Done>(std::move(done));
  store_.read([shared, names, pattern, children, tenant = scope.flow.tenant](store::Reader& reader) {
    auto all = reader.data_namespaces(visible_to_tasks(), tenant);
    if (!all) return (*shared)(base::fail(all.error()));
    base::ListBuilder chosen;
    for (const std::string& namespace_ : *all) {
      const bool named = std::ranges::any_of(names, [&](const std::string& name) {
        return namespace_ == name || (children && namespace_.starts_with(name + "."));
      });
      const bool matches = pattern ? wildcard_matches(*pattern, namespace_) : (named || names.empty());
      if (matches) chosen.push(Value::string(namespace_));
    }
    (*shared)(chosen.build());
  });
}

}  // namespace gyr::executor
