#include "web/plugins/listing.h"

#include <map>

#include "base/hash.h"
#include "base/text.h"
#include "model/input.h"
#include "plugin_api/documentation.h"
#include "plugin_api/json_schema.h"
#include "web/plugins/icons.h"

namespace gyr::web {

using base::Value;
using json::Plugin;
using json::PluginElement;
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

PluginElement element_of(const TypeDescription& type) {
  PluginElement element{.cls = type.type, .deprecated = type.deprecated, .title = {}, .description = {}};
  if (!type.title.empty()) element.title = type.title;
  if (!type.documentation.empty()) element.description = type.documentation;
  return element;
}

/// The list of a plugin that types of a kind belong to.
std::vector<PluginElement>& list_of_kind(Plugin& plugin, Kind kind) {
  switch (kind) {
    case Kind::trigger: return plugin.triggers;
    case Kind::condition: return plugin.conditions;
    case Kind::task_runner: return plugin.task_runners;
    default: return plugin.tasks;
  }
}

Plugin plugin_of(std::string_view group, std::optional<std::string_view> subgroup, const std::vector<Listed>& types) {
  Plugin plugin;
  plugin.name = last_part(subgroup.value_or(group));
  plugin.title = title_of(subgroup.value_or(group));
  plugin.group = group;
  if (subgroup) plugin.sub_group = std::string(*subgroup);
  for (const Listed& listed : types) {
    list_of_kind(plugin, listed.kind).push_back(element_of(*listed.type));
    plugin.aliases.insert(plugin.aliases.end(), listed.type->aliases.begin(), listed.type->aliases.end());
  }
  return plugin;
}

constexpr std::string_view core_group = "io.kestra.plugin.core";
/// The types of dashboards; dashboard.cc reads them.
constexpr std::string_view chart_types[] = {"Bar", "Pie", "TimeSeries", "Table", "KPI", "Markdown"};
constexpr std::string_view data_types[] = {"Executions", "Flows", "Logs", "Metrics", "Triggers"};
constexpr std::string_view kpi_types[] = {"ExecutionsKPI", "FlowsKPI", "LogsKPI", "MetricsKPI"};

void add_types(std::vector<PluginElement>& list, std::string_view package, std::span<const std::string_view> names) {
  for (const std::string_view name : names)
    list.push_back({.cls = fmt::format("{}.{}", package, name), .deprecated = false, .title = {}, .description = {}});
}

void add_dashboard_types(Plugin& plugin) {
  const std::string charts = fmt::format("{}.dashboard.chart", core_group);
  const std::string data = fmt::format("{}.dashboard.data", core_group);
  add_types(plugin.charts, charts, chart_types);
  add_types(plugin.data_filters, data, data_types);
  add_types(plugin.data_filters_kpi, data, kpi_types);
}

/// What the configuration can choose: no types of flows, so the registry does not have them.
std::vector<Plugin> backends() {
  constexpr std::string_view storage_types[] = {"local.LocalStorage", "s3.S3Storage", "minio.MinioStorage",
                                                "cloudflare.CloudflareStorage"};
  constexpr std::string_view secret_types[] = {"env.EnvSecret", "jdbc.JdbcSecret"};
  std::vector<Plugin> plugins;
  plugins.push_back(plugin_of("io.kestra.secret", std::nullopt, {}));
  add_types(plugins.back().secrets, "io.kestra.secret", secret_types);
  plugins.push_back(plugin_of("io.kestra.storage", std::nullopt, {}));
  add_types(plugins.back().storages, "io.kestra.storage", storage_types);
  return plugins;
}

constexpr std::string_view kinds_of_schemas[] = {"flow",           "template",  "task", "trigger",
                                                 "plugindefault",  "dashboard", "apps", "testsuites",
                                                 "reusableinputs", "policy"};

std::optional<plugin::SchemaKind> schema_kind(std::string_view name) {
  if (name == "flow" || name == "template") return plugin::SchemaKind::flow;
  if (name == "task") return plugin::SchemaKind::task;
  if (name == "trigger") return plugin::SchemaKind::trigger;
  if (name == "plugindefault") return plugin::SchemaKind::plugin_default;
  return std::nullopt;
}

/// The schema of a document whose content is checked elsewhere: its names only.
Value open_schema(std::vector<std::string_view> names, bool array_of) {
  base::MapBuilder properties;
  for (const std::string_view name : names) properties.set(name, Value::empty_map());
  const Value document = Value::map({{"type", Value::string("object")}, {"properties", properties.build()}});
  base::MapBuilder schema;
  schema.set("$schema", Value::string("http://json-schema.org/draft-07/schema#"));
  if (array_of) {
    schema.set("type", Value::string("array"));
    schema.set("items", document);
    return schema.build();
  }
  for (const auto& entry : document.entries()) schema.set(entry.name(), entry.value);
  return schema.build();
}

/// `IntInput` for INT: the class name of an input type.
std::string input_class(std::string_view type) {
  std::string name = "io.kestra.core.models.flows.input.";
  bool begins = true;  // a word, which `_` ends
  for (const char c : type) {
    if (c != '_') name += begins ? c : static_cast<char>(c - 'A' + 'a');
    begins = c == '_';
  }
  return name + "Input";
}

}  // namespace

