// The plugin defaults of a namespace as a file (1.3: export and import).
#include "syntax/yaml.h"
#include "web/http/answers.h"
#include "web/http/errors.h"
#include "web/http/forms.h"
#include "web/http/typed.h"
#include "web/namespace_files.h"
#include "web/namespaces/namespace_body.h"
#include "web/namespaces/stored_namespace.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;

Value default_list(const Value& body) {
  const Value* defaults = body.is_map() ? body.find("pluginDefaults") : nullptr;
  return defaults == nullptr || !defaults->is_list() ? Value::empty_list() : *defaults;
}

std::string type_of_default(const Value& entry) {
  const Value* type = entry.is_map() ? entry.find("type") : nullptr;
  return type == nullptr || !type->is_string() ? std::string() : std::string(type->text());
}

base::Task<Outcome> export_defaults(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_CHECK(check_namespace(name));
  GYR_CO_TRY(auto row, co_await configured_row(request, name));
  auto response = text_answer(syntax::write_yaml(default_list(row ? row->body : Value())), "application/octet-stream");
  response.headers.add("Content-Disposition", content_disposition(fmt::format("{}_plugin_defaults.yml", name)));
  co_return response;
}

/// The list of a file: alone, or as `pluginDefaults` of a map.
base::Result<Value> defaults_of_file(std::string_view text) {
  auto document = syntax::parse_yaml(text);
  if (!document) return base::fail(bad_body, fmt::format("fileUpload: {}", document.error().message()));
  Value content = (*document)->to_value();
  if (content.is_map()) content = default_list(content);
  if (!content.is_list()) return base::fail(bad_body, "fileUpload: must be a list of plugin defaults");
  return content;
}

/// Entries of the file replace those of the same types; the others stay.
Value joined_defaults(const Value& before, const Value& added) {
  std::vector<std::string> types;
  for (const Value& entry : added.items()) types.push_back(type_of_default(entry));
  base::ListBuilder all;
  for (const Value& entry : before.items()) {
    if (std::ranges::find(types, type_of_default(entry)) == types.end()) all.push(entry);
  }
  for (const Value& entry : added.items()) all.push(entry);
  return all.build();
}

/// All or none: answers an empty list, as the import of flows that all could be stored.
base::Task<base::Result<std::vector<std::string>>> import_defaults(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_CHECK(check_namespace(name));
  GYR_CO_TRY(auto upload, co_await read_upload(request, "fileUpload", request->settings().limits.yaml_bytes));
  if (!upload) co_return base::fail(bad_argument, "the form has no file `fileUpload`");
  GYR_CO_TRY(Value added, defaults_of_file(upload->content));
  GYR_CO_TRY(auto before, co_await configured_row(request, name));
  base::MapBuilder body(before ? before->body : Value::empty_map());
  body.set("pluginDefaults", joined_defaults(default_list(before ? before->body : Value()), added));
  GYR_CO_TRY(Value checked, namespace_body(body.build(), name));
  GYR_CO_CHECK(co_await write_namespace(request, std::move(name), std::move(checked), std::move(before)));
  co_return std::vector<std::string>();
}

}  // namespace

std::vector<Route> plugin_default_routes() {
  return {
      {.method = Method::post,
       .path = "~/namespaces/{id}/plugindefaults/export",
       .operation = "exportPluginDefaults",
       .summary = "Export the plugin defaults of a namespace as YAML",
       .rule = {{"NAMESPACE", Action::read}, in_path("id")},
       .handler = typed<export_defaults>,
       .answer = sends("application/octet-stream")},
      {.method = Method::post,
       .path = "~/namespaces/{id}/plugindefaults/import",
       .operation = "importPluginDefaults",
       .summary = "Add the plugin defaults of a YAML file to a namespace; those of the same types are replaced",
       .rule = {{"NAMESPACE", Action::update}, in_path("id")},
       .handler = typed<import_defaults>,
       .body = multipart_body,
       .takes = json_type<json::FileUpload>},
  };
}

}  // namespace gyr::web
