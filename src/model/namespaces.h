// Namespaces as paths of dotted names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyr::model {

/// `a.b.c`, `a.b`, `a`: the namespaces to search for an inherited value, the nearest first.
inline std::vector<std::string> namespace_and_parents(std::string_view namespace_) {
  std::vector<std::string> all{std::string(namespace_)};
  for (size_t dot = namespace_.rfind('.'); dot != std::string_view::npos; dot = namespace_.rfind('.')) {
    namespace_ = namespace_.substr(0, dot);
    all.emplace_back(namespace_);
  }
  return all;
}

}  // namespace gyr::model
