// The key-value store (API-106, KV-11 to KV-17).
#include "web/routes.h"

#include "base/text.h"
#include "host/host_service.h"
#include "host/kv_values.h"
#include "syntax/time.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/kv/values.h"

namespace gyr::web {
namespace {

using Entries = std::vector<json::KvEntry>;

constexpr size_t max_keys = 10'000;
constexpr std::string_view bad_key_message =
    "Key must start with an alphanumeric character (uppercase or lowercase) and can contain alphanumeric characters "
    "(uppercase or lowercase), "
    "dots (.), underscores (_), and hyphens (-) only.";

json::KvEntry entry_of(const store::KvRow& row) {
  json::KvEntry entry{.namespace_ = row.namespace_,
                      .key = row.key,
                      .version = row.revision,
                      .revision = row.revision,
                      .description = {},
                      .creation_date = row.created,
                      .update_date = row.updated,
                      .expiration_date = row.expires};
  if (!row.description.empty()) entry.description = row.description;
  return entry;
}

Entries entries_of(const std::vector<store::KvRow>& rows) {
  Entries entries;
  for (const auto& row : rows) entries.push_back(entry_of(row));
  return entries;
}

base::Task<base::Result<Paged<json::KvEntry>>> list_all_keys(Request* request) {
  GYR_CO_TRY(auto selection, select_keys(*request));
  if (selection.nothing) co_return Paged<json::KvEntry>();
  GYR_CO_TRY(auto page, co_await request->read([query = std::move(selection.query)](store::Reader& reader) {
    return reader.search_kv(query);
  }));
  co_return Paged<json::KvEntry>{entries_of(page.results), page.total};
}

base::Result<std::vector<store::KvRow>> keys_of(store::Reader& reader, const store::Visible& visible,
                                                const std::string& tenant, const std::string& namespace_,
                                                base::Instant now) {
  store::KvQuery query{visible};
  query.tenant = tenant;
  query.namespaces.push_back({store::Operator::equals, {namespace_}});
  query.now = now;
  query.paging.size = max_keys;
  GYR_TRY(auto page, reader.search_kv(query));
  return std::move(page.results);
}

base::Task<base::Result<Entries>> list_keys(Request* request) {
  GYR_CO_TRY(auto rows, co_await request->read([visible = request->visible(), tenant = request->tenant(),
                                                namespace_ = std::string(request->path("namespace")),
                                                now = request->services().clock.now()](store::Reader& reader) {
    return keys_of(reader, visible, tenant, namespace_, now);
  }));
  co_return entries_of(rows);
}

/// Keys of the parent namespaces (KV-17), the nearest first.
base::Task<base::Result<Entries>> list_inherited(Request* request) {
  GYR_CO_TRY(auto rows, co_await request->read([visible = request->visible(), tenant = request->tenant(),
                                                namespace_ = std::string(request->path("namespace")),
                                                now = request->services().clock.now()](
                                                   store::Reader& reader) -> base::Result<std::vector<store::KvRow>> {
    std::vector<store::KvRow> all;
    std::string parent = namespace_;
    for (size_t dot = parent.rfind('.'); dot != std::string::npos; dot = parent.rfind('.')) {
      parent.resize(dot);
      GYR_TRY(auto rows, keys_of(reader, visible, tenant, parent, now));
      std::move(rows.begin(), rows.end(), std::back_inserter(all));
    }
    return all;
  }));
  co_return entries_of(rows);
}

base::Task<base::Result<store::KvRow>> find_key(Request* request) {
  GYR_CO_TRY(auto row,
             co_await request->read([tenant = request->tenant(), namespace_ = std::string(request->path("namespace")),
                                     key = std::string(request->path("key"))](store::Reader& reader) {
               return reader.kv(tenant, namespace_, key);
             }));
  if (!row) {
    co_return base::fail(not_found, fmt::format("No value found for key '{}' in namespace '{}'", request->path("key"),
                                                request->path("namespace")));
  }
  if (row->expires && *row->expires <= request->services().clock.now()) {
    co_return base::fail(expired_value, "The requested value has expired");
  }
  co_return *std::move(row);
}

json::KvValue value_of(const store::KvRow& row) {
  return {.type = row.type, .value = row.value, .revision = row.revision, .updated = row.updated};
}

base::Task<base::Result<json::KvValue>> get_key(Request* request) {
  GYR_CO_TRY(auto row, co_await find_key(request));
  co_return value_of(row);
}

base::Task<base::Result<json::KvDetail>> get_key_detail(Request* request) {
  GYR_CO_TRY(auto row, co_await find_key(request));
  co_return json::KvDetail{value_of(row), entry_of(row)};
}

base::Task<base::Result<void>> set_key(Request* request) {
  store::KvRow row;
  row.tenant = request->tenant();
  row.namespace_ = request->path("namespace");
  row.key = request->path("key");
  if (!executor::is_kv_key(row.key)) co_return base::fail(bad_argument, std::string(bad_key_message));
  GYR_CO_TRY(std::string body, co_await request->read_text(request->settings().limits.text_bytes));
  GYR_CO_TRY(row.value, executor::parse_kv_body(body));
  row.type = executor::kv_type_of(row.value);
  row.created = row.updated = request->services().clock.now();
  if (const auto ttl = request->headers().get("ttl")) {
    auto length = syntax::parse_duration(*ttl);
    if (!length) co_return base::fail(bad_argument, fmt::format("ttl: `{}` is not a duration", *ttl));
    if (length->is_negative()) co_return base::fail(bad_argument, "ttl: must not be negative");
    row.expires = row.updated + *length;
  }
  if (const auto description = request->headers().get("description")) {
    if (base::find_invalid_utf8(*description)) co_return base::fail(bad_argument, "description: must be UTF-8");
    row.description = *description;
  }
  const bool keeps_description = !request->headers().get("description");
  for (int round = 1;; ++round) {
    GYR_CO_TRY(auto before,
               co_await request->read([tenant = row.tenant, namespace_ = row.namespace_, key = row.key](
                                          store::Reader& reader) { return reader.kv(tenant, namespace_, key); }));
    store::KvRow version = row;
    version.read_revision = before ? before->revision : 0;
    if (before) {
      version.revision = before->revision + 1;
      version.created = before->created;
      if (keeps_description) version.description = before->description;
    }
    store::Batch batch;
    batch.kv.push_back(std::move(version));
    auto written = co_await request->commit(std::move(batch));
    // Another writer was faster: this one writes the next version.
    const bool again = !written && written.error().code() == store::store_stale && round < store::max_write_rounds;
    if (!again) co_return written;
  }
}

/// Deletes the keys that are there; which of them were.
base::Task<base::Result<std::vector<std::string>>> delete_these(Request* request, std::vector<std::string> keys) {
  const std::string namespace_(request->path("namespace"));
  using Keys = std::vector<std::string>;
  GYR_CO_TRY(auto there, co_await request->read(
                             [tenant = request->tenant(), namespace_, keys = std::move(keys),
                              now = request->services().clock.now()](store::Reader& reader) -> base::Result<Keys> {
                               Keys there;
                               for (const auto& key : keys) {
                                 GYR_TRY(auto row, reader.kv(tenant, namespace_, key));
                                 if (row && !(row->expires && *row->expires <= now)) there.push_back(key);
                               }
                               return there;
                             }));
  if (there.empty()) co_return there;
  store::Batch batch;
  for (const auto& key : there) batch.deleted_kv.push_back({request->tenant(), namespace_, key});
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  co_return there;
}

/// Whether the key was there.
base::Task<base::Result<bool>> delete_key(Request* request) {
  GYR_CO_TRY(auto deleted, co_await delete_these(request, {std::string(request->path("key"))}));
  co_return !deleted.empty();
}

base::Task<base::Result<json::KeyList>> delete_keys(Request* request, json::KeyList body) {
  if (body.keys.size() > max_keys)
    co_return base::fail(bad_body, fmt::format("keys: must be a list of at most {} keys", max_keys));
  GYR_CO_TRY(auto deleted, co_await delete_these(request, std::move(body.keys)));
  co_return json::KeyList{std::move(deleted)};
}

}  // namespace

std::vector<Route> kv_routes() {
  const Right may_read{"KVSTORE", Action::read};
  const Right may_remove{"KVSTORE", Action::remove};
  return {
      {.method = Method::get,
       .path = "~/kv",
       .operation = "listAllKeys",
       .summary = "List keys of all namespaces",
       .rule = {may_read, of_rows},
       .handler = typed<list_all_keys>,
       .page_size = 10,
       .filters = Resource::kv},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/kv",
       .operation = "listKeys",
       .summary = "List the keys of a namespace",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<list_keys>},
      {.method = Method::del,
       .path = "~/namespaces/{namespace}/kv",
       .operation = "deleteKeyValues",
       .summary = "Delete keys",
       .rule = {may_remove, in_path("namespace")},
       .handler = typed<delete_keys>,
       .body = json_body},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/kv/inheritance",
       .operation = "listKeysWithInheritence",
       .summary = "List the keys of the parent namespaces",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<list_inherited>},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/kv/{key}",
       .operation = "getKeyValue",
       .summary = "Get the value of a key",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<get_key>,
       .also_answers = {410}},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/kv/{key}/detail",
       .operation = "getKeyValueDetail",
       .summary = "Get the value and the metadata of a key",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<get_key_detail>,
       .also_answers = {410}},
      {.method = Method::put,
       .path = "~/namespaces/{namespace}/kv/{key}",
       .operation = "setKeyValue",
       .summary = "Set the value of a key",
       .rule = {{"KVSTORE", Action::update}, in_path("namespace")},
       .handler = typed<set_key>,
       .body = any_body},
      {.method = Method::del,
       .path = "~/namespaces/{namespace}/kv/{key}",
       .operation = "deleteKeyValue",
       .summary = "Delete a key",
       .rule = {may_remove, in_path("namespace")},
       .handler = typed<delete_key>},
  };
}

}  // namespace gyr::web
