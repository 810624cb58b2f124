#include "plugin_api/namespace_files.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, plugin::IfExists>> EnumNames<plugin::IfExists>::names() {
  using plugin::IfExists;
  static constexpr std::pair<std::string_view, IfExists> all[] = {{"OVERWRITE", IfExists::overwrite},
                                                                  {"FAIL", IfExists::fail},
                                                                  {"WARN", IfExists::warn},
                                                                  {"IGNORE", IfExists::ignore}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugin {

const model::Schema& NamespaceFiles::schema() {
  using base::Value;
  static const model::Schema schema =
      model::describe<NamespaceFiles>("io.kestra.core.models.tasks.NamespaceFiles")
          .property("enabled", &NamespaceFiles::enabled,
                    {.title = "Whether to copy namespace files to the working directory",
                     .default_value = Value::boolean(true)})
          .property("namespaces", &NamespaceFiles::namespaces,
                    {.title = "Namespaces to copy files from",
                     .documentation = "Files of later namespaces overwrite files of earlier ones.",
                     .default_value = Value::list({Value::string("{{ flow.namespace }}")})})
          .property("include", &NamespaceFiles::include,
                    {.title = "Glob patterns of the files to include",
                     .documentation = "By default, all files are included."})
          .property("exclude", &NamespaceFiles::exclude, {.title = "Glob patterns of the files to exclude"})
          .property("ifExists", &NamespaceFiles::if_exists,
                    {.title = "Action if a file already exists", .default_value = Value::string("OVERWRITE")})
          .property("folderPerNamespace", &NamespaceFiles::folder_per_namespace,
                    {.title = "Whether to copy the files of each namespace to a folder with its name",
                     .default_value = Value::boolean(false)})
          .build();
  return schema;
}

}  // namespace gyr::plugin