std::vector<Plugin> plugin_list(const plugin::Registry& registry) {
  std::map<std::string_view, std::vector<Listed>> groups;
  for (const Listed& listed : all_types(registry)) groups[group_of(listed.type->type)].push_back(listed);
  std::vector<Plugin> plugins;
  for (const auto& [group, types] : groups) {
    plugins.push_back(plugin_of(group, std::nullopt, types));
    if (group == core_group) add_dashboard_types(plugins.back());
  }
  for (Plugin& backend : backends()) plugins.push_back(std::move(backend));
  return plugins;
}

std::vector<Plugin> plugin_subgroups(const plugin::Registry& registry) {
  std::map<std::pair<std::string_view, std::string_view>, std::vector<Listed>> groups;
  for (const Listed& listed : all_types(registry))
    groups[{group_of(listed.type->type), subgroup_of(listed.type->type)}].push_back(listed);
  std::vector<Plugin> plugins;
  for (const auto& [names, types] : groups) plugins.push_back(plugin_of(names.first, names.second, types));
  return plugins;
}

std::vector<json::TriggerPlugin> trigger_list(const plugin::Registry& registry) {
  std::vector<json::TriggerPlugin> list;
  for (const auto& type : registry.triggers()) {
    const std::string_view package = subgroup_of(type.type), name = last_part(type.type);
    const bool core = type.type.starts_with("io.kestra.plugin.core.");
    json::TriggerPlugin& shown = list.emplace_back();
    shown.type = type.type;
    shown.name = name;
    if (!type.title.empty()) shown.title = type.title;
    shown.description = type.title.empty() ? type.documentation : type.title;
    shown.group = core ? "core" : type.kind == plugin::TriggerKind::realtime ? "realtime" : "app";
    shown.icon = base::base64_encode(icon_svg(package, name));
    shown.deprecated = type.deprecated;
  }
  return list;
}

std::vector<json::InputType> input_type_list() {
  std::vector<json::InputType> list;
  for (const auto& [name, type] : model::EnumNames<model::InputType>::names())
    list.push_back({std::string(name), input_class(name)});
  return list;
}

FoundType find_type(const plugin::Registry& registry, std::string_view name) {
  if (const auto* task = registry.task(name)) return {task, Kind::task};
  if (const auto* trigger = registry.trigger(name)) return {trigger, Kind::trigger};
  if (const auto* condition = registry.condition(name)) return {condition, Kind::condition};
  if (const auto* runner = registry.task_runner(name)) return {runner, Kind::task_runner};
  return {};
}

json::DocumentationWithSchema documentation_of(const FoundType& type, bool with_common) {
  return {plugin::documentation_page(type.kind, *type.description, with_common),
          {plugin::type_schema(type.kind, *type.description, with_common)}};
}

std::optional<json::DocumentationWithSchema> input_documentation(std::string_view name) {
  const auto type = model::parse_input_type(name);
  if (!type) return std::nullopt;
  TypeDescription description;
  description.type = input_class(model::to_text(*type));
  description.title = fmt::format("Input of type {}", model::to_text(*type));
  description.schema = model::Input::schema(*type);
  return documentation_of({&description, Kind::condition}, false);
}

std::span<const std::string_view> schema_kinds() { return kinds_of_schemas; }

Value schema_value(const plugin::Registry& registry, std::string_view kind, bool array_of) {
  if (const auto known = schema_kind(kind)) return plugin::json_schema(registry, *known, array_of);
  if (kind == "dashboard") return open_schema({"id", "title", "description", "timeWindow", "charts"}, array_of);
  return open_schema({"id", "namespace", "description"}, array_of);
}

Value schema_properties(const plugin::Registry& registry, std::string_view kind) {
  const Value schema = schema_value(registry, kind, false);
  const Value* reference = schema.find("$ref");
  const Value* definitions = schema.find("definitions");
  if (reference == nullptr || definitions == nullptr) return schema;
  const std::string_view pointer = reference->text();
  const Value* definition = definitions->find(pointer.substr(pointer.rfind('/') + 1));
  return definition == nullptr ? schema : *definition;
}

int64_t plugins_hash(const plugin::Registry& registry) {
  uint64_t hash = base::fnv1a_start;
  for (const Listed& listed : all_types(registry)) hash = base::fnv1a(listed.type->type, hash);
  // JavaScript keeps 53 bits of a number.
  return static_cast<int64_t>(hash >> 12);
}

}  // namespace gyr::web
