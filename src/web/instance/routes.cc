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
#include "web/http/typed.h"
#include "web/instance/contract_page.h"
#include "web/instance/usages.h"
#include "web/instance/values.h"
#include "web/plugins/listing.h"

namespace gyr::web {
namespace {

void set_basics(Request& request, json::InstanceBasics& basics) {
  basics.version = request.settings().compat_version;
  // Without errors there are credentials, or no login is required: in both cases no setup is needed, unless the first
  // account is to be created here (AUTH-6).
  basics.is_basic_auth_initialized =
      request.settings().credential_errors.empty() && !request.core().authenticator->wants_account();
}

base::Task<base::Result<json::Configuration>> get_configs(Request* request) {
  const Settings& settings = request->settings();
  const auto given = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  json::Configuration configuration;
  set_basics(*request, configuration);
  configuration.gyr_version = settings.version;
  configuration.uuid = settings.instance_uuid;
  configuration.commit_id = given(settings.commit);
  configuration.commit_date = given(settings.commit_date);
  configuration.chart_default_duration = settings.chart_default_duration;
  configuration.is_template_enabled = request->services().flows.templates().enabled();
  if (!settings.environment_name.empty())
    configuration.environment = json::Environment{settings.environment_name, given(settings.environment_color)};
  configuration.url = given(settings.url);
  configuration.preview = {settings.limits.preview_rows, settings.limits.max_preview_rows};
  configuration.system_namespace = settings.system_namespace;
  configuration.hidden_labels_prefixes = settings.hidden_labels_prefixes;
  configuration.plugins_hash = plugins_hash(request->services().registry);
  // For banners (UI-46).
  if (const executor::OperatorHolds* holds = request->services().operator_holds) {
    configuration.in_maintenance = holds->maintenance().on;
    for (const auto& row : holds->switches_at(request->services().clock.now()))
      configuration.kill_switches.push_back(kill_switch_json(row));
  }
  co_return configuration;
}

base::Task<base::Result<json::LoginConfiguration>> get_login_config(Request* request) {
  json::LoginConfiguration configuration;
  set_basics(*request, configuration);
  configuration.is_login_required = request->core().authenticator->required();
  co_return configuration;
}

base::Task<base::Result<std::vector<std::string>>> get_credential_errors(Request* request) {
  co_return request->settings().credential_errors;
}

/// Flows of 0.x belong to no tenant, here to `main`: clients ask whether there are some to be moved.
base::Task<base::Result<bool>> has_main_tenant_flows(Request* request) {
  co_return co_await request->read([visible = request->visible()](store::Reader& reader) -> base::Result<bool> {
    store::FlowQuery query{visible};
    query.tenant = "main";
    query.paging = {1, 1, 1};
    GYR_TRY(auto page, reader.search_flows(query));
    return !page.results.empty();
  });
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

base::Task<Outcome> get_contract_page(Request* request) {
  GYR_CO_TRY(auto document, co_await request->core().documents->get(
                                "contract.html", "text/html; charset=utf-8", &request->services().work,
                                &request->loop(), [core = &request->core()] {
                                  return contract_page(contract_of(core->routes, core->settings.compat_version),
                                                       core->settings.context_path + "/");
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
       .handler = typed<get_configs>,
       .also = {"~/configs"}},
      {.method = Method::get,
       .path = "$/configs/login",
       .operation = "getLoginConfiguration",
       .summary = "Get the configuration of the login page",
       .rule = Rule::open(),
       .handler = typed<get_login_config>},
      {.method = Method::get,
       .path = "$/basicAuthValidationErrors",
       .operation = "getBasicAuthConfigErrors",
       .summary = "Get the problems of the configured credentials",
       .rule = Rule::open(),
       .handler = typed<get_credential_errors>},
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
       .path = "/api",
       .operation = "getContractPage",
       .summary = "Show this API description as a page",
       .rule = Rule::open(),
       .handler = get_contract_page,
       .answer = sends("text/html")},
      {.method = Method::get,
       .path = "~/usages/all",
       .operation = "getUsages",
       .summary = "Get usage counts",
       .rule = {{"INSTANCE", Action::read}, tenant_wide},
       .handler = typed<usages>},
      {.method = Method::get,
       .path = "~/usages",
       .operation = "tenantUsage",
       .summary = "Get the usage counts of the tenant",
       .rule = {{"INSTANCE", Action::read}, tenant_wide},
       .handler = typed<usages>},
      {.method = Method::get,
       .path = "$/main-tenant-flows",
       .operation = "mainTenantFlows",
       .summary = "Whether the tenant `main` has flows",
       .rule = {{"INSTANCE", Action::read}, tenant_wide},
       .handler = typed<has_main_tenant_flows>},
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
