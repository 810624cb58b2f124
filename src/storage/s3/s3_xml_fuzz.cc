// XML answers of object stores: any bytes.
#include <cstdint>

#include "base/assert.h"
#include "storage/s3/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::storage::s3;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto root = parse_xml(text)) GYR_ASSERT(!root->name.empty());
  return 0;
}
