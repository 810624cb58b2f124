// The key-value store (API-106, KV-11 to KV-17).
#include "base/text.h"
#include "host/host_service.h"
#include "host/kv_values.h"
#include "syntax/time.h"
#include "web/answers.h"
#include "web/await.h"
#include "web/errors.h"
#include "web/filters.h"
#include "web/request.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;

constexpr size_t max_keys = 10'000;
constexpr std::string_view bad_key_message =
    "Key must start with an alphanumeric character (uppercase or lowercase) and can contain alphanumeric characters "
    "(uppercase or lowercase), "
    "dots (.), underscores (_), and hyphens (-) only.";

Value entry_value(const store::KvRow& row) {
  MapBuilder map;
  map.set("namespace", Value::string(row.namespace_));
  map.set("key", Value::string(row.key));
  map.set("version", Value::integer(row.revision));
  map.set("revision", Value::integer(row.revision));
  if (!row.description.empty()) map.set("description", Value::string(row.description));
  map.set("creationDate", Value::instant(row.created));
  map.set("updateDate", Value::instant(row.updated));
  if (row.expires) map.set("expirationDate", Value::instant(*row.expires));
  return map.build();
}

Value entries_value(const std::vector<store::KvRow>& rows) {
  base::ListBuilder list;
  for (const auto& row : rows) list.push(entry_value(row));
  return list.build();
}

base::Task<Outcome> list_all_keys(Request* request) {
  GYR_CO_TRY(auto selection, select_keys(*request));
  if (selection.nothing) co_return json_answer(page_json("", 0));
  GYR_CO_TRY(auto page,
             co_await read<store::Page<store::KvRow>>(
                 &request->services().store, &request->loop(),
                 [query = std::move(selection.query)](store::Reader& reader) { return reader.search_kv(query); }));
  const std::string list = to_json(entries_value(page.results));
  co_return json_answer(page_json(std::string_view(list).substr(1, list.size() - 2), page.total));
}

base::Result<std::vector<store::KvRow>> keys_of(store::Reader& reader, const std::string& tenant,
                                                const std::string& namespace_, base::Instant now) {
  store::KvQuery query;
  query.tenant = tenant;
  query.namespaces.push_back({store::Operator::equals, {namespace_}});
  query.now = now;
  query.paging.size = max_keys;
  GYR_TRY(auto page, reader.search_kv(query));
  return std::move(page.results);
}

base::Task<Outcome> list_keys(Request* request) {
  GYR_CO_TRY(auto rows, co_await read<std::vector<store::KvRow>>(
                            &request->services().store, &request->loop(),
                            [tenant = request->tenant(), namespace_ = std::string(request->path("namespace")),
                             now = request->services().clock.now()](store::Reader& reader) {
                              return keys_of(reader, tenant, namespace_, now);
                            }));
  co_return json_answer(entries_value(rows));
}

/// Keys of the parent namespaces (KV-17), the nearest first.
base::Task<Outcome> list_inherited(Request* request) {
  GYR_CO_TRY(
      auto rows,
      co_await read<std::vector<store::KvRow>>(
          &request->services().store, &request->loop(),
          [tenant = request->tenant(), namespace_ = std::string(request->path("namespace")),
           now = request->services().clock.now()](store::Reader& reader) -> base::Result<std::vector<store::KvRow>> {
            std::vector<store::KvRow> all;
            std::string parent = namespace_;
            for (size_t dot = parent.rfind('.'); dot != std::string::npos; dot = parent.rfind('.')) {
              parent.resize(dot);
              GYR_TRY(auto rows, keys_of(reader, tenant, parent, now));
              std::move(rows.begin(), rows.end(), std::back_inserter(all));
            }
            return all;
          }));
  co_return json_answer(entries_value(rows));
}

