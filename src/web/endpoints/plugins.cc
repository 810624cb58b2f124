// Plugins: what there is, and its documentation (API-70, API-111).
#include "web/blueprints.h"
#include "web/flows/values.h"
#include "web/http/answers.h"
#include "web/http/document_cache.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/services.h"
#include "web/plugin_icons.h"
#include "web/plugin_listing.h"
#include "web/plugins/values.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;

base::Task<Outcome> cached(Request* request, std::string name, std::function<Value()> make) {
  GYR_CO_TRY(auto document, co_await request->core().documents->get(
                                std::move(name), "application/json", &request->services().work, &request->loop(),
                                [make = std::move(make)] { return to_json(make()); }));
  co_return document_answer(*document, request->headers());
}

base::Task<Outcome> list_plugins(Request* request) {
  GYR_CO_TRY(auto document, co_await request->core().documents->get(
                                "plugins", "application/json", &request->services().work, &request->loop(),
                                [registry = &request->services().registry] {
                                  const Value list = plugin_list(*registry);
                                  const auto total = static_cast<int64_t>(list.size());
                                  return to_json(Value::map({{"results", list}, {"total", Value::integer(total)}}));
                                }));
  const bool whole = request->page() == 1 && request->page_size() >= page_size;
  if (whole) co_return document_answer(*document, request->headers());
  const Value list = plugin_list(request->services().registry);
  const auto size = static_cast<uint64_t>(request->page_size());
  const uint64_t begin = static_cast<uint64_t>(request->page() - 1) * size;
  base::ListBuilder page;
  for (uint64_t i = begin; i < list.size() && i < begin + size; ++i) page.push(list.items()[i]);
  co_return json_answer(
      Value::map({{"results", page.build()}, {"total", Value::integer(static_cast<int64_t>(list.size()))}}));
}

base::Task<Outcome> list_subgroups(Request* request) {
  return cached(request, "subgroups",
                [registry = &request->services().registry] { return plugin_subgroups(*registry); });
}

base::Task<Outcome> list_triggers(Request* request) {
  return cached(request, "triggers", [registry = &request->services().registry] {
    const Value list = trigger_list(*registry);
    return Value::map({{"results", list}, {"total", Value::integer(static_cast<int64_t>(list.size()))}});
  });
}

base::Task<Outcome> list_inputs(Request*) { co_return json_answer(input_type_list()); }

base::Task<Outcome> input_schema(Request* request) {
  auto found = input_documentation(request->path("type"));
  if (!found) co_return base::fail(not_found, fmt::format("Input type '{}' not found", request->path("type")));
  auto response = json_answer(*found);
  allow_caching(response);
  co_return response;
}

base::Error no_type(std::string_view name) { return {not_found, fmt::format("Class '{}' doesn't exists", name)}; }

base::Task<Outcome> documentation(Request* request) {
  const FoundType type = find_type(request->services().registry, request->path("cls"));
  if (type.description == nullptr) co_return base::fail(no_type(request->path("cls")));
  auto response = json_answer(documentation_value(type, request->flag("all")));
  allow_caching(response);
  co_return response;
}

base::Task<Outcome> versions(Request* request) {
  const FoundType type = find_type(request->services().registry, request->path("cls"));
  if (type.description == nullptr) co_return base::fail(no_type(request->path("cls")));
  // Types are part of the program: there is the one version it has.
  co_return json_answer(Value::map({{"type", Value::string(type.description->type)},
                                    {"versions", Value::list({Value::string(request->settings().version)})}}));
}

base::Task<Outcome> documentation_of_version(Request* request) {
  if (request->path("version") != request->settings().version) {
    co_return base::fail(not_found, fmt::format("Version '{}' not found", request->path("version")));
  }
  co_return co_await documentation(request);
}

base::Task<Outcome> list_icons(Request* request) {
  GYR_CO_TRY(auto response, co_await cached(request, "icons", [registry = &request->services().registry] {
               return plugin_icons(*registry);
             }));
  allow_caching(response);
  co_return response;
}

base::Task<Outcome> list_group_icons(Request* request) {
  GYR_CO_TRY(auto response, co_await cached(request, "group icons", [registry = &request->services().registry] {
               return group_icons(*registry);
             }));
  allow_caching(response);
  co_return response;
}

