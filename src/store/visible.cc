#include "store/api/visible.h"

#include <algorithm>

namespace gyr::store {
namespace {

/// The longest possible parent of a namespace, without its last part; empty if it has none.
std::string_view parent_of(std::string_view namespace_) {
  const size_t dot = namespace_.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : namespace_.substr(0, dot);
}

}  // namespace

bool Visible::covers(std::string_view namespace_) const {
  if (everything()) return true;
  for (std::string_view name = namespace_; !name.empty(); name = parent_of(name)) {
    if (std::ranges::binary_search(*prefixes_, name)) return true;
  }
  return false;
}

const std::vector<std::string>& Visible::prefixes() const {
  static const std::vector<std::string> none;
  return prefixes_ == nullptr ? none : *prefixes_;
}

Visible Visible::below(std::vector<std::string> namespaces) {
  std::ranges::sort(namespaces);
  if (!namespaces.empty() && namespaces.front().empty()) return Visible(nullptr);
  auto minimal = std::make_shared<std::vector<std::string>>();
  Visible visible(minimal);
  // A parent is before its children.
  for (std::string& name : namespaces) {
    if (!visible.covers(name)) minimal->push_back(std::move(name));
  }
  return visible;
}

}  // namespace gyr::store