base::Task<base::Result<store::KvRow>> find_key(Request* request) {
  GYR_CO_TRY(auto row, co_await read<std::optional<store::KvRow>>(
                           &request->services().store, &request->loop(),
                           [tenant = request->tenant(), namespace_ = std::string(request->path("namespace")),
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

Value detail_value(const store::KvRow& row) {
  MapBuilder map;
  map.set("type", Value::string(row.type));
  if (!row.value.is_null()) map.set("value", row.value);
  map.set("revision", Value::integer(row.revision));
  map.set("updated", Value::instant(row.updated));
  return map.build();
}

base::Task<Outcome> get_key(Request* request) {
  GYR_CO_TRY(auto row, co_await find_key(request));
  co_return json_answer(detail_value(row));
}

base::Task<Outcome> get_key_detail(Request* request) {
  GYR_CO_TRY(auto row, co_await find_key(request));
  MapBuilder map(detail_value(row));
  const Value entry = entry_value(row);
  for (const auto& part : entry.entries()) map.set_if_absent(part.name(), part.value);
  co_return json_answer(map.build());
}

base::Task<Outcome> set_key(Request* request) {
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
  auto turn = co_await request->services().host.turns().enter(executor::turn_of_key(row), &request->loop());
  GYR_CO_TRY(auto before, co_await read<std::optional<store::KvRow>>(
                              &request->services().store, &request->loop(),
                              [tenant = row.tenant, namespace_ = row.namespace_, key = row.key](store::Reader& reader) {
                                return reader.kv(tenant, namespace_, key);
                              }));
  if (before) {
    row.revision = before->revision + 1;
    row.created = before->created;
    if (!request->headers().get("description")) row.description = before->description;
  }
  store::Batch batch;
  batch.kv.push_back(std::move(row));
  GYR_CO_CHECK(co_await commit(&request->services().store, &request->loop(), std::move(batch)));
  co_return empty_answer(200);
}

/// Deletes the keys that are there; which of them were.
base::Task<base::Result<std::vector<std::string>>> delete_these(Request* request, std::vector<std::string> keys) {
  const std::string namespace_(request->path("namespace"));
  using Keys = std::vector<std::string>;
  GYR_CO_TRY(auto there,
             co_await read<Keys>(&request->services().store, &request->loop(),
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
  GYR_CO_CHECK(co_await commit(&request->services().store, &request->loop(), std::move(batch)));
  co_return there;
}

base::Task<Outcome> delete_key(Request* request) {
  GYR_CO_TRY(auto deleted, co_await delete_these(request, {std::string(request->path("key"))}));
  co_return json_answer(Value::boolean(!deleted.empty()));
}

base::Task<Outcome> delete_keys(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  const Value* keys = body.find("keys");
  if (keys == nullptr || !keys->is_list() || keys->size() > max_keys) {
    co_return base::fail(bad_body, fmt::format("keys: must be a list of at most {} keys", max_keys));
  }
  std::vector<std::string> wanted;
  for (const Value& key : keys->items()) {
    if (!key.is_string()) co_return base::fail(bad_body, "keys: each must be a string");
    wanted.emplace_back(key.text());
  }
  GYR_CO_TRY(auto deleted, co_await delete_these(request, std::move(wanted)));
  base::ListBuilder list;
  for (const auto& key : deleted) list.push(Value::string(key));
  co_return json_answer(Value::map({{"keys", list.build()}}));
}

}  // namespace

std::vector<Route> kv_routes() {
  const Permission may_read{"KVSTORE", Action::read};
  const Permission may_remove{"KVSTORE", Action::remove};
  return {
      {.method = Method::get,
       .path = "~/kv",
       .operation = "listAllKeys",
       .summary = "List keys of all namespaces",
       .permission = may_read,
       .handler = list_all_keys,
       .page_size = 10,
       .filters = Resource::kv,
       .answer = "Paged<KVEntry>"},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/kv",
       .operation = "listKeys",
       .summary = "List the keys of a namespace",
       .permission = may_read,
       .handler = list_keys,
       .answer = "[KVEntry]"},
      {.method = Method::del,
       .path = "~/namespaces/{namespace}/kv",
       .operation = "deleteKeyValues",
       .summary = "Delete keys",
       .permission = may_remove,
       .handler = delete_keys,
       .body = json_body,
       .answer = "DeletedKeys"},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/kv/inheritance",
       .operation = "listKeysWithInheritence",
       .summary = "List the keys of the parent namespaces",
       .permission = may_read,
       .handler = list_inherited,
       .answer = "[KVEntry]"},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/kv/{key}",
       .operation = "getKeyValue",
       .summary = "Get the value of a key",
       .permission = may_read,
       .handler = get_key,
       .answer = "KvDetail",
       .also_answers = {410}},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/kv/{key}/detail",
       .operation = "getKeyValueDetail",
       .summary = "Get the value and the metadata of a key",
       .permission = may_read,
       .handler = get_key_detail,
       .answer = "KvDetail",
       .also_answers = {410}},
      {.method = Method::put,
       .path = "~/namespaces/{namespace}/kv/{key}",
       .operation = "setKeyValue",
       .summary = "Set the value of a key",
       .permission = {"KVSTORE", Action::update},
       .handler = set_key,
       .body = any_body},
      {.method = Method::del,
       .path = "~/namespaces/{namespace}/kv/{key}",
       .operation = "deleteKeyValue",
       .summary = "Delete a key",
       .permission = may_remove,
       .handler = delete_key,
       .answer = "boolean"},
  };
}

}  // namespace gyr::web
