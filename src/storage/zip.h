// Zip archives, read from memory and written as a stream: what exports, imports and caches need of the format.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"

namespace gyr::storage {

inline constexpr base::ErrorCode archive_too_large{"GYR-W015"};  ///< more files or bytes than one archive holds
inline constexpr base::ErrorCode bad_archive{"GYR-W018"};        ///< a zip that is damaged or too large

/// One file of an archive.
struct ZipEntry {
  std::string name;  ///< as stored; UTF-8, with slashes; directories end with one
  bool directory = false;
  uint64_t size = 0;  ///< unpacked, as the archive says
  uint64_t packed_size = 0;
  uint32_t checksum = 0;
  uint16_t method = 0;
  uint64_t offset = 0;  ///< of its local header
};

/// An archive in memory. Damaged ones are refused with bad_archive; nothing is trusted: names, sizes and offsets are
/// checked, and unpacking stops at what the archive announced. Encrypted ones, and methods but store and deflate, are
/// refused.
class ZipReader {
 public:
  /// `bytes` must live as long as the reader.
  static base::Result<ZipReader> open(std::string_view bytes);

  const std::vector<ZipEntry>& entries() const { return entries_; }
  /// Unpacks an entry piece by piece; an error of the sink ends it. Fails where the content is not what was announced.
  base::Result<void> unpack(const ZipEntry& entry,
                            const std::function<base::Result<void>(std::string_view)>& sink) const;
  /// The same into a text of at most `limit` bytes.
  base::Result<std::string> unpack(const ZipEntry& entry, size_t limit) const;

 private:
  std::string_view bytes_;
  std::vector<ZipEntry> entries_;
};

/// Writes an archive as its bytes are made: begin() an entry, add() its content, then the next, finish() at the end.
/// Each call gives bytes to send. At most 65,535 entries and 4 GiB (no zip64): begin() and add() fail beyond.
class ZipWriter {
 public:
  ZipWriter();
  ~ZipWriter();
  ZipWriter(ZipWriter&&) noexcept;

  base::Result<std::string> begin(std::string_view name, base::Instant modified);
  base::Result<std::string> add(std::string_view content);
  std::string end_entry();
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A whole archive of small files.
base::Result<std::string> make_zip(const std::vector<std::pair<std::string, std::string>>& files,
                                   base::Instant modified);

/// Whether a name of an archive stays below the folder it is unpacked to: relative, no `..`, no NUL, no backslash.
bool is_safe_entry_name(std::string_view name);

}  // namespace gyr::storage
