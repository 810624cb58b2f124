#include "web/plugin_listing.h"

#include <map>

#include "base/hash.h"
#include "base/text.h"
#include "model/input.h"
#include "plugin_api/documentation.h"
#include "plugin_api/json_schema.h"
#include "web/plugin_icons.h"

namespace gyr::web {

using base::ListBuilder;
using base::MapBuilder;
using base::Value;
using plugin::TypeDescription;
using Kind = model::TypeSource::Kind;

namespace {

struct Listed {
  Kind kind;
  const TypeDescription* type;
};

std::vector<Listed> all_types(const plugin::Registry& registry) {
  std::vector<Listed> types;
  for (const auto& type : registry.tasks()) types.push_back({Kind::task, &type});
  for (const auto& type : registry.triggers()) types.push_back({Kind::trigger, &type});
  for (const auto& type : registry.conditions()) types.push_back({Kind::condition, &type});
  for (const auto& type : registry.task_runners()) types.push_back({Kind::task_runner, &type});
  return types;
}

/// `io.kestra.plugin.core.log` of `io.kestra.plugin.core.log.Log`.
std::string_view subgroup_of(std::string_view type) { return type.substr(0, type.rfind('.')); }

/// The plugin of a type: four parts of its name, five below `scripts`, where each language is a plugin.
std::string_view group_of(std::string_view type) {
  const std::string_view package = subgroup_of(type);
  const size_t parts = package.find(".scripts.") != std::string_view::npos ? 5 : 4;
  size_t end = 0;
  for (size_t i = 0; i < parts && end != std::string_view::npos; ++i) end = package.find('.', end == 0 ? 0 : end + 1);
  return package.substr(0, end);
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

std::string title_of(std::string_view group) {
  std::string title(last_part(group));
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

Value element(const TypeDescription& type) {
  MapBuilder map;
  map.set("cls", Value::string(type.type));
  map.set("deprecated", Value::boolean(type.deprecated));
  if (!type.title.empty()) map.set("title", Value::string(type.title));
  if (!type.documentation.empty()) map.set("description", Value::string(type.documentation));
  return map.build();
}

/// Lists of a plugin that are present even if they are empty (API-23).
constexpr std::pair<Kind, std::string_view> list_names[] = {{Kind::task, "tasks"},
                                                            {Kind::trigger, "triggers"},
                                                            {Kind::condition, "conditions"},
                                                            {Kind::task_runner, "taskRunners"}};

Value plugin_value(std::string_view group, std::optional<std::string_view> subgroup, const std::vector<Listed>& types) {
  MapBuilder map;
  map.set("name", Value::string(last_part(subgroup.value_or(group))));
  map.set("title", Value::string(title_of(subgroup.value_or(group))));
  map.set("group", Value::string(group));
  if (subgroup) map.set("subGroup", Value::string(*subgroup));
  map.set("manifest", Value::empty_map());
  ListBuilder aliases;
  for (const auto& [kind, name] : list_names) {
    ListBuilder list;
    for (const Listed& listed : types) {
      if (listed.kind != kind) continue;
      list.push(element(*listed.type));
      for (const std::string& alias : listed.type->aliases) aliases.push(Value::string(alias));
    }
    map.set(name, list.build());
  }
  for (std::string_view name : {"controllers", "storages", "secrets", "apps", "appBlocks", "charts", "dataFilters",
                                "dataFiltersKPI", "logExporters", "additionalPlugins", "guides", "categories"}) {
    map.set(name, Value::empty_list());
  }
  map.set("aliases", aliases.build());
  return map.build();
}

std::optional<plugin::SchemaKind> schema_kind(std::string_view name) {
  if (name == "flow") return plugin::SchemaKind::flow;
  if (name == "task") return plugin::SchemaKind::task;
  if (name == "trigger") return plugin::SchemaKind::trigger;
  if (name == "plugindefault") return plugin::SchemaKind::plugin_default;
  return std::nullopt;
}

/// `IntInput` for INT: the class name of an input type.
std::string input_class(std::string_view type) {
  std::string name = "io.kestra.core.models.flows.input.";
  for (size_t i = 0; i < type.size(); ++i) name += i == 0 ? type[i] : static_cast<char>(type[i] - 'A' + 'a');
  return name + "Input";
}

}  // namespace

Value plugin_list(const plugin::Registry& registry) {
  std::map<std::string_view, std::vector<Listed>> groups;
  for (const Listed& listed : all_types(registry)) groups[group_of(listed.type->type)].push_back(listed);
  ListBuilder list;
  for (const auto& [group, types] : groups) list.push(plugin_value(group, std::nullopt, types));
  return list.build();
}

Value plugin_subgroups(const plugin::Registry& registry) {
  std::map<std::pair<std::string_view, std::string_view>, std::vector<Listed>> groups;
  for (const Listed& listed : all_types(registry))
    groups[{group_of(listed.type->type), subgroup_of(listed.type->type)}].push_back(listed);
  ListBuilder list;
  for (const auto& [names, types] : groups) list.push(plugin_value(names.first, names.second, types));
  return list.build();
}

Value trigger_list(const plugin::Registry& registry) {
  ListBuilder list;
  for (const auto& type : registry.triggers()) {
    const std::string_view package = subgroup_of(type.type), name = last_part(type.type);
    const bool core = type.type.starts_with("io.kestra.plugin.core.");
    MapBuilder map;
    map.set("type", Value::string(type.type));
    map.set("name", Value::string(name));
    if (!type.title.empty()) map.set("title", Value::string(type.title));
    map.set("description", Value::string(type.title.empty() ? type.documentation : type.title));
    map.set("group", Value::string(core ? "core" : type.kind == plugin::TriggerKind::realtime ? "realtime" : "app"));
    map.set("ee", Value::boolean(false));
    map.set("icon", Value::string(base::base64_encode(icon_svg(package, name))));
    map.set("deprecated", Value::boolean(type.deprecated));
    list.push(map.build());
  }
  return list.build();
}

Value input_type_list() {
  ListBuilder list;
  for (const auto& [name, type] : model::EnumNames<model::InputType>::names()) {
    list.push(Value::map({{"type", Value::string(name)}, {"cls", Value::string(input_class(name))}}));
  }
  return list.build();
}

FoundType find_type(const plugin::Registry& registry, std::string_view name) {
  if (const auto* task = registry.task(name)) return {task, Kind::task};
  if (const auto* trigger = registry.trigger(name)) return {trigger, Kind::trigger};
  if (const auto* condition = registry.condition(name)) return {condition, Kind::condition};
  if (const auto* runner = registry.task_runner(name)) return {runner, Kind::task_runner};
  return {};
}

Value documentation_value(const FoundType& type, bool with_common) {
  return Value::map({{"markdown", Value::string(plugin::documentation_page(type.kind, *type.description, with_common))},
                     {"schema", plugin::type_schema(type.kind, *type.description, with_common)}});
}

std::optional<Value> input_documentation(std::string_view name) {
  const auto type = model::parse_input_type(name);
  if (!type) return std::nullopt;
  TypeDescription description;
  description.type = input_class(model::to_text(*type));
  description.title = fmt::format("Input of type {}", model::to_text(*type));
  description.schema = model::Input::schema(*type);
  return documentation_value({&description, Kind::condition}, false);
}

std::optional<Value> schema_value(const plugin::Registry& registry, std::string_view kind, bool array_of) {
  const auto known = schema_kind(kind);
  if (!known) return std::nullopt;
  return plugin::json_schema(registry, *known, array_of);
}

std::optional<Value> schema_properties(const plugin::Registry& registry, std::string_view kind) {
  const auto schema = schema_value(registry, kind, false);
  if (!schema) return std::nullopt;
  const Value* reference = schema->find("$ref");
  const Value* definitions = schema->find("definitions");
  if (reference == nullptr || definitions == nullptr) return schema;
  const std::string_view pointer = reference->text();
  const Value* definition = definitions->find(pointer.substr(pointer.rfind('/') + 1));
  return definition == nullptr ? schema : std::optional(*definition);
}

int64_t plugins_hash(const plugin::Registry& registry) {
  uint64_t hash = base::fnv1a_start;
  for (const Listed& listed : all_types(registry)) hash = base::fnv1a(listed.type->type, hash);
  // JavaScript keeps 53 bits of a number.
  return static_cast<int64_t>(hash >> 12);
}

}  // namespace gyr::web
