// Packs of the web interface: any bytes are a pack whose files are inside it, or an error.
#include <cstdint>
#include <cstdlib>

#include "web/pages/ui_pack.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto pack = gyr::web::UiPack::read(bytes);
  if (!pack) return 0;
  for (const auto& file : pack->files()) {
    for (std::string_view content : {file.raw, file.brotli, file.gzip}) {
      if (!content.empty() && (content.data() < bytes.data() || content.data() + content.size() > bytes.data() + size))
        std::abort();
    }
    if (pack->find(file.path) != &file) std::abort();
  }
  return 0;
}
