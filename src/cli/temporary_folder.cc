#include "cli/temporary_folder.h"

#include <cerrno>
#include <cstdlib>

#include "base/log.h"
#include "cli/errors.h"

namespace gyr::cli {

base::Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code error;
  std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (!error) {
    std::string name = (parent / "gyr-run-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) return TemporaryFolder(name);
    error = std::error_code(errno, std::generic_category());
  }
  return base::fail(base::Error(cannot_write, fmt::format("cannot create a temporary folder: {}", error.message()))
                        .with_hint("set TMPDIR to a writable folder, or use `--data DIR`"));
}

void TemporaryFolder::remove() {
  if (path_.empty()) return;
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (error) base::log::warn("cannot remove the temporary folder {}: {}", path_.string(), error.message());
  path_.clear();
}

}  // namespace gyr::cli
