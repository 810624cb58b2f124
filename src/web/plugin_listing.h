// The registry in the form of the API: plugins, groups, pages, schemas (API-70, API-111).
#pragma once

#include <optional>
#include <string_view>

#include "base/value.h"
#include "plugin_api/registry.h"

namespace gyr::web {

/// `Plugin[]`: one entry per group of types (`io.kestra.plugin.core`).
base::Value plugin_list(const plugin::Registry& registry);
/// The same, with one entry per sub-group (`io.kestra.plugin.core.log`).
base::Value plugin_subgroups(const plugin::Registry& registry);
/// `[{type, name, description, group, ee, icon, deprecated}]` of trigger types; the group is core, realtime or app
/// (TRIG-238).
base::Value trigger_list(const plugin::Registry& registry);
/// `[{type, cls}]`.
base::Value input_type_list();

/// A registered type of any kind, by name or alias; null if it does not exist.
struct FoundType {
  const plugin::TypeDescription* description = nullptr;
  model::TypeSource::Kind kind = model::TypeSource::Kind::task;
};
FoundType find_type(const plugin::Registry& registry, std::string_view name);
/// `{markdown, schema}`.
base::Value documentation_value(const FoundType& type, bool with_common);
/// The same for a type of input; nothing if it does not exist.
std::optional<base::Value> input_documentation(std::string_view type);

/// `flow`, `task`, `trigger`, `plugindefault`; nothing for other kinds.
std::optional<base::Value> schema_value(const plugin::Registry& registry, std::string_view kind, bool array_of);
/// The properties of the document that a schema describes.
std::optional<base::Value> schema_properties(const plugin::Registry& registry, std::string_view kind);

/// Changes if the set of types changes (API-73).
int64_t plugins_hash(const plugin::Registry& registry);

}  // namespace gyr::web
