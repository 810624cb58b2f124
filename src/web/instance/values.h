// The installation, as JSON.
#pragma once

#include "web/holds/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct LoginConfiguration;
struct PreviewLimits;
struct Configuration;
struct Health;

// Bodies.
struct Credentials;

}  // namespace json

template <>
struct Described<json::LoginConfiguration> {
  static constexpr std::string_view name = "LoginConfiguration";
  static constexpr auto fields = std::tuple(field<std::string>("version"), field<std::string>("edition"),
                                            field<bool>("isBasicAuthInitialized"), field<bool>("isLoginRequired"));
};
template <>
struct Described<json::PreviewLimits> {
  static constexpr std::string_view name = "PreviewLimits";
  static constexpr auto fields = std::tuple(field<int64_t>("initial"), field<int64_t>("max"));
};
template <>
struct Described<json::Configuration> {
  static constexpr std::string_view name = "Configuration";
  static constexpr auto fields =
      std::tuple(field<std::string>("version"), field<std::string>("edition"), field<std::string>("gyrVersion"),
                 field<std::string>("uuid"), field<std::optional<std::string>>("commitId"),
                 field<std::optional<std::string>>("commitDate"), field<base::Duration>("chartDefaultDuration"),
                 field<bool>("isCustomDashboardsEnabled"), field<bool>("isAnonymousUsageEnabled"),
                 field<bool>("isUiAnonymousUsageEnabled"), field<bool>("isTemplateEnabled"),
                 field<bool>("isConcurrencyViewEnabled"), field<bool>("isAiEnabled"),
                 field<bool>("isAiApiKeyConfigured"), field<bool>("isBasicAuthInitialized"),
                 field<std::optional<Object>>("environment"), field<std::optional<std::string>>("url"),
                 field<json::PreviewLimits>("preview"), field<std::string>("systemNamespace"),
                 field<std::vector<std::string>>("hiddenLabelsPrefixes"), field<int64_t>("pluginsHash"),
                 field<bool>("inMaintenance"), field<std::vector<json::KillSwitch>>("killSwitches"));
};
template <>
struct Described<json::Health> {
  static constexpr std::string_view name = "Health";
  static constexpr auto fields =
      std::tuple(field<std::string>("name"), field<std::string>("status"), field<Object>("details"));
};
template <>
struct Described<json::Credentials> {
  static constexpr std::string_view name = "Credentials";
  static constexpr auto fields = std::tuple(field<std::string>("username"), field<std::string>("password"));
};

}  // namespace gyr::web
