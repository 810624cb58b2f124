// What somebody uploads or an engine sends as an archive: any bytes, cut anywhere, are read within bounds and the same
// way each time.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "syntax/archive.h"

namespace {

using gyr::syntax::ArchiveReader;

constexpr gyr::syntax::ArchiveErrors errors{gyr::base::ErrorCode{"GYR-W018"}, "the archive"};
/// A small input may unpack to much.
constexpr size_t max_content_bytes = 1 << 20;

std::vector<std::string> entries_of(ArchiveReader reader) {
  std::vector<std::string> seen;
  std::vector<char> content(4'096);
  size_t read = 0;
  for (;;) {
    auto entry = reader.next();
    if (!entry) {
      seen.push_back(entry.error().message());
      return seen;
    }
    if (!*entry) return seen;
    seen.push_back((*entry)->name + "|" + (*entry)->link);
    while (read < max_content_bytes) {
      auto got = reader.read(content.data(), content.size());
      if (!got || *got == 0) break;
      if (*got > content.size()) std::abort();
      read += *got;
    }
    if (read >= max_content_bytes) return seen;
  }
}

std::vector<std::string> tar_entries(std::string_view input, size_t piece) {
  return entries_of(ArchiveReader::of_tar(
      [input, piece](char* into, size_t size) mutable -> gyr::base::Result<size_t> {
        size = std::min({size, piece, input.size()});
        std::memcpy(into, input.data(), size);
        input.remove_prefix(size);
        return size;
      },
      errors));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (entries_of(ArchiveReader::of_zip(input, errors)) != entries_of(ArchiveReader::of_zip(input, errors)))
    std::abort();
  if (tar_entries(input, SIZE_MAX) != tar_entries(input, 7)) std::abort();
  return 0;
}
