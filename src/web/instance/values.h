// The installation, as JSON.
#pragma once

#include "web/holds/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// What is known without a login.
struct InstanceBasics {
  std::string version;  ///< of the API
  std::string edition = "OSS";
  bool is_basic_auth_initialized = false;
};

/// The configuration of the login page (AUTH-9).
struct LoginConfiguration : InstanceBasics {
  bool is_login_required = false;
};

/// How many rows of a file a preview shows.
struct PreviewLimits {
  int64_t initial = 0;
  int64_t max = 0;
};

/// The name of the installation, shown on every page.
struct Environment {
  std::string name;
  std::optional<std::string> color;
};

/// The configuration of the installation for clients.
struct Configuration : InstanceBasics {
  std::string gyr_version;
  std::string uuid;
  std::optional<std::string> commit_id;
  std::optional<std::string> commit_date;
  std::string chart_default_duration;
  bool is_custom_dashboards_enabled = true;
  bool is_anonymous_usage_enabled = false;
  bool is_ui_anonymous_usage_enabled = false;
  bool is_template_enabled = false;
  bool is_concurrency_view_enabled = false;
  bool is_ai_enabled = false;
  bool is_ai_api_key_configured = false;
  std::optional<Environment> environment;
  std::optional<std::string> url;
  PreviewLimits preview;
  std::string system_namespace;
  std::vector<std::string> hidden_labels_prefixes;
  int64_t plugins_hash = 0;
  bool in_maintenance = false;
  std::vector<KillSwitch> kill_switches;
};

}  // namespace json

template <>
struct Described<json::InstanceBasics> {
  using T = json::InstanceBasics;
  static constexpr std::string_view name = "InstanceBasics";
  static constexpr auto fields =
      std::tuple(field("version", &T::version, {.documentation = "The version of the API", .example = "1.3.0"}),
                 field("edition", &T::edition, {.example = "OSS"}),
                 field("isBasicAuthInitialized", &T::is_basic_auth_initialized, {.example = "true"}));
};
template <>
struct Described<json::LoginConfiguration> {
  using T = json::LoginConfiguration;
  static constexpr std::string_view name = "LoginConfiguration";
  static constexpr auto fields = std::tuple_cat(Described<json::InstanceBasics>::fields,
                                                std::tuple(field("isLoginRequired", &T::is_login_required)));
};
template <>
struct Described<json::PreviewLimits> {
  using T = json::PreviewLimits;
  static constexpr std::string_view name = "PreviewLimits";
  static constexpr auto fields =
      std::tuple(field("initial", &T::initial, {.example = "100"}), field("max", &T::max, {.example = "5000"}));
};
template <>
struct Described<json::Environment> {
  using T = json::Environment;
  static constexpr std::string_view name = "Environment";
  static constexpr auto fields =
      std::tuple(field("name", &T::name, {.example = "production"}), field("color", &T::color, {.example = "#ff0000"}));
};
template <>
struct Described<json::Configuration> {
  using T = json::Configuration;
  static constexpr std::string_view name = "Configuration";
  static constexpr auto fields = std::tuple_cat(
      Described<json::InstanceBasics>::fields,
      std::tuple(field("gyrVersion", &T::gyr_version, {.documentation = "The version of this program"}),
                 field("uuid", &T::uuid), field("commitId", &T::commit_id), field("commitDate", &T::commit_date),
                 field("chartDefaultDuration", &T::chart_default_duration, {.example = "P30D"}),
                 field("isCustomDashboardsEnabled", &T::is_custom_dashboards_enabled),
                 field("isAnonymousUsageEnabled", &T::is_anonymous_usage_enabled),
                 field("isUiAnonymousUsageEnabled", &T::is_ui_anonymous_usage_enabled),
                 field("isTemplateEnabled", &T::is_template_enabled),
                 field("isConcurrencyViewEnabled", &T::is_concurrency_view_enabled),
                 field("isAiEnabled", &T::is_ai_enabled), field("isAiApiKeyConfigured", &T::is_ai_api_key_configured),
                 field("environment", &T::environment), field("url", &T::url), field("preview", &T::preview),
                 field("systemNamespace", &T::system_namespace, {.example = "system"}),
                 field("hiddenLabelsPrefixes", &T::hidden_labels_prefixes, {.example = "system."}),
                 field("pluginsHash", &T::plugins_hash, {.documentation = "Changes when the known types change"}),
                 field("inMaintenance", &T::in_maintenance),
                 field("killSwitches", &T::kill_switches, {.documentation = "Those that are active"})));
};

}  // namespace gyr::web
