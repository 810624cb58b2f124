#include "expression/context.h"

namespace gyr::expression {

std::vector<std::string> LazyMap::names(size_t) const { return {}; }

Lookup ValueContext::root(std::string_view name) const {
  const base::Value* found = root_.find(name);
  return found == nullptr ? Lookup::none() : Lookup::of(*found);
}

std::vector<std::string> ValueContext::root_names() const {
  std::vector<std::string> names;
  if (!root_.is_map()) return names;
  names.reserve(root_.size());
  for (const auto& entry : root_.entries()) names.emplace_back(entry.name());
  return names;
}

Lookup OverlayContext::root(std::string_view name) const {
  const base::Value* found = extra_.find(name);
  return found == nullptr ? below_.root(name) : Lookup::of(*found);
}

std::vector<std::string> OverlayContext::root_names() const {
  std::vector<std::string> names = below_.root_names();
  if (!extra_.is_map()) return names;
  for (const auto& entry : extra_.entries()) {
    bool known = false;
    for (const std::string& name : names) known |= name == entry.name();
    if (!known) names.emplace_back(entry.name());
  }
  return names;
}

}  // namespace gyr::expression
