// Namespaces and their files, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A namespace with its configuration.
struct Namespace {
  std::string id;
  bool deleted = false;
  std::optional<base::Value> description;
  std::optional<base::Value> variables;
  std::optional<base::Value> plugin_defaults;
};

/// What an auto-completion asks for.
struct NamespaceSearch {
  std::optional<std::string> q;
  std::optional<bool> existing_only;
  std::optional<std::vector<std::string>> ids;
};

/// A file or a directory; times in milliseconds since 1970 (API-68).
struct FileAttributes {
  std::string file_name;
  std::string type;
  int64_t size = 0;
  int64_t creation_time = 0;
  int64_t last_modified_time = 0;
};
/// A revision of a file.
struct NamespaceFileRevision {
  int64_t revision = 0;
};

// Read by namespace_body().
struct NamespaceToWrite;

/// Default values of a type; an entry of a list of them.
struct PluginDefault;

}  // namespace json

template <>
struct Described<json::Namespace> {
  using T = json::Namespace;
  static constexpr std::string_view name = "Namespace";
  static constexpr auto fields =
      std::tuple(field("id", &T::id, {.example = "company.team"}), field("deleted", &T::deleted),
                 field("description", &T::description),
                 field("variables", &T::variables, {.documentation = "A map: `namespace.NAME` in expressions"}),
                 field("pluginDefaults", &T::plugin_defaults, {.documentation = "A list, as in a flow"}));
};
template <>
struct Described<json::NamespaceSearch> {
  using T = json::NamespaceSearch;
  static constexpr std::string_view name = "NamespaceSearch";
  static constexpr auto fields = std::tuple(
      field("q", &T::q, {.documentation = "A part of the name", .example = "company"}),
      field("existingOnly", &T::existing_only, {.documentation = "Without parents that have nothing of their own"}),
      field("ids", &T::ids, {.documentation = "Namespaces that come first, whatever `q` is; alone: only these"}));
};
template <>
struct Described<json::NamespaceToWrite> {
  static constexpr std::string_view name = "NamespaceToWrite";
  static constexpr auto fields = std::tuple(
      field<std::string>("id", {.example = "company.team"}), field<std::optional<std::string>>("description"),
      field<std::optional<base::Value>>("variables", {.documentation = "A map, or its YAML"}),
      field<std::optional<base::Value>>("pluginDefaults", {.documentation = "A list, or its YAML"}));
};
template <>
struct Described<json::PluginDefault> {
  static constexpr std::string_view name = "PluginDefault";
  static constexpr auto fields =
      std::tuple(field<std::string>("type", {.example = "io.kestra.plugin.core.log.Log"}),
                 field<std::optional<bool>>("forced", {.documentation = "Whether they replace what a task says"}),
                 field<std::optional<base::Value>>("values"), field<std::optional<std::string>>("ref"),
                 field<std::optional<std::string>>("namespace", {.documentation = "The namespace that has them"}));
};
template <>
struct Described<json::FileAttributes> {
  static constexpr std::string_view name = "FileAttributes";
  using T = json::FileAttributes;
  static constexpr auto fields =
      std::tuple(field("fileName", &T::file_name), field("type", &T::type, {.documentation = "`File` or `Directory`"}),
                 field("size", &T::size), field("creationTime", &T::creation_time),
                 field("lastModifiedTime", &T::last_modified_time));
};
template <>
struct Described<json::NamespaceFileRevision> {
  static constexpr std::string_view name = "NamespaceFileRevision";
  static constexpr auto fields = std::tuple(field("revision", &json::NamespaceFileRevision::revision));
};

}  // namespace gyr::web
