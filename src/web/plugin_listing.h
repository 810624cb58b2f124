// The registry as the interface lists it: plugins, groups, pages, schemas (API-70, API-111).
#pragma once

#include <optional>
#include <string_view>

#include "base/value.h"
#include "plugin/registry.h"

namespace gyr::web {

/// `Plugin[]`: one entry a group of types (`io.kestra.plugin.core`).
base::Value plugin_list(const plugin::Registry& registry);
/// The same, one entry a sub-group (`io.kestra.plugin.core.log`).
base::Value plugin_subgroups(const plugin::Registry& registry);
/// `[{type, name, description, group, ee, icon, deprecated}]` of trigger types; the group is core, realtime or app
/// (TRIG-238).
base::Value trigger_list(const plugin::Registry& registry);
/// `[{type, cls}]`.
base::Value input_type_list();

/// A registered type of any kind, by name or alias; null pointer where there is none.
struct FoundType {
  const plugin::TypeDescription* description = nullptr;
  model::TypeSource::Kind kind = model::TypeSource::Kind::task;
};
FoundType find_type(const plugin::Registry& registry, std::string_view name);
/// `{markdown, schema}`.
base::Value documentation_value(const FoundType& type, bool with_common);
/// The same of a type of input; nothing where there is none of that name.
std::optional<base::Value> input_documentation(std::string_view type);

/// `flow`, `task`, `trigger`, `plugindefault`; nothing for what has no schema.
std::optional<base::Value> schema_value(const plugin::Registry& registry, std::string_view kind, bool array_of);
/// The properties of the document a schema describes.
std::optional<base::Value> schema_properties(const plugin::Registry& registry, std::string_view kind);

/// Changes when the set of types does (API-73).
int64_t plugins_hash(const plugin::Registry& registry);

}  // namespace gyr::web
