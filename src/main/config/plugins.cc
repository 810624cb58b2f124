#include "main/config/plugins.h"

#include "model/bind.h"

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

const Schema& TypeSettings::schema() {
  static const Schema built =
      describe<TypeSettings>("kestra.plugins.configurations.values")
          .property("volume-enabled", &TypeSettings::volume_enabled,
                    {.title = "Docker runner: whether tasks may mount volumes ([containers](scripts.md#containers))",
                     .documentation = "Default: false."})
          .property("host", &TypeSettings::host, {.title = "Docker runner: address of the container engine"})
          .property("recover-missed-schedules", &TypeSettings::recover_missed_schedules,
                    {.title = "Schedules: which missed dates run later ([triggers](triggers.md))",
                     .documentation = "Default: ALL."})
          .property("allowed-paths", &TypeSettings::allowed_paths,
                    {.title = "Folders of the machine whose files tasks of the type may read as `file:///…`"})
          .build();
  return built;
}

const Schema& TypeConfiguration::schema() {
  static const Schema built =
      describe<TypeConfiguration>("kestra.plugins.configurations")
          .property("type", &TypeConfiguration::type,
                    {.title = "A type, or the beginning of the names of several types", .required = true})
          .property("values", &TypeConfiguration::values, {.title = "Settings of these types"})
          .build();
  return built;
}

const Schema& TypeDefault::schema() {
  static const Schema built =
      describe<TypeDefault>("kestra.plugins.defaults")
          .property("type", &TypeDefault::type,
                    {.title = "A type, or the beginning of the names of several types", .required = true})
          .property("forced", &TypeDefault::forced,
                    {.title = "Whether the values override those of the task", .default_value = Value::boolean(false)})
          .property("ref", &TypeDefault::ref,
                    {.title = "Name with which the property `pluginDefaultsRef` of a task "
                              "selects the default"})
          .property("values", &TypeDefault::values,
                    {.title = "Properties and their values", .required = true, .shown_as = model::ValueType::map})
          .build();
  return built;
}

const Schema& PluginSecurity::schema() {
  static const Schema built =
      describe<PluginSecurity>("kestra.plugins.security")
          .property("includes", &PluginSecurity::includes,
                    {.title = "Types that are allowed ([restricting](#restricting-types-and-files))",
                     .documentation = "Default: all."})
          .property("excludes", &PluginSecurity::excludes,
                    {.title = "Types that are not allowed ([restricting](#restricting-types-and-files))"})
          .build();
  return built;
}

const Schema& Plugins::schema() {
  static const Schema built =
      describe<Plugins>("kestra.plugins")
          .property("configurations", &Plugins::configurations,
                    {.title = "Settings of types",
                     .documentation = "An entry applies to its type and to all types whose names begin with it."})
          .property("defaults", &Plugins::defaults, {.title = "Plugin defaults for all flows"})
          .property("security", &Plugins::security, {.title = "Which types are allowed"})
          .build();
  return built;
}

const Schema& JavaSecurity::schema() {
  static const Schema built =
      describe<JavaSecurity>("kestra.ee.java-security")
          .property("enabled", &JavaSecurity::enabled,
                    {.title = "Whether `forbidden-paths` applies ([restricting](#restricting-types-and-files))",
                     .default_value = Value::boolean(false)})
          .property("forbidden-paths", &JavaSecurity::forbidden_paths,
                    {.title = "Files of the machine that tasks must not read"})
          .build();
  return built;
}

const Schema& Enterprise::schema() {
  static const Schema built =
      describe<Enterprise>("kestra.ee")
          .property("java-security", &Enterprise::java_security, {.title = "Files that tasks must not read"})
          .build();
  return built;
}

const Schema& Templates::schema() {
  static const Schema built =
      describe<Templates>("kestra.templates")
          .property("enabled", &Templates::enabled,
                    {.title = "Whether [templates](templates.md), a deprecated feature, are available",
                     .default_value = Value::boolean(false)})
          .build();
  return built;
}

plugin::PluginSettings plugin_settings(const std::vector<TypeConfiguration>& configurations) {
  plugin::PluginSettings settings;
  for (const TypeConfiguration& entry : configurations) {
    base::MapBuilder values;
    if (entry.values.volume_enabled) values.set("volume-enabled", Value::boolean(*entry.values.volume_enabled));
    if (entry.values.host) values.set("host", Value::string(*entry.values.host));
    settings.add(entry.type, values.build());
  }
  return settings;
}

Value value_of(const std::vector<TypeDefault>& defaults) {
  base::ListBuilder list;
  for (const TypeDefault& entry : defaults) {
    base::MapBuilder map;
    map.set("type", Value::string(entry.type));
    map.set("forced", Value::boolean(entry.forced));
    if (!entry.ref.empty()) map.set("ref", Value::string(entry.ref));
    map.set("values", entry.values);
    list.push(map.build());
  }
  return list.build();
}

}  // namespace gyr::main::config
