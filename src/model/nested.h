// Maps whose keys nest at dots: inputs (FLOW-20) and labels (FLOW-55).
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/value.h"

namespace gyr::model {

/// Collects values by dotted path and builds the nested map. If one path is a prefix of another, the first one wins.
/// Keeps views of the paths, which must outlive it.
class NestedMap {
 public:
  /// Dots beyond this many levels stay part of the last name, so that nesting is bounded.
  static constexpr size_t max_levels = 32;

  /// False where an earlier path is in the way. The value may nest as far as `may_nest_below` says.
  bool put(std::string_view path, base::Value value);
  base::Value build() const { return build(root_); }

 private:
  struct Level {
    std::vector<std::pair<std::string_view, std::unique_ptr<Level>>> children;  // in order of appearance
    std::unordered_map<std::string_view, Level*> by_name;
    base::Value value;
    bool is_leaf = false;
  };
  static Level& child(Level& parent, std::string_view name);
  static base::Value build(const Level& level);

  Level root_;
};

/// Whether a value may be added: it stays within limits::value_depth below any path.
bool may_nest_below(const base::Value& value);

}  // namespace gyr::model
