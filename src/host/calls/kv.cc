// The key-value store for expressions and tasks (KV-1 to KV-10, EXPR-272).
#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "host/kv_values.h"
#include "model/namespaces.h"

namespace gyr::executor {
namespace {

using base::Value;

base::Error missing(std::string_view key, std::string_view namespace_) {
  return base::Error(missing_key, "The key '" + std::string(key) + "' does not exist in the namespace '" +
                                      std::string(namespace_) + "'.");
}

base::Error expired() { return base::Error(missing_key, "The requested value has expired"); }

/// A namespace exists if it has flows, keys or files, or is the parent of such a namespace (KV-8).
base::Result<bool> namespace_exists(store::Reader& reader, const std::string& tenant, const std::string& namespace_) {
  GYR_TRY(auto all, reader.namespaces(visible_to_tasks(), tenant));
  for (const auto& known : all) {
    if (known == namespace_ || known.starts_with(namespace_ + ".")) return true;
  }
  store::KvQuery query{visible_to_tasks()};
  query.tenant = tenant;
  query.namespaces = {{store::Operator::equals, {namespace_}}};
  query.include_expired = true;
  query.paging.size = 1;
  GYR_TRY(auto keys, reader.search_kv(query));
  return !keys.results.empty();
}

struct Found {
  std::optional<store::KvRow> row;
  bool expired = false;
};

/// Looks for a key in the namespaces in order (KV-10).
base::Result<Found> find_key(store::Reader& reader, const std::string& tenant,
                             const std::vector<std::string>& namespaces, const std::string& key, base::Instant now) {
  for (const auto& namespace_ : namespaces) {
    GYR_TRY(auto row, reader.kv(tenant, namespace_, key));
    if (!row) continue;
    bool is_expired = row->expires && *row->expires <= now;
    return Found{std::move(row), is_expired};
  }
  return Found{};
}

/// The conditions for writing a key.
struct KeyWrite {
  bool overwrite = true;
  bool must_exist = false;
  std::string own;  ///< the namespace of the flow, which exists
};

/// Adds the data and the revision of the previous version, or fails.
base::Result<void> plan_key(store::Reader& reader, store::KvRow& row, const KeyWrite& write) {
  if (row.namespace_ != write.own) {
    GYR_TRY(const bool exists, namespace_exists(reader, row.tenant, row.namespace_));
    if (!exists)
      return base::fail(host_refused,
                        "Cannot access the KV store. The namespace '" + row.namespace_ + "' does not exist.");
  }
  GYR_TRY(auto existing, reader.kv(row.tenant, row.namespace_, row.key));
  const bool live = existing && !(existing->expires && *existing->expires <= row.updated);
  if (live && !write.overwrite) {
    return base::fail(host_refused, "Cannot set value for key '" + row.key +
                                        "'. Key already exists and `overwrite` is set to `false`.");
  }
  if (!live && write.must_exist) {  // CORE-57
    return base::fail(missing_key, "No value found for key '" + row.key + "' in namespace '" + row.namespace_ +
                                       "' and `errorOnMissing` is set to true");
  }
  row.read_revision = existing ? existing->revision : 0;
  if (!existing) return {};
  row.revision = existing->revision + 1;
  row.created = existing->created;
  if (row.description.empty()) row.description = existing->description;
  return {};
}

/// Writes a key on the version that it has read; if another writer was faster, it reads again. So no version is lost,
/// and of two writers with `overwrite: false` one succeeds.
void write_key(store::Store& store, store::KvRow row, KeyWrite write, int rounds, HostService::Done done) {
  store.read([&store, row = std::move(row), write = std::move(write), rounds,
              done = std::move(done)](store::Reader& reader) mutable {
    store::KvRow version = row;
    auto planned = plan_key(reader, version, write);
    if (!planned) return done(base::fail(planned.error()));
    store::Batch batch;
    batch.kv.push_back(std::move(version));
    store.commit(std::move(batch), [&store, row = std::move(row), write = std::move(write), rounds,
                                    done = std::move(done)](base::Result<void> outcome) mutable {
      if (!outcome && outcome.error().code() == store::store_stale && rounds > 1)
        return write_key(store, std::move(row), std::move(write), rounds - 1, std::move(done));
      if (!outcome) return done(base::fail(outcome.error()));
      done(Value());
    });
  });
}

}  // namespace

void HostService::find_kv(const HostScope& scope, const Value& arguments,
                          std::function<void(base::Result<std::optional<Value>>)> done) {
  auto key = text_argument(arguments, "key");
  auto namespace_ = text_argument(arguments, "namespace");
  if (!key || !is_kv_key(*key)) {
    done(base::fail(missing_key,
                    "Key must start with an alphanumeric character and only hold letters, digits, `.`, `_` and `-`"));
    return;
  }
  store_.read([this, scope, key = *key, namespace_, done = std::move(done)](store::Reader& reader) {
    if (namespace_ && *namespace_ != scope.flow.namespace_) {
      auto exists = namespace_exists(reader, scope.flow.tenant, *namespace_);
      if (!exists) return done(base::fail(exists.error()));
      if (!*exists) {
        return done(
            base::fail(missing_key, "Cannot access the KV store. The namespace '" + *namespace_ + "' does not exist."));
      }
    }
    auto places =
        namespace_ ? std::vector<std::string>{*namespace_} : model::namespace_and_parents(scope.flow.namespace_);
    auto found = find_key(reader, scope.flow.tenant, places, key, clock_.now());
    if (!found) return done(base::fail(found.error()));
    if (!found->row) return done(std::optional<Value>());
    if (!found->expired) return done(std::optional(found->row->value));
    // The first read of an expired key deletes it (KV-4).
    store::Batch batch;
    // Only this version: somebody can have set the key in the meantime.
    batch.deleted_kv.push_back({found->row->tenant, found->row->namespace_, found->row->key, found->row->revision});
    store_.commit(std::move(batch), [done](base::Result<void>) { done(base::fail(expired())); });
  });
}

void HostService::kv_of_expression(const HostScope& scope, const Value& arguments, Done done) {
  bool must_exist = flag_argument(arguments, "errorOnMissing", true);
  std::string key = text_argument(arguments, "key").value_or("");
  std::string namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_);
  auto shared = std::make_shared<Done>(std::move(done));
  find_kv(scope, arguments, [shared, must_exist, key, namespace_](base::Result<std::optional<Value>> found) {
    if (found && *found) return (*shared)(**std::move(found));
    if (!found && (must_exist || found.error().code() != missing_key)) return (*shared)(base::fail(found.error()));
    if (found && must_exist) return (*shared)(base::fail(missing(key, namespace_)));
    (*shared)(Value());
  });
}

