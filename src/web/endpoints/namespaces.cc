// Namespaces: they contain flows, keys and files, and have a configuration (API-67, API-108, GOV-1, GOV-2).
#include "catalog/namespaces.h"

#include <map>
#include <set>

#include "base/text.h"
#include "catalog/flow_cache.h"
#include "model/namespaces.h"
#include "web/answers.h"
#include "web/await.h"
#include "web/errors.h"
#include "web/filters.h"
#include "web/namespace_body.h"
#include "web/namespace_files.h"
#include "web/request.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;

/// Names an auto-completion offers.
constexpr size_t max_offered = 50;

/// By name; null for one of which nothing is configured.
using Known = std::map<std::string, Value>;

/// All namespaces with flows or their own configuration and, unless excluded, their ancestors.
base::Result<Known> known_namespaces(store::Reader& reader, const std::string& tenant, bool existing_only) {
  Known all;
  GYR_TRY(auto rows, reader.namespace_rows(tenant));
  for (auto& row : rows) all.emplace(std::move(row.id), std::move(row.body));
  GYR_TRY(auto names, reader.namespaces(tenant));
  for (auto& name : names) all.emplace(std::move(name), Value());
  if (existing_only) return all;
  std::set<std::string> parents;
  for (const auto& [name, body] : all) {
    for (std::string& above : model::namespace_and_parents(name)) parents.insert(std::move(above));
  }
  for (const std::string& name : parents) all.emplace(name, Value());
  return all;
}

Value namespace_value(std::string_view id, const Value& body) {
  base::MapBuilder map;
  map.set("id", Value::string(id));
  map.set("deleted", Value::boolean(false));
  if (body.is_map()) {
    for (const auto& entry : body.entries()) map.set(entry.key, entry.value);
  }
  return map.build();
}

base::Task<base::Result<Known>> load(Request* request, bool existing_only) {
  return read<Known>(&request->services().store, &request->loop(),
                     [tenant = request->tenant(), existing_only](store::Reader& reader) {
                       return known_namespaces(reader, tenant, existing_only);
                     });
}

base::Task<Outcome> search_namespaces(Request* request) {
  GYR_CO_TRY(auto selection, select_namespaces(*request));
  GYR_CO_TRY(auto order, parse_order(request->query(), Resource::namespace_));
  GYR_CO_TRY(auto names, co_await load(request, selection.existing_only));
  const std::string wanted = base::to_lower_ascii(selection.text);
  std::vector<const Known::value_type*> matches;
  for (const auto& known : names) {
    if (base::to_lower_ascii(known.first).find(wanted) != std::string::npos) matches.push_back(&known);
  }
  if (!order.empty() && order.front().descending) std::reverse(matches.begin(), matches.end());
  const auto size = static_cast<uint64_t>(request->page_size());
  const uint64_t begin = static_cast<uint64_t>(request->page() - 1) * size;
  std::string list;
  for (uint64_t i = begin; i < matches.size() && i < begin + size; ++i) {
    if (!list.empty()) list += ',';
    append_json(list, namespace_value(matches[i]->first, matches[i]->second));
  }
  co_return json_answer(page_json(list, matches.size()));
}

/// A namespace exists if it is configured, has flows, keys or files, or is the parent of a namespace with flows.
base::Result<std::optional<Value>> find_namespace(store::Reader& reader, const std::string& tenant,
                                                  const std::string& namespace_) {
  GYR_TRY(auto names, known_namespaces(reader, tenant, false));
  if (const auto known = names.find(namespace_); known != names.end()) return std::optional(known->second);
  store::KvQuery query;
  query.tenant = tenant;
  query.namespaces.push_back({store::Operator::equals, {namespace_}});
  query.include_expired = true;
  query.paging.size = 1;
  GYR_TRY(auto keys, reader.search_kv(query));
  if (!keys.results.empty()) return std::optional(Value());
  GYR_TRY(auto files, reader.namespace_files(tenant, namespace_, "/"));
  return files.empty() ? std::nullopt : std::optional(Value());
}

