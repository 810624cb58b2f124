#include "main/config/key_names.h"

#include <map>
#include <vector>

#include "base/text.h"
#include "main/config/unused.h"

namespace gyr::main::config {

using model::Property;
using model::Schema;

std::string without_indexes(std::string_view path) {
  std::string out;
  bool inside = false;
  for (char c : path) {
    if (c == '[') inside = true;
    if (!inside) out += c;
    if (c == ']') inside = false;
  }
  return out;
}

const Property* find_property(const Schema& schema, std::string_view key) {
  const std::string wanted = normal_key(key);
  for (const Property& property : schema.properties()) {
    if (normal_key(property.name) == wanted) return &property;
    for (std::string_view alias : property.options.aliases) {
      if (normal_key(alias) == wanted) return &property;
    }
  }
  return nullptr;
}

std::optional<std::string> nearest_name(const Schema& schema, std::string_view section, std::string_view key) {
  std::map<std::string, std::string_view> names;  // normal form to name
  for (const Property& property : schema.properties()) {
    if (!property.options.hidden) names.emplace(normal_key(property.name), property.name);
  }
  // At the top are trees of many programs: only those that are read here can have been meant.
  if (!section.empty()) {
    for (std::string_view name : unused_names_below(section)) names.emplace(normal_key(name), name);
  }
  std::vector<std::string_view> candidates;
  for (const auto& [normal, name] : names) candidates.push_back(normal);
  const auto found = base::nearest(normal_key(key), candidates);
  if (!found) return std::nullopt;
  return std::string(names.find(std::string(*found))->second);
}

}  // namespace gyr::main::config
