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

/// One entry of an archive; its content follows it.
struct ArchiveEntry {
  enum class Kind : uint8_t { file, directory, symbolic_link, hard_link, other };
  Kind kind = Kind::file;
  std::string name;                    ///< as stored, with slashes; the name of a directory may end with one
  std::string link;                    ///< target of a link
  std::optional<uint64_t> size_bytes;  ///< of the content, as the archive says
  uint32_t mode = 0;                   ///< permissions
  uint32_t user = 0;
  uint32_t group = 0;
  base::Instant modified;
  bool encrypted = false;
};

/// How a reader reports a damaged archive.
struct ArchiveErrors {
  base::ErrorCode code;
  std::string_view subject;  ///< "the zip archive"
};

/// Reads an archive entry by entry. The input is not trusted: anything unreadable is an error, and memory is bounded.
/// One thread at a time.
class ArchiveReader {
 public:
  /// Fills the buffer and returns the number of bytes; 0 at the end.
  using Source = std::function<base::Result<size_t>(char* into, size_t size)>;

  /// `bytes` must outlive the reader. The directory at the end of the archive decides which entries exist.
  static ArchiveReader of_zip(std::string_view bytes, ArchiveErrors errors);
  static ArchiveReader of_tar(Source source, ArchiveErrors errors);
  ~ArchiveReader();
  ArchiveReader(ArchiveReader&&) noexcept;

  /// The next entry; nothing after the last. Unread content of the previous entry is skipped.
  base::Result<std::optional<ArchiveEntry>> next();
  /// The next bytes of the content of the entry; 0 at its end. Checksums and sizes have been checked when the end is
  /// reached.
  base::Result<size_t> read(char* into, size_t size);

 private:
  struct State;
  explicit ArchiveReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Writes an archive as a stream of bytes: begin() an entry, add() its content, then the next entry, finish() at the
/// end. Equal entries result in equal bytes. One thread at a time.
class ArchiveWriter {
 public:
  enum class Format : uint8_t {
    zip,  ///< deflated, names in UTF-8, without zip64: the caller must keep to 65,535 entries and 4 GiB
    tar   ///< ustar, with POSIX extended headers for what does not fit; files need their size
  };
  ArchiveWriter(Format format, base::ErrorCode code);
  ~ArchiveWriter();
  ArchiveWriter(ArchiveWriter&&) noexcept;

  base::Result<void> begin(const ArchiveEntry& entry);
  base::Result<void> add(std::string_view content);
  base::Result<void> end_entry();
  base::Result<void> finish();
  /// The bytes written since the last call.
  std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gyr::syntax
