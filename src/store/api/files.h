// Files of namespaces: their names and revisions. Their content is in the storage.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "model/execution.h"
#include "store/api/revisions.h"
#include "store/api/visible.h"

namespace gyr::store {

/// One revision of a namespace file (NSF-1). The newest revision of a path says whether the file exists: deleting it
/// writes a row with `deleted` (NSF-4), so that the history is kept and the numbers continue (NSF-3).
struct NamespaceFileRow {
  std::string tenant;
  std::string namespace_;
  std::string path;  ///< starts with `/`
  int32_t revision = 1;
  bool deleted = false;
  uint64_t size = 0;
  base::Instant created;
  base::Instant updated;
  /// The end of the name of the object with the content, which no other upload has. Empty in rows of earlier versions:
  /// the object has the name of NSF-3. See executor::content_path().
  std::string content = {};
  ReadRevision read_revision = {};  ///< only for writing: of the newest revision of the path, deleted or not
};

/// A deleted execution whose files can still be in the storage.
struct LeftFiles {
  model::FlowKey flow;
  base::Id execution;
};

/// Reads files of namespaces from a snapshot; see Reader.
class FileReader {
 public:
  virtual ~FileReader() = default;

  /// The newest revision of each path that starts with `prefix`, without deleted files, in order of path.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_files(const Visible& visible, std::string_view tenant,
                                                                      std::string_view namespace_,
                                                                      std::string_view prefix) = 0;
  /// Ascending; including deleted files.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_file_revisions(std::string_view tenant,
                                                                               std::string_view namespace_,
                                                                               std::string_view path) = 0;
  /// Every revision of every file of a namespace, including deleted ones, in order of path and revision.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_file_versions(const Visible& visible,
                                                                              std::string_view tenant,
                                                                              std::string_view namespace_) = 0;
};

/// The part of a batch that changes files of namespaces.
struct FileChanges {
  std::vector<NamespaceFileRow> namespace_files;  ///< key: path and revision
  /// Deletes these revisions (purge, NSF-4); revision 0: the whole history of the path.
  std::vector<NamespaceFileRow> deleted_namespace_files;

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
