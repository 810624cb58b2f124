#include "storage/zip.h"

#include "base/text.h"

namespace gyr::storage {
namespace {

using syntax::ArchiveEntry;

constexpr syntax::ArchiveErrors errors{bad_archive, "the zip archive"};
constexpr size_t max_entries = 65'535;
constexpr uint64_t max_bytes = 0xFFFF'FFFF;
constexpr size_t piece_bytes = 64 * 1024;
/// Deflate packs at most a thousand to one; an archive that claims more is made to do harm: its entries overlap, or
/// their sizes are wrong.
constexpr uint64_t max_ratio = 1'100;
constexpr uint32_t file_mode = 0644;

/// The record at the end of an archive, before its comment.
constexpr std::string_view end_signature = "PK\5\6";
constexpr size_t end_record_bytes = 22;
constexpr size_t max_comment_bytes = 65'535;

/// The fields of the record at the end that libarchive does not report.
struct EndRecord {
  bool one_of_several_volumes = false;
  bool has_entries = true;
};

std::optional<EndRecord> end_record_of(std::string_view bytes) {
  const std::string_view end =
      bytes.substr(bytes.size() - std::min(bytes.size(), end_record_bytes + max_comment_bytes));
  const size_t at = end.rfind(end_signature);
  if (at == std::string_view::npos || end.size() - at < end_record_bytes) return std::nullopt;
  constexpr std::string_view zero("\0\0", 2);
  return EndRecord{end.substr(at + 4, 2) != zero, end.substr(at + 10, 2) != zero};
}

std::unexpected<base::Error> refused_entry(const ArchiveEntry& entry, std::string_view why) {
  return base::fail(bad_archive, fmt::format("the entry `{}` of the archive {}", base::repair_utf8(entry.name), why));
}

}  // namespace

bool is_safe_entry_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos ||
      name.find('\0') != std::string_view::npos)
    return false;
  for (std::string_view part : base::split(name, '/')) {
    if (part == "..") return false;
  }
  return true;
}

// ---------------------------------------------------------------------------------------------- reading

ZipReader::ZipReader(std::string_view bytes) : bytes_(bytes), reader_(syntax::ArchiveReader::of_zip(bytes, errors)) {}

base::Result<std::optional<ZipEntry>> ZipReader::next() {
  auto found = reader_.next();
  if (!found && entries_ == 0) {
    const auto end = end_record_of(bytes_);
    if (end && end->one_of_several_volumes)
      return base::fail(bad_archive, "the zip archive has several volumes; use a single file");
    if (end && !end->has_entries) return std::optional<ZipEntry>();
  }
  if (!found) return base::fail(found.error());
  if (!*found) return std::optional<ZipEntry>();
  const ArchiveEntry& entry = **found;
  if (++entries_ > max_entries)
    return base::fail(bad_archive, fmt::format("the zip archive has more than {} entries", max_entries));
  if (entry.encrypted) return refused_entry(entry, "is encrypted");
  if (entry.kind != ArchiveEntry::Kind::file && entry.kind != ArchiveEntry::Kind::directory)
    return refused_entry(entry, "is a link or a device, not a file");
  entry_.name = base::repair_utf8(entry.name);
  entry_.directory = entry.kind == ArchiveEntry::Kind::directory || entry_.name.ends_with('/');
  entry_.size_bytes = entry.size_bytes.value_or(0);
  if (entry_.size_bytes > max_bytes) return refused_entry(entry, "is larger than 4 GiB");
  claimed_bytes_ += entry_.size_bytes;
  if (claimed_bytes_ > bytes_.size() * max_ratio + piece_bytes)
    return base::fail(bad_archive, "the zip archive is damaged: it declares an impossible size");
  return std::optional(entry_);
}

base::Result<void> ZipReader::unpack(const std::function<base::Result<void>(std::string_view)>& sink) {
  std::string piece(piece_bytes, '\0');
  uint64_t size = 0;
  for (;;) {
    GYR_TRY(const size_t got, reader_.read(piece.data(), piece.size()));
    size += got;
    if (size > entry_.size_bytes || (got == 0 && size != entry_.size_bytes)) {
      return base::fail(
          bad_archive,
          fmt::format("the zip archive is damaged: the size of `{}` differs from the declared size", entry_.name));
    }
    if (got == 0) return {};
    GYR_CHECK(sink(std::string_view(piece).substr(0, got)));
  }
}

base::Result<std::string> ZipReader::unpack(size_t limit) {
  if (entry_.size_bytes > limit)
    return base::fail(bad_archive, fmt::format("the entry `{}` is larger than {} bytes", entry_.name, limit));
  std::string content;
  GYR_CHECK(unpack([&content](std::string_view piece) -> base::Result<void> {
    content += piece;
    return {};
  }));
  return content;
}

// ---------------------------------------------------------------------------------------------- writing

ZipWriter::ZipWriter() : writer_(syntax::ArchiveWriter::Format::zip, bad_archive) {}

std::string ZipWriter::taken() {
  std::string bytes = writer_.take();
  written_bytes_ += bytes.size();
  return bytes;
}

base::Result<std::string> ZipWriter::begin(std::string_view name, base::Instant modified) {
  if (entries_ == max_entries)
    return base::fail(archive_too_large, fmt::format("a zip archive can have at most {} files", max_entries));
  entries_ += 1;
  entry_bytes_ = 0;
  ArchiveEntry entry;
  entry.name = name;
  entry.mode = file_mode;
  entry.modified = modified;
  GYR_CHECK(writer_.begin(entry));
  return taken();
}

base::Result<std::string> ZipWriter::add(std::string_view content) {
  entry_bytes_ += content.size();
  if (entry_bytes_ > max_bytes || written_bytes_ > max_bytes - content.size())
    return base::fail(archive_too_large, "a zip archive can have at most 4 GiB");
  GYR_CHECK(writer_.add(content));
  return taken();
}

base::Result<std::string> ZipWriter::end_entry() {
  GYR_CHECK(writer_.end_entry());
  return taken();
}

base::Result<std::string> ZipWriter::finish() {
  GYR_CHECK(writer_.finish());
  return taken();
}

base::Result<std::string> make_zip(const std::vector<std::pair<std::string, std::string>>& files,
                                   base::Instant modified) {
  ZipWriter writer;
  std::string out;
  for (const auto& [name, content] : files) {
    GYR_TRY(std::string head, writer.begin(name, modified));
    GYR_TRY(std::string body, writer.add(content));
    GYR_TRY(std::string tail, writer.end_entry());
    out += head + body + tail;
  }
  GYR_TRY(std::string end, writer.finish());
  return out + end;
}

}  // namespace gyr::storage
