#include "main/management_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "main/config/keys.h"

namespace gyr::main {
namespace {

template <class Given>
web::EndpointRule rule_of(const Given& given, const config::AllEndpoints& all, bool is_guarded) {
  return {.enabled = given.enabled.value_or(!is_guarded && all.enabled),
          .sensitive = given.sensitive.value_or(all.sensitive.value_or(is_guarded))};
}

web::HealthAudience audience_of(config::HealthDetails details) {
  switch (details) {
    case config::HealthDetails::anonymous: return web::HealthAudience::everybody;
    case config::HealthDetails::authenticated: return web::HealthAudience::signed_in;
    case config::HealthDetails::never: break;
  }
  return web::HealthAudience::nobody;
}

void collect_changed(const base::Value& before, const base::Value& after, const std::string& path,
                     std::vector<std::string>& changed) {
  if (before == after) return;
  if (!before.is_map() && !after.is_map()) {
    changed.push_back(path);
    return;
  }
  std::set<std::string, std::less<>> names;
  for (const base::Value* section : {&before, &after}) {
    if (!section->is_map()) continue;
    for (const base::MapEntry& entry : section->entries()) names.emplace(entry.name());
  }
  const auto part_of = [](const base::Value& section, std::string_view name) {
    const base::Value* found = section.is_map() ? section.find(name) : nullptr;
    return found == nullptr ? base::Value() : *found;
  };
  for (const std::string& name : names) {
    collect_changed(part_of(before, name), part_of(after, name), path.empty() ? name : fmt::format("{}.{}", path, name),
                    changed);
  }
}

}  // namespace

std::vector<std::string> changed_keys(const base::Value& before, const base::Value& after) {
  std::vector<std::string> changed;
  collect_changed(before, after, {}, changed);
  return changed;
}

web::ManagementSettings management_settings(const config::Reading& reading) {
  const config::Endpoints& given = reading.settings.endpoints;
  web::ManagementSettings settings;
  settings.others = {.enabled = given.all.enabled, .sensitive = given.all.sensitive.value_or(false)};
  const std::pair<std::string_view, const config::Endpoint*> plain[] = {
      {"beans", &given.beans},     {"configprops", &given.configprops}, {"env", &given.env},
      {"info", &given.info},       {"metrics", &given.metrics},         {"prometheus", &given.prometheus},
      {"refresh", &given.refresh}, {"routes", &given.routes},           {"scheduler", &given.scheduler},
      {"stop", &given.stop},       {"threaddump", &given.threaddump},   {"version", &given.version},
      {"worker", &given.worker}};
  for (const auto& [name, endpoint] : plain) {
    const bool is_guarded = std::ranges::find(web::guarded_endpoints, name) != std::end(web::guarded_endpoints);
    settings.endpoints.emplace(name, rule_of(*endpoint, given.all, is_guarded));
  }
  settings.endpoints.emplace("health", rule_of(given.health, given.all, false));
  settings.endpoints.emplace("loggers", rule_of(given.loggers, given.all, false));
  settings.loggers_write_sensitive = given.loggers.write_sensitive;
  settings.health_details = audience_of(given.health.details_visible);
  settings.configuration = config::effective_document(reading.given);
  const auto type_at = [&](std::initializer_list<std::string_view> names, std::string_view otherwise) {
    const base::Value* value = &settings.configuration;
    for (std::string_view name : names) {
      value = value->is_map() ? value->find(name) : nullptr;
      if (value == nullptr) return std::string(otherwise);
    }
    return value->is_string() ? std::string(value->text()) : std::string(otherwise);
  };
  settings.components = {{"executor", "partitions"},
                         {"scheduler", "partitions"},
                         {"worker", "in this process"},
                         {"webserver", "HTTP/1.1"},
                         {"store", "sqlite"},
                         {"storage", type_at({"kestra", "storage", "type"}, "local")},
                         {"secrets", type_at({"kestra", "secret", "type"}, "env")}};
  return settings;
}

}  // namespace gyr::main
