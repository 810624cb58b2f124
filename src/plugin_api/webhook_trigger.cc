#include "plugin_api/webhook_trigger.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, plugin::SignaturePreset>> EnumNames<plugin::SignaturePreset>::names() {
  static constexpr std::pair<std::string_view, plugin::SignaturePreset> all[] = {
      {"GENERIC", plugin::SignaturePreset::generic},
      {"GITHUB", plugin::SignaturePreset::github},
      {"STRIPE", plugin::SignaturePreset::stripe},
      {"SLACK", plugin::SignaturePreset::slack}};
  return all;
}

}  // namespace gyr::model
