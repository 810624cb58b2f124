// The names of secrets; never a value (API-68, API-109, SEC-6 to SEC-11). Those of the environment hold for all
// namespaces and cannot be written; those of the store belong to a namespace and what is below it.
#include <algorithm>

#include "base/text.h"
#include "model/namespaces.h"
#include "security/stored_secrets.h"
#include "store/match.h"
#include "web/answers.h"
#include "web/await.h"
#include "web/errors.h"
#include "web/filters.h"
#include "web/namespace_files.h"
#include "web/request.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;
using Row = store::SecretRow;
using Rows = std::vector<Row>;

constexpr size_t max_tags = 100;

Value shown(const Row& row) {
  MapBuilder map;
  map.set("key", Value::string(row.key));
  if (row.namespace_.empty()) return map.build();  // of the environment
  map.set("namespace", Value::string(row.namespace_));
  if (!row.description.empty()) map.set("description", Value::string(row.description));
  base::ListBuilder tags;
  for (const auto& [key, value] : row.tags)
    tags.push(Value::map({{"key", Value::string(key)}, {"value", Value::string(value)}}));
  map.set("tags", tags.build());
  return map.build();
}

base::Task<base::Result<Rows>> stored_secrets(Request* request) {
  if (request->services().secrets.vault() == nullptr) co_return Rows();
  co_return co_await read<Rows>(&request->services().store, &request->loop(),
                                [tenant = request->tenant()](store::Reader& reader) { return reader.secrets(tenant); });
}

base::Task<Outcome> list_secrets(Request* request) {
  GYR_CO_TRY(auto filters, parse_filters(request->query(), Resource::secret));
  GYR_CO_TRY(auto order, parse_order(request->query(), Resource::secret));
  GYR_CO_TRY(Rows rows, co_await stored_secrets(request));
  for (const std::string& name : request->services().secrets.names()) rows.push_back({.key = name});
  for (const auto& filter : filters) {
    if (filter.values.empty()) continue;
    if (filter.field == Field::q) {
      const std::string wanted = base::to_lower_ascii(filter.values.front());
      std::erase_if(rows, [&](const Row& row) { return !base::to_lower_ascii(row.key).contains(wanted); });
    } else if (filter.field == Field::namespace_) {
      GYR_CO_TRY(auto wanted, store::TextMatcher::compile({{filter.op, filter.values}}, "namespace"));
      // Those of the environment are seen from every namespace.
      std::erase_if(rows, [&](const Row& row) { return !row.namespace_.empty() && !wanted.matches(row.namespace_); });
    }
  }
  std::ranges::sort(rows, {}, [](const Row& row) { return std::tie(row.key, row.namespace_); });
  if (!order.empty() && order.front().descending) std::ranges::reverse(rows);
  const auto size = static_cast<uint64_t>(request->page_size());
  const uint64_t begin = static_cast<uint64_t>(request->page() - 1) * size;
  base::ListBuilder list;
  for (uint64_t i = begin; i < rows.size() && i < begin + size; ++i) list.push(shown(rows[i]));
  co_return json_answer(
      Value::map({{"readOnly", Value::boolean(!security::writable_vault(request->services().secrets))},
                  {"results", list.build()},
                  {"total", Value::integer(static_cast<int64_t>(rows.size()))}}));
}

/// Names by namespace, the own one first, then its parents; those of the environment count as its own.
base::Task<Outcome> inherited_secrets(Request* request) {
  GYR_CO_TRY(Rows rows, co_await stored_secrets(request));
  MapBuilder map;
  const std::string own(request->path("namespace"));
  for (const std::string& namespace_ : model::namespace_and_parents(own)) {
    base::ListBuilder names;
    for (const Row& row : rows) {
      if (row.namespace_ == namespace_) names.push(Value::string(row.key));
    }
    if (namespace_ == own) {
      for (const std::string& name : request->services().secrets.names()) names.push(Value::string(name));
    }
    if (namespace_ == own || names.size() > 0) map.set(namespace_, names.build());
  }
  co_return json_answer(map.build());
}

/// The content of the body of a secret.
struct SecretBody {
  std::optional<std::string> key, value, description;
  std::optional<std::vector<std::pair<std::string, std::string>>> tags;
};

base::Result<std::optional<std::string>> text_of(const Value& body, std::string_view name) {
  const Value* given = body.find(name);
  if (given == nullptr || given->is_null()) return std::optional<std::string>();
  if (!given->is_string()) return base::fail(bad_body, fmt::format("{}: must be a string", name));
  return std::optional(std::string(given->text()));
}

base::Result<SecretBody> body_of(const Value& body) {
  if (!body.is_map()) return base::fail(bad_body, "the body must be an object");
  SecretBody found;
  GYR_TRY(found.key, text_of(body, "key"));
  GYR_TRY(found.value, text_of(body, "value"));
  GYR_TRY(found.description, text_of(body, "description"));
  const Value* tags = body.find("tags");
  if (tags == nullptr || tags->is_null()) return found;
  if (!tags->is_list() || tags->size() > max_tags)
    return base::fail(bad_body, fmt::format("tags: must be a list of at most {} tags", max_tags));
  found.tags.emplace();
  for (const Value& tag : tags->items()) {
    GYR_TRY(auto key, tag.is_map() ? text_of(tag, "key")
                                   : base::Result<std::optional<std::string>>(std::optional<std::string>()));
    if (!key) return base::fail(bad_body, "tags: each tag must have a `key`");
    GYR_TRY(auto value, text_of(tag, "value"));
    found.tags->emplace_back(*key, value.value_or(""));
  }
  return found;
}