base::Error no_namespace(std::string_view name) { return {not_found, fmt::format("Namespace '{}' not found", name)}; }

base::Task<Outcome> get_namespace(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_TRY(auto found, co_await read<std::optional<Value>>(&request->services().store, &request->loop(),
                                                             [tenant = request->tenant(), name](store::Reader& reader) {
                                                               return find_namespace(reader, tenant, name);
                                                             }));
  if (!found) co_return base::fail(no_namespace(name));
  co_return json_answer(namespace_value(name, *found));
}

// ---------------------------------------------------------------------------------------------- settings

using StoredRow = std::optional<store::NamespaceRow>;

base::Task<base::Result<StoredRow>> configured_row(Request* request, std::string id) {
  return read<StoredRow>(&request->services().store, &request->loop(),
                         [tenant = request->tenant(), id = std::move(id)](store::Reader& reader) {
                           return reader.namespace_row(tenant, id);
                         });
}

Value defaults_in(const Value& body) {
  const Value* defaults = body.is_map() ? body.find("pluginDefaults") : nullptr;
  return defaults == nullptr ? Value() : *defaults;
}

/// Commits, then informs the server: variables change immediately, plugin defaults for new executions.
base::Task<base::Result<void>> store_change(Request* request, store::Batch batch, std::string id,
                                            bool defaults_change) {
  GYR_CO_CHECK(co_await commit(&request->services().store, &request->loop(), std::move(batch)));
  GYR_CO_CHECK(co_await read<bool>(&request->services().store, &request->loop(),
                                   [flows = &request->services().flows, tenant = request->tenant(), id,
                                    defaults_change](store::Reader& reader) -> base::Result<bool> {
                                     GYR_CHECK(flows->namespaces().read(reader));
                                     if (defaults_change) GYR_CHECK(flows->defaults_changed(reader, tenant, id));
                                     return true;
                                   }));
  co_return base::Result<void>();
}

base::Task<Outcome> write_namespace(Request* request, std::string id, Value body, StoredRow before) {
  store::NamespaceRow row{request->tenant(), id, std::move(body), request->services().clock.now(),
                          request->services().clock.now()};
  const Value shown = namespace_value(id, row.body);
  const bool defaults_change = defaults_in(row.body) != (before ? defaults_in(before->body) : Value());
  store::Batch batch;
  batch.namespaces.push_back(std::move(row));
  GYR_CO_CHECK(co_await store_change(request, std::move(batch), std::move(id), defaults_change));
  co_return json_answer(shown);
}

base::Task<Outcome> create_namespace(Request* request) {
  GYR_CO_TRY(Value json, co_await request->read_json());
  GYR_CO_TRY(Value body, namespace_body(json, {}));
  const Value* id = json.find("id");
  if (id == nullptr || !id->is_string()) co_return base::fail(bad_body, "id: must not be null");
  std::string name(id->text());
  GYR_CO_CHECK(check_namespace(name));
  GYR_CO_TRY(StoredRow before, co_await configured_row(request, name));
  if (before) co_return base::fail(bad_argument, fmt::format("Namespace '{}' already exists", name));
  co_return co_await write_namespace(request, std::move(name), std::move(body), std::nullopt);
}

base::Task<Outcome> change_namespace(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_CHECK(check_namespace(name));
  GYR_CO_TRY(Value json, co_await request->read_json());
  GYR_CO_TRY(Value body, namespace_body(json, name));
  GYR_CO_TRY(StoredRow before, co_await configured_row(request, name));
  co_return co_await write_namespace(request, std::move(name), std::move(body), std::move(before));
}

/// Its flows, keys and files stay (GOV-1).
base::Task<Outcome> delete_namespace(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_TRY(StoredRow before, co_await configured_row(request, name));
  if (!before) co_return base::fail(no_namespace(name));
  store::Batch batch;
  batch.deleted_namespaces.push_back({request->tenant(), name});
  GYR_CO_CHECK(co_await store_change(request, std::move(batch), name, !defaults_in(before->body).is_null()));
  co_return empty_answer(204);
}

