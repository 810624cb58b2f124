#include "web/http/route.h"

#include <array>

namespace gyr::web {
namespace {

constexpr std::array<std::string_view, method_count> names{"GET", "POST", "PUT", "PATCH", "DELETE"};

}  // namespace

std::string_view to_text(Method method) { return names[static_cast<size_t>(method)]; }

std::optional<Method> parse_method(std::string_view text) {
  if (text == "HEAD") return Method::get;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<Method>(i);
  }
  return std::nullopt;
}

}  // namespace gyr::web
