// The configuration of namespaces, in memory: variables and plugin defaults, merged with those of their parents.
#pragma once

#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "engine/settings.h"
#include "model/plugin_defaults.h"
#include "store/entities/namespace.h"
#include "store/store.h"

namespace gyr::executor {

/// All configured namespaces of all tenants (GOV-1, GOV-2). There are few of them, and expressions read them at every
/// rendering, so the merged result is cached. Thread-safe.
class Namespaces final : public engine::NamespaceVariables, public model::NamespaceDefaults {
 public:
  /// Call it at the start, and after each commit of a namespace, with a reader that has not read anything yet.
  base::Result<void> read(store::Reader& reader);

  base::Value variables(std::string_view tenant, std::string_view namespace_) const override;
  std::vector<model::DefaultLevel> levels(std::string_view tenant, std::string_view namespace_) const override;

 private:
  using Name = std::pair<std::string, std::string>;  // tenant, id
  struct Entry {
    base::Value variables;  ///< nested; null if there are none
    model::DefaultLevel defaults;
  };
  static Entry entry_of(const store::NamespaceRow& row);
  /// The nearest namespace first.
  std::vector<const Entry*> chain(std::string_view tenant, std::string_view namespace_) const;

  std::mutex reading_;  ///< reads are serialized, so that the newest one wins
  mutable std::shared_mutex mutex_;
  std::map<Name, Entry> entries_;
  mutable std::map<Name, base::Value> merged_;
};

/// Variables as expressions see them: names nest at dots (EXPR-394). Null for an empty map.
base::Value nested_variables(const base::Value& variables);

}  // namespace gyr::executor
