// What the installation's configuration says of types: `kestra.plugins.configurations`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace gyr::plugin {

/// Settings of types, read once at the start; immutable, any thread. An entry applies to its type and to all types
/// whose names begin with it. The entry with the longest name wins; among equal names the last one wins.
/// `volume-enabled` and `volumeEnabled` are the same key.
class PluginSettings {
 public:
  PluginSettings() = default;
  /// `entries` as configured: a list of `{type, values}`. An invalid entry is skipped and reported in `problems`.
  PluginSettings(const base::Value& entries, std::vector<std::string>& problems);

  /// Adds an entry after the others.
  void add(std::string type, base::Value values) { entries_.push_back({std::move(type), std::move(values)}); }
  /// The value of a key for a type; null if it is not set.
  base::Value find(std::string_view type, std::string_view key) const;

 private:
  struct Entry {
    std::string type;
    base::Value values;
  };
  std::vector<Entry> entries_;
};

}  // namespace gyr::plugin
