#include "plugins/script/script_properties.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, plugins::script::TargetOs>> EnumNames<plugins::script::TargetOs>::names() {
  using plugins::script::TargetOs;
  static constexpr std::pair<std::string_view, TargetOs> all[] = {
      {"LINUX", TargetOs::linux}, {"WINDOWS", TargetOs::windows}, {"AUTO", TargetOs::automatic}};
  return all;
}

std::span<const std::pair<std::string_view, plugins::script::FormerRunner>>
EnumNames<plugins::script::FormerRunner>::names() {
  using plugins::script::FormerRunner;
  static constexpr std::pair<std::string_view, FormerRunner> all[] = {{"PROCESS", FormerRunner::process},
                                                                      {"DOCKER", FormerRunner::docker}};
  return all;
}

}  // namespace gyr::model
