// What changes in the index of a namespace's files (NSF-1 to NSF-4): for the editor's calls and for tasks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "store/store.h"

namespace gyr::executor {

/// Whose files.
struct FilePlace {
  std::string tenant;
  std::string namespace_;
};

/// The name by which the writers of one file take turns (KeyedMutex).
std::string turn_of_file(const FilePlace& place, std::string_view path);

/// The newest row of a path, also where it is deleted.
base::Result<std::optional<store::NamespaceFileRow>> newest_row(store::Reader& reader, const FilePlace& place,
                                                                std::string_view path);
/// Rows for the directories above a path (and, ending with a slash, the path itself) that are not there yet. Fails
/// where one of them is a file.
base::Result<std::vector<store::NamespaceFileRow>> missing_directories(store::Reader& reader, const FilePlace& place,
                                                                       std::string_view path, base::Instant now);

/// What has to be known before a file is written.
struct WritePlan {
  store::NamespaceFileRow row;  ///< its size is still to be told
  std::vector<store::NamespaceFileRow> directories;
  bool overwrites = false;  ///< whether a file is there
};
/// The next revision of a file (NSF-3). Fails where a directory has that name.
base::Result<WritePlan> plan_write(store::Reader& reader, const FilePlace& place, const std::string& path,
                                   base::Instant now);

/// Rows that hide a file or directory, and where `parents` the directories above it that it leaves empty; none where
/// nothing is there.
base::Result<std::vector<store::NamespaceFileRow>> rows_to_delete(store::Reader& reader, const FilePlace& place,
                                                                  const std::string& path, bool parents,
                                                                  base::Instant now);

}  // namespace gyr::executor
