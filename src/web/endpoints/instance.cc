// The instance: configuration, ping, root, the contract (API-2, API-13, API-17, API-73).
#include "catalog/flow_cache.h"
#include "cluster/operator_holds.h"
#include "syntax/json.h"
#include "syntax/yaml.h"
#include "web/holds/kill_switches.h"
#include "web/http/answers.h"
#include "web/http/authentication.h"
#include "web/http/document_cache.h"
#include "web/http/open_api.h"
#include "web/http/request.h"
#include "web/instance/values.h"
#include "web/plugin_listing.h"
#include "web/routes.h"
#include "web/usages.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;

/// The configuration of the login page: all data that is available without a login (AUTH-9).
void add_login_fields(Request* request, MapBuilder& map) {
  map.set("version", Value::string(request->settings().compat_version));
  map.set("edition", Value::string("OSS"));
  // Without errors there are credentials, or no login is required: in both cases no setup is needed.
  map.set("isBasicAuthInitialized", Value::boolean(request->settings().credential_errors.empty()));
}

base::Task<Outcome> get_configs(Request* request) {
  const Settings& settings = request->settings();
  MapBuilder map;
  add_login_fields(request, map);
  map.set("gyrVersion", Value::string(settings.version));
  map.set("uuid", Value::string(settings.instance_uuid));
  if (!settings.commit.empty()) map.set("commitId", Value::string(settings.commit));
  if (!settings.commit_date.empty()) map.set("commitDate", Value::string(settings.commit_date));
  map.set("chartDefaultDuration", Value::string(settings.chart_default_duration));
  map.set("isCustomDashboardsEnabled", Value::boolean(true));
  map.set("isAnonymousUsageEnabled", Value::boolean(false));
  map.set("isUiAnonymousUsageEnabled", Value::boolean(false));
  map.set("isTemplateEnabled", Value::boolean(request->services().flows.templates().enabled()));
  map.set("isConcurrencyViewEnabled", Value::boolean(false));
  map.set("isAiEnabled", Value::boolean(false));
  map.set("isAiApiKeyConfigured", Value::boolean(false));
  if (!settings.environment_name.empty()) {
    MapBuilder environment;
    environment.set("name", Value::string(settings.environment_name));
    if (!settings.environment_color.empty()) environment.set("color", Value::string(settings.environment_color));
    map.set("environment", environment.build());
  }
  if (!settings.url.empty()) map.set("url", Value::string(settings.url));
  map.set("preview", Value::map({{"initial", Value::integer(settings.limits.preview_rows)},
                                 {"max", Value::integer(settings.limits.max_preview_rows)}}));
  map.set("systemNamespace", Value::string(settings.system_namespace));
  map.set("hiddenLabelsPrefixes", texts_value(settings.hidden_labels_prefixes));
  map.set("pluginsHash", Value::integer(plugins_hash(request->services().registry)));
  // For banners (UI-46).
  const executor::OperatorHolds* operator_holds = request->services().operator_holds;
  map.set("inMaintenance", Value::boolean(operator_holds != nullptr && operator_holds->maintenance().on));
  base::ListBuilder switches;
  if (operator_holds != nullptr) {
    for (const auto& row : operator_holds->switches_at(request->services().clock.now()))
      switches.push(*syntax::parse_json(to_json(kill_switch_json(row))));
  }
  map.set("killSwitches", switches.build());
  co_return json_answer(map.build());
}

base::Task<Outcome> get_login_config(Request* request) {
  MapBuilder map;
  add_login_fields(request, map);
  map.set("isLoginRequired", Value::boolean(request->core().authenticator->required()));
  co_return json_answer(map.build());
}

base::Task<Outcome> get_credential_errors(Request* request) {
  co_return json_answer(texts_value(request->settings().credential_errors));
}

base::Task<Outcome> ping(Request*) { co_return text_answer("pong", "text/plain"); }

base::Task<Outcome> go_to_pages(Request* request) {
  auto response = empty_answer(307);
  response.headers.add("Location", request->settings().context_path + "/ui/");
  co_return response;
}

base::Task<Outcome> get_contract_yaml(Request* request) {
  GYR_CO_TRY(auto document, co_await request->core().documents->get(
                                "contract.yml", "application/x-yaml", &request->services().work, &request->loop(),
                                [core = &request->core()] {
                                  return syntax::write_yaml(contract_of(core->routes, core->settings.compat_version));
                                }));
  co_return document_answer(*document, request->headers());
}

base::Task<Outcome> get_contract_json(Request* request) {
  GYR_CO_TRY(auto document, co_await request->core().documents->get(
                                "contract.json", "application/json", &request->services().work, &request->loop(),
                                [core = &request->core()] {
                                  return to_json(contract_of(core->routes, core->settings.compat_version));
                                }));
  co_return document_answer(*document, request->headers());
}

}  // namespace

std::vector<Route> instance_routes() {
  return {
      {.method = Method::get,
       .path = "$/configs",
       .operation = "getConfiguration",
       .summary = "Get the configuration of this instance for clients",
       .rule = {{"INSTANCE", Action::read}, tenant_wide},
       .handler = get_configs,
       .answer = answers<json::Configuration>,
       .also = {"~/configs"}},
      {.method = Method::get,
       .path = "$/configs/login",
       .operation = "getLoginConfiguration",
       .summary = "Get the configuration of the login page",
       .rule = Rule::open(),
       .handler = get_login_config,
       .answer = answers<json::LoginConfiguration>},
      {.method = Method::get,
       .path = "$/basicAuthValidationErrors",
       .operation = "getBasicAuthConfigErrors",
       .summary = "Get the problems of the configured credentials",
       .rule = Rule::open(),
       .handler = get_credential_errors,
       .answer = answers<std::vector<std::string>>},
      {.method = Method::get,
       .path = "$/openapi",
       .operation = "getContract",
       .summary = "Get this API description as JSON",
       .rule = Rule::open(),
       .handler = get_contract_json,
       .answer = answers<Object>},
      {.method = Method::get,
       .path = "/swagger/kestra.yml",
       .operation = "getContractYaml",
       .summary = "Get this API description as YAML",
       .rule = Rule::open(),
       .handler = get_contract_yaml,
       .answer = sends("application/x-yaml")},
      {.method = Method::get,
       .path = "~/usages/all",
       .operation = "getUsages",
       .summary = "Get usage counts",
       .rule = {{"INSTANCE", Action::read}, tenant_wide},
       .handler = usages,
       .answer = answers<Object>},
      {.method = Method::get,
       .path = "/ping",
       .operation = "ping",
       .summary = "Check that the server responds",
       .rule = Rule::open(),
       .handler = ping,
       .answer = sends("text/plain")},
      {.method = Method::get,
       .path = "/",
       .operation = "root",
       .summary = "Redirects to the web UI",
       .rule = Rule::open(),
       .handler = go_to_pages,
       .status = 307},
  };
}

}  // namespace gyr::web
