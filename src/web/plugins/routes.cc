// Plugins: what there is, and its documentation (API-70, API-111).
#include "web/routes.h"

#include <algorithm>

#include "base/text.h"
#include "web/http/document_cache.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/request.h"
#include "web/http/services.h"
#include "web/http/typed.h"
#include "web/plugins/blueprints.h"
#include "web/plugins/icons.h"
#include "web/plugins/listing.h"
#include "web/plugins/values.h"

namespace gyr::web {
namespace {

/// A document that is made once.
template <class T>
base::Task<Outcome> cached(Request* request, std::string name, std::function<T()> make) {
  GYR_CO_TRY(auto document, co_await request->core().documents->get(
                                std::move(name), "application/json", &request->services().work, &request->loop(),
                                [make = std::move(make)] { return to_json(make()); }));
  co_return document_answer(*document, request->headers());
}

net::ServerResponse cacheable(std::string json) {
  auto response = json_answer(std::move(json));
  allow_caching(response);
  return response;
}

bool is_about(const json::Plugin& plugin, std::string_view wanted) {
  const auto has = [wanted](std::string_view text) { return base::to_lower_ascii(text).contains(wanted); };
  if (has(plugin.title) || has(plugin.group)) return true;
  for (const auto* list : {&plugin.tasks, &plugin.triggers, &plugin.conditions, &plugin.task_runners, &plugin.charts,
                           &plugin.data_filters, &plugin.data_filters_kpi, &plugin.storages, &plugin.secrets}) {
    if (std::ranges::any_of(*list, has, &json::PluginElement::cls)) return true;
  }
  return false;
}

void sort_plugins(std::vector<json::Plugin>& plugins, const std::vector<store::Order>& orders) {
  std::ranges::sort(plugins, [&orders](const json::Plugin& a, const json::Plugin& b) {
    for (const store::Order& order : orders) {
      const auto member = order.field == "name"    ? &json::Plugin::name
                          : order.field == "title" ? &json::Plugin::title
                                                   : &json::Plugin::group;
      if (a.*member != b.*member) return order.descending ? a.*member > b.*member : a.*member < b.*member;
    }
    return a.group < b.group;
  });
}

/// Clients of 1.3 name no page and read a list of all (API-111).
base::Task<Outcome> list_plugins(Request* request) {
  const plugin::Registry* registry = &request->services().registry;
  if (!request->has("page") && !request->has("size") && !request->has("sort") && !has_filters(request->query()))
    co_return co_await cached<std::vector<json::Plugin>>(request, "plugins",
                                                         [registry] { return plugin_list(*registry); });
  GYR_CO_TRY(auto filters, parse_filters(request->query(), Resource::plugin));
  GYR_CO_TRY(auto orders, parse_order(request->query(), Resource::plugin));
  auto plugins = plugin_list(*registry);
  for (const Filter& filter : filters) {
    const std::string wanted = base::to_lower_ascii(filter.values.empty() ? "" : filter.values.front());
    const bool is_wanted = filter.op == store::Operator::equals;
    std::erase_if(plugins, [&](const json::Plugin& plugin) { return is_about(plugin, wanted) != is_wanted; });
  }
  sort_plugins(plugins, orders);
  co_return json_answer(to_json(page_of(*request, plugins, [](const json::Plugin& plugin) { return plugin; })));
}

base::Task<Outcome> list_subgroups(Request* request) {
  return cached<std::vector<json::Plugin>>(
      request, "subgroups", [registry = &request->services().registry] { return plugin_subgroups(*registry); });
}

base::Task<Outcome> list_triggers(Request* request) {
  using Page = Paged<json::TriggerPlugin>;
  return cached<Page>(request, "triggers", [registry = &request->services().registry] {
    Page page{trigger_list(*registry), 0};
    page.total = page.results.size();
    return page;
  });
}

base::Task<base::Result<std::vector<json::InputType>>> list_inputs(Request*) { co_return input_type_list(); }

base::Task<Outcome> input_schema(Request* request) {
  auto found = input_documentation(request->path("type"));
  if (!found) co_return base::fail(not_found, fmt::format("Input type '{}' not found", request->path("type")));
  co_return cacheable(to_json(*found));
}

base::Error no_type(std::string_view name) { return {not_found, fmt::format("Class '{}' doesn't exists", name)}; }

base::Task<Outcome> documentation(Request* request) {
  const FoundType type = find_type(request->services().registry, request->path("cls"));
  if (type.description == nullptr) co_return base::fail(no_type(request->path("cls")));
  co_return cacheable(to_json(documentation_of(type, request->flag("all"))));
}

base::Task<base::Result<json::PluginVersions>> versions(Request* request) {
  const FoundType type = find_type(request->services().registry, request->path("cls"));
  if (type.description == nullptr) co_return base::fail(no_type(request->path("cls")));
  // Types are part of the program: there is the one version it has.
  co_return json::PluginVersions{type.description->type, {request->settings().version}};
}

base::Task<Outcome> documentation_of_version(Request* request) {
  if (request->path("version") != request->settings().version) {
    co_return base::fail(not_found, fmt::format("Version '{}' not found", request->path("version")));
  }
  co_return co_await documentation(request);
}

base::Task<Outcome> list_icons(Request* request) {
  return cached<Icons>(request, "icons",
                       [registry = &request->services().registry] { return plugin_icons(*registry); });
}

base::Task<Outcome> list_group_icons(Request* request) {
  return cached<Icons>(request, "group icons",
                       [registry = &request->services().registry] { return group_icons(*registry); });
}

base::Task<Outcome> get_icon(Request* request) {
  const Icons icons = plugin_icons(request->services().registry);
  const auto found = icons.find(std::string(request->path("cls")));
  if (found == icons.end()) co_return base::fail(no_type(request->path("cls")));
  co_return cacheable(to_json(found->second));
}

base::Task<Outcome> get_icon_picture(Request* request) {
  const FoundType type = find_type(request->services().registry, request->path("cls"));
  if (type.description == nullptr) co_return base::fail(no_type(request->path("cls")));
  const std::string_view name = type.description->type;
  const size_t dot = std::min(name.rfind('.'), name.size());
  auto response =
      text_answer(icon_svg(name.substr(0, dot), name.substr(std::min(dot + 1, name.size()))), "image/svg+xml");
  allow_caching(response);
  co_return response;
}

/// No type brings a user interface of its own, so nothing has to be loaded (UI-873).
base::Task<base::Result<json::PluginUiManifest>> ui_manifest(Request*, std::vector<json::TaskWithVersion>) {
  co_return json::PluginUiManifest{};
}

base::Task<Outcome> ui_file(Request* request) {
  co_return base::fail(not_found, fmt::format("The plugins of '{}' have no file '{}' for a user interface",
                                              request->path("group"), request->rest_of_path("path")));
}

std::vector<Route> blueprint_routes() {
  const Right may_read{"BLUEPRINT", Action::read};
  return {
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}",
       .operation = "searchBlueprints",
       .summary = "List blueprints; with the id of one in place of a kind: its address",
       .rule = {may_read, tenant_wide},
       .handler = typed<search_blueprints>,
       .query = {{"q", ValueKind::text, "Words to search for"},
                 {"tags", ValueKind::text_list, "Only blueprints with one of these tags"}},
       .page_size = 1,
       .filters = Resource::blueprint,
       .also_answers = {307}},
      // Without a kind (API-5): all blueprints are flows.
      {.method = Method::get,
       .path = "~/blueprints/community",
       .operation = "searchBlueprintsOfFlows",
       .summary = "List blueprints of flows",
       .rule = {may_read, tenant_wide},
       .handler = typed<search_blueprints>,
       .query = {{"q", ValueKind::text, "Words to search for"},
                 {"tags", ValueKind::text_list, "Only blueprints with one of these tags"}},
       .page_size = 1,
       .filters = Resource::blueprint},
      {.method = Method::get,
       .path = "~/blueprints/community/tags",
       .operation = "listBlueprintTagsOfFlows",
       .summary = "List the tags of blueprints of flows",
       .rule = {may_read, tenant_wide},
       .handler = typed<list_blueprint_tags>,
       .query = {{"q", ValueKind::text, "Only tags of blueprints that these words find"}},
       .filters = Resource::blueprint},
      {.method = Method::get,
       .path = "~/blueprints/community/{id}/source",
       .operation = "getBlueprintSourceOfFlow",
       .summary = "Get the source of a blueprint of a flow",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_blueprint_source>,
       .answer = sends("application/x-yaml")},
      {.method = Method::get,
       .path = "~/blueprints/community/{id}/graph",
       .operation = "getBlueprintGraphOfFlow",
       .summary = "Get the graph of a blueprint of a flow",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_blueprint_graph>},
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}/tags",
       .operation = "listBlueprintTags",
       .summary = "List the tags of blueprints",
       .rule = {may_read, tenant_wide},
       .handler = typed<list_blueprint_tags>,
       .query = {{"q", ValueKind::text, "Only tags of blueprints that these words find"}},
       .filters = Resource::blueprint},
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}/{id}",
       .operation = "getBlueprint",
       .summary = "Get a blueprint",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_blueprint>},
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}/{id}/source",
       .operation = "getBlueprintSource",
       .summary = "Get the source of a blueprint",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_blueprint_source>,
       .answer = sends("application/x-yaml")},
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}/{id}/graph",
       .operation = "getBlueprintGraph",
       .summary = "Get the graph of a blueprint",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_blueprint_graph>},
  };
}

