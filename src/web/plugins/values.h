// Types of plugins and blueprints, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct PluginIcon;
struct Blueprint;
struct PluginElement;
struct Plugin;
struct TriggerPlugin;
struct InputType;
struct DocumentationWithSchema;
struct PluginVersions;

}  // namespace json

template <>
struct Described<json::PluginIcon> {
  static constexpr std::string_view name = "PluginIcon";
  static constexpr auto fields = std::tuple(field<std::string>("name"), field<std::string>("icon"),
                                            field<bool>("flowable"), field<bool>("monochrome"));
};
template <>
struct Described<json::Blueprint> {
  static constexpr std::string_view name = "Blueprint";
  static constexpr auto fields =
      std::tuple(field<std::string>("id"), field<std::string>("title"), field<std::string>("description"),
                 field<std::vector<std::string>>("includedTasks"), field<std::vector<std::string>>("tags"),
                 field<std::optional<std::string>>("source"));
};
template <>
struct Described<json::PluginElement> {
  static constexpr std::string_view name = "PluginElement";
  static constexpr auto fields =
      std::tuple(field<std::string>("cls"), field<bool>("deprecated"), field<std::optional<std::string>>("title"),
                 field<std::optional<std::string>>("description"));
};
template <>
struct Described<json::Plugin> {
  static constexpr std::string_view name = "Plugin";
  static constexpr auto fields =
      std::tuple(field<std::string>("name"), field<std::string>("title"), field<std::string>("group"),
                 field<std::optional<std::string>>("subGroup"), field<Object>("manifest"),
                 field<std::vector<json::PluginElement>>("tasks"), field<std::vector<json::PluginElement>>("triggers"),
                 field<std::vector<json::PluginElement>>("conditions"),
                 field<std::vector<json::PluginElement>>("taskRunners"), field<std::vector<Object>>("controllers"),
                 field<std::vector<Object>>("storages"), field<std::vector<Object>>("secrets"),
                 field<std::vector<Object>>("apps"), field<std::vector<Object>>("appBlocks"),
                 field<std::vector<Object>>("charts"), field<std::vector<Object>>("dataFilters"),
                 field<std::vector<Object>>("dataFiltersKPI"), field<std::vector<Object>>("logExporters"),
                 field<std::vector<Object>>("additionalPlugins"), field<std::vector<Object>>("guides"),
                 field<std::vector<Object>>("categories"), field<std::vector<std::string>>("aliases"));
};
template <>
struct Described<json::TriggerPlugin> {
  static constexpr std::string_view name = "TriggerPlugin";
  static constexpr auto fields =
      std::tuple(field<std::string>("type"), field<std::string>("name"), field<std::string>("description"),
                 field<std::optional<std::string>>("title"), field<std::string>("group"), field<bool>("ee"),
                 field<std::string>("icon"), field<bool>("deprecated"));
};
template <>
struct Described<json::InputType> {
  static constexpr std::string_view name = "InputType";
  static constexpr auto fields = std::tuple(field<std::string>("type"), field<std::string>("cls"));
};
template <>
struct Described<json::DocumentationWithSchema> {
  static constexpr std::string_view name = "DocumentationWithSchema";
  static constexpr auto fields = std::tuple(field<std::string>("markdown"), field<Object>("schema"));
};
template <>
struct Described<json::PluginVersions> {
  static constexpr std::string_view name = "PluginVersions";
  static constexpr auto fields = std::tuple(field<std::string>("type"), field<std::vector<std::string>>("versions"));
};

}  // namespace gyr::web
