// What the installation's configuration says of types: `kestra.plugins.configurations`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace gyr::plugin {

/// Settings of types, read once at start; immutable, any thread. An entry counts for its type and for all whose names
/// begin with it; of several the longest name wins, of equal ones the last. `volume-enabled` and `volumeEnabled` are
/// one key.
class PluginSettings {
 public:
  PluginSettings() = default;
  /// `entries` as configured: a list of `{type, values}`. What is none is left out and told in `problems`.
  PluginSettings(const base::Value& entries, std::vector<std::string>& problems);

  /// Adds an entry behind the others.
  void add(std::string type, base::Value values) { entries_.push_back({std::move(type), std::move(values)}); }
  /// The value of a key for a type; null where there is none.
  base::Value find(std::string_view type, std::string_view key) const;

 private:
  struct Entry {
    std::string type;
    base::Value values;
  };
  std::vector<Entry> entries_;
};

}  // namespace gyr::plugin
