// Small documents of the server and of its users, found by kind and key: the first account, sessions, preferences,
// bookmarks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "store/api/revisions.h"

namespace gyr::store {

/// A document; the key is unique within the kind.
struct DocumentRow {
  std::string kind;
  std::string key;
  int64_t revision = 1;
  base::Instant updated;
  std::optional<base::Instant> expires;  ///< a reader still finds it afterwards, until it is deleted
  std::string content;                   ///< not interpreted here
  /// 0: the document must be new; see ReadRevision.
  ReadRevision read_revision = {};
};

/// Reads documents from a snapshot; see Reader.
class DocumentReader {
 public:
  virtual ~DocumentReader() = default;

  virtual base::Result<std::optional<DocumentRow>> document(std::string_view kind, std::string_view key) = 0;
  /// The first documents that have expired, without their content.
  virtual base::Result<std::vector<DocumentRow>> expired_documents(base::Instant now, size_t limit) = 0;
};

/// The part of a batch that changes documents.
struct DocumentChanges {
  std::vector<DocumentRow> documents;  ///< key: kind and key
  struct DocumentDelete {
    std::string kind, key;
  };
  std::vector<DocumentDelete> deleted_documents;  ///< applied before `documents`

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
