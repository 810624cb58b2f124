// The folder of a store: its lock, and checks before the main database is opened.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace gyr::store::sqlite {

inline constexpr const char* main_file_name = "gyrfalcon.db";
inline constexpr const char* lock_file_name = "lock";

/// Locks the folder for this store (flock on a file that names the process). A second lock, in this process or another
/// one, fails with store_busy.
class FolderLock {
 public:
  static base::Result<FolderLock> acquire(const std::filesystem::path& folder);
  FolderLock() = default;
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  void release();
  int fd_ = -1;
};

/// Checks an existing main database without changing it: store_damaged for garbage, a truncated file or broken pages,
/// store_too_new for a later schema. A missing or empty file is valid. For large files only the first and last pages
/// are checked; other damage is detected when it is read.
base::Result<void> inspect_main(const std::filesystem::path& file, const std::string& vfs);

}  // namespace gyr::store::sqlite
