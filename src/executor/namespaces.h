// What is configured of namespaces, in memory: variables and plugin defaults with those of their parents.
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
#include "store/store.h"

namespace gyr::executor {

/// All configured namespaces of all tenants (GOV-1, GOV-2). They are few; expressions read them at every rendering, so
/// what a namespace and its parents come to is kept. Any thread.
class Namespaces final : public engine::NamespaceVariables, public model::NamespaceDefaults {
 public:
  /// At the start, and after each commit of a namespace, with a reader that has asked nothing yet.
  base::Result<void> read(store::Reader& reader);

  base::Value variables(std::string_view tenant, std::string_view namespace_) const override;
  std::vector<model::DefaultLevel> levels(std::string_view tenant, std::string_view namespace_) const override;

 private:
  using Name = std::pair<std::string, std::string>;  // tenant, id
  struct Entry {
    base::Value variables;  ///< nested; null where there is none
    model::DefaultLevel defaults;
  };
  static Entry entry_of(const store::NamespaceRow& row);
  /// The nearest first.
  std::vector<const Entry*> chain(std::string_view tenant, std::string_view namespace_) const;

  std::mutex reading_;  ///< one reads after the other, so that the newest stays
  mutable std::shared_mutex mutex_;
  std::map<Name, Entry> entries_;
  mutable std::map<Name, base::Value> merged_;
};

/// Variables as expressions see them: names nest at dots (EXPR-394). Null for an empty map.
base::Value nested_variables(const base::Value& variables);

}  // namespace gyr::executor
