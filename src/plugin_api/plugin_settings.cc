#include "plugin_api/plugin_settings.h"

#include "base/text.h"

namespace gyr::plugin {
namespace {

/// `volume-enabled`, `volumeEnabled` and `volume_enabled` are the same.
std::string normal_key(std::string_view key) {
  std::string normal;
  for (char character : base::to_lower_ascii(key)) {
    if (character != '-' && character != '_') normal += character;
  }
  return normal;
}

}  // namespace

PluginSettings::PluginSettings(const base::Value& entries, std::vector<std::string>& problems) {
  if (entries.is_null()) return;
  if (!entries.is_list()) {
    problems.emplace_back("must be a list of entries with `type` and `values`");
    return;
  }
  for (const base::Value& entry : entries.items()) {
    const base::Value* type = entry.find("type");
    const base::Value* values = entry.find("values");
    if (type == nullptr || !type->is_string() || values == nullptr || !values->is_map()) {
      problems.push_back(
          fmt::format("entry {} must have a string `type` and a map `values`", &entry - entries.items().data() + 1));
      continue;
    }
    add(std::string(type->text()), *values);
  }
}

base::Value PluginSettings::find(std::string_view type, std::string_view key) const {
  const std::string wanted = normal_key(key);
  const Entry* best = nullptr;
  base::Value found;
  for (const Entry& entry : entries_) {
    if (!type.starts_with(entry.type) || (best != nullptr && entry.type.size() < best->type.size())) continue;
    for (const auto& value : entry.values.entries()) {
      if (normal_key(value.name()) != wanted) continue;
      best = &entry;
      found = value.value;
    }
  }
  return found;
}

}  // namespace gyr::plugin
