#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "plugins/runner/docker/tar.h"

namespace gyr::plugins::runner {
namespace {

/// Of the texts in front of an entry (long names): far above what file systems allow.
constexpr uint64_t max_extension = 1024 * 1024;

std::unexpected<base::Error> damaged(std::string_view what) {
  return base::fail(container_files, fmt::format("the archive is damaged: {}", what));
}

/// A field that ends at its first NUL.
std::string text_field(const char* block, size_t at, size_t size) { return {block + at, ::strnlen(block + at, size)}; }

/// Octal digits, or with the highest bit set a number in binary.
base::Result<uint64_t> number_field(const char* block, size_t at, size_t size) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(block + at);
  uint64_t number = 0;
  if ((bytes[0] & 0x80) != 0) {
    for (size_t i = 0; i < size; ++i) {
      if (number > (UINT64_MAX >> 9)) return damaged("a number is too large");
      number = number << 8 | (i == 0 ? bytes[i] & 0x7FU : bytes[i]);
    }
    return number;
  }
  for (size_t i = 0; i < size; ++i) {
    if (bytes[i] == ' ' && number == 0) continue;
    if (bytes[i] == 0 || bytes[i] == ' ') break;
    if (bytes[i] < '0' || bytes[i] > '7') return damaged("a number is none");
    number = number << 3 | (bytes[i] - '0');
  }
  return number;
}

bool checksum_holds(const char* block) {
  uint64_t sum = 0;
  for (size_t i = 0; i < tar_block_bytes; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(block[i]);
  auto told = number_field(block, 148, 8);
  return told && *told == sum;
}

/// What the texts in front of an entry say about it.
struct Extensions {
  std::optional<std::string> name;
  std::optional<std::string> link;
  std::optional<uint64_t> size;
};

/// `LENGTH KEY=VALUE\n` records of POSIX.
base::Result<void> read_pax(std::string_view records, Extensions& extensions) {
  while (!records.empty()) {
    size_t length = 0;
    auto [end, error] = std::from_chars(records.data(), records.data() + records.size(), length);
    const auto digits = static_cast<size_t>(end - records.data());
    if (error != std::errc() || length > records.size() || length < digits + 3 || *end != ' ')
      return damaged("an extended header");
    std::string_view record = records.substr(digits + 1, length - digits - 2);
    records.remove_prefix(length);
    const size_t equals = record.find('=');
    if (equals == std::string_view::npos) return damaged("an extended header has no `=`");
    std::string_view key = record.substr(0, equals);
    std::string value(record.substr(equals + 1));
    if (key == "path") extensions.name = value;
    if (key == "linkpath") extensions.link = value;
    if (key == "size") {
      uint64_t size = 0;
      auto parsed = std::from_chars(value.data(), value.data() + value.size(), size);
      if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) return damaged("a size");
      extensions.size = size;
    }
  }
  return {};
}

TarEntry::Kind kind_of(char type) {
  switch (type) {
    case '\0':
    case '0':
    case '7': return TarEntry::Kind::file;
    case '1': return TarEntry::Kind::hard_link;
    case '2': return TarEntry::Kind::symbolic_link;
    case '5': return TarEntry::Kind::directory;
    default: return TarEntry::Kind::other;
  }
}

}  // namespace

base::Result<bool> TarReader::read_block(char* block) {
  size_t filled = 0;
  while (filled < tar_block_bytes) {
    GYR_TRY(size_t got, source_(block + filled, tar_block_bytes - filled));
    if (got == 0) break;
    filled += got;
  }
  if (filled == 0) return false;
  if (filled < tar_block_bytes) return damaged("it ends within a block");
  return std::any_of(block, block + tar_block_bytes, [](char byte) { return byte != 0; });
}

base::Result<size_t> TarReader::read(char* into, size_t size) {
  size = static_cast<size_t>(std::min<uint64_t>(size, content_left_));
  if (size == 0) return size_t(0);
  GYR_TRY(size_t got, source_(into, size));
  if (got == 0) return damaged("it ends within a file");
  content_left_ -= got;
  return got;
}

base::Result<void> TarReader::skip_content() {
  std::array<char, 16 * 1024> buffer;
  while (content_left_ > 0) GYR_CHECK(read(buffer.data(), buffer.size()));
  content_left_ = std::exchange(padding_left_, 0);
  while (content_left_ > 0) GYR_CHECK(read(buffer.data(), buffer.size()));
  return {};
}

base::Result<std::string> TarReader::read_text(uint64_t size) {
  if (size > max_extension) return damaged("a name is too long");
  std::string text(size, '\0');
  for (size_t filled = 0; filled < size;) {
    GYR_TRY(size_t got, read(text.data() + filled, size - filled));
    filled += got;
  }
  return text;
}

base::Result<std::optional<TarEntry>> TarReader::next() {
  Extensions extensions;
  for (;;) {
    GYR_CHECK(skip_content());
    std::array<char, tar_block_bytes> block;
    GYR_TRY(bool more, read_block(block.data()));
    if (!more) return std::optional<TarEntry>();
    if (!checksum_holds(block.data())) return damaged("a header's checksum is wrong");
    TarEntry entry;
    GYR_TRY(entry.size, number_field(block.data(), 124, 12));
    const char type = block[156];
    const bool extends = type == 'x' || type == 'g' || type == 'L' || type == 'K';
    if (!extends && extensions.size) entry.size = *extensions.size;
    if (entry.size > INT64_MAX) return damaged("a file is too large");
    entry.kind = kind_of(type);
    const bool has_content = extends || entry.kind == TarEntry::Kind::file || entry.kind == TarEntry::Kind::other;
    content_left_ = has_content ? entry.size : 0;
    padding_left_ = (tar_block_bytes - content_left_ % tar_block_bytes) % tar_block_bytes;
    if (extends) {
      GYR_TRY(std::string text, read_text(content_left_));
      if (type == 'x') GYR_CHECK(read_pax(text, extensions));
      if (type == 'L') extensions.name = text.substr(0, text.find('\0'));
      if (type == 'K') extensions.link = text.substr(0, text.find('\0'));
      continue;
    }
    GYR_TRY(uint64_t mode, number_field(block.data(), 100, 8));
    entry.mode = static_cast<uint32_t>(mode & 07777);
    entry.name = text_field(block.data(), 0, 100);
    const bool ustar = std::string_view(block.data() + 257, 5) == "ustar" && block[262] == '\0';
    if (std::string prefix = ustar ? text_field(block.data(), 345, 155) : std::string(); !prefix.empty()) {
      entry.name = prefix + "/" + entry.name;
    }
    if (extensions.name) entry.name = *extensions.name;
    entry.link = extensions.link ? *extensions.link : text_field(block.data(), 157, 100);
    return std::optional<TarEntry>(std::move(entry));
  }
}

}  // namespace gyr::plugins::runner
