// Types of plugins and blueprints, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// An icon; the picture is SVG in base64.
struct PluginIcon {
  std::string name;
  std::string icon;
  bool flowable = false;
  bool monochrome = false;
};

/// A ready flow; a list has it without its source.
struct Blueprint {
  std::string id;
  std::string title;
  std::string description;
  std::vector<std::string> included_tasks;
  std::vector<std::string> tags;
  std::optional<std::string> source;
};
/// A tag of blueprints.
struct BlueprintTag {
  std::string id;
  std::string name;
};

/// A type in a list.
struct PluginElement {
  std::string cls;
  bool deprecated = false;
  std::optional<std::string> title;
  std::optional<std::string> description;
};
/// A group of types. All lists are present (API-23).
struct Plugin {
  std::string name;
  std::string title;
  std::string group;
  std::optional<std::string> sub_group;
  Object manifest{base::Value::empty_map()};
  std::vector<PluginElement> tasks;
  std::vector<PluginElement> triggers;
  std::vector<PluginElement> conditions;
  std::vector<PluginElement> task_runners;
  std::vector<PluginElement> controllers;
  std::vector<PluginElement> storages;
  std::vector<PluginElement> secrets;
  std::vector<PluginElement> apps;
  std::vector<PluginElement> app_blocks;
  std::vector<PluginElement> charts;
  std::vector<PluginElement> data_filters;
  std::vector<PluginElement> data_filters_kpi;
  std::vector<PluginElement> log_exporters;
  std::vector<PluginElement> additional_plugins;
  std::vector<base::Value> guides;
  std::vector<base::Value> categories;
  std::vector<std::string> aliases;
};
/// A type of triggers (TRIG-238).
struct TriggerPlugin {
  std::string type;
  std::string name;
  std::optional<std::string> title;
  std::string description;
  std::string group;
  bool ee = false;
  std::string icon;
  bool deprecated = false;
};
/// A type of inputs.
struct InputType {
  std::string type;
  std::string cls;
};
/// The page of a type, and its JSON Schema.
struct DocumentationWithSchema {
  std::string markdown;
  Object schema;
};
/// A type in a version, as clients ask for its user interface.
struct TaskWithVersion {
  std::optional<std::string> cls;
  std::optional<std::string> version;
};
/// The user interfaces of types, by type: there are none.
struct PluginUiManifest {
  Object manifest{base::Value::empty_map()};
};
/// The versions of a type.
struct PluginVersions {
  std::string type;
  std::vector<std::string> versions;
};

}  // namespace json

template <>
struct Described<json::PluginIcon> {
  using T = json::PluginIcon;
  static constexpr std::string_view name = "PluginIcon";
  static constexpr auto fields = std::tuple(field("name", &T::name), field("icon", &T::icon),
                                            field("flowable", &T::flowable), field("monochrome", &T::monochrome));
};
template <>
struct Described<json::Blueprint> {
  using T = json::Blueprint;
  static constexpr std::string_view name = "Blueprint";
  static constexpr auto fields =
      std::tuple(field("id", &T::id), field("title", &T::title), field("description", &T::description),
                 field("includedTasks", &T::included_tasks), field("tags", &T::tags), field("source", &T::source));
};
template <>
struct Described<json::BlueprintTag> {
  using T = json::BlueprintTag;
  static constexpr std::string_view name = "BlueprintTag";
  static constexpr auto fields = std::tuple(field("id", &T::id, {.example = "core.flow"}), field("name", &T::name));
};
template <>
struct Described<json::PluginElement> {
  using T = json::PluginElement;
  static constexpr std::string_view name = "PluginElement";
  static constexpr auto fields =
      std::tuple(field("cls", &T::cls, {.example = "io.kestra.plugin.core.log.Log"}),
                 field("deprecated", &T::deprecated), field("title", &T::title), field("description", &T::description));
};
template <>
struct Described<json::Plugin> {
  using T = json::Plugin;
  static constexpr std::string_view name = "Plugin";
  static constexpr auto fields = std::tuple(
      field("name", &T::name), field("title", &T::title), field("group", &T::group), field("subGroup", &T::sub_group),
      field("manifest", &T::manifest), field("tasks", &T::tasks), field("triggers", &T::triggers),
      field("conditions", &T::conditions), field("taskRunners", &T::task_runners),
      field("controllers", &T::controllers), field("storages", &T::storages), field("secrets", &T::secrets),
      field("apps", &T::apps), field("appBlocks", &T::app_blocks), field("charts", &T::charts),
      field("dataFilters", &T::data_filters), field("dataFiltersKPI", &T::data_filters_kpi),
      field("logExporters", &T::log_exporters), field("additionalPlugins", &T::additional_plugins),
      field("guides", &T::guides), field("categories", &T::categories), field("aliases", &T::aliases));
};
template <>
struct Described<json::TriggerPlugin> {
  using T = json::TriggerPlugin;
  static constexpr std::string_view name = "TriggerPlugin";
  static constexpr auto fields =
      std::tuple(field("type", &T::type), field("name", &T::name), field("title", &T::title),
                 field("description", &T::description), field("group", &T::group), field("ee", &T::ee),
                 field("icon", &T::icon), field("deprecated", &T::deprecated));
};
template <>
struct Described<json::InputType> {
  using T = json::InputType;
  static constexpr std::string_view name = "InputType";
  static constexpr auto fields = std::tuple(field("type", &T::type, {.example = "STRING"}), field("cls", &T::cls));
};
template <>
struct Described<json::DocumentationWithSchema> {
  using T = json::DocumentationWithSchema;
  static constexpr std::string_view name = "DocumentationWithSchema";
  static constexpr auto fields = std::tuple(field("markdown", &T::markdown), field("schema", &T::schema));
};
template <>
struct Described<json::TaskWithVersion> {
  using T = json::TaskWithVersion;
  static constexpr std::string_view name = "TaskWithVersion";
  static constexpr auto fields =
      std::tuple(field("cls", &T::cls, {.example = "io.kestra.plugin.core.log.Log"}), field("version", &T::version));
};
template <>
struct Described<json::PluginUiManifest> {
  using T = json::PluginUiManifest;
  static constexpr std::string_view name = "PluginUiManifest";
  static constexpr auto fields = std::tuple(field("manifest", &T::manifest));
};
template <>
struct Described<json::PluginVersions> {
  using T = json::PluginVersions;
  static constexpr std::string_view name = "PluginVersions";
  static constexpr auto fields = std::tuple(field("type", &T::type), field("versions", &T::versions));
};

}  // namespace gyr::web