std::vector<Route> ui_routes() {
  const Right may_read{"PLUGIN", Action::read};
  return {
      {.method = Method::post,
       .path = "$/plugins/pluginUiManifest",
       .operation = "getPluginUiManifest",
       .summary = "List the user interfaces of types",
       .rule = {may_read, tenant_wide},
       .handler = typed<ui_manifest>,
       .body = json_body},
      {.method = Method::get,
       .path = "$/plugins/{group}/pluginUi/{path}",
       .operation = "getPluginUi",
       .summary = "Get a file of the user interface of types",
       .rule = {may_read, tenant_wide},
       .handler = typed<ui_file>,
       .answer = sends("application/octet-stream"),
       .has_rest = true},
  };
}

}  // namespace

std::vector<Route> plugin_routes() {
  const Right may_read{"PLUGIN", Action::read};
  const QueryParameter all{"all", ValueKind::boolean, "Include the properties that all types of the kind have", false,
                           "false"};
  std::vector<Route> routes = {
      {.method = Method::get,
       .path = "$/plugins",
       .operation = "listPlugins",
       .summary = "List plugins",
       .rule = {may_read, tenant_wide},
       .handler = typed<list_plugins>,
       .page_size = page_size,
       .filters = Resource::plugin,
       .answer = answers<Paged<json::Plugin>>},
      {.method = Method::get,
       .path = "$/plugins/groups/subgroups",
       .operation = "getPluginBySubgroups",
       .summary = "List plugins by sub-group",
       .rule = {may_read, tenant_wide},
       .handler = typed<list_subgroups>,
       .answer = answers<std::vector<json::Plugin>>},
      {.method = Method::get,
       .path = "$/plugins/triggers",
       .operation = "listTriggerPlugins",
       .summary = "List the types of triggers",
       .rule = {may_read, tenant_wide},
       .handler = typed<list_triggers>,
       .answer = answers<Paged<json::TriggerPlugin>>},
      {.method = Method::get,
       .path = "$/plugins/inputs",
       .operation = "getAllInputTypes",
       .summary = "List the types of inputs",
       .rule = {may_read, tenant_wide},
       .handler = typed<list_inputs>},
      {.method = Method::get,
       .path = "$/plugins/inputs/{type}",
       .operation = "getSchemaFromInputType",
       .summary = "Get the documentation of a type of input",
       .rule = {may_read, tenant_wide},
       .handler = typed<input_schema>,
       .answer = answers<json::DocumentationWithSchema>},
      {.method = Method::get,
       .path = "$/plugins/icons",
       .operation = "getPluginIcons",
       .summary = "Get the icons of all types",
       .rule = {may_read, tenant_wide},
       .handler = typed<list_icons>,
       .answer = answers<Object>},
      {.method = Method::get,
       .path = "$/plugins/icons/groups",
       .operation = "getPluginGroupIcons",
       .summary = "Get the icons of groups of types",
       .rule = {may_read, tenant_wide},
       .handler = typed<list_group_icons>,
       .answer = answers<Object>},
      {.method = Method::get,
       .path = "$/plugins/icons/{cls}",
       .operation = "getPluginIcon",
       .summary = "Get the icon of a type",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_icon>,
       .answer = answers<json::PluginIcon>},
      {.method = Method::get,
       .path = "$/plugins/icons/{cls}/icon.svg",
       .operation = "getPluginIconSvg",
       .summary = "Get the icon of a type as an image",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_icon_picture>,
       .answer = sends("image/svg+xml")},
      {.method = Method::get,
       .path = "$/plugins/{cls}",
       .operation = "getPluginDocumentation",
       .summary = "Get the documentation of a type",
       .rule = {may_read, tenant_wide},
       .handler = typed<documentation>,
       .query = {all},
       .answer = answers<json::DocumentationWithSchema>},
      {.method = Method::get,
       .path = "$/plugins/{cls}/versions",
       .operation = "getPluginVersions",
       .summary = "List the versions of a type",
       .rule = {may_read, tenant_wide},
       .handler = typed<versions>},
      {.method = Method::get,
       .path = "$/plugins/{cls}/versions/{version}",
       .operation = "getPluginDocumentationFromVersion",
       .summary = "Get the documentation of a type in a version",
       .rule = {may_read, tenant_wide},
       .handler = typed<documentation_of_version>,
       .query = {all},
       .answer = answers<json::DocumentationWithSchema>},
  };
  for (Route& route : ui_routes()) routes.push_back(std::move(route));
  for (Route& route : blueprint_routes()) routes.push_back(std::move(route));
  return routes;
}

}  // namespace gyr::web
