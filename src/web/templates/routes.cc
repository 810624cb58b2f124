// Stored templates, a deprecated feature of 0.x: only available if the configuration enables them (API-4, TASK-41).
#include "web/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <tuple>

#include "base/text.h"
#include "catalog/flow_cache.h"
#include "model/errors.h"
#include "model/flow_parser.h"
#include "storage/zip.h"
#include "store/entities/template.h"
#include "syntax/yaml.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/flows/values.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/forms.h"
#include "web/http/typed.h"
#include "web/source_archive.h"
#include "web/templates/values.h"

namespace gyr::web {
namespace {

using base::Value;
using store::TemplateRow;
using TemplateRows = std::vector<TemplateRow>;
using Template = JsonOf<json::Template>;
using Templates = std::vector<Template>;
using Saved = OrProblem<Template>;

/// Templates that one call stores or deletes.
constexpr size_t max_templates = 1'000;

base::Result<void> check_enabled(const Request& request) {
  if (request.services().flows.templates().enabled()) return {};
  return base::fail(not_found, "Templates are disabled: `kestra.templates.enabled` is not true");
}

base::Error no_template(std::string_view namespace_, std::string_view id) {
  return {not_found, fmt::format("Template '{}.{}' not found", namespace_, id)};
}

/// One that cannot be read any more is shown by its name.
Template shown(const TemplateRow& row) {
  base::MapBuilder map;
  map.set("id", Value::string(row.id));
  map.set("namespace", Value::string(row.namespace_));
  if (auto node = syntax::parse_yaml(row.source); node && (*node)->is_mapping())
    map = base::MapBuilder((*node)->to_value());
  map.set("tenantId", Value::string(row.tenant));
  map.set("deleted", Value::boolean(row.deleted));
  return json_of<json::Template>(map.build());
}

// ---------------------------------------------------------------------------------------------- checking

/// A valid source, or its problems.
struct CheckedTemplate {
  TemplateRow row;
  std::optional<Problem> problem;
  std::string constraints;  ///< the same text as in the answer of the validate operation
};

CheckedTemplate refused_template(std::string_view path, std::string_view message) {
  CheckedTemplate checked;
  checked.problem = refused_flow(path, message, invalid_entity);
  checked.constraints = fmt::format("{}: {}", path, message);
  return checked;
}

/// A template is a flow with nothing but tasks, and its tasks obey the same rules.
CheckedTemplate check_template(std::string source, const std::string& tenant, const Services& services) {
  const auto parsed = model::parse_flow(source, services.registry, parse_options(services, tenant));
  CheckedTemplate checked;
  if (!parsed.flow) {
    checked.problem = refused_flow(parsed);
    checked.constraints = model::validation_constraints(parsed).value_or("");
    return checked;
  }
  constexpr std::string_view known[] = {"id",     "namespace", "description", "tasks",
                                        "errors", "finally",   "deleted",     "tenantId"};
  for (const auto& entry : parsed.node->entries()) {
    if (std::ranges::find(known, entry.key) == std::end(known))
      return refused_template(entry.key, "unknown property of a template");
  }
  const base::Instant now = services.clock.now();
  checked.row = {{.tenant = tenant, .namespace_ = parsed.namespace_, .id = parsed.id, .created = now, .updated = now},
                 std::move(source)};
  return checked;
}

base::Task<base::Result<CheckedTemplate>> checked_template(Request* request, std::string source) {
  return on_pool<CheckedTemplate>(&request->services().work, &request->loop(),
                                  [source = std::move(source), tenant = request->tenant(),
                                   services = &request->services()]() mutable -> base::Result<CheckedTemplate> {
                                    return check_template(std::move(source), tenant, *services);
                                  });
}

// ---------------------------------------------------------------------------------------------- storing

base::Task<base::Result<TemplateRows>> stored_templates(Request* request) {
  return request->read([visible = request->visible(), tenant = request->tenant()](store::Reader& reader) {
    return store::list_entities<TemplateRow>(reader, visible, {.tenant = tenant});
  });
}

const TemplateRow* find_row(const TemplateRows& rows, std::string_view namespace_, std::string_view id) {
  const auto found =
      std::ranges::find_if(rows, [&](const TemplateRow& row) { return row.namespace_ == namespace_ && row.id == id; });
  return found == rows.end() ? nullptr : &*found;
}

/// Commits, then informs the executor: new executions use the templates.
base::Task<base::Result<void>> store_templates(Request* request, TemplateRows rows) {
  if (rows.empty()) co_return base::Result<void>();
  store::Batch batch;
  for (const TemplateRow& row : rows) put_entity(batch, row);
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  GYR_CO_CHECK(
      co_await request->read([flows = &request->services().flows](store::Reader& reader) -> base::Result<bool> {
        GYR_CHECK(flows->templates_changed(reader));
        return true;
      }));
  co_return base::Result<void>();
}

TemplateRow deleted_row(TemplateRow row, base::Instant now) {
  row.deleted = true;
  row.updated = now;
  row.source.clear();
  row.read_revision = row.revision;
  return row;
}

/// Stores the next version of a template that was read. If another writer was faster it is read again: it must still
/// exist.
base::Task<base::Result<void>> replace_template(Request* request, TemplateRow row) {
  for (int round = 1;; ++round) {
    auto stored = co_await store_templates(request, TemplateRows{row});
    const bool again = !stored && stored.error().code() == store::store_stale && round < store::max_write_rounds;
    if (!again) co_return stored;
    GYR_CO_TRY(auto rows, co_await stored_templates(request));
    const TemplateRow* before = find_row(rows, row.namespace_, row.id);
    if (before == nullptr) co_return base::fail(no_template(row.namespace_, row.id));
    row.read_revision = before->revision;
  }
}

base::Task<base::Result<Saved>> create_template(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  GYR_CO_TRY(auto checked, co_await checked_template(request, std::move(source)));
  if (checked.problem) co_return *std::move(checked.problem);
  GYR_CO_TRY(auto rows, co_await stored_templates(request));
  const auto exists = [] { return refused_flow("template.id", "Template id already exists", invalid_entity); };
  if (find_row(rows, checked.row.namespace_, checked.row.id) != nullptr) co_return exists();
  Template created = shown(checked.row);
  // Another request can create it at the same time: the store decides.
  checked.row.read_revision = 0;
  auto stored = co_await store_templates(request, TemplateRows{std::move(checked.row)});
  if (!stored && stored.error().code() == store::store_stale) co_return exists();
  GYR_CO_CHECK(std::move(stored));
  co_return created;
}

base::Task<base::Result<Template>> get_template(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(auto rows, co_await stored_templates(request));
  const TemplateRow* row = find_row(rows, request->path("namespace"), request->path("id"));
  if (row == nullptr) co_return base::fail(no_template(request->path("namespace"), request->path("id")));
  co_return shown(*row);
}

base::Task<base::Result<Saved>> update_template(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  const std::string namespace_(request->path("namespace")), id(request->path("id"));
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  GYR_CO_TRY(auto rows, co_await stored_templates(request));
  const TemplateRow* before = find_row(rows, namespace_, id);
  if (before == nullptr) co_return base::fail(no_template(namespace_, id));
  const int64_t read_revision = before->revision;
  GYR_CO_TRY(auto checked, co_await checked_template(request, std::move(source)));
  if (checked.problem) co_return *std::move(checked.problem);
  if (checked.row.id != id) co_return refused_flow("template.id", "Illegal template id update", invalid_entity);
  if (checked.row.namespace_ != namespace_)
    co_return refused_flow("template.namespace", "Illegal namespace update", invalid_entity);
  Template updated = shown(checked.row);
  checked.row.read_revision = read_revision;
  GYR_CO_CHECK(co_await replace_template(request, std::move(checked.row)));
  co_return updated;
}

base::Task<base::Result<void>> delete_template(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(auto rows, co_await stored_templates(request));
  const TemplateRow* row = find_row(rows, request->path("namespace"), request->path("id"));
  if (row == nullptr) co_return base::fail(no_template(request->path("namespace"), request->path("id")));
  GYR_CO_CHECK(co_await replace_template(request, deleted_row(*row, request->services().clock.now())));
  co_return base::Result<void>();
}

/// All templates of a namespace, from YAML documents: missing ones are deleted unless excluded.
base::Task<base::Result<OrProblem<Templates>>> update_namespace(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  const std::string namespace_(request->path("namespace"));
  GYR_CO_TRY(std::string body, co_await request->read_text(request->settings().limits.yaml_bytes));
  TemplateRows changes;
  std::set<std::string> ids;
  Templates written;
  for (const auto& part : syntax::split_yaml_documents(body)) {
    if (changes.size() == max_templates)
      co_return base::fail(bad_body, fmt::format("more than {} templates in one request", max_templates));
    GYR_CO_TRY(auto checked, co_await checked_template(request, std::string(part.text)));
    if (checked.problem) co_return *std::move(checked.problem);
    if (checked.row.namespace_ != namespace_)
      co_return refused_flow("template.namespace", "must be equal to the id in the path", invalid_entity);
    if (!ids.insert(checked.row.id).second)
      co_return refused_flow("template.id", fmt::format("'{}' occurs twice", checked.row.id), invalid_entity);
    written.push_back(shown(checked.row));
    changes.push_back(std::move(checked.row));
  }
  if (request->flag("delete")) {
    GYR_CO_TRY(auto rows, co_await stored_templates(request));
    for (const TemplateRow& row : rows) {
      if (row.namespace_ == namespace_ && !ids.contains(row.id))
        changes.push_back(deleted_row(row, request->services().clock.now()));
    }
  }
  GYR_CO_CHECK(co_await store_templates(request, std::move(changes)));
  co_return written;
}

// ---------------------------------------------------------------------------------------------- lists

/// Those that the filters `q` and `namespace` leave.
base::Task<base::Result<TemplateRows>> selected_templates(Request* request) {
  store::EntityFilter filter{.tenant = request->tenant(),
                             .namespace_ = std::string(request->text("namespace").value_or("")),
                             .text = std::string(request->text("q").value_or(""))};
  return request->read([visible = request->visible(), filter = std::move(filter)](store::Reader& reader) {
    return store::list_entities<TemplateRow>(reader, visible, filter);
  });
}

base::Task<base::Result<Paged<Template>>> search_templates(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  constexpr std::array<std::string_view, 2> sortable{"id", "namespace"};
  GYR_CO_TRY(const auto orders, parse_order(request->query(), sortable));
  GYR_CO_TRY(auto selected, co_await selected_templates(request));
  std::ranges::sort(selected, [&orders](const TemplateRow& a, const TemplateRow& b) {
    for (const store::Order& order : orders) {
      const auto member = order.field == "id" ? &TemplateRow::id : &TemplateRow::namespace_;
      if (a.*member != b.*member) return order.descending ? a.*member > b.*member : a.*member < b.*member;
    }
    return std::tie(a.namespace_, a.id) < std::tie(b.namespace_, b.id);
  });
  co_return page_of(*request, selected, shown);
}

base::Task<base::Result<std::vector<std::string>>> template_namespaces(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(auto rows, co_await stored_templates(request));
  std::set<std::string> names;
  for (const TemplateRow& row : rows) names.insert(row.namespace_);
  co_return std::vector<std::string>(names.begin(), names.end());
}

/// The templates that the body names; missing ones are ignored.
base::Task<base::Result<TemplateRows>> named_templates(Request* request, FlowIds body) {
  GYR_CO_TRY(auto keys, flow_keys_of(body, request->tenant()));
  GYR_CO_TRY(auto rows, co_await stored_templates(request));
  const std::set<model::FlowKey> wanted(keys.begin(), keys.end());
  std::erase_if(rows, [&](const TemplateRow& row) { return !wanted.contains({row.tenant, row.namespace_, row.id}); });
  co_return rows;
}

base::Task<Outcome> export_all(Request* request, TemplateRows rows) {
  GYR_CO_TRY(std::string zip, co_await on_pool<std::string>(
                                  &request->services().work, &request->loop(),
                                  [rows = std::move(rows), now = request->services().clock.now()] {
                                    std::vector<std::pair<std::string, std::string>> files;
                                    for (const auto& row : rows)
                                      files.emplace_back(fmt::format("{}.{}.yml", row.namespace_, row.id), row.source);
                                    return storage::make_zip(files, now);
                                  }));
  co_return zip_answer(std::move(zip), "templates.zip");
}

base::Task<base::Result<json::BulkResponse>> delete_all(Request* request, TemplateRows rows) {
  for (TemplateRow& row : rows) row = deleted_row(row, request->services().clock.now());
  const uint64_t count = rows.size();
  GYR_CO_CHECK(co_await store_templates(request, std::move(rows)));
  co_return bulk_response(*request, count);
}

base::Task<Outcome> export_named(Request* request, FlowIds body) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(auto rows, co_await named_templates(request, std::move(body)));
  co_return co_await export_all(request, std::move(rows));
}

base::Task<Outcome> export_selected(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(auto rows, co_await selected_templates(request));
  co_return co_await export_all(request, std::move(rows));
}

base::Task<base::Result<json::BulkResponse>> delete_named(Request* request, FlowIds body) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(auto rows, co_await named_templates(request, std::move(body)));
  co_return co_await delete_all(request, std::move(rows));
}

