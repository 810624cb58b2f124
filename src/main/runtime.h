// All parts of a running installation, constructed by type from top to bottom
// (principle: layers; only main names concrete stores).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "catalog/flow_cache.h"
#include "cluster/change_hub.h"
#include "cluster/operator_holds.h"
#include "cluster/service_registry.h"
#include "dispatch/task_meters.h"
#include "dispatch/worker_hub.h"
#include "engine/settings.h"
#include "engine/trigger/settings.h"
#include "executor/executor.h"
#include "executor/mailboxes.h"
#include "executor/trigger_meters.h"
#include "host/host_service.h"
#include "host/http_requests.h"
#include "host/task_calls.h"
#include "intake/resumer.h"
#include "intake/starter.h"
#include "main/config/settings.h"
#include "model/plugin_defaults.h"
#include "net/http.h"
#include "net/loop.h"
#include "plugin_api/registry.h"
#include "process/spawner.h"
#include "protocol/memory_link.h"
#include "security/aes_encryptor.h"
#include "security/secrets.h"
#include "storage/host_file_storage.h"
#include "storage/retrying_storage.h"
#include "storage/s3/credentials.h"
#include "storage/storage.h"
#include "store/store.h"
#include "worker/worker.h"

namespace gyr::main {

/// Registers all types of this program.
void register_types(plugin::Registry& registry);

/// The arguments of Runtime::make().
struct RuntimeOptions {
  std::filesystem::path data;  ///< the data folder
  config::Settings settings;
  const char* const* environment = nullptr;
  /// The helper that starts processes. It is started early, while this process is small.
  std::unique_ptr<process::Spawner> spawner;
  bool evaluates_triggers = true;       ///< false: flows run only on request
  executor::IgnoreOptions ignore = {};  ///< what this process ignores (OPS-2)
};

/// Executor, worker and everything below them, in one process. make() constructs it, begin() starts the work, stop()
/// ends it. Until then, any thread may use everything except the objects of the loop.
class Runtime {
 public:
  /// Opens the stores and constructs the rest. The loop runs; open executions do not continue yet.
  static base::Result<std::unique_ptr<Runtime>> make(RuntimeOptions options);
  /// Call once. Recovers open executions and continues them.
  base::Result<void> begin();
  ~Runtime();

  /// Waits at most `grace` for running tasks, then stops everything. Open executions continue after the next start.
  void stop(std::chrono::milliseconds grace);

  const base::Clock& clock() const { return clock_; }
  const plugin::Registry& registry() const { return registry_; }
  const engine::Settings& settings() const { return settings_; }
  const model::ParseOptions& parse_options() const { return parse_options_; }
  const security::Secrets& secrets() const { return secrets_; }
  store::Store& store() { return *store_; }
  storage::Storage& storage() { return *storage_; }
  executor::FlowCache& flows() { return *flows_; }
  executor::ChangeHub& changes() { return changes_; }
  executor::Commands& commands() { return *mailboxes_; }
  executor::Starter& starter() { return *starter_; }
  executor::Resumer& resumer() { return *resumer_; }
  executor::HostService& host() { return *host_; }
  executor::WorkerHub& workers() { return *workers_; }
  executor::OperatorHolds& operator_holds() { return *operator_holds_; }
  const executor::TaskMeters& task_meters() const { return task_meters_; }
  const executor::TriggerMeters& trigger_meters() const { return trigger_meters_; }
  /// The loop that runs the worker and the web server.
  net::RunningLoop& loop() { return *loop_; }
  net::Pool& files() { return *files_; }
  /// Null if previews of files of the machine are disabled (STOR-32).
  storage::Storage* host_files() { return host_files_.get(); }

 protected:
  Runtime() = default;  // by make()

 private:
  class CachedFlows;
  base::Result<void> build(RuntimeOptions options);
  base::Result<void> read_settings(const char* const* environment);
  base::Result<void> open_vault();
  base::Result<void> open_stores(const std::filesystem::path& data, const char* const* environment);
  void start_worker(const std::filesystem::path& data);
  void register_services();
  void apply_retention_after(std::chrono::nanoseconds pause);
  void schedule_key_purge();
  void purge_keys_after(std::chrono::nanoseconds pause);

  base::SystemClock clock_;
  config::Settings configuration_;
  plugin::Registry registry_;
  engine::Settings settings_;
  engine::TriggerSettings trigger_settings_;
  std::vector<model::DefaultLevel> default_levels_;
  model::ParseOptions parse_options_;
  security::Secrets secrets_;
  std::unique_ptr<security::AesEncryptor> encryptor_;
  std::unique_ptr<process::Spawner> spawner_;
  std::unique_ptr<store::Store> store_;
  storage::Pauses storage_pauses_;
  std::unique_ptr<storage::HostFileStorage> host_files_;
  std::unique_ptr<storage::s3::CredentialSource> storage_keys_;
  std::unique_ptr<storage::Storage> storage_;
  std::unique_ptr<net::RunningLoop> loop_;
  std::unique_ptr<net::Pool> files_;
  std::unique_ptr<net::Pool> upkeep_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<executor::FlowCache> flows_;
  std::unique_ptr<executor::HttpRequests> requests_;
  executor::ChangeHub changes_;
  executor::TaskMeters task_meters_;
  executor::TriggerMeters trigger_meters_;
  executor::QueuedWork queued_work_;
  std::unique_ptr<executor::Mailboxes> mailboxes_;
  std::unique_ptr<executor::HostService> host_;
  std::unique_ptr<executor::Starter> starter_;
  std::unique_ptr<executor::Resumer> resumer_;
  std::unique_ptr<executor::TaskCalls> task_calls_;
  std::unique_ptr<executor::WorkerHub> workers_;
  std::unique_ptr<executor::OperatorHolds> operator_holds_;
  std::unique_ptr<executor::Executor> executor_;
  std::unique_ptr<CachedFlows> cached_flows_;
  std::unique_ptr<protocol::MemoryLink> to_server_;
  std::unique_ptr<protocol::MemoryLink> to_worker_;
  std::unique_ptr<worker::Worker> worker_;
  std::unique_ptr<executor::ServiceRegistry> registry_of_services_;
  std::unique_ptr<base::TaskScope> evicting_;  ///< on the loop
  struct KeyPurge {
    bool enabled = true;
    std::chrono::nanoseconds initial_delay{}, fixed_delay{};
    size_t batch_size = 0;
  };
  KeyPurge key_purge_;
  std::thread loop_thread_;
  bool stopped_ = false;
};

}  // namespace gyr::main
