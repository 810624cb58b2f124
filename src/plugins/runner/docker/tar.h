// Archives in the format of tar, as container engines take and give files (RUNNER-25).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode container_files{
    "GYR-P075"};  ///< files that cannot be sent to a container or taken back

/// Archives are made of blocks of so many bytes.
inline constexpr size_t tar_block_bytes = 512;

/// One entry of an archive; its content is read behind it.
struct TarEntry {
  enum class Kind : uint8_t { file, directory, symbolic_link, hard_link, other };
  Kind kind = Kind::file;
  std::string name;  ///< as it stands there, with slashes
  std::string link;  ///< what a link names
  uint64_t size = 0;
  uint32_t mode = 0;
};

/// Reads an archive entry by entry: ustar with the long names of POSIX (pax) and GNU. What it is given need not be an
/// archive. One thread; memory is bounded.
class TarReader {
 public:
  /// Fills the buffer and gives the number of bytes; 0 at the end.
  using Source = std::function<base::Result<size_t>(char* into, size_t size)>;

  explicit TarReader(Source source) : source_(std::move(source)) {}
  /// The next entry; nothing behind the last. What was not read of the one before is passed over.
  base::Result<std::optional<TarEntry>> next();
  /// The next bytes of the entry's content; 0 at its end.
  base::Result<size_t> read(char* into, size_t size);

 private:
  /// True: a whole block. False: the archive ends here.
  base::Result<bool> read_block(char* block);
  base::Result<std::string> read_text(uint64_t size);
  base::Result<void> skip_content();

  Source source_;
  uint64_t content_left_ = 0;
  uint64_t padding_left_ = 0;
};

/// Who owns the packed files.
struct TarOwner {
  uint32_t user = 0;
  uint32_t group = 0;
};

/// Packs everything below a directory: files, folders and links, with their modes; the directory itself is `folder`
/// (`.` for none), open to every user, as those of a container need not be known here. Blocking.
base::Result<void> pack_directory(const std::filesystem::path& directory, const std::filesystem::path& archive,
                                  TarOwner owner, std::string_view folder = ".");

/// Unpacks an archive whose entries lie below one folder, as an engine gives them, into a directory: without that
/// folder, over what is there, with modes. Nothing is written outside, whatever the names and links say; devices and
/// pipes are left out. Blocking.
base::Result<void> unpack_below(const std::filesystem::path& archive, const std::filesystem::path& directory);

}  // namespace gyr::plugins::runner
