// Answers host calls: the requests of expressions and tasks to the server (kv, secrets, files, logs). All access rules
// for them are here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/edge.h"
#include "base/error.h"
#include "base/value.h"
#include "expression/context.h"
#include "host/host_calls.h"
#include "host/keyed_mutex.h"
#include "model/encryptor.h"
#include "model/execution.h"
#include "security/secrets.h"
#include "storage/storage.h"
#include "store/store.h"

namespace gyr::net {
class Pool;
}

namespace gyr::executor {

class Commands;
class HttpRequests;

inline constexpr base::ErrorCode missing_key{"GYR-E042"};     ///< EXPR-272
inline constexpr base::ErrorCode missing_secret{"GYR-E043"};  ///< EXPR-270

/// Wraps `done`, so that it is also called if an exception ends the job of a pool or reader that holds it.
template <class T>
std::move_only_function<void(base::Result<T>)> answering_failed_jobs(
    std::move_only_function<void(base::Result<T>)> done) {
  struct Answering {
    explicit Answering(std::move_only_function<void(base::Result<T>)> done) : done(std::move(done)) {}
    Answering(Answering&& other) noexcept : done(std::exchange(other.done, nullptr)) {}
    Answering& operator=(Answering&&) = delete;
    ~Answering() {
      const base::Error* thrown = base::FailedJob::current();
      if (done && thrown != nullptr) done(base::fail(*thrown));
    }
    void operator()(base::Result<T> result) { std::exchange(done, nullptr)(std::move(result)); }
    std::move_only_function<void(base::Result<T>)> done;
  };
  return Answering(std::move(done));
}

/// What the host service works with. All must outlive it.
struct HostParts {
  store::Store& store;
  storage::Storage& storage;
  const security::Secrets& secrets;
  const model::Encryptor* encryptor;  ///< null: no key is configured
  const base::Clock& clock;
  net::Pool& files;    ///< reads and writes stored files
  Commands& commands;  ///< carries out operations on executions
  /// Sends the requests of expressions; null: they are refused.
  HttpRequests* requests = nullptr;
};

/// Stateless between calls. call() is thread-safe; the answer arrives on a reader thread or a pool thread.
class HostService final : public HostCalls {
 public:
  explicit HostService(HostParts parts);

  void call(HostScope scope, expression::HostCall call, Done done) override;
  /// Stores a value as a line of Ion. Idempotent. `done` runs on a thread of the pool.
  void store_ion(std::string tenant, std::string path, base::Value value,
                 std::move_only_function<void(base::Result<void>)> done);
  /// All writers of a namespace file take turns here, in order.
  KeyedMutex& turns() { return turns_; }

 private:
  using Handler = void (HostService::*)(const HostScope&, const base::Value& arguments, Done);
  static Handler handler_of(std::string_view function);

  // host/kv.cc
  void find_kv(const HostScope& scope, const base::Value& arguments,
               std::function<void(base::Result<std::optional<base::Value>>)> done);
  void kv_of_expression(const HostScope& scope, const base::Value& arguments, Done done);
  void kv_get(const HostScope& scope, const base::Value& arguments, Done done);
  void kv_set(const HostScope& scope, const base::Value& arguments, Done done);
  void kv_delete(const HostScope& scope, const base::Value& arguments, Done done);
  void kv_keys(const HostScope& scope, const base::Value& arguments, Done done);
  // host/secrets.cc
  void secret(const HostScope& scope, const base::Value& arguments, Done done);
  void encrypt(const HostScope& scope, const base::Value& arguments, Done done);
  void decrypt(const HostScope& scope, const base::Value& arguments, Done done);
  // host/requests.cc
  void http(const HostScope& scope, const base::Value& arguments, Done done);
  void random_port(const HostScope& scope, const base::Value& arguments, Done done);
  // host/files.cc
  void with_file(const HostScope& scope, const base::Value& arguments, std::string_view function,
                 std::function<void(base::Result<std::optional<std::string>>)> done);
  void file_attributes(const HostScope& scope, const base::Value& arguments, std::string_view function,
                       std::function<void(base::Result<std::optional<uint64_t>>)> done);
  void read_file(const HostScope& scope, const base::Value& arguments, Done done);
  void file_size(const HostScope& scope, const base::Value& arguments, Done done);
  void file_exists(const HostScope& scope, const base::Value& arguments, Done done);
  void file_empty(const HostScope& scope, const base::Value& arguments, Done done);
  void locate_namespace_file(const HostScope& scope, const base::Value& arguments, Done done);
  void namespace_files(const HostScope& scope, const base::Value& arguments, Done done);
  // host/namespace_files.cc
  void put_namespace_file(const HostScope& scope, const base::Value& arguments, Done done);
  void delete_namespace_file(const HostScope& scope, const base::Value& arguments, Done done);
  // host/purge_versions.cc
  void purge_keys(const HostScope& scope, const base::Value& arguments, Done done);
  void purge_namespace_files(const HostScope& scope, const base::Value& arguments, Done done);
  void data_namespaces(const HostScope& scope, const base::Value& arguments, Done done);
  // host/purge_storage.cc
  void purge_storage(const HostScope& scope, const base::Value& arguments, Done done);
  // host/acting.cc
  void count_executions(const HostScope& scope, const base::Value& arguments, Done done);
  void kill_execution(const HostScope& scope, const base::Value& arguments, Done done);
  void toggle_trigger(const HostScope& scope, const base::Value& arguments, Done done);
  // host/purge.cc
  void purge_executions(const HostScope& scope, const base::Value& arguments, Done done);
  void purge_files(const HostScope& scope, const base::Value& arguments, Done done);
  // host/logs.cc
  void fetch_logs(const HostScope& scope, const base::Value& arguments, Done done);
  void purge_logs(const HostScope& scope, const base::Value& arguments, Done done);
  // host/states.cc
  void with_state(const HostScope& scope, const base::Value& arguments,
                  std::function<void(base::Result<std::optional<store::KvRow>>, std::string key)> done);
  void state_set(const HostScope& scope, const base::Value& arguments, Done done);
  void state_get(const HostScope& scope, const base::Value& arguments, Done done);
  void state_delete(const HostScope& scope, const base::Value& arguments, Done done);
  // host/executions.cc
  void error_logs(const HostScope& scope, const base::Value& arguments, Done done);
  void context_member(const HostScope& scope, const base::Value& arguments, Done done);
  void items_outputs(const HostScope& scope, const base::Value& arguments, Done done);
  void loop_outputs(const HostScope& scope, const base::Value& arguments, Done done);

  store::Store& store_;
  storage::Storage& storage_;
  const security::Secrets& secrets_;
  const model::Encryptor* encryptor_;
  const base::Clock& clock_;
  net::Pool& files_;
  KeyedMutex turns_;
  Commands& commands_;
  HttpRequests* requests_;
};

}  // namespace gyr::executor