Value list_of(const Rows& rows, std::string_view namespace_) {
  base::ListBuilder list;
  for (const Row& row : rows) {
    if (row.namespace_ == namespace_) list.push(shown(row));
  }
  return list.build();
}

/// Writes a row whose key and tenant are set, and answers with the secrets of the namespace.
base::Task<Outcome> write_row(Request* request, Row row) {
  const std::string namespace_ = row.namespace_;
  store::Batch batch;
  batch.secrets.push_back(std::move(row));
  GYR_CO_CHECK(co_await commit(&request->services().store, &request->loop(), std::move(batch)));
  GYR_CO_TRY(Rows rows, co_await stored_secrets(request));
  co_return json_answer(list_of(rows, namespace_));
}

base::Task<base::Result<std::optional<Row>>> stored_row(Request* request, std::string key) {
  co_return co_await read<std::optional<Row>>(
      &request->services().store, &request->loop(),
      [tenant = request->tenant(), namespace_ = std::string(request->path("namespace")), key](store::Reader& reader) {
        return reader.secret(tenant, namespace_, key);
      });
}

/// The tags of the installation are added to every secret (SEC-21).
void add_tags(Row& row, const security::SecretVault& vault) {
  for (const auto& [name, value] : vault.tags) {
    std::erase_if(row.tags, [&name](const auto& tag) { return tag.first == name; });
    row.tags.emplace_back(name, value);
  }
}

base::Task<Outcome> put_secret(Request* request) {
  GYR_CO_CHECK(check_namespace(request->path("namespace")));
  GYR_CO_TRY(const security::SecretVault* vault, security::writable_vault(request->services().secrets));
  GYR_CO_TRY(Value json, co_await request->read_json());
  GYR_CO_TRY(SecretBody body, body_of(json));
  if (!body.key || !body.value) co_return base::fail(bad_body, "`key` and `value` are required");
  Row row;
  row.tenant = request->tenant();
  row.namespace_ = request->path("namespace");
  row.key = *body.key;
  row.created = row.updated = request->services().clock.now();
  GYR_CO_TRY(row, security::sealed(*vault, std::move(row), *body.value));
  GYR_CO_TRY(auto before, co_await stored_row(request, row.key));
  row.description = body.description.value_or(before ? before->description : "");
  row.tags = body.tags ? *body.tags : before ? before->tags : decltype(row.tags){};
  add_tags(row, *vault);
  co_return co_await write_row(request, std::move(row));
}

base::Task<base::Result<Row>> row_of_path(Request* request) {
  GYR_CO_CHECK(security::writable_vault(request->services().secrets));
  GYR_CO_TRY(std::string key, security::secret_key(request->path("key")));
  GYR_CO_TRY(auto row, co_await stored_row(request, key));
  if (!row)
    co_return base::fail(not_found,
                         fmt::format("Secret '{}' not found in namespace '{}'", key, request->path("namespace")));
  co_return *std::move(row);
}

base::Task<Outcome> patch_secret(Request* request) {
  GYR_CO_TRY(Row row, co_await row_of_path(request));
  GYR_CO_TRY(Value json, co_await request->read_json());
  GYR_CO_TRY(SecretBody body, body_of(json));
  if (body.value)
    co_return base::fail(bad_body, "value: PATCH only changes description and tags; use PUT to write a new value");
  if (body.description) row.description = *body.description;
  if (body.tags) row.tags = *body.tags;
  add_tags(row, *request->services().secrets.vault());
  row.updated = request->services().clock.now();
  co_return co_await write_row(request, std::move(row));
}

base::Task<Outcome> delete_secret(Request* request) {
  GYR_CO_TRY(Row row, co_await row_of_path(request));
  store::Batch batch;
  batch.deleted_secrets.push_back({row.tenant, row.namespace_, row.key});
  GYR_CO_CHECK(co_await commit(&request->services().store, &request->loop(), std::move(batch)));
  co_return empty_answer(200);
}

}  // namespace

std::vector<Route> secret_routes() {
  const Permission may_read{"SECRET", Action::read};
  const Permission may_write{"SECRET", Action::update};
  return {
      {.method = Method::get,
       .path = "~/secrets",
       .operation = "listSecrets",
       .summary = "List the names of secrets",
       .permission = may_read,
       .handler = list_secrets,
       .page_size = 10,
       .filters = Resource::secret,
       .answer = "SecretList"},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/inherited-secrets",
       .operation = "getInheritedSecrets",
       .summary = "List the names of the secrets that flows of a namespace can use",
       .permission = may_read,
       .handler = inherited_secrets,
       .answer = "object"},
      {.method = Method::put,
       .path = "~/namespaces/{namespace}/secrets",
       .operation = "putSecrets",
       .summary = "Write a secret",
       .permission = may_write,
       .handler = put_secret,
       .body = json_body,
       .answer = "[Secret]"},
      {.method = Method::patch,
       .path = "~/namespaces/{namespace}/secrets/{key}",
       .operation = "patchSecret",
       .summary = "Change description and tags of a secret",
       .permission = may_write,
       .handler = patch_secret,
       .body = json_body,
       .answer = "[Secret]"},
      {.method = Method::del,
       .path = "~/namespaces/{namespace}/secrets/{key}",
       .operation = "deleteSecret",
       .summary = "Delete a secret",
       .permission = {"SECRET", Action::remove},
       .handler = delete_secret},
  };
}

}  // namespace gyr::web
