// Compressed bodies from outside, cut in pieces: the same bytes or an error, never more than the limit.
#include <cstdlib>

#include "net/compression.h"

namespace gyr::net {
namespace {

class PiecesBody final : public BodyReader {
 public:
  PiecesBody(std::string_view bytes, size_t size) : bytes_(bytes), size_(size) {}
  base::Task<base::Result<std::string>> next() override {
    std::string piece(bytes_.substr(0, size_));
    bytes_.remove_prefix(piece.size());
    co_return piece;
  }

 private:
  std::string_view bytes_;
  size_t size_;
};

constexpr size_t limit = 200'000;

std::string unpack(std::string_view input, std::string_view encoding, size_t piece) {
  auto body = decode_body(std::make_unique<PiecesBody>(input, piece), encoding, limit);
  if (!body) std::abort();
  auto all = base::Task<base::Result<std::string>>::run_inline((*body)->all(2 * limit));
  if (!all) std::abort();
  if (!*all) return "error";
  if ((*all)->size() > limit) std::abort();
  return **all;
}

}  // namespace
}  // namespace gyr::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::net;
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (std::string_view encoding : {"gzip", "deflate"}) {
    if (unpack(input, encoding, SIZE_MAX) != unpack(input, encoding, 1 + data[0])) std::abort();
  }
  for (Encoding encoding : {Encoding::gzip, Encoding::deflate}) {
    std::string packed = compress(encoding, input);
    if (unpack(packed, encoding == Encoding::gzip ? "gzip" : "deflate", 1 + data[0]) != input) std::abort();
  }
  return 0;
}
