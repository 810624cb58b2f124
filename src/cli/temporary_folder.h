// A folder for one command.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace gyr::cli {

/// Made by make(), removed with everything in it when the object ends.
class TemporaryFolder {
 public:
  /// Below the system's folder for temporary files (TMPDIR), for this user alone.
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
