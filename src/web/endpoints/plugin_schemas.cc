// JSON Schema of flows, tasks and triggers, for editors (API-111).
#include "web/http/answers.h"
#include "web/http/document_cache.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/plugin_listing.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// What there are schemas of; a name that is none must not fill the cache.
constexpr std::string_view kinds[] = {"flow", "task", "trigger", "plugindefault"};

base::Result<std::string> kind_of(Request* request) {
  const std::string_view kind = request->path("type");
  if (std::ranges::find(kinds, kind) == std::end(kinds)) {
    return base::fail(base::Error(bad_argument, fmt::format("no schema of type `{}`", kind))
                          .with_hint(fmt::format("one of {}", fmt::join(kinds, ", "))));
  }
  return std::string(kind);
}

base::Task<Outcome> get_schema(Request* request) {
  GYR_CO_TRY(std::string kind, kind_of(request));
  const bool array_of = request->flag("arrayOf");
  GYR_CO_TRY(auto document,
             co_await request->core().documents->get(fmt::format("schema {} {}", kind, array_of), "application/json",
                                                     &request->services().work, &request->loop(),
                                                     [registry = &request->services().registry, kind, array_of] {
                                                       return to_json(*schema_value(*registry, kind, array_of));
                                                     }));
  co_return document_answer(*document, request->headers());
}

base::Task<Outcome> get_properties(Request* request) {
  GYR_CO_TRY(std::string kind, kind_of(request));
  GYR_CO_TRY(auto document, co_await request->core().documents->get(
                                fmt::format("properties {}", kind), "application/json", &request->services().work,
                                &request->loop(), [registry = &request->services().registry, kind] {
                                  return to_json(*schema_properties(*registry, kind));
                                }));
  co_return document_answer(*document, request->headers());
}

}  // namespace

std::vector<Route> plugin_schema_routes() {
  const Right may_read{"PLUGIN", Action::read};
  return {
      {.method = Method::get,
       .path = "$/plugins/schemas/{type}",
       .operation = "getSchemasFromType",
       .summary = "Get the JSON Schema of flow, task, trigger or plugindefault",
       .rule = {may_read, tenant_wide},
       .handler = get_schema,
       .query = {{"arrayOf", ValueKind::boolean, "Get the schema of a list of this type", false, "false"}},
       .answer = answers<Object>},
      {.method = Method::get,
       .path = "$/plugins/properties/{type}",
       .operation = "getPropertiesFromType",
       .summary = "Get the properties of flow, task, trigger or plugindefault",
       .rule = {may_read, tenant_wide},
       .handler = get_properties,
       .answer = answers<Object>},
  };
}

}  // namespace gyr::web
