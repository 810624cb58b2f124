// The folder that a store lives in: who holds it, and whether its main database may be opened at all.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace gyr::store::sqlite {

inline constexpr const char* main_file_name = "gyrfalcon.db";
inline constexpr const char* lock_file_name = "lock";

/// Holds the folder for this store alone while it lives (flock on a file that names the process). A second holder, in
/// this process or another, is refused with store_busy.
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

/// Looks at an existing main database without changing a byte of it: store_damaged for garbage, a truncated file or
/// broken pages, store_too_new for a later schema. A missing or empty file is fine. Large files are checked at their
/// edges only: the rest shows when it is read.
base::Result<void> inspect_main(const std::filesystem::path& file, const std::string& vfs);

}  // namespace gyr::store::sqlite
