// Zip archives, read from memory and written as a stream: what exports, imports and caches need of the format.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "syntax/archive.h"

namespace gyr::storage {

inline constexpr base::ErrorCode archive_too_large{"GYR-W015"};  ///< more files or bytes than one archive can have
inline constexpr base::ErrorCode bad_archive{"GYR-W018"};        ///< a zip that is damaged, too large or not allowed

/// One file or directory of an archive.
struct ZipEntry {
  std::string name;  ///< UTF-8, with slashes; that of a directory ends with one
  bool directory = false;
  uint64_t size_bytes = 0;  ///< unpacked, as the archive says
};

/// Reads an archive in memory, entry by entry. It need not be one: damaged archives, those of several volumes, and
/// entries that are encrypted or links are refused with bad_archive, as is an archive that claims more than its bytes
/// can hold. Unpacking stops at what the archive announced. One thread at a time.
class ZipReader {
 public:
  /// `bytes` must live as long as the reader.
  explicit ZipReader(std::string_view bytes);

  /// The next entry; nothing behind the last.
  base::Result<std::optional<ZipEntry>> next();
  /// Unpacks the entry that next() gave, piece by piece; an error of the sink ends it. Fails where the content is not
  /// what was announced.
  base::Result<void> unpack(const std::function<base::Result<void>(std::string_view)>& sink);
  /// The same into a text of at most `limit` bytes.
  base::Result<std::string> unpack(size_t limit);

 private:
  std::string_view bytes_;
  syntax::ArchiveReader reader_;
  ZipEntry entry_;
  uint64_t claimed_bytes_ = 0;
  size_t entries_ = 0;
};

/// Writes an archive as its bytes are made: begin() an entry, add() its content, end_entry(), then the next, finish()
/// at the end. Each call gives bytes to send. At most 65,535 entries and 4 GiB (no zip64): begin() and add() fail
/// beyond.
class ZipWriter {
 public:
  ZipWriter();

  base::Result<std::string> begin(std::string_view name, base::Instant modified);
  base::Result<std::string> add(std::string_view content);
  base::Result<std::string> end_entry();
  base::Result<std::string> finish();

 private:
  std::string taken();

  syntax::ArchiveWriter writer_;
  size_t entries_ = 0;
  uint64_t entry_bytes_ = 0;
  uint64_t written_bytes_ = 0;
};

/// A whole archive of small files.
base::Result<std::string> make_zip(const std::vector<std::pair<std::string, std::string>>& files,
                                   base::Instant modified);

/// Whether a name of an archive stays below the folder it is unpacked to: relative, no `..`, no NUL, no backslash.
bool is_safe_entry_name(std::string_view name);

}  // namespace gyr::storage
