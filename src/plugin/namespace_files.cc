#include "plugin/namespace_files.h"

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
          .property(
              "enabled", &NamespaceFiles::enabled,
              {.title = "Whether files are put into the working directory", .default_value = Value::boolean(true)})
          .property("namespaces", &NamespaceFiles::namespaces,
                    {.title = "Namespaces, in order: files of later ones overwrite those of earlier ones",
                     .default_value = Value::list({Value::string("{{ flow.namespace }}")})})
          .property("include", &NamespaceFiles::include, {.title = "Patterns of the files to take; all without"})
          .property("exclude", &NamespaceFiles::exclude, {.title = "Patterns of the files to leave out"})
          .property(
              "ifExists", &NamespaceFiles::if_exists,
              {.title = "What happens when the place of a file is taken", .default_value = Value::string("OVERWRITE")})
          .property(
              "folderPerNamespace", &NamespaceFiles::folder_per_namespace,
              {.title = "Whether each namespace gets a folder of its name", .default_value = Value::boolean(false)})
          .build();
  return schema;
}

}  // namespace gyr::plugin
