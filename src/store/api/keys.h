// Keys of namespaces with their values, and secrets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "store/api/filters.h"
#include "store/api/revisions.h"
#include "store/api/visible.h"

namespace gyr::store {

/// Deleting a key keeps its last revision for a while, hidden. A key that is set again continues from this number
/// (KV-7), so the stored revision can be higher than the given one.
struct KvRow {
  std::string tenant;
  std::string namespace_;
  std::string key;
  std::string type;  ///< STRING NUMBER BOOLEAN DATETIME DATE DURATION JSON
  base::Value value;
  std::string description;
  int32_t revision = 1;
  base::Instant created;
  base::Instant updated;
  std::optional<base::Instant> expires;
  ReadRevision read_revision = {};  ///< only for writing; a deleted key counts as none
};

/// One version of a key, without its value (KV-1).
struct KvVersion {
  std::string key;
  int32_t revision = 1;
  bool deleted = false;  ///< whether the key is deleted, or was deleted by this version
  base::Instant updated;
  std::optional<base::Instant> expires;
};

/// A stored secret (SEC-5, SEC-6): `value` can only be decrypted with the key `key_id`.
struct SecretRow {
  std::string tenant;
  std::string namespace_;
  std::string key;  ///< in upper case
  std::string description;
  std::vector<std::pair<std::string, std::string>> tags;
  std::string key_id;
  std::string value;  ///< encrypted
  base::Instant created;
  base::Instant updated;
};

/// A query for keys of the KV store; empty fields do not restrict it.
struct KvQuery {
  Visible visible;  ///< of the caller
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> keys;
  std::vector<TimeFilter> updated;
  std::string text;                    ///< case-insensitive, in key, namespace and description
  std::vector<std::string> not_texts;  ///< in none of them
  /// If not empty, the conditions of one of these must hold as well; their tenant and visibility are those of the
  /// query.
  std::vector<KvQuery> any_of = {};
  bool include_expired = false;
  base::Instant now;
  std::vector<Order> order;
  Paging paging;
};

/// Reads keys and secrets from a snapshot; see Reader.
class KeyReader {
 public:
  virtual ~KeyReader() = default;

  virtual base::Result<std::optional<KvRow>> kv(std::string_view tenant, std::string_view namespace_,
                                                std::string_view key) = 0;
  virtual base::Result<Page<KvRow>> search_kv(const KvQuery& query) = 0;
  /// Every version of every key of a namespace, including deleted ones, in order of key and revision.
  virtual base::Result<std::vector<KvVersion>> kv_versions(const Visible& visible, std::string_view tenant,
                                                           std::string_view namespace_) = 0;
  /// The namespaces that have keys or files, even if all are deleted; in order.
  virtual base::Result<std::vector<std::string>> data_namespaces(const Visible& visible, std::string_view tenant) = 0;
  virtual base::Result<std::optional<SecretRow>> secret(std::string_view tenant, std::string_view namespace_,
                                                        std::string_view key) = 0;
  /// The secrets of a tenant, in order of namespace and key.
  virtual base::Result<std::vector<SecretRow>> secrets(const Visible& visible, std::string_view tenant) = 0;
};

/// The part of a batch that changes keys and secrets.
struct KeyChanges {
  std::vector<KvRow> kv;
  struct KvDelete {
    std::string tenant, namespace_, key;
    ReadRevision read_revision = {};
  };
  std::vector<KvDelete> deleted_kv;
  struct KvPurge {
    std::string tenant, namespace_, key;
    int32_t revision = 0;
  };
  /// Deletes these versions of keys (CORE-65). With the newest version, the key is deleted completely and its numbers
  /// start again.
  std::vector<KvPurge> purged_kv;
  std::vector<SecretRow> secrets;
  struct SecretDelete {
    std::string tenant, namespace_, key;
  };
  std::vector<SecretDelete> deleted_secrets;

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
