// A temporary folder of a command.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace gyr::cli {

/// Created by make(). The destructor removes it with everything in it.
class TemporaryFolder {
 public:
  /// Creates it in the folder for temporary files (TMPDIR), accessible only to this user.
  static base::Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() { remove(); }

  const std::filesystem::path& path() const { return path_; }
  void remove();

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace gyr::cli
