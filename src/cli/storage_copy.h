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

inline constexpr base::ErrorCode copy_differs{"GYR-C020"};  ///< what was read back is not what was written

/// How a StorageCopy works.
struct CopyOptions {
  size_t threads = 8;
  bool compare = false;  ///< what is at the target already is compared by its content, not by its size and date
  bool dry_run = false;  ///< only counts what would be copied
};

/// What it has done so far.
struct CopyCounts {
  uint64_t copied = 0, copied_bytes = 0;
  uint64_t there = 0, there_bytes = 0;  ///< at the target already
  uint64_t failed = 0;
  bool given_up = false;  ///< after max_failures
};

/// Copies files of `from` that `to` lacks; removes nothing on either side. A file counts as there where the target has
/// it with the same size and metadata and it has not been written since at the source, so a copy that was cut short
/// goes on where it was. Each copy is read back and compared by SHA-256. Both storages are used on several threads at
/// once; the callbacks run one at a time, on any of them. Empty folders are no files.
class StorageCopy {
 public:
  struct Callbacks {
    std::function<void(const std::string& tenant, const std::string& path, const base::Error&)> failed;
    /// About once a second.
    std::function<void(const CopyCounts&)> progress;
  };
  /// So many failures are no accidents.
  static constexpr uint64_t max_failures = 1'000;

  StorageCopy(storage::Storage& from, storage::Storage& to, CopyOptions options, Callbacks callbacks)
      : from_(from), to_(to), options_(options), callbacks_(std::move(callbacks)) {}

  /// Once; waits until all is done.
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
  /// Gives how many bytes it had.
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
  bool complete_ = false;  ///< nothing is added any more
  CopyCounts counts_;
};

}  // namespace gyr::cli
