// What PurgeKV and PurgeFiles share: which namespaces, which versions (CORE-56, CORE-65).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "model/dynamic.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {

/// The properties that choose namespaces.
struct PurgeNamespaces {
  model::Dynamic<std::vector<std::string>> namespaces;
  model::Dynamic<std::string> namespace_pattern;
  model::Dynamic<bool> include_child_namespaces;
};

/// `behavior` as rendered: a map, or text with a JSON object; null if it is not set. Keys that are not in `allowed`,
/// and types that are not in `types`, are refused.
base::Result<base::Value> checked_behavior(const base::Value& rendered, std::vector<std::string_view> types,
                                           std::vector<std::string_view> allowed);

/// `before` and `keepAmount` of a behavior of versions as arguments of a host call; both at once are refused.
base::Result<void> add_version_rule(base::MapBuilder& arguments, const base::Value& behavior);

/// Makes the call for each of the chosen namespaces and returns the total number of purged versions.
base::Task<base::Result<int64_t>> purge_each(plugin::RunContext* context, const PurgeNamespaces* chosen,
                                             std::string_view call, base::Value arguments);

}  // namespace gyr::plugins::core
