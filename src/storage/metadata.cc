// What metadata of objects may be (STOR-10).
#include <algorithm>

#include "base/text.h"
#include "storage/storage.h"

namespace gyr::storage {
namespace {

constexpr size_t max_key = 128;
constexpr size_t max_metadata_bytes = 16 << 10;

bool may_be_in_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

base::Result<void> check_metadata(const Metadata& metadata) {
  size_t bytes = 0;
  for (const auto& [name, text] : metadata) {
    if (name.empty() || name.size() > max_key || !std::ranges::all_of(name, may_be_in_a_name)) {
      return base::fail(
          base::Error(metadata_refused, fmt::format("`{}` is not a valid name of metadata", name.substr(0, max_key)))
              .with_hint("use letters, digits, `.`, `-` and `_`"));
    }
    if (base::find_invalid_utf8(text))
      return base::fail(metadata_refused, fmt::format("the metadata `{}` is not valid UTF-8", name));
    bytes += name.size() + text.size();
  }
  if (bytes > max_metadata_bytes) {
    return base::fail(metadata_refused,
                      fmt::format("the metadata has {} bytes; the limit is {}", bytes, max_metadata_bytes));
  }
  return {};
}

}  // namespace gyr::storage
