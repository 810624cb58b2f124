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

/// The KeyedMutex name for the writers of one file, which take turns: the content of a revision is stored under its
/// number, before its row.
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

/// Rows that delete a file or directory, as they were read, and, with `parents`, the directories above it that become
/// empty. Empty if the path does not exist.
base::Result<std::vector<store::NamespaceFileRow>> rows_to_delete(store::Reader& reader, const FilePlace& place,
                                                                  const std::string& path, bool parents,
                                                                  base::Instant now);

}  // namespace gyr::executor
