#include "model/nested.h"

#include "base/assert.h"
#include "base/limits.h"

namespace gyr::model {

using base::Value;

bool may_nest_below(const Value& value) { return value.depth() + NestedMap::max_levels <= base::limits::value_depth; }

NestedMap::Level& NestedMap::child(Level& parent, std::string_view name) {
  auto [found, is_new] = parent.by_name.try_emplace(name, nullptr);
  if (is_new) found->second = parent.children.emplace_back(name, std::make_unique<Level>()).second.get();
  return *found->second;
}

bool NestedMap::put(std::string_view path, Value value) {
  GYR_ASSERT(may_nest_below(value));
  Level* at = &root_;
  std::string_view rest = path;
  for (size_t level = 1;; ++level) {
    const size_t dot = level < max_levels ? rest.find('.') : rest.npos;
    at = &child(*at, rest.substr(0, dot));
    if (dot == rest.npos) break;
    if (at->is_leaf) return false;
    rest.remove_prefix(dot + 1);
  }
  if (at->is_leaf || !at->children.empty()) return false;
  at->is_leaf = true;
  at->value = std::move(value);
  return true;
}

Value NestedMap::build(const Level& level) {
  if (level.is_leaf) return level.value;
  base::MapBuilder map;
  map.reserve(level.children.size());
  for (const auto& [name, below] : level.children) map.set(name, build(*below));
  return map.build();
}

}  // namespace gyr::model
