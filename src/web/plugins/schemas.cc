// JSON Schema of flows, tasks and triggers, for editors (API-111).
#include "base/text.h"
#include "web/http/document_cache.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/plugins/listing.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// In either case of letters; a name that is none must not fill the cache.
base::Result<std::string> kind_of(Request* request) {
  std::string kind = base::to_lower_ascii(request->path("type"));
  if (std::ranges::find(schema_kinds(), kind) == schema_kinds().end()) {
    return base::fail(base::Error(bad_argument, fmt::format("no schema of type `{}`", request->path("type")))
                          .with_hint(fmt::format("one of {}", fmt::join(schema_kinds(), ", "))));
  }
  return kind;
}

base::Task<Outcome> get_schema(Request* request) {
  GYR_CO_TRY(std::string kind, kind_of(request));
  const bool array_of = request->flag("arrayOf");
  GYR_CO_TRY(auto document,
             co_await request->core().documents->get(fmt::format("schema {} {}", kind, array_of), "application/json",
                                                     &request->services().work, &request->loop(),
                                                     [registry = &request->services().registry, kind, array_of] {
                                                       return to_json(schema_value(*registry, kind, array_of));
                                                     }));
  co_return document_answer(*document, request->headers());
}

base::Task<Outcome> get_properties(Request* request) {
  GYR_CO_TRY(std::string kind, kind_of(request));
  GYR_CO_TRY(auto document, co_await request->core().documents->get(
                                fmt::format("properties {}", kind), "application/json", &request->services().work,
                                &request->loop(), [registry = &request->services().registry, kind] {
                                  return to_json(schema_properties(*registry, kind));
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
       .summary = "Get the JSON Schema of a kind of document",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_schema>,
       .query = {{"arrayOf", ValueKind::boolean, "Get the schema of a list of this type", false, "false"}},
       .answer = answers<Object>},
      {.method = Method::get,
       .path = "$/plugins/properties/{type}",
       .operation = "getPropertiesFromType",
       .summary = "Get the properties of a kind of document",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_properties>,
       .answer = answers<Object>},
  };
}

}  // namespace gyr::web