void HostService::kv_get(const HostScope& scope, const Value& arguments, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  find_kv(scope, arguments, [shared](base::Result<std::optional<Value>> found) {
    if (!found) return (*shared)(base::fail(found.error()));
    bool there = found->has_value();
    (*shared)(Value::map({{"found", Value::boolean(there)}, {"value", there ? **std::move(found) : Value()}}));
  });
}

void HostService::kv_set(const HostScope& scope, const Value& arguments, Done done) {
  auto key = text_argument(arguments, "key");
  auto namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_);
  const Value* value = arguments.find("value");
  if (!key || !is_kv_key(*key)) {
    return done(base::fail(
        host_refused, "Key must start with an alphanumeric character and only hold letters, digits, `.`, `_` and `-`"));
  }
  base::Instant now = clock_.now();
  store::KvRow row;
  row.tenant = scope.flow.tenant;
  row.namespace_ = namespace_;
  row.key = *key;
  row.value = value == nullptr ? Value() : *value;
  row.type = kv_type_of(row.value);
  row.description = text_argument(arguments, "description").value_or("");
  row.created = now;
  row.updated = now;
  if (const Value* ttl = arguments.find("ttl"); ttl != nullptr && ttl->kind() == Value::Kind::duration) {
    if (ttl->as_duration().is_negative()) return done(base::fail(host_refused, "`ttl` must not be negative"));
    row.expires = now + ttl->as_duration();
  }
  KeyWrite write{flag_argument(arguments, "overwrite", true), flag_argument(arguments, "mustExist", false),
                 scope.flow.namespace_};
  write_key(store_, std::move(row), std::move(write), store::max_write_rounds, std::move(done));
}

void HostService::kv_delete(const HostScope& scope, const Value& arguments, Done done) {
  auto key = text_argument(arguments, "key").value_or("");
  auto namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_);
  auto shared = std::make_shared<Done>(std::move(done));
  store_.read(
      [this, tenant = scope.flow.tenant, own = scope.flow.namespace_, namespace_, key, shared](store::Reader& reader) {
        if (namespace_ != own) {
          auto exists = namespace_exists(reader, tenant, namespace_);
          if (!exists) return (*shared)(base::fail(exists.error()));
          if (!*exists) {
            return (*shared)(base::fail(
                host_refused, "Cannot access the KV store. The namespace '" + namespace_ + "' does not exist."));
          }
        }
        auto existing = reader.kv(tenant, namespace_, key);
        if (!existing) return (*shared)(base::fail(existing.error()));
        if (!*existing) return (*shared)(Value::boolean(false));
        bool live = !((*existing)->expires && *(*existing)->expires <= clock_.now());
        store::Batch batch;
        batch.deleted_kv.push_back({tenant, namespace_, key});
        store_.commit(std::move(batch), [shared, live](base::Result<void> outcome) {
          if (!outcome) return (*shared)(base::fail(outcome.error()));
          (*shared)(Value::boolean(live));
        });
      });
}

void HostService::kv_keys(const HostScope& scope, const Value& arguments, Done done) {
  auto namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_);
  auto prefix = text_argument(arguments, "prefix").value_or("");
  auto shared = std::make_shared<Done>(std::move(done));
  store_.read([this, tenant = scope.flow.tenant, own = scope.flow.namespace_, namespace_, prefix,
               shared](store::Reader& reader) {
    if (namespace_ != own) {
      auto exists = namespace_exists(reader, tenant, namespace_);
      if (!exists) return (*shared)(base::fail(exists.error()));
      if (!*exists) {
        return (*shared)(
            base::fail(host_refused, "Cannot access the KV store. The namespace '" + namespace_ + "' does not exist."));
      }
    }
    store::KvQuery query{visible_to_tasks()};
    query.tenant = tenant;
    query.namespaces = {{store::Operator::equals, {namespace_}}};
    if (!prefix.empty()) query.keys = {{store::Operator::starts_with, {prefix}}};
    query.now = clock_.now();
    query.order = {{"key", false}};
    query.paging.size = 10'000;
    base::ListBuilder keys;
    for (query.paging.page = 1;; ++query.paging.page) {
      auto page = reader.search_kv(query);
      if (!page) return (*shared)(base::fail(page.error()));
      for (const auto& row : page->results) keys.push(Value::string(row.key));
      if (page->results.size() < query.paging.size) break;
    }
    (*shared)(keys.build());
  });
}

}  // namespace gyr::executor
