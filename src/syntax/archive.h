// Archives in the formats zip and tar, read and written as streams by libarchive: what exports, imports, caches and
// containers need of them. What may be done with an entry is for the caller to say.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"

namespace gyr::syntax {

/// One entry of an archive; its content stands behind it.
struct ArchiveEntry {
  enum class Kind : uint8_t { file, directory, symbolic_link, hard_link, other };
  Kind kind = Kind::file;
  std::string name;                    ///< as it stands there, with slashes; that of a directory may end with one
  std::string link;                    ///< what a link names
  std::optional<uint64_t> size_bytes;  ///< of the content, as the archive says
  uint32_t mode = 0;                   ///< permissions
  uint32_t user = 0;
  uint32_t group = 0;
  base::Instant modified;
  bool encrypted = false;
};

/// How a reader tells that an archive is damaged.
struct ArchiveErrors {
  base::ErrorCode code;
  std::string_view subject;  ///< "the zip archive"
};

/// Reads an archive entry by entry. What it is given need not be one: what cannot be read is an error, and memory is
/// bounded. One thread at a time.
class ArchiveReader {
 public:
  /// Fills the buffer and gives the number of bytes; 0 at the end.
  using Source = std::function<base::Result<size_t>(char* into, size_t size)>;

  /// `bytes` must live as long as the reader. The directory at the end decides which entries there are.
  static ArchiveReader of_zip(std::string_view bytes, ArchiveErrors errors);
  static ArchiveReader of_tar(Source source, ArchiveErrors errors);
  ~ArchiveReader();
  ArchiveReader(ArchiveReader&&) noexcept;

  /// The next entry; nothing behind the last. What was not read of the one before is passed over.
  base::Result<std::optional<ArchiveEntry>> next();
  /// The next bytes of the entry's content; 0 at its end. Checksums and sizes were checked when it is reached.
  base::Result<size_t> read(char* into, size_t size);

 private:
  struct State;
  explicit ArchiveReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Writes an archive as its bytes are made: begin() an entry, add() its content, then the next, finish() at the end.
/// Equal entries give equal bytes. One thread at a time.
class ArchiveWriter {
 public:
  enum class Format : uint8_t {
    zip,  ///< deflated, names in UTF-8, without zip64: the caller keeps to 65,535 entries and 4 GiB
    tar   ///< ustar, with POSIX extended headers for what does not fit; files need their size
  };
  ArchiveWriter(Format format, base::ErrorCode code);
  ~ArchiveWriter();
  ArchiveWriter(ArchiveWriter&&) noexcept;

  base::Result<void> begin(const ArchiveEntry& entry);
  base::Result<void> add(std::string_view content);
  base::Result<void> end_entry();
  base::Result<void> finish();
  /// The bytes made since the last call.
  std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gyr::syntax