base::Task<base::Result<json::BulkResponse>> delete_selected(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(auto rows, co_await selected_templates(request));
  co_return co_await delete_all(request, std::move(rows));
}

// ---------------------------------------------------------------------------------------------- documents

base::Task<base::Result<std::vector<json::TemplateViolation>>> validate_templates(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(std::string body, co_await request->read_text(request->settings().limits.yaml_bytes));
  std::vector<json::TemplateViolation> found;
  for (const auto& part : syntax::split_yaml_documents(body)) {
    if (found.size() == max_templates)
      co_return base::fail(bad_body, fmt::format("more than {} templates in one request", max_templates));
    GYR_CO_TRY(auto checked, co_await checked_template(request, std::string(part.text)));
    json::TemplateViolation violation{.index = static_cast<int64_t>(found.size())};
    if (!checked.row.id.empty()) violation.namespace_ = checked.row.namespace_;
    if (!checked.constraints.empty()) violation.constraints = checked.constraints;
    found.push_back(std::move(violation));
  }
  co_return found;
}

/// Stores what can be stored and answers the names of the rest, as the import of flows does.
base::Task<base::Result<std::vector<std::string>>> import_templates(Request* request) {
  GYR_CO_CHECK(check_enabled(*request));
  GYR_CO_TRY(auto upload, co_await read_upload(request, "fileUpload", request->settings().limits.archive_bytes));
  if (!upload) co_return base::fail(bad_argument, "the form has no file `fileUpload`");
  GYR_CO_TRY(auto sources, co_await on_pool<std::vector<ImportedSource>>(
                               &request->services().work, &request->loop(),
                               [upload = *std::move(upload), limits = request->settings().limits] {
                                 return unpack_sources(upload, limits);
                               }));
  if (sources.size() > max_templates)
    co_return base::fail(bad_body, fmt::format("more than {} templates in one request", max_templates));
  TemplateRows rows;
  std::vector<std::string> failed;
  for (auto& source : sources) {
    GYR_CO_TRY(auto checked, co_await checked_template(request, std::move(source.source)));
    if (checked.problem) {
      failed.push_back(source.name);
    } else {
      rows.push_back(std::move(checked.row));
    }
  }
  GYR_CO_CHECK(co_await store_templates(request, std::move(rows)));
  co_return failed;
}

