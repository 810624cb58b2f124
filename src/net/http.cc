#include "net/http.h"

#include "base/text.h"

namespace gyr::net {
namespace {

class MemoryBody final : public BodyReader {
 public:
  explicit MemoryBody(std::string bytes) : bytes_(std::move(bytes)) {}
  base::Task<base::Result<std::string>> next() override { co_return std::exchange(bytes_, {}); }

 private:
  std::string bytes_;
};

}  // namespace

void Headers::set(std::string name, std::string value) {
  auto same = [&name](const auto& field) { return base::equals_ignoring_case(field.first, name); };
  auto first = std::ranges::find_if(fields_, same);
  if (first == fields_.end()) {
    add(std::move(name), std::move(value));
    return;
  }
  fields_.erase(std::remove_if(first + 1, fields_.end(), same), fields_.end());
  *first = {std::move(name), std::move(value)};
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [name](const auto& field) { return base::equals_ignoring_case(field.first, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (base::equals_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : fields_) {
    if (base::equals_ignoring_case(key, name)) values.push_back(value);
  }
  return values;
}

base::Task<base::Result<std::string>> BodyReader::all(size_t limit) {
  std::string whole;
  for (;;) {
    GYR_CO_TRY(std::string piece, co_await next());
    if (piece.empty()) co_return whole;
    if (piece.size() > limit - whole.size()) {
      co_return base::fail(body_too_large, fmt::format("the body is larger than {} bytes", limit));
    }
    if (whole.empty()) {
      whole = std::move(piece);
    } else {
      whole += piece;
    }
  }
}

std::unique_ptr<BodyReader> body_of(std::string bytes) { return std::make_unique<MemoryBody>(std::move(bytes)); }

}  // namespace gyr::net
