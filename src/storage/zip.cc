#include "storage/zip.h"

#include <zlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "syntax/calendar.h"

namespace gyr::storage {
namespace {

constexpr uint32_t local_signature = 0x04034b50;
constexpr uint32_t central_signature = 0x02014b50;
constexpr uint32_t end_signature = 0x06054b50;
constexpr uint32_t descriptor_signature = 0x08074b50;
constexpr size_t local_header_bytes = 30;
constexpr size_t central_header_bytes = 46;
constexpr size_t end_record_bytes = 22;
constexpr size_t max_comment = 65'535;
constexpr uint16_t stored = 0;
constexpr uint16_t deflated = 8;
constexpr uint16_t flag_encrypted = 1;
constexpr uint16_t flag_descriptor = 8;  // sizes stand behind the content
constexpr uint16_t flag_utf8 = 1U << 11;
constexpr uint16_t version_needed = 20;
constexpr size_t max_entries = 65'535;
constexpr uint64_t max_bytes = 0xFFFF'FFFF;
constexpr size_t piece_bytes = 64 * 1024;
/// Deflate packs at most a thousand to one; an entry that claims more is made to do harm.
constexpr uint64_t max_ratio = 1'100;

uint32_t number(std::string_view bytes, size_t offset, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[offset + i])) << (8 * i);
  return value;
}

void put(std::string& out, uint64_t value, size_t count) {
  for (size_t i = 0; i < count; ++i, value >>= 8) out.push_back(static_cast<char>(value & 0xFFU));
}

std::unexpected<base::Error> damaged(std::string_view what) {
  return base::fail(bad_archive, fmt::format("the zip archive is damaged: {}", what));
}

/// zlib's stream without a header around it.
class RawStream {
 public:
  enum class Direction : uint8_t { pack, unpack };
  explicit RawStream(Direction direction) : direction_(direction) {
    const int made = direction == Direction::pack
                         ? deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY)
                         : inflateInit2(&stream, -15);
    GYR_ASSERT(made == Z_OK);
  }
  ~RawStream() { direction_ == Direction::pack ? deflateEnd(&stream) : inflateEnd(&stream); }
  RawStream(const RawStream&) = delete;
  RawStream& operator=(const RawStream&) = delete;
  z_stream stream{};

 private:
  Direction direction_;
};