/// Those of many.
std::vector<Route> list_routes() {
  constexpr Right may_read{"TEMPLATE", Action::read}, may_remove{"TEMPLATE", Action::remove};
  constexpr Body source = yaml_body | json_body | text_body;
  const std::vector<QueryParameter> filters = {{"q", ValueKind::text, "A part of namespace and id"},
                                               {"namespace", ValueKind::text, "A namespace, with those below"}};
  return {
      {.method = Method::post,
       .path = "~/templates",
       .operation = "createTemplate",
       .summary = "Create a template",
       .rule = {{"TEMPLATE", Action::create}, in_body},
       .handler = typed<create_template>,
       .body = source},
      {.method = Method::get,
       .path = "~/templates/search",
       .operation = "searchTemplates",
       .summary = "Search for templates",
       .rule = {may_read, of_rows},
       .handler = typed<search_templates>,
       .query = filters,
       .page_size = 10},
      {.method = Method::get,
       .path = "~/templates/distinct-namespaces",
       .operation = "listTemplateDistinctNamespaces",
       .summary = "List the namespaces of templates",
       .rule = {may_read, of_rows},
       .handler = typed<template_namespaces>},
      {.method = Method::post,
       .path = "~/templates/validate",
       .operation = "validateTemplates",
       .summary = "Check templates without storing them",
       .rule = {may_read, in_body},
       .handler = typed<validate_templates>,
       .body = source},
      {.method = Method::post,
       .path = "~/templates/import",
       .operation = "importTemplates",
       .summary = "Import templates from YAML or a zip",
       .rule = {{"TEMPLATE", Action::create}, of_each},
       .handler = typed<import_templates>,
       .body = multipart_body},
      {.method = Method::post,
       .path = "~/templates/export/by-ids",
       .operation = "exportTemplatesByIds",
       .summary = "Export templates as a zip",
       .rule = {may_read, of_each},
       .handler = typed<export_named>,
       .body = json_body,
       .answer = sends("application/octet-stream")},
      {.method = Method::get,
       .path = "~/templates/export/by-query",
       .operation = "exportTemplatesByQuery",
       .summary = "Export the templates that match as a zip",
       .rule = {may_read, of_rows},
       .handler = typed<export_selected>,
       .query = filters,
       .answer = sends("application/octet-stream")},
      {.method = Method::del,
       .path = "~/templates/delete/by-ids",
       .operation = "deleteTemplatesByIds",
       .summary = "Delete templates",
       .rule = {may_remove, of_each},
       .handler = typed<delete_named>,
       .body = json_body},
      {.method = Method::del,
       .path = "~/templates/delete/by-query",
       .operation = "deleteTemplatesByQuery",
       .summary = "Delete the templates that match",
       .rule = {may_remove, of_rows},
       .handler = typed<delete_selected>,
       .query = filters},
  };
}

}  // namespace

