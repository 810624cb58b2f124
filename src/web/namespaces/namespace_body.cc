#include "web/namespaces/namespace_body.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "model/plugin_defaults.h"
#include "syntax/yaml.h"
#include "web/http/errors.h"

namespace gyr::web {

using base::Value;

namespace {

/// Settings of a namespace that are not there yet (GOV-3, TEN-8, TEN-9).
constexpr std::string_view not_available[] = {"allowedNamespaces",
                                              "workerGroup",
                                              "defaultWorkerSelector",
                                              "storageType",
                                              "storageConfiguration",
                                              "storageIsolation",
                                              "secretType",
                                              "secretReadOnly",
                                              "secretConfiguration",
                                              "secretIsolation",
                                              "outputsInInternalStorage",
                                              "sdkDefaultAuthentication",
                                              "concurrency",
                                              "quotas"};

/// Null, false, an empty text, list or map, an isolation that is off: asks for nothing (GOV-3).
bool says_nothing(const Value& value) {
  if (value.is_null()) return true;
  if (value.is_boolean()) return !value.as_boolean();
  if (value.is_string()) return value.text().empty();
  if (value.is_list()) return value.size() == 0;
  return value.is_map() && std::ranges::all_of(value.entries(), says_nothing, &base::MapEntry::value);
}

/// The value of a member; a text is read as YAML, as older Terraform providers send it.
base::Result<Value> structured(const Value& body, std::string_view name) {
  const Value* given = body.find(name);
  if (given == nullptr) return Value();
  if (!given->is_string()) return *given;
  auto document = syntax::parse_yaml(given->text());
  if (!document) return base::fail(bad_body, fmt::format("{}: {}", name, document.error().message()));
  return (*document)->to_value();
}

}  // namespace

base::Result<Value> namespace_body(const Value& body, std::string_view path_id) {
  if (!body.is_map()) return base::fail(bad_body, "the body must be an object");
  const Value* id = body.find("id");
  if (!path_id.empty() && id != nullptr && !id->is_null() && (!id->is_string() || id->text() != path_id)) {
    return base::fail(bad_body, "id: must be equal to the id in the path");
  }
  for (std::string_view name : not_available) {
    const Value* given = body.find(name);
    if (given != nullptr && !says_nothing(*given))
      return base::fail(bad_body, fmt::format("{}: is not available in this version", name));
  }
  base::MapBuilder stored;
  const Value* description = body.find("description");
  if (description != nullptr && !description->is_null()) {
    if (!description->is_string()) return base::fail(bad_body, "description: must be a string");
    stored.set("description", *description);
  }
  GYR_TRY(Value variables, structured(body, "variables"));
  if (variables.is_map() || !says_nothing(variables)) {
    if (!variables.is_map()) return base::fail(bad_body, "variables: must be a map");
    stored.set("variables", variables);
  }
  GYR_TRY(Value defaults, structured(body, "pluginDefaults"));
  if (defaults.is_list() || !says_nothing(defaults)) {
    if (!defaults.is_list()) return base::fail(bad_body, "pluginDefaults: must be a list");
    std::vector<std::string> problems;
    model::plugin_defaults_of(defaults, problems);
    if (!problems.empty()) return base::fail(bad_body, fmt::format("pluginDefaults: {}", problems.front()));
    stored.set("pluginDefaults", defaults);
  }
  return stored.build();
}

}  // namespace gyr::web