uint32_t checksum_of(uint32_t before, std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
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

base::Result<ZipReader> ZipReader::open(std::string_view bytes) {
  // The record at the end is followed by a comment at most.
  if (bytes.size() < end_record_bytes) return damaged("it is too short");
  size_t end = std::string_view::npos;
  const size_t first =
      bytes.size() > end_record_bytes + max_comment ? bytes.size() - end_record_bytes - max_comment : 0;
  for (size_t at = bytes.size() - end_record_bytes + 1; at-- > first;) {
    if (number(bytes, at, 4) != end_signature) continue;
    end = at;
    break;
  }
  if (end == std::string_view::npos) return damaged("its directory is missing");
  const uint32_t count = number(bytes, end + 10, 2);
  size_t at = number(bytes, end + 16, 4);
  ZipReader reader;
  reader.bytes_ = bytes;
  for (uint32_t i = 0; i < count; ++i) {
    if (at > end || end - at < central_header_bytes || number(bytes, at, 4) != central_signature)
      return damaged("its directory is cut");
    ZipEntry entry;
    const uint32_t flags = number(bytes, at + 8, 2);
    entry.method = static_cast<uint16_t>(number(bytes, at + 10, 2));
    entry.checksum = number(bytes, at + 16, 4);
    entry.packed_size = number(bytes, at + 20, 4);
    entry.size = number(bytes, at + 24, 4);
    const size_t name_size = number(bytes, at + 28, 2);
    const size_t rest = number(bytes, at + 30, 2) + number(bytes, at + 32, 2);
    entry.offset = number(bytes, at + 42, 4);
    if (end - at - central_header_bytes < name_size + rest) return damaged("its directory is cut");
    entry.name = base::repair_utf8(bytes.substr(at + central_header_bytes, name_size));
    entry.directory = entry.name.ends_with('/');
    if ((flags & flag_encrypted) != 0)
      return base::fail(bad_archive, fmt::format("the entry `{}` of the archive is encrypted", entry.name));
    if (entry.method != stored && entry.method != deflated) {
      return base::fail(
          bad_archive,
          fmt::format("the entry `{}` of the archive is packed in a way that is not supported", entry.name));
    }
    if (entry.size == max_bytes || entry.packed_size == max_bytes)
      return base::fail(bad_archive, "zip64 archives are not supported");
    if (entry.size > entry.packed_size * max_ratio + piece_bytes)
      return damaged("an entry claims a size that cannot be true");
    at += central_header_bytes + name_size + rest;
    reader.entries_.push_back(std::move(entry));
  }
  return reader;
}

base::Result<void> ZipReader::unpack(const ZipEntry& entry,
                                     const std::function<base::Result<void>(std::string_view)>& sink) const {
  const uint64_t header = entry.offset;
  if (header > bytes_.size() || bytes_.size() - header < local_header_bytes ||
      number(bytes_, header, 4) != local_signature) {
    return damaged("an entry is not where it should be");
  }
  const uint64_t begin = header + local_header_bytes + number(bytes_, header + 26, 2) + number(bytes_, header + 28, 2);
  if (begin > bytes_.size() || bytes_.size() - begin < entry.packed_size) return damaged("an entry is cut");
  std::string_view packed = bytes_.substr(begin, entry.packed_size);
  uint32_t checksum = 0;
  uint64_t size = 0;
  const auto give = [&](std::string_view piece) -> base::Result<void> {
    checksum = checksum_of(checksum, piece);
    size += piece.size();
    if (size > entry.size) return damaged(fmt::format("`{}` is longer than announced", entry.name));
    return sink(piece);
  };
  if (entry.method == stored) {
    while (!packed.empty()) {
      GYR_CHECK(give(packed.substr(0, piece_bytes)));
      packed.remove_prefix(std::min(piece_bytes, packed.size()));
    }
  } else {
    RawStream raw(RawStream::Direction::unpack);
    raw.stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    raw.stream.avail_in = static_cast<uInt>(packed.size());
    std::string piece(piece_bytes, '\0');
    for (int outcome = Z_OK; outcome != Z_STREAM_END;) {
      raw.stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      raw.stream.avail_out = static_cast<uInt>(piece.size());
      outcome = inflate(&raw.stream, Z_NO_FLUSH);
      const size_t made = piece.size() - raw.stream.avail_out;
      if ((outcome != Z_OK && outcome != Z_STREAM_END) || (made == 0 && outcome != Z_STREAM_END)) {
        return damaged(fmt::format("`{}` cannot be unpacked", entry.name));
      }
      if (made > 0) GYR_CHECK(give(std::string_view(piece).substr(0, made)));
    }
  }
  if (size != entry.size || checksum != entry.checksum)
    return damaged(fmt::format("`{}` is not what was packed", entry.name));
  return {};
}

base::Result<std::string> ZipReader::unpack(const ZipEntry& entry, size_t limit) const {
  if (entry.size > limit)
    return base::fail(bad_archive, fmt::format("the entry `{}` is larger than {} bytes", entry.name, limit));
  std::string content;
  content.reserve(entry.size);
  GYR_CHECK(unpack(entry, [&content](std::string_view piece) -> base::Result<void> {
    content += piece;
    return {};
  }));
  return content;
}

// ---------------------------------------------------------------------------------------------- writing

struct ZipWriter::State {
  struct Written {
    std::string name;
    uint32_t time = 0;
    uint32_t checksum = 0;
    uint64_t size = 0;
    uint64_t packed_size = 0;
    uint64_t offset = 0;
  };
  std::vector<Written> written;
  std::unique_ptr<RawStream> stream;  // of the entry being written
  uint64_t position = 0;

  std::string count(std::string bytes) {
    position += bytes.size();
    return bytes;
  }
  std::string pack(std::string_view content, int flush) {
    std::string out;
    z_stream& raw = stream->stream;
    raw.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    raw.avail_in = static_cast<uInt>(content.size());
    do {
      const size_t used = out.size();
      out.resize(used + piece_bytes);
      raw.next_out = reinterpret_cast<Bytef*>(out.data() + used);
      raw.avail_out = static_cast<uInt>(piece_bytes);
      const int outcome = deflate(&raw, flush);
      GYR_ASSERT(outcome != Z_STREAM_ERROR);
      out.resize(used + piece_bytes - raw.avail_out);
    } while (raw.avail_out == 0);
    written.back().packed_size += out.size();
    return out;
  }
};

ZipWriter::ZipWriter() : state_(std::make_unique<State>()) {}
ZipWriter::~ZipWriter() = default;
ZipWriter::ZipWriter(ZipWriter&&) noexcept = default;

namespace {

/// Date and time as MS-DOS kept them, in UTC.
uint32_t dos_time(base::Instant instant) {
  const int64_t day = instant.seconds / 86'400;
  const auto date = syntax::civil_from_days(day);
  const auto second = static_cast<uint32_t>(instant.seconds % 86'400);
  if (instant.seconds < 0 || date.year < 1980 || date.year > 2107) return 0x0021'0000;
  const auto years = static_cast<uint32_t>(date.year - 1980);
  return (years << 25) | (static_cast<uint32_t>(date.month) << 21) | (static_cast<uint32_t>(date.day) << 16) |
         (second / 3600 << 11) | (second / 60 % 60 << 5) | (second % 60 / 2);
}

}  // namespace

base::Result<std::string> ZipWriter::begin(std::string_view name, base::Instant modified) {
  State& state = *state_;
  GYR_ASSERT(!state.stream);
  if (state.written.size() == max_entries)
    return base::fail(archive_too_large, fmt::format("a zip archive holds at most {} files", max_entries));
  State::Written entry;
  entry.name = name.substr(0, 0xFFFF);
  entry.time = dos_time(modified);
  entry.offset = state.position;
  std::string out;
  put(out, local_signature, 4);
  put(out, version_needed, 2);
  put(out, flag_descriptor | flag_utf8, 2);
  put(out, deflated, 2);
  put(out, entry.time, 4);
  put(out, 0, 12);
  put(out, entry.name.size(), 2);
  put(out, 0, 2);
  out += entry.name;
  state.written.push_back(std::move(entry));
  state.stream = std::make_unique<RawStream>(RawStream::Direction::pack);
  return state.count(std::move(out));
}

base::Result<std::string> ZipWriter::add(std::string_view content) {
  State& state = *state_;
  State::Written& entry = state.written.back();
  entry.size += content.size();
  if (entry.size > max_bytes || state.position > max_bytes - content.size())
    return base::fail(archive_too_large, "a zip archive holds at most 4 GiB");
  entry.checksum = checksum_of(entry.checksum, content);
  if (content.empty()) return std::string();
  return state.count(state.pack(content, Z_NO_FLUSH));
}

std::string ZipWriter::end_entry() {
  State& state = *state_;
  std::string out = state.pack({}, Z_FINISH);
  state.stream.reset();
  const State::Written& entry = state.written.back();
  put(out, descriptor_signature, 4);
  put(out, entry.checksum, 4);
  put(out, entry.packed_size, 4);
  put(out, entry.size, 4);
  return state.count(std::move(out));
}

std::string ZipWriter::finish() {
  State& state = *state_;
  std::string out;
  for (const State::Written& entry : state.written) {
    put(out, central_signature, 4);
    put(out, version_needed, 2);
    put(out, version_needed, 2);
    put(out, flag_descriptor | flag_utf8, 2);
    put(out, deflated, 2);
    put(out, entry.time, 4);
    put(out, entry.checksum, 4);
    put(out, entry.packed_size, 4);
    put(out, entry.size, 4);
    put(out, entry.name.size(), 2);
    put(out, 0, 12);
    put(out, entry.offset, 4);
    out += entry.name;
  }
  const uint64_t directory = out.size();
  put(out, end_signature, 4);
  put(out, 0, 4);
  put(out, state.written.size(), 2);
  put(out, state.written.size(), 2);
  put(out, directory, 4);
  put(out, state.position, 4);
  put(out, 0, 2);
  return state.count(std::move(out));
}

base::Result<std::string> make_zip(const std::vector<std::pair<std::string, std::string>>& files,
                                   base::Instant modified) {
  ZipWriter writer;
  std::string out;
  for (const auto& [name, content] : files) {
    GYR_TRY(std::string head, writer.begin(name, modified));
    GYR_TRY(std::string body, writer.add(content));
    out += head;
    out += body;
    out += writer.end_entry();
  }
  return out + writer.finish();
}

}  // namespace gyr::storage
