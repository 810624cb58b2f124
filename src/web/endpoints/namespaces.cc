// Namespaces as places that flows, keys and files make (API-67, API-108).
#include <set>

#include "base/text.h"
#include "web/answers.h"
#include "web/await.h"
#include "web/errors.h"
#include "web/filters.h"
#include "web/request.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;

/// Names an auto-completion offers.
constexpr size_t most_offered = 50;

/// All namespaces with flows, and their ancestors unless told otherwise.
base::Result<std::set<std::string>> known_namespaces(store::Reader& reader, const std::string& tenant, bool existing_only) {
  GYR_TRY(auto names, reader.namespaces(tenant));
  std::set<std::string> all(names.begin(), names.end());
  if (existing_only) return all;
  for (std::string name : names) {
    for (size_t dot = name.rfind('.'); dot != std::string::npos; dot = name.rfind('.')) {
      name.resize(dot);
      all.insert(name);
    }
  }
  return all;
}

Value namespace_value(std::string_view id) { return Value::map({{"id", Value::string(id)}, {"deleted", Value::boolean(false)}}); }

base::Task<base::Result<std::set<std::string>>> load(Request* request, bool existing_only) {
  return read<std::set<std::string>>(&request->services().store, &request->loop(), [tenant = request->tenant(), existing_only](store::Reader& reader) {
    return known_namespaces(reader, tenant, existing_only);
  });
}

base::Task<Outcome> search_namespaces(Request* request) {
  GYR_CO_TRY(auto selection, select_namespaces(*request));
  GYR_CO_TRY(auto order, parse_order(request->query(), Resource::namespace_));
  GYR_CO_TRY(auto names, co_await load(request, selection.existing_only));
  const std::string wanted = base::to_lower_ascii(selection.text);
  std::vector<std::string> matches;
  for (const auto& name : names) {
    if (base::to_lower_ascii(name).find(wanted) != std::string::npos) matches.push_back(name);
  }
  if (!order.empty() && order.front().descending) std::reverse(matches.begin(), matches.end());
  const auto size = static_cast<uint64_t>(request->page_size());
  const uint64_t begin = static_cast<uint64_t>(request->page() - 1) * size;
  std::string list;
  for (uint64_t i = begin; i < matches.size() && i < begin + size; ++i) {
    if (!list.empty()) list += ',';
    append_json(list, namespace_value(matches[i]));
  }
  co_return json_answer(page_json(list, matches.size()));
}

/// A namespace is there where it has flows, keys or files, or is above one that has flows.
base::Result<bool> exists(store::Reader& reader, const std::string& tenant, const std::string& namespace_) {
  GYR_TRY(auto names, known_namespaces(reader, tenant, false));
  if (names.contains(namespace_)) return true;
  store::KvQuery query;
  query.tenant = tenant;
  query.namespaces.push_back({store::Operator::equals, {namespace_}});
  query.include_expired = true;
  query.paging.size = 1;
  GYR_TRY(auto keys, reader.search_kv(query));
  if (!keys.results.empty()) return true;
  GYR_TRY(auto files, reader.namespace_files(tenant, namespace_, "/"));
  return !files.empty();
}

base::Task<Outcome> get_namespace(Request* request) {
  std::string name(request->path("id"));
  GYR_CO_TRY(bool there, co_await read<bool>(&request->services().store, &request->loop(),
                                             [tenant = request->tenant(), name](store::Reader& reader) { return exists(reader, tenant, name); }));
  if (!there) co_return base::fail(not_found, fmt::format("Namespace '{}' not found", name));
  co_return json_answer(namespace_value(name));
}

base::Task<Outcome> autocomplete(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  const Value* text = body.find("q");
  const std::string wanted = base::to_lower_ascii(text != nullptr && text->is_string() ? text->text() : "");
  const Value* only = body.find("existingOnly");
  GYR_CO_TRY(auto names, co_await load(request, only != nullptr && only->is_boolean() && only->as_boolean()));
  base::ListBuilder list;
  for (const auto& name : names) {
    if (list.size() == most_offered) break;
    if (base::to_lower_ascii(name).find(wanted) != std::string::npos) list.push(Value::string(name));
  }
  co_return json_answer(list.build());
}

}  // namespace

std::vector<Route> namespace_routes() {
  const Permission may_read{"NAMESPACE", Action::read};
  return {
      {.method = Method::get, .path = "~/namespaces/search", .operation = "searchNamespaces", .summary = "Search for namespaces",
       .permission = may_read, .handler = search_namespaces, .page_size = 10, .filters = Resource::namespace_, .answer = "Paged<Namespace>"},
      {.method = Method::get, .path = "~/namespaces/{id}", .operation = "getNamespace", .summary = "Get a namespace", .permission = may_read,
       .handler = get_namespace, .answer = "Namespace"},
      {.method = Method::post, .path = "~/namespaces/autocomplete", .operation = "autocompleteNamespaces",
       .summary = "List namespaces by a part of their names", .permission = may_read, .handler = autocomplete, .body = json_body,
       .answer = "[string]"},
  };
}

}  // namespace gyr::web
