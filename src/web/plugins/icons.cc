#include "web/plugins/icons.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "plugin_api/aliases.h"

namespace gyr::web {

namespace {

std::string_view short_name(std::string_view name) { return name.substr(name.rfind('.') + 1); }
std::string_view package_of(std::string_view type) { return type.substr(0, std::min(type.rfind('.'), type.size())); }

/// Degrees on the circle of colours; the same for a name everywhere and always.
uint32_t hue_of(std::string_view text) {
  uint32_t hash = 2166136261;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619;
  return hash % 360;
}

/// `ForEach` gives FE, `Log` gives Lo.
std::string letters_of(std::string_view name) {
  std::string capitals;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z' && capitals.size() < 2) capitals += c;
  }
  return capitals.size() == 2 ? capitals : std::string(name.substr(0, 2));
}

json::PluginIcon icon(std::string_view group, std::string_view name, bool flowable) {
  return {.name = std::string(name), .icon = base::base64_encode(icon_svg(group, name)), .flowable = flowable};
}

void add_type(const plugin::TypeDescription& type, bool flowable, Icons& icons) {
  const json::PluginIcon made = icon(package_of(type.type), short_name(type.type), flowable);
  icons[type.type] = made;
  for (const std::string& alias : type.aliases) icons[alias] = made;
  for (const std::string& alias : plugin::family_aliases(type.type)) icons[alias] = made;
}

template <class Add>
void for_each_type(const plugin::Registry& registry, Add add) {
  for (const auto& type : registry.tasks()) {
    const auto* found = registry.find(model::TypeSource::Kind::task, type.type);
    add(type, found != nullptr && found->flowable);
  }
  for (const auto& type : registry.triggers()) add(type, false);
  for (const auto& type : registry.conditions()) add(type, false);
  for (const auto& type : registry.task_runners()) add(type, false);
}

}  // namespace

std::string icon_svg(std::string_view group, std::string_view name) {
  // Names of types are letters and digits: nothing in them has a meaning in XML.
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><rect width=\"24\" height=\"24\" rx=\"5\" "
      "fill=\"hsl({},55%,42%)\"/>"
      "<text x=\"12\" y=\"16\" font-family=\"sans-serif\" font-size=\"11\" font-weight=\"600\" text-anchor=\"middle\" "
      "fill=\"#fff\">{}</text></svg>",
      hue_of(group), letters_of(name));
}

Icons plugin_icons(const plugin::Registry& registry) {
  Icons icons;
  for_each_type(registry,
                [&icons](const plugin::TypeDescription& type, bool flowable) { add_type(type, flowable, icons); });
  return icons;
}

Icons group_icons(const plugin::Registry& registry) {
  std::set<std::string, std::less<>> groups;
  for_each_type(registry, [&groups](const plugin::TypeDescription& type, bool) {
    const std::string_view group = package_of(type.type);
    groups.emplace(group);
    if (std::ranges::count(group, '.') > 3)
      groups.emplace(group.substr(0, group.rfind('.')));  // io.kestra.plugin.core above …core.log
  });
  Icons icons;
  for (const std::string& group : groups) icons[group] = icon(group, short_name(group), false);
  return icons;
}

}  // namespace gyr::web
