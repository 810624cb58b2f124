// Namespaces: they contain flows, keys and files, and have a configuration (API-67, API-108, GOV-1, GOV-2).
#include "web/routes.h"

#include <map>
#include <set>

#include "base/text.h"
#include "catalog/flow_cache.h"
#include "catalog/namespaces.h"
#include "model/namespaces.h"
#include "store/match.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/older_parameters.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/namespace_files.h"
#include "web/namespaces/namespace_body.h"
#include "web/namespaces/stored_namespace.h"

namespace gyr::web {
namespace {

using base::Value;

/// Names an auto-completion offers.
constexpr size_t max_offered = 50;

/// By name; null for one of which nothing is configured.
using Known = std::map<std::string, Value>;

/// All namespaces with flows or their own configuration and, unless excluded, their ancestors.
base::Result<Known> known_namespaces(store::Reader& reader, const store::Visible& visible, const std::string& tenant,
                                     bool existing_only) {
  Known all;
  GYR_TRY(auto rows, store::list_entities<store::NamespaceRow>(reader, visible, {.tenant = tenant}));
  for (auto& row : rows) all.emplace(std::move(row.id), std::move(row.body));
  GYR_TRY(auto names, reader.namespaces(visible, tenant));
  for (auto& name : names) all.emplace(std::move(name), Value());
  if (existing_only) return all;
  std::set<std::string> parents;
  for (const auto& [name, body] : all) {
    for (std::string& above : model::namespace_and_parents(name)) parents.insert(std::move(above));
  }
  for (const std::string& name : parents) all.emplace(name, Value());
  return all;
}

json::Namespace shown_namespace(std::string_view id, const Value& body) {
  const auto part = [&body](std::string_view name) {
    const Value* found = body.is_map() ? body.find(name) : nullptr;
    return found == nullptr ? std::nullopt : std::optional(*found);
  };
  return {.id = std::string(id),
          .deleted = false,
          .description = part("description"),
          .variables = part("variables"),
          .plugin_defaults = part("pluginDefaults")};
}

base::Task<base::Result<Known>> load(Request* request, bool existing_only) {
  return request->read([visible = request->visible(), tenant = request->tenant(), existing_only](
                           store::Reader& reader) { return known_namespaces(reader, visible, tenant, existing_only); });
}

base::Task<base::Result<Paged<json::Namespace>>> search_namespaces(Request* request) {
  GYR_CO_TRY(auto selection, select_namespaces(*request));
  GYR_CO_TRY(auto order, parse_order(request->query(), Resource::namespace_));
  GYR_CO_TRY(auto names, co_await load(request, selection.existing_only));
  GYR_CO_TRY(const auto texts, store::PieceConditions::compile(selection.text, selection.not_texts));
  std::vector<const Known::value_type*> matches;
  for (const auto& known : names) {
    if (texts.hold([&known](const store::PieceMatcher& piece) { return piece.in(known.first); }))
      matches.push_back(&known);
  }
  if (!order.empty() && order.front().descending) std::reverse(matches.begin(), matches.end());
  co_return page_of(*request, matches,
                    [](const Known::value_type* known) { return shown_namespace(known->first, known->second); });
}

/// A namespace exists if it is configured, has flows, keys or files, or is the parent of a namespace with flows.
base::Result<std::optional<Value>> find_namespace(store::Reader& reader, const store::Visible& visible,
                                                  const std::string& tenant, const std::string& namespace_) {
  GYR_TRY(auto names, known_namespaces(reader, visible, tenant, false));
  if (const auto known = names.find(namespace_); known != names.end()) return std::optional(known->second);
  store::KvQuery query{visible};
  query.tenant = tenant;
  query.namespaces.push_back({store::Operator::equals, {namespace_}});
  query.include_expired = true;
  query.paging.size = 1;
  GYR_TRY(auto keys, reader.search_kv(query));
  if (!keys.results.empty()) return std::optional(Value());
  GYR_TRY(auto files, reader.namespace_files(visible, tenant, namespace_, "/"));
  return files.empty() ? std::nullopt : std::optional(Value());
}

base::Error no_namespace(std::string_view name) { return {not_found, fmt::format("Namespace '{}' not found", name)}; }

base::Task<base::Result<json::Namespace>> get_namespace(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_TRY(auto found, co_await request->read(
                             [visible = request->visible(), tenant = request->tenant(), name](store::Reader& reader) {
                               return find_namespace(reader, visible, tenant, name);
                             }));
  if (!found) co_return base::fail(no_namespace(name));
  co_return shown_namespace(name, *found);
}

// ---------------------------------------------------------------------------------------------- settings

Value defaults_in(const Value& body) {
  const Value* defaults = body.is_map() ? body.find("pluginDefaults") : nullptr;
  return defaults == nullptr ? Value() : *defaults;
}

/// Commits, then informs the server: variables change immediately, plugin defaults for new executions.
base::Task<base::Result<void>> store_change(Request* request, store::Batch batch, std::string id,
                                            bool defaults_change) {
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  GYR_CO_CHECK(co_await request->read([flows = &request->services().flows, tenant = request->tenant(), id,
                                       defaults_change](store::Reader& reader) -> base::Result<bool> {
    GYR_CHECK(flows->namespaces().read(reader));
    if (defaults_change) GYR_CHECK(flows->defaults_changed(reader, tenant, id));
    return true;
  }));
  co_return base::Result<void>();
}

}  // namespace

base::Task<base::Result<StoredNamespace>> configured_row(Request* request, std::string id) {
  return request->read([tenant = request->tenant(), id = std::move(id)](store::Reader& reader) {
    return store::find_entity<store::NamespaceRow>(reader, tenant, id, id);
  });
}

base::Task<base::Result<json::Namespace>> write_namespace(Request* request, std::string id, Value body,
                                                          StoredNamespace before) {
  const base::Instant now = request->services().clock.now();
  store::NamespaceRow row{{.tenant = request->tenant(), .namespace_ = id, .id = id, .created = now, .updated = now},
                          std::move(body)};
  json::Namespace shown = shown_namespace(id, row.body);
  const bool defaults_change = defaults_in(row.body) != (before ? defaults_in(before->body) : Value());
  store::Batch batch;
  put_entity(batch, row);
  GYR_CO_CHECK(co_await store_change(request, std::move(batch), std::move(id), defaults_change));
  co_return shown;
}

namespace {

base::Task<base::Result<json::Namespace>> create_namespace(Request* request) {
  GYR_CO_TRY(Value json, co_await request->read_json());
  GYR_CO_TRY(Value body, namespace_body(json, {}));
  const Value* id = json.find("id");
  if (id == nullptr || !id->is_string()) co_return base::fail(bad_body, "id: must not be null");
  std::string name(id->text());
  GYR_CO_CHECK(check_namespace(name));
  GYR_CO_TRY(StoredNamespace before, co_await configured_row(request, name));
  if (before) co_return base::fail(bad_argument, fmt::format("Namespace '{}' already exists", name));
  co_return co_await write_namespace(request, std::move(name), std::move(body), std::nullopt);
}

base::Task<base::Result<json::Namespace>> change_namespace(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_CHECK(check_namespace(name));
  GYR_CO_TRY(Value json, co_await request->read_json());
  GYR_CO_TRY(Value body, namespace_body(json, name));
  GYR_CO_TRY(StoredNamespace before, co_await configured_row(request, name));
  co_return co_await write_namespace(request, std::move(name), std::move(body), std::move(before));
}

/// Its flows, keys and files stay (GOV-1).
base::Task<base::Result<void>> delete_namespace(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_TRY(StoredNamespace before, co_await configured_row(request, name));
  if (!before) co_return base::fail(no_namespace(name));
  store::Batch batch;
  delete_entity(batch, *before, request->services().clock.now());
  GYR_CO_CHECK(co_await store_change(request, std::move(batch), name, !defaults_in(before->body).is_null()));
  co_return base::Result<void>();
}

std::string parent_of(std::string_view namespace_) {
  const size_t dot = namespace_.rfind('.');
  return std::string(dot == std::string_view::npos ? std::string_view() : namespace_.substr(0, dot));
}

base::Task<base::Result<Object>> inherited_variables(Request* request) {
  const std::string parent = parent_of(request->path("id"));
  const Value variables =
      parent.empty() ? Value() : request->services().flows.namespaces().variables(request->tenant(), parent);
  co_return Object{variables.is_null() ? Value::empty_map() : variables};
}

/// Those of the parents, the nearest first.
using Defaults = std::vector<JsonOf<json::PluginDefault>>;

base::Task<base::Result<Defaults>> inherited_defaults(Request* request) {
  const std::string parent = parent_of(request->path("id"));
  Defaults all;
  if (!parent.empty()) {
    GYR_CO_TRY(auto known, co_await load(request, true));
    for (const std::string& name : model::namespace_and_parents(parent)) {
      const auto found = known.find(name);
      if (found == known.end()) continue;
      const Value defaults = defaults_in(found->second);
      if (!defaults.is_list()) continue;
      for (const Value& one : defaults.items()) {
        base::MapBuilder shown(one);
        shown.set("namespace", Value::string(name));
        all.push_back(json_of<json::PluginDefault>(shown.build()));
      }
    }
  }
  co_return all;
}

base::Task<base::Result<std::vector<std::string>>> autocomplete(Request* request, json::NamespaceSearch body) {
  const std::string wanted = base::to_lower_ascii(body.q.value_or(""));
  GYR_CO_TRY(auto names, co_await load(request, body.existing_only.value_or(false)));
  std::vector<std::string> offered;
  // What a form has chosen already is still offered while somebody types.
  const auto chosen = std::move(body.ids).value_or(std::vector<std::string>());
  for (const auto& [name, configured] : names) {
    if (std::ranges::find(chosen, name) != chosen.end()) offered.push_back(name);
  }
  if (!chosen.empty() && !body.q) co_return offered;
  for (const auto& [name, configured] : names) {
    if (offered.size() >= max_offered) break;
    if (std::ranges::find(chosen, name) != chosen.end()) continue;
    if (base::to_lower_ascii(name).find(wanted) != std::string::npos) offered.push_back(name);
  }
  co_return offered;
}

}  // namespace

std::vector<Route> namespace_routes() {
  const Right may_read{"NAMESPACE", Action::read};
  return {
      {.method = Method::get,
       .path = "~/namespaces/search",
       .operation = "searchNamespaces",
       .summary = "Search for namespaces",
       .rule = {may_read, of_rows},
       .handler = typed<search_namespaces>,
       .page_size = 10,
       .filters = Resource::namespace_,
       .older = older::namespaces},
      {.method = Method::get,
       .path = "~/namespaces/{id}",
       .operation = "getNamespace",
       .summary = "Get a namespace",
       .rule = {may_read, in_path("id")},
       .handler = typed<get_namespace>},
      {.method = Method::post,
       .path = "~/namespaces/autocomplete",
       .operation = "autocompleteNamespaces",
       .summary = "List namespaces by a part of their names",
       .rule = {may_read, of_rows},
       .handler = typed<autocomplete>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/namespaces",
       .operation = "createNamespace",
       .summary = "Create the configuration of a namespace",
       .rule = {{"NAMESPACE", Action::create}, in_body},
       .handler = typed<create_namespace>,
       .body = json_body,
       .takes = json_type<json::NamespaceToWrite>},
      {.method = Method::put,
       .path = "~/namespaces/{id}",
       .operation = "updateNamespace",
       .summary = "Update the configuration of a namespace",
       .rule = {{"NAMESPACE", Action::update}, in_path("id")},
       .handler = typed<change_namespace>,
       .body = json_body,
       .takes = json_type<json::NamespaceToWrite>},
      {.method = Method::del,
       .path = "~/namespaces/{id}",
       .operation = "deleteNamespace",
       .summary = "Delete the configuration of a namespace",
       .rule = {{"NAMESPACE", Action::remove}, in_path("id")},
       .handler = typed<delete_namespace>,
       .status = 204},
      {.method = Method::get,
       .path = "~/namespaces/{id}/inherited-variables",
       .operation = "inheritedVariables",
       .summary = "List the variables that a namespace inherits from its parents",
       .rule = {may_read, in_path("id")},
       .handler = typed<inherited_variables>},
      {.method = Method::get,
       .path = "~/namespaces/{id}/inherited-plugindefaults",
       .operation = "inheritedPluginDefaults",
       .summary = "List the plugin defaults that a namespace inherits from its parents",
       .rule = {may_read, in_path("id")},
       .handler = typed<inherited_defaults>},
  };
}

}  // namespace gyr::web
