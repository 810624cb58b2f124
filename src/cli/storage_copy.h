// Copying all files of one storage into another: the work of `gyr storage migrate`.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/storage.h"

namespace gyr::cli {

inline constexpr base::ErrorCode copy_differs{"GYR-C020"};  ///< the copy that was read back differs from the original

/// Options of a StorageCopy.
struct CopyOptions {
  size_t threads = 8;
  bool compare = false;  ///< compare existing files by content, not by size and date
  bool dry_run = false;  ///< only count the files that would be copied
};

/// Progress of a StorageCopy.
struct CopyCounts {
  uint64_t copied = 0, copied_bytes = 0;
  uint64_t there = 0, there_bytes = 0;  ///< existed at the target
  uint64_t failed = 0;
  bool given_up = false;  ///< after max_failures
};

/// Copies the files that `to` does not have from `from`; removes nothing on either side. A file exists at the target if
/// it has the same size and metadata there and has not been written at the source since then. Therefore an interrupted
/// copy continues where it stopped. Each copy is read back and compared by SHA-256. Both storages are used by several
/// threads at once; the callbacks run one at a time, on any of these threads. Empty folders are not copied.
class StorageCopy {
 public:
  struct Callbacks {
    std::function<void(const std::string& tenant, const std::string& path, const base::Error&)> failed;
    /// About once a second.
    std::function<void(const CopyCounts&)> progress;
  };
  /// The copy stops after this many failures.
  static constexpr uint64_t max_failures = 1'000;

  StorageCopy(storage::Storage& from, storage::Storage& to, CopyOptions options, Callbacks callbacks)
      : from_(from), to_(to), options_(options), callbacks_(std::move(callbacks)) {}

  /// Call once. Returns when everything is done.
  CopyCounts run(const std::vector<std::string>& tenants);

 private:
  struct File {
    std::string tenant;
    std::string path;
    storage::FileAttributes attributes;
  };
  void walk(const std::string& tenant);
  void add(File file);
  void work();
  bool stopping();
  void copy_one(const File& file);
  base::Result<bool> is_there(const File& file);
  /// Returns the size of the file in bytes.
  base::Result<uint64_t> copy(const File& file);
  base::Result<std::string> digest_of(storage::Storage& storage, const File& file);
  void note_failure(const std::string& tenant, const std::string& path, const base::Error& error);

  storage::Storage& from_;
  storage::Storage& to_;
  const CopyOptions options_;
  const Callbacks callbacks_;
  std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  std::deque<File> waiting_;
  size_t working_ = 0;
  bool complete_ = false;  ///< no more files will be added
  CopyCounts counts_;
};

}  // namespace gyr::cli
