#include "main/trigger_settings.h"

#include <filesystem>
#include <string_view>

#include "base/log.h"
#include "main/environment.h"

namespace gyr::main {
namespace {

/// `Europe/Paris` of `…/zoneinfo/Europe/Paris`.
std::string zone_in_path(const std::string& path) {
  constexpr std::string_view folder = "zoneinfo/";
  const size_t at = path.find(folder);
  return at == std::string::npos ? path : path.substr(at + folder.size());
}

std::string zone_name(const char* const* environment) {
  std::string name(environment_variable(environment, "TZ"));
  if (name.starts_with(':')) name.erase(0, 1);
  if (!name.empty()) return zone_in_path(name);
  std::error_code ignored;
  return zone_in_path(std::filesystem::read_symlink("/etc/localtime", ignored).string());
}

/// `DE` of `de_DE.UTF-8`.
std::string country(const char* const* environment) {
  for (const char* name : {"LC_ALL", "LC_TIME", "LANG"}) {
    const std::string locale = environment_variable(environment, name);
    if (locale.size() >= 5 && locale[2] == '_') return locale.substr(3, 2);
    if (!locale.empty()) return {};
  }
  return {};
}

}  // namespace

engine::TriggerSettings trigger_settings(const std::vector<config::TypeConfiguration>& configurations,
                                         const char* const* environment) {
  engine::TriggerSettings settings;
  if (const std::string name = zone_name(environment); !name.empty()) {
    if (auto zone = text::Zone::find(name)) {
      settings.zone = *std::move(zone);
    } else {
      base::log::warn("the time zone `{}` is not known, schedules without `timezone` use UTC", name);
    }
  }
  settings.country = country(environment);
  for (const config::TypeConfiguration& entry : configurations) {
    if (entry.values.recover_missed_schedules) settings.recover[entry.type] = *entry.values.recover_missed_schedules;
  }
  return settings;
}

}  // namespace gyr::main
