// `kestra.plugins`, `kestra.ee` and `kestra.templates`: which types there are, and what the installation says of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/value.h"
#include "model/schema.h"
#include "plugin_api/plugin_settings.h"
#include "plugin_api/schedule_trigger.h"

namespace gyr::main::config {

/// `values` of an entry of `kestra.plugins.configurations`: every setting that a type reads.
struct TypeSettings {
  std::optional<bool> volume_enabled;
  std::optional<std::string> host;
  std::optional<plugin::RecoverMissedSchedules> recover_missed_schedules;
  std::vector<std::string> allowed_paths;
  static const model::Schema& schema();
};

/// One entry of `kestra.plugins.configurations`.
struct TypeConfiguration {
  std::string type;
  TypeSettings values;
  static const model::Schema& schema();
};

/// One entry of `kestra.plugins.defaults`.
struct TypeDefault {
  std::string type;
  bool forced = false;
  std::string ref;
  base::Value values;  ///< a map
  static const model::Schema& schema();
};

/// `kestra.plugins.security`.
struct PluginSecurity {
  std::vector<std::string> includes;
  std::vector<std::string> excludes;
  static const model::Schema& schema();
};

/// `kestra.plugins`.
struct Plugins {
  std::vector<TypeConfiguration> configurations;
  std::optional<std::vector<TypeDefault>> defaults;
  PluginSecurity security;
  static const model::Schema& schema();
};

/// `kestra.ee.java-security`.
struct JavaSecurity {
  bool enabled = false;
  std::vector<std::string> forbidden_paths;
  static const model::Schema& schema();
};

/// `kestra.ee`.
struct Enterprise {
  JavaSecurity java_security;
  static const model::Schema& schema();
};

/// `kestra.templates`.
struct Templates {
  bool enabled = false;
  static const model::Schema& schema();
};

/// What tasks may ask for: the settings of types that their properties do not have.
plugin::PluginSettings plugin_settings(const std::vector<TypeConfiguration>& configurations);
/// The defaults as model::plugin_defaults_of() takes them.
base::Value value_of(const std::vector<TypeDefault>& defaults);

}  // namespace gyr::main::config
