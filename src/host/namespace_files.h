// Changes of the index of namespace files (NSF-1 to NSF-4), for requests of the editor and of tasks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "store/store.h"

namespace gyr::executor {

/// The owner of the files.
struct FilePlace {
  std::string tenant;
  std::string namespace_;
};

/// The KeyedMutex name for the writers of one file. They take turns so that those of one server do not make each other
/// stale; writers on other servers are told apart by the content of the row.
std::string turn_of_file(const FilePlace& place, std::string_view path);

/// The newest row of a path, also if the file is deleted.
base::Result<std::optional<store::NamespaceFileRow>> newest_row(store::Reader& reader, const FilePlace& place,
                                                                std::string_view path);
/// Rows for the missing directories above a path (and for the path itself if it ends with a slash). Fails if one of
/// them is a file.
base::Result<std::vector<store::NamespaceFileRow>> missing_directories(store::Reader& reader, const FilePlace& place,
                                                                       std::string_view path, base::Instant now);

/// The data that is needed before a file is written.
struct WritePlan {
  store::NamespaceFileRow row;  ///< its size is not set yet
  std::vector<store::NamespaceFileRow> directories;
  bool overwrites = false;  ///< whether the file exists
};
/// The next revision of a file (NSF-3), with the revision that was read. Fails if a directory has that name.
base::Result<WritePlan> plan_write(store::Reader& reader, const FilePlace& place, const std::string& path,
                                   base::Instant now);

/// For the content of the row of a new upload: names an object that no other writer has, on any server. The object is
/// stored before the row, so that a row always has its content; if the row is not committed, nobody reads the object.
std::string new_content(const store::NamespaceFileRow& planned);
/// The path of the object with the content of a revision.
std::string content_path(const store::NamespaceFileRow& row);
/// The row that an address of NSF-3 means, given as its part below the folder of the namespace: `/a.txt` is the newest
/// revision of the file, or the first if the file is deleted; `/a.txt.v2` is the second revision, unless a file has
/// that name. Nothing if the revision does not exist.
base::Result<std::optional<store::NamespaceFileRow>> row_of_address(store::Reader& reader, const FilePlace& place,
                                                                    const std::string& address);

/// Rows that delete a file or directory, as they were read, and, with `parents`, the directories above it that become
/// empty. Empty if the path does not exist.
base::Result<std::vector<store::NamespaceFileRow>> rows_to_delete(store::Reader& reader, const FilePlace& place,
                                                                  const std::string& path, bool parents,
                                                                  base::Instant now);

}  // namespace gyr::executor