base::Task<Outcome> get_icon(Request* request) {
  const Value icons = plugin_icons(request->services().registry);
  const Value* found = icons.find(request->path("cls"));
  if (found == nullptr) co_return base::fail(no_type(request->path("cls")));
  auto response = json_answer(*found);
  allow_caching(response);
  co_return response;
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

std::vector<Route> blueprint_routes() {
  const Right may_read{"BLUEPRINT", Action::read};
  return {
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}",
       .operation = "searchBlueprints",
       .summary = "List blueprints",
       .rule = {may_read, tenant_wide},
       .handler = search_blueprints,
       .query = {{"q", ValueKind::text, "Words to search for"}, {"tags", ValueKind::text, "Only with this tag"}},
       .page_size = 1,
       .answer = answers<Paged<json::Blueprint>>},
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}/tags",
       .operation = "listBlueprintTags",
       .summary = "List the tags of blueprints",
       .rule = {may_read, tenant_wide},
       .handler = list_blueprint_tags,
       .answer = answers<std::vector<Object>>},
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}/{id}",
       .operation = "getBlueprint",
       .summary = "Get a blueprint",
       .rule = {may_read, tenant_wide},
       .handler = get_blueprint,
       .answer = answers<json::Blueprint>},
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}/{id}/source",
       .operation = "getBlueprintSource",
       .summary = "Get the source of a blueprint",
       .rule = {may_read, tenant_wide},
       .handler = get_blueprint_source,
       .answer = sends("application/x-yaml")},
      {.method = Method::get,
       .path = "~/blueprints/community/{kind}/{id}/graph",
       .operation = "getBlueprintGraph",
       .summary = "Get the graph of a blueprint",
       .rule = {may_read, tenant_wide},
       .handler = get_blueprint_graph,
       .answer = answers<json::FlowGraph>},
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
       .handler = list_plugins,
       .page_size = page_size,
       .answer = answers<Paged<json::Plugin>>},
      {.method = Method::get,
       .path = "$/plugins/groups/subgroups",
       .operation = "getPluginBySubgroups",
       .summary = "List plugins by sub-group",
       .rule = {may_read, tenant_wide},
       .handler = list_subgroups,
       .answer = answers<std::vector<json::Plugin>>},
      {.method = Method::get,
       .path = "$/plugins/triggers",
       .operation = "listTriggerPlugins",
       .summary = "List the types of triggers",
       .rule = {may_read, tenant_wide},
       .handler = list_triggers,
       .answer = answers<Paged<json::TriggerPlugin>>},
      {.method = Method::get,
       .path = "$/plugins/inputs",
       .operation = "getAllInputTypes",
       .summary = "List the types of inputs",
       .rule = {may_read, tenant_wide},
       .handler = list_inputs,
       .answer = answers<std::vector<json::InputType>>},
      {.method = Method::get,
       .path = "$/plugins/inputs/{type}",
       .operation = "getSchemaFromInputType",
       .summary = "Get the documentation of a type of input",
       .rule = {may_read, tenant_wide},
       .handler = input_schema,
       .answer = answers<json::DocumentationWithSchema>},
      {.method = Method::get,
       .path = "$/plugins/icons",
       .operation = "getPluginIcons",
       .summary = "Get the icons of all types",
       .rule = {may_read, tenant_wide},
       .handler = list_icons,
       .answer = answers<Object>},
      {.method = Method::get,
       .path = "$/plugins/icons/groups",
       .operation = "getPluginGroupIcons",
       .summary = "Get the icons of groups of types",
       .rule = {may_read, tenant_wide},
       .handler = list_group_icons,
       .answer = answers<Object>},
      {.method = Method::get,
       .path = "$/plugins/icons/{cls}",
       .operation = "getPluginIcon",
       .summary = "Get the icon of a type",
       .rule = {may_read, tenant_wide},
       .handler = get_icon,
       .answer = answers<json::PluginIcon>},
      {.method = Method::get,
       .path = "$/plugins/icons/{cls}/icon.svg",
       .operation = "getPluginIconSvg",
       .summary = "Get the icon of a type as an image",
       .rule = {may_read, tenant_wide},
       .handler = get_icon_picture,
       .answer = sends("image/svg+xml")},
      {.method = Method::get,
       .path = "$/plugins/{cls}",
       .operation = "getPluginDocumentation",
       .summary = "Get the documentation of a type",
       .rule = {may_read, tenant_wide},
       .handler = documentation,
       .query = {all},
       .answer = answers<json::DocumentationWithSchema>},
      {.method = Method::get,
       .path = "$/plugins/{cls}/versions",
       .operation = "getPluginVersions",
       .summary = "List the versions of a type",
       .rule = {may_read, tenant_wide},
       .handler = versions,
       .answer = answers<json::PluginVersions>},
      {.method = Method::get,
       .path = "$/plugins/{cls}/versions/{version}",
       .operation = "getPluginDocumentationFromVersion",
       .summary = "Get the documentation of a type in a version",
       .rule = {may_read, tenant_wide},
       .handler = documentation_of_version,
       .query = {all},
       .answer = answers<json::DocumentationWithSchema>},
  };
  for (Route& route : blueprint_routes()) routes.push_back(std::move(route));
  return routes;
}

}  // namespace gyr::web