std::string parent_of(std::string_view namespace_) {
  const size_t dot = namespace_.rfind('.');
  return std::string(dot == std::string_view::npos ? std::string_view() : namespace_.substr(0, dot));
}

base::Task<Outcome> inherited_variables(Request* request) {
  const std::string parent = parent_of(request->path("id"));
  const Value variables =
      parent.empty() ? Value() : request->services().flows.namespaces().variables(request->tenant(), parent);
  co_return json_answer(variables.is_null() ? Value::empty_map() : variables);
}

/// Those of the parents, the nearest first.
base::Task<Outcome> inherited_defaults(Request* request) {
  const std::string parent = parent_of(request->path("id"));
  base::ListBuilder list;
  if (!parent.empty()) {
    GYR_CO_TRY(auto known, co_await load(request, true));
    for (const std::string& name : model::namespace_and_parents(parent)) {
      const auto found = known.find(name);
      if (found == known.end()) continue;
      const Value defaults = defaults_in(found->second);
      if (!defaults.is_list()) continue;
      for (const Value& item : defaults.items()) list.push(item);
    }
  }
  co_return json_answer(list.build());
}

base::Task<Outcome> autocomplete(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  const Value* text = body.find("q");
  const std::string wanted = base::to_lower_ascii(text != nullptr && text->is_string() ? text->text() : "");
  const Value* only = body.find("existingOnly");
  GYR_CO_TRY(auto names, co_await load(request, only != nullptr && only->is_boolean() && only->as_boolean()));
  base::ListBuilder list;
  for (const auto& [name, configured] : names) {
    if (list.size() == max_offered) break;
    if (base::to_lower_ascii(name).find(wanted) != std::string::npos) list.push(Value::string(name));
  }
  co_return json_answer(list.build());
}

}  // namespace

std::vector<Route> namespace_routes() {
  const Permission may_read{"NAMESPACE", Action::read};
  return {
      {.method = Method::get,
       .path = "~/namespaces/search",
       .operation = "searchNamespaces",
       .summary = "Search for namespaces",
       .permission = may_read,
       .handler = search_namespaces,
       .page_size = 10,
       .filters = Resource::namespace_,
       .answer = "Paged<Namespace>"},
      {.method = Method::get,
       .path = "~/namespaces/{id}",
       .operation = "getNamespace",
       .summary = "Get a namespace",
       .permission = may_read,
       .handler = get_namespace,
       .answer = "Namespace"},
      {.method = Method::post,
       .path = "~/namespaces/autocomplete",
       .operation = "autocompleteNamespaces",
       .summary = "List namespaces by a part of their names",
       .permission = may_read,
       .handler = autocomplete,
       .body = json_body,
       .answer = "[string]"},
      {.method = Method::post,
       .path = "~/namespaces",
       .operation = "createNamespace",
       .summary = "Create the configuration of a namespace",
       .permission = {"NAMESPACE", Action::create},
       .handler = create_namespace,
       .body = json_body,
       .answer = "Namespace"},
      {.method = Method::put,
       .path = "~/namespaces/{id}",
       .operation = "updateNamespace",
       .summary = "Update the configuration of a namespace",
       .permission = {"NAMESPACE", Action::update},
       .handler = change_namespace,
       .body = json_body,
       .answer = "Namespace"},
      {.method = Method::del,
       .path = "~/namespaces/{id}",
       .operation = "deleteNamespace",
       .summary = "Delete the configuration of a namespace",
       .permission = {"NAMESPACE", Action::remove},
       .handler = delete_namespace,
       .status = 204},
      {.method = Method::get,
       .path = "~/namespaces/{id}/inherited-variables",
       .operation = "inheritedVariables",
       .summary = "List the variables that a namespace inherits from its parents",
       .permission = may_read,
       .handler = inherited_variables,
       .answer = "object"},
      {.method = Method::get,
       .path = "~/namespaces/{id}/inherited-plugindefaults",
       .operation = "inheritedPluginDefaults",
       .summary = "List the plugin defaults that a namespace inherits from its parents",
       .permission = may_read,
       .handler = inherited_defaults,
       .answer = "[object]"},
  };
}

}  // namespace gyr::web
