// States that tasks keep from one execution to the next, in the key-value store (CORE-92, KV-20).
#include <fmt/format.h>

#include "base/hash.h"
#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "host/kv_values.h"
#include "storage/storage.h"

namespace gyr::executor {

using base::Value;

namespace {

constexpr std::string_view store_name = "tasks-states";

std::string key_of(const HostScope& scope, const Value& arguments) {
  std::string key;
  if (!flag_argument(arguments, "shared", false)) key = storage::slug(scope.flow.id) + "_";
  key += fmt::format("states_{}_{}", store_name, text_argument(arguments, "name").value_or("default"));
  // Encodes a value of any length and characters as a part of a key. The encoding never changes.
  if (auto value = text_argument(arguments, "value")) key += fmt::format("_{:016x}", base::fnv1a(*value));
  return key;
}

}  // namespace

void HostService::with_state(const HostScope& scope, const Value& arguments,
                             std::function<void(base::Result<std::optional<store::KvRow>>, std::string key)> done) {
  std::string key = key_of(scope, arguments);
  if (!is_kv_key(key)) {
    return done(base::fail(host_refused, "The name of a state may only hold letters, digits, `.`, `_` and `-`"),
                std::move(key));
  }
  store_.read([this, scope, key = std::move(key), done = std::move(done)](store::Reader& reader) {
    auto row = reader.kv(scope.flow.tenant, scope.flow.namespace_, key);
    if (row && *row && (*row)->expires && *(*row)->expires <= clock_.now()) row = std::optional<store::KvRow>();
    done(std::move(row), key);
  });
}

void HostService::state_set(const HostScope& scope, const Value& arguments, Done done) {
  const Value* data = arguments.find("data");
  Value given = data != nullptr && data->is_map() ? *data : Value::empty_map();
  auto shared = std::make_shared<Done>(std::move(done));
  with_state(scope, arguments,
             [this, scope, given, shared](base::Result<std::optional<store::KvRow>> found, std::string key) {
               if (!found) return (*shared)(base::fail(found.error()));
               const bool there = *found && (*found)->value.is_map();
               store::KvRow row = *found ? **found : store::KvRow{};
               row.tenant = scope.flow.tenant;
               row.namespace_ = scope.flow.namespace_;
               row.key = key;
               row.value = there ? base::deep_merge((*found)->value, given) : given;
               row.type = kv_type_of(row.value);
               row.updated = clock_.now();
               if (*found) {
                 row.revision += 1;
               } else {
                 row.created = row.updated;
               }
               Value answer = Value::map(
                   {{"key", Value::string(key)}, {"count", Value::integer(static_cast<int64_t>(row.value.size()))}});
               store::Batch batch;
               batch.kv.push_back(std::move(row));
               store_.commit(std::move(batch), [shared, answer](base::Result<void> outcome) {
                 if (!outcome) return (*shared)(base::fail(outcome.error()));
                 (*shared)(answer);
               });
             });
}

void HostService::state_get(const HostScope& scope, const Value& arguments, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  with_state(scope, arguments, [shared](base::Result<std::optional<store::KvRow>> found, std::string key) {
    if (!found) return (*shared)(base::fail(found.error()));
    const bool there = found->has_value();
    (*shared)(Value::map({{"key", Value::string(key)},
                          {"found", Value::boolean(there)},
                          {"data", there && (*found)->value.is_map() ? (*found)->value : Value::empty_map()}}));
  });
}

void HostService::state_delete(const HostScope& scope, const Value& arguments, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  with_state(scope, arguments, [this, shared, scope](base::Result<std::optional<store::KvRow>> found, std::string key) {
    if (!found) return (*shared)(base::fail(found.error()));
    const bool there = found->has_value();
    Value answer = Value::map({{"key", Value::string(key)}, {"found", Value::boolean(there)}});
    if (!there) return (*shared)(std::move(answer));
    store::Batch batch;
    batch.deleted_kv.push_back({scope.flow.tenant, scope.flow.namespace_, key});
    store_.commit(std::move(batch), [shared, answer](base::Result<void> outcome) {
      if (!outcome) return (*shared)(base::fail(outcome.error()));
      (*shared)(answer);
    });
  });
}

}  // namespace gyr::executor
