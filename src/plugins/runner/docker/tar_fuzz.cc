// What an engine may send as an archive: any bytes, cut anywhere, give the same entries and never harm the reader.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "plugins/runner/docker/tar.h"

namespace {

std::vector<std::string> entries_of(std::string_view input, size_t piece) {
  using namespace gyr::plugins::runner;
  TarReader reader([&](char* into, size_t size) -> gyr::base::Result<size_t> {
    size = std::min({size, piece, input.size()});
    std::memcpy(into, input.data(), size);
    input.remove_prefix(size);
    return size;
  });
  std::vector<std::string> seen;
  for (;;) {
    auto entry = reader.next();
    if (!entry) {
      seen.push_back(entry.error().message());
      return seen;
    }
    if (!*entry) return seen;
    seen.push_back((*entry)->name + "|" + (*entry)->link);
    std::vector<char> content(100);
    for (;;) {
      auto got = reader.read(content.data(), content.size());
      if (!got || *got == 0) break;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (entries_of(input, SIZE_MAX) != entries_of(input, 7)) std::abort();
  return 0;
}
