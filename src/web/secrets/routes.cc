// The names of secrets; never a value (API-68, API-109, SEC-6 to SEC-11). Those of the environment hold for all
// namespaces and cannot be written; those of the store belong to a namespace and what is below it.
#include "web/routes.h"

#include <algorithm>

#include "base/text.h"
#include "model/namespaces.h"
#include "security/stored_secrets.h"
#include "store/match.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/namespace_files.h"
#include "web/secrets/values.h"

namespace gyr::web {
namespace {

using Row = store::SecretRow;
using Rows = std::vector<Row>;

constexpr size_t max_tags = 100;

json::Secret shown(const Row& row) {
  json::Secret secret{.key = row.key};
  if (row.namespace_.empty()) return secret;  // of the environment
  secret.namespace_ = row.namespace_;
  if (!row.description.empty()) secret.description = row.description;
  for (const auto& [key, value] : row.tags) secret.tags.push_back({key, value});
  return secret;
}

base::Task<base::Result<Rows>> stored_secrets(Request* request) {
  if (request->services().secrets.vault() == nullptr) co_return Rows();
  co_return co_await request->read([visible = request->visible(), tenant = request->tenant()](store::Reader& reader) {
    return reader.secrets(visible, tenant);
  });
}

/// Those of the selection; of one namespace if it is given. Those of the environment are seen from every namespace.
base::Task<base::Result<json::SecretList>> page_of_secrets(Request* request, std::optional<std::string> namespace_) {
  GYR_CO_TRY(auto filters, parse_filters(request->query(), Resource::secret));
  GYR_CO_TRY(auto order, parse_order(request->query(), Resource::secret));
  GYR_CO_TRY(Rows rows, co_await stored_secrets(request));
  if (namespace_) std::erase_if(rows, [&](const Row& row) { return row.namespace_ != *namespace_; });
  for (const std::string& name : request->services().secrets.names()) rows.push_back({.key = name});
  for (const auto& filter : filters) {
    if (filter.values.empty()) continue;
    if (filter.field == Field::q) {
      const std::string wanted = base::to_lower_ascii(filter.values.front());
      const bool holds = filter.op == store::Operator::equals || wanted.empty();
      std::erase_if(rows, [&](const Row& row) { return base::to_lower_ascii(row.key).contains(wanted) != holds; });
    } else if (filter.field == Field::namespace_) {
      GYR_CO_TRY(auto wanted, store::TextMatcher::compile({{filter.op, filter.values}}, "namespace"));
      // Those of the environment are seen from every namespace.
      std::erase_if(rows, [&](const Row& row) { return !row.namespace_.empty() && !wanted.matches(row.namespace_); });
    }
  }
  const bool by_namespace = !order.empty() && order.front().field == "namespace";
  std::ranges::sort(rows, {}, [by_namespace](const Row& row) {
    return by_namespace ? std::tie(row.namespace_, row.key) : std::tie(row.key, row.namespace_);
  });
  if (!order.empty() && order.front().descending) std::ranges::reverse(rows);
  auto page = page_of(*request, rows, shown);
  co_return json::SecretList{!security::writable_vault(request->services().secrets), std::move(page.results),
                             page.total};
}

base::Task<base::Result<json::SecretList>> list_secrets(Request* request) {
  return page_of_secrets(request, std::nullopt);
}

base::Task<base::Result<json::SecretList>> list_namespace_secrets(Request* request) {
  GYR_CO_CHECK(check_namespace(request->path("namespace")));
  co_return co_await page_of_secrets(request, std::string(request->path("namespace")));
}

using NamesByNamespace = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// Names by namespace, the own one first, then its parents; those of the environment count as its own.
base::Task<base::Result<NamesByNamespace>> inherited_secrets(Request* request) {
  GYR_CO_TRY(Rows rows, co_await stored_secrets(request));
  NamesByNamespace all;
  const std::string own(request->path("namespace"));
  for (const std::string& namespace_ : model::namespace_and_parents(own)) {
    std::vector<std::string> names;
    for (const Row& row : rows) {
      if (row.namespace_ == namespace_) names.push_back(row.key);
    }
    if (namespace_ == own) std::ranges::copy(request->services().secrets.names(), std::back_inserter(names));
    if (namespace_ == own || !names.empty()) all.emplace_back(namespace_, std::move(names));
  }
  co_return all;
}

using Tags = decltype(Row::tags);

base::Result<Tags> tags_of(const std::vector<json::SecretTag>& given) {
  if (given.size() > max_tags)
    return base::fail(bad_body, fmt::format("tags: must be a list of at most {} tags", max_tags));
  Tags tags;
  for (const json::SecretTag& tag : given) tags.emplace_back(tag.key, tag.value.value_or(""));
  return tags;
}

using Secrets = std::vector<json::Secret>;

/// Writes a row whose key and tenant are set, and answers with the secrets of the namespace.
base::Task<base::Result<Secrets>> write_row(Request* request, Row row) {
  const std::string namespace_ = row.namespace_;
  store::Batch batch;
  batch.secrets.push_back(std::move(row));
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  GYR_CO_TRY(Rows rows, co_await stored_secrets(request));
  Secrets all;
  for (const Row& other : rows) {
    if (other.namespace_ == namespace_) all.push_back(shown(other));
  }
  co_return all;
}

base::Task<base::Result<std::optional<Row>>> stored_row(Request* request, std::string key) {
  co_return co_await request->read([tenant = request->tenant(), namespace_ = std::string(request->path("namespace")),
                                    key](store::Reader& reader) { return reader.secret(tenant, namespace_, key); });
}

/// The tags of the installation are added to every secret (SEC-21).
void add_tags(Row& row, const security::SecretVault& vault) {
  for (const auto& [name, value] : vault.tags) {
    std::erase_if(row.tags, [&name](const auto& tag) { return tag.first == name; });
    row.tags.emplace_back(name, value);
  }
}

base::Task<base::Result<Secrets>> put_secret(Request* request, json::SecretToWrite body) {
  GYR_CO_CHECK(check_namespace(request->path("namespace")));
  GYR_CO_TRY(const security::SecretVault* vault, security::writable_vault(request->services().secrets));
  if (!body.key || !body.value) co_return base::fail(bad_body, "`key` and `value` are required");
  Row row;
  row.tenant = request->tenant();
  row.namespace_ = request->path("namespace");
  row.key = *body.key;
  row.created = row.updated = request->services().clock.now();
  GYR_CO_TRY(row, security::sealed(*vault, std::move(row), *body.value));
  GYR_CO_TRY(auto before, co_await stored_row(request, row.key));
  row.description = body.description.value_or(before ? before->description : "");
  if (body.tags) {
    GYR_CO_TRY(row.tags, tags_of(*body.tags));
  } else if (before) {
    row.tags = before->tags;
  }
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

base::Task<base::Result<Secrets>> patch_secret(Request* request, json::SecretToWrite body) {
  GYR_CO_TRY(Row row, co_await row_of_path(request));
  if (body.value)
    co_return base::fail(bad_body, "value: PATCH only changes description and tags; use PUT to write a new value");
  if (body.description) row.description = *body.description;
  if (body.tags) {
    GYR_CO_TRY(row.tags, tags_of(*body.tags));
  }
  add_tags(row, *request->services().secrets.vault());
  row.updated = request->services().clock.now();
  co_return co_await write_row(request, std::move(row));
}

base::Task<base::Result<void>> delete_secret(Request* request) {
  GYR_CO_TRY(Row row, co_await row_of_path(request));
  store::Batch batch;
  batch.deleted_secrets.push_back({row.tenant, row.namespace_, row.key});
  co_return co_await request->commit(std::move(batch));
}

}  // namespace

std::vector<Route> secret_routes() {
  const Right may_read{"SECRET", Action::read};
  const Right may_write{"SECRET", Action::update};
  return {
      {.method = Method::get,
       .path = "~/secrets",
       .operation = "listSecrets",
       .summary = "List the names of secrets",
       .rule = {may_read, of_rows},
       .handler = typed<list_secrets>,
       .page_size = 10,
       .filters = Resource::secret},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/inherited-secrets",
       .operation = "getInheritedSecrets",
       .summary = "List the names of the secrets that flows of a namespace can use",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<inherited_secrets>},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/secrets",
       .operation = "listNamespaceSecrets",
       .summary = "List the names of the secrets of a namespace",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<list_namespace_secrets>,
       .page_size = 10,
       .filters = Resource::secret},
      {.method = Method::put,
       .path = "~/namespaces/{namespace}/secrets",
       .operation = "putSecrets",
       .summary = "Write a secret",
       .rule = {may_write, in_path("namespace")},
       .handler = typed<put_secret>,
       .body = json_body},
      {.method = Method::patch,
       .path = "~/namespaces/{namespace}/secrets/{key}",
       .operation = "patchSecret",
       .summary = "Change description and tags of a secret",
       .rule = {may_write, in_path("namespace")},
       .handler = typed<patch_secret>,
       .body = json_body,
       .takes = json_type<json::SecretToPatch>},
      {.method = Method::del,
       .path = "~/namespaces/{namespace}/secrets/{key}",
       .operation = "deleteSecret",
       .summary = "Delete a secret",
       .rule = {{"SECRET", Action::remove}, in_path("namespace")},
       .handler = typed<delete_secret>},
  };
}

}  // namespace gyr::web