std::vector<Route> template_routes() {
  constexpr Right may_read{"TEMPLATE", Action::read};
  constexpr Body source = yaml_body | json_body | text_body;
  std::vector<Route> routes = list_routes();
  std::vector<Route> of_one = {
      {.method = Method::post,
       .path = "~/templates/{namespace}",
       .operation = "updateTemplatesOfNamespace",
       .summary = "Replace the templates of a namespace",
       .rule = {{"TEMPLATE", Action::update}, in_path("namespace")},
       .handler = typed<update_namespace>,
       .query = {{"delete", ValueKind::boolean, "Delete templates that are not in the body", false, "true"}},
       .body = source},
      {.method = Method::get,
       .path = "~/templates/{namespace}/{id}",
       .operation = "getTemplate",
       .summary = "Get a template",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<get_template>},
      {.method = Method::put,
       .path = "~/templates/{namespace}/{id}",
       .operation = "updateTemplate",
       .summary = "Update a template",
       .rule = {{"TEMPLATE", Action::update}, in_path("namespace")},
       .handler = typed<update_template>,
       .body = source},
      {.method = Method::del,
       .path = "~/templates/{namespace}/{id}",
       .operation = "deleteTemplate",
       .summary = "Delete a template",
       .rule = {{"TEMPLATE", Action::remove}, in_path("namespace")},
       .handler = typed<delete_template>,
       .status = 204},
  };
  std::move(of_one.begin(), of_one.end(), std::back_inserter(routes));
  return routes;
}

}  // namespace gyr::web
