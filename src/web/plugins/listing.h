// The registry in the form of the API: plugins, groups, pages, schemas (API-70, API-111).
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "plugin_api/registry.h"
#include "web/plugins/values.h"

namespace gyr::web {

/// One entry per group of types (`io.kestra.plugin.core`).
std::vector<json::Plugin> plugin_list(const plugin::Registry& registry);
/// The same, with one entry per sub-group (`io.kestra.plugin.core.log`).
std::vector<json::Plugin> plugin_subgroups(const plugin::Registry& registry);
/// The types of triggers; the group is core, realtime or app (TRIG-238).
std::vector<json::TriggerPlugin> trigger_list(const plugin::Registry& registry);
/// The types of inputs.
std::vector<json::InputType> input_type_list();

/// A registered type of any kind, by name or alias; null if it does not exist.
struct FoundType {
  const plugin::TypeDescription* description = nullptr;
  model::TypeSource::Kind kind = model::TypeSource::Kind::task;
};
FoundType find_type(const plugin::Registry& registry, std::string_view name);
/// Its page and its schema.
json::DocumentationWithSchema documentation_of(const FoundType& type, bool with_common);
/// The same for a type of input; nothing if it does not exist.
std::optional<json::DocumentationWithSchema> input_documentation(std::string_view type);

/// The kinds of documents that have a schema, in lower case.
std::span<const std::string_view> schema_kinds();
/// The schema of a kind.
base::Value schema_value(const plugin::Registry& registry, std::string_view kind, bool array_of);
/// The properties of the document that a schema describes.
base::Value schema_properties(const plugin::Registry& registry, std::string_view kind);

/// Changes if the set of types changes (API-73).
int64_t plugins_hash(const plugin::Registry& registry);

}  // namespace gyr::web
