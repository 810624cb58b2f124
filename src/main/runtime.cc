#include "main/runtime.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"
#include "connectors/connectors.h"
#include "engine/types.h"
#include "expression/convert.h"
#include "main/first_triggers.h"
#include "main/left_files.h"
#include "main/storage_settings.h"
#include "main/trigger_settings.h"
#include "main/version.h"
#include "plugins/plugins.h"
#include "plugins/runner/docker/docker.h"
#include "store/sqlite/sqlite_store.h"

namespace gyr::main {

using base::Value;

namespace {

/// The environment variables of the server that expressions can read (EXPR-391, SEC-4).
Value visible_environment(const config::Variables& settings, const char* const* environment) {
  const std::string& prefix = settings.env_vars_prefix;
  std::vector<std::string> redacted = settings.redacted_env_vars;
  for (const char* always : {"KESTRA_PLUGINS_PATH", "KESTRA_CONFIGURATION_PATH", "KESTRA_CONFIGURATION"})
    redacted.emplace_back(always);
  base::MapBuilder visible;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    std::string_view line = *environment;
    size_t equals = line.find('=');
    if (equals == std::string_view::npos || !line.starts_with(prefix) || equals <= prefix.size()) continue;
    if (std::find(redacted.begin(), redacted.end(), line.substr(0, equals)) != redacted.end()) continue;
    std::string name(line.substr(prefix.size(), equals - prefix.size()));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    visible.set(name, Value::string(line.substr(equals + 1)));
  }
  return visible.build();
}

/// `allowed-paths` of plugin configurations, by type (STOR-31).
std::vector<std::pair<std::string, std::filesystem::path>> paths_of_types(
    const std::vector<config::TypeConfiguration>& configurations) {
  std::vector<std::pair<std::string, std::filesystem::path>> paths;
  for (const config::TypeConfiguration& entry : configurations) {
    for (const std::string& folder : entry.values.allowed_paths) paths.emplace_back(entry.type, folder);
  }
  return paths;
}

size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

void register_types(plugin::Registry& registry) {
  engine::register_engine_types(registry);
  plugins::register_core_plugins(registry);
  plugins::register_script_plugins(registry);
  plugins::register_cli_plugins(registry);
  connectors::register_connectors(registry);
  plugins::register_core_triggers(registry);
  plugins::register_core_conditions(registry);
}

/// The worker uses the flow cache of the executor, so that a flow is compiled once for both.
class Runtime::CachedFlows final : public worker::FlowSource {
 public:
  CachedFlows(store::Store& store, executor::FlowCache& flows) : store_(store), flows_(flows) {}

  void get(const model::FlowKey& key, int32_t revision, const std::string& templates, Done done) override {
    if (auto flow = flows_.cached(key, revision, templates); flow != nullptr && flow->compiled != nullptr)
      return done(flow->compiled);
    store_.read([this, key, revision, templates, done = std::move(done)](store::Reader& reader) mutable {
      auto flow = flows_.get(reader, key, revision, templates);
      if (!flow) return done(base::fail(flow.error()));
      if (*flow == nullptr || (*flow)->compiled == nullptr) {
        return done(base::fail(engine::flow_not_runnable, *flow == nullptr ? "it does not exist" : (*flow)->exception));
      }
      done((*flow)->compiled);
    });
  }

 private:
  store::Store& store_;
  executor::FlowCache& flows_;
};

base::Result<std::unique_ptr<Runtime>> Runtime::make(RuntimeOptions options) {
  struct Made : Runtime {};
  std::unique_ptr<Runtime> runtime = std::make_unique<Made>();
  auto built = runtime->build(std::move(options));
  if (!built) {
    runtime->stop(std::chrono::milliseconds(0));
    return base::fail(built.error());
  }
  return runtime;
}

Runtime::~Runtime() { stop(std::chrono::milliseconds(0)); }

base::Result<void> Runtime::read_settings(const char* const* environment) {
  const config::Kestra& given = configuration_.kestra;
  settings_.envs = visible_environment(given.variables, environment);
  settings_.globals = given.variables.globals.is_map() ? given.variables.globals : Value::empty_map();
  base::MapBuilder kestra;
  if (given.environment.name) kestra.set("environment", Value::string(*given.environment.name));
  if (given.url) kestra.set("url", Value::string(*given.url));
  settings_.kestra = kestra.build();
  settings_.recursive_rendering = given.variables.recursive_rendering;
  if (!given.encryption.secret_key.empty()) {
    GYR_TRY(encryptor_, security::AesEncryptor::make(given.encryption.secret_key));
    settings_.encryptor = encryptor_.get();
  }
  secrets_ = security::Secrets::from_environment(environment);
  GYR_CHECK(open_vault());

  const auto& defaults = given.plugins.defaults ? given.plugins.defaults : given.tasks.defaults;  // [old] (FLOW-60)
  if (defaults) {
    std::vector<std::string> problems;
    default_levels_.push_back(model::plugin_defaults_of(config::value_of(*defaults), problems));
    for (const auto& problem : problems) base::log::warn("kestra.plugins.defaults: {}", problem);
  }
  parse_options_.defaults = default_levels_;
  trigger_settings_ = trigger_settings(given.plugins.configurations, environment);
  return {};
}

base::Result<void> Runtime::open_vault() {
  const config::Secret& given = configuration_.kestra.secret;
  // An encryption key is enough; the secrets of the environment stay readable beside those of the store.
  const bool has_key = given.jdbc.secret || !configuration_.kestra.encryption.secret_key.empty();
  if (given.type == config::SecretType::env && !has_key) return {};
  auto encryptor =
      security::AesEncryptor::make(given.jdbc.secret.value_or(configuration_.kestra.encryption.secret_key));
  if (!encryptor)
    return base::fail(encryptor.error().with_prefix(
        "`kestra.secret.jdbc.secret`, or `kestra.encryption.secret-key` if it is not set: "));
  security::SecretVault vault;
  vault.key_id = (*encryptor)->key_id();
  vault.encryptor = *std::move(encryptor);
  vault.read_only = given.read_only;
  vault.tags.assign(given.jdbc.tags.begin(), given.jdbc.tags.end());
  secrets_.set_vault(std::move(vault));
  return {};
}

base::Result<void> Runtime::open_stores(const std::filesystem::path& data, const char* const* environment) {
  std::error_code error;
  std::filesystem::create_directories(data, error);
  if (error)
    return base::fail(store::store_read_only,
                      fmt::format("cannot create the folder `{}`: {}", data.string(), error.message()));
  store::SqliteOptions sqlite;
  sqlite.folder = data / "database";
  sqlite.clock = &clock_;
  sqlite.retention.execution_days = configuration_.gyr.retention.execution_days;
  GYR_TRY(store_, store::open_sqlite(std::move(sqlite)));

  const storage::RetryRules rules = retry_rules(configuration_.kestra.retries);
  GYR_TRY(auto opened,
          open_storage(configuration_.kestra.storage, {data / "storage", environment, clock_, rules, storage_pauses_}));
  storage_keys_ = std::move(opened.credentials);
  files_ = net::make_pool("file", opened.threads);
  storage_ = std::make_unique<storage::RetryingStorage>(std::move(opened.storage), rules, storage_pauses_);
  return {};
}

namespace {

/// The settings in `kestra.plugins.configurations`, and the former key for volumes of containers (RUNNER-23).
plugin::PluginSettings settings_of_types(const config::Kestra& given) {
  plugin::PluginSettings settings = config::plugin_settings(given.plugins.configurations);
  const std::optional<bool> former = given.tasks.scripts.docker.volume_enabled;
  if (former && settings.find(plugins::runner::docker_type, "volume-enabled").is_null()) {
    settings.add(std::string(plugins::runner::docker_type), Value::map({{"volume-enabled", Value::boolean(*former)}}));
  }
  return settings;
}

}  // namespace

void Runtime::start_worker(const std::filesystem::path& data) {
  const config::Kestra& given = configuration_.kestra;
  worker::WorkerOptions options;
  options.id = "worker-" + base::make_id(clock_.now()).to_text();
  options.processes = static_cast<size_t>(given.worker.max_num_threads.value_or(static_cast<int64_t>(cores() * 16)));
  options.temporary = given.tasks.tmp_dir.path.value_or((data / "work").string());
  options.cache = data / "cache";
  options.recursive_rendering = settings_.recursive_rendering;
  for (const std::string& folder : given.local_files.allowed_paths) options.host_files.allowed.emplace_back(folder);
  options.host_files.allowed_of_types = paths_of_types(given.plugins.configurations);
  if (given.ee.java_security.enabled) {
    for (const std::string& folder : given.ee.java_security.forbidden_paths)
      options.host_files.forbidden.emplace_back(folder);
    // The kernel can restrict a process without privileges to allowed paths, but cannot forbid a part of them: files
    // that are created next to a forbidden path later could not be used either (docs/users/configuration.md).
    if (!options.host_files.forbidden.empty()) {
      base::log::warn(
          "kestra.ee.java-security.forbidden-paths applies to files that tasks read as file:///…, but not to scripts "
          "that run as processes of this server; run these scripts in containers");
    }
  }
  options.host_files.functions = given.local_files.enable_file_functions;
  if (given.local_files.enable_preview)
    host_files_ = std::make_unique<storage::HostFileStorage>(
        storage::HostFiles{.allowed = options.host_files.allowed, .forbidden = options.host_files.forbidden});
  options.plugin_settings = settings_of_types(given);
  // Remove what an earlier process left behind.
  std::error_code ignored;
  if (!given.tasks.tmp_dir.path) std::filesystem::remove_all(options.temporary, ignored);

  std::string id = options.id;
  cached_flows_ = std::make_unique<CachedFlows>(*store_, *flows_);
  to_server_ = std::make_unique<protocol::MemoryLink>(
      nullptr, [this, id](protocol::Frame frame) { workers_->receive(id, std::move(frame)); });
  worker_ = std::make_unique<worker::Worker>(
      std::move(options), worker::WorkerServices{*loop_, clock_, *cached_flows_, *storage_, *files_, *spawner_, *http_},
      *to_server_);
  to_worker_ = std::make_unique<protocol::MemoryLink>(
      loop_.get(), [this](protocol::Frame frame) { worker_->receive(std::move(frame)); });
  constexpr uint32_t jobs_at_once = 10'000;  // coroutines: each waiting job costs a small frame
  workers_->connect(id, *to_worker_, jobs_at_once);
}

base::Result<void> Runtime::build(RuntimeOptions options) {
  configuration_ = std::move(options.settings);
  spawner_ = std::move(options.spawner);
  const config::PluginSecurity& allowed = configuration_.kestra.plugins.security;
  GYR_TRY(auto policy, plugin::TypePolicy::make(allowed.includes, allowed.excludes));
  registry_.restrict_to(std::move(policy));
  register_types(registry_);
  GYR_CHECK(read_settings(options.environment));
  trigger_settings_.evaluated = options.evaluates_triggers;
  GYR_CHECK(open_stores(options.data, options.environment));

  loop_ = net::make_loop();
  upkeep_ = net::make_pool("upkeep", 1);
  http_ = net::make_http_client();
  flows_ = std::make_unique<executor::FlowCache>(registry_, parse_options_);
  if (configuration_.kestra.templates.enabled) flows_->templates().enable();
  settings_.namespaces = &flows_->namespaces();
  requests_ = std::make_unique<executor::HttpRequests>(*http_, *loop_, *files_, clock_);
  executor::ExecutorOptions executor_options;
  executor_options.threads = std::clamp<size_t>(cores() / 2, 1, executor::max_threads);
  executor_options.in_flight_file = (options.data / "in-flight").string();
  mailboxes_ = std::make_unique<executor::Mailboxes>(std::move(executor_options), *store_, queued_work_);
  host_ = std::make_unique<executor::HostService>(executor::HostParts{*store_, *storage_, secrets_, encryptor_.get(),
                                                                      clock_, *files_, *mailboxes_, requests_.get()});
  starter_ = std::make_unique<executor::Starter>(*store_, *flows_, *host_, *mailboxes_, settings_, clock_);
  resumer_ = std::make_unique<executor::Resumer>(*store_, *flows_, *starter_, *mailboxes_, settings_, clock_);
  task_calls_ = std::make_unique<executor::TaskCalls>(*host_, *resumer_);
  workers_ = std::make_unique<executor::WorkerHub>(
      executor::HubServices{*store_, *task_calls_, changes_, clock_, *loop_, *mailboxes_, queued_work_});
  operator_holds_ = std::make_unique<executor::OperatorHolds>(std::move(options.ignore), [this] {
    mailboxes_->wake_all();
    registry_of_services_->beat([] {});  // so that the states of services show it at once
  });
  executor_ = std::make_unique<executor::Executor>(*mailboxes_, executor::PartitionServices{*store_,
                                                                                            *flows_,
                                                                                            settings_,
                                                                                            clock_,
                                                                                            changes_,
                                                                                            *workers_,
                                                                                            *starter_,
                                                                                            {},
                                                                                            host_.get(),
                                                                                            trigger_settings_,
                                                                                            &task_meters_,
                                                                                            &trigger_meters_,
                                                                                            operator_holds_.get()});
  start_worker(options.data);
  schedule_key_purge();
  register_services();
  loop_thread_ = std::thread([this] { loop_->run(); });
  return {};
}

namespace {

std::string name_of_host() {
  char name[256] = {};
  return ::gethostname(name, sizeof(name) - 1) == 0 ? name : "unknown";
}

model::ServiceLiveness liveness_of(const config::Server& given) {
  return {.enabled = given.liveness.enabled,
          .interval = given.liveness.interval,
          .timeout = given.liveness.timeout,
          .initial_delay = given.liveness.initial_delay,
          .heartbeat_interval = given.liveness.heartbeat_interval,
          .termination_grace = given.termination_grace_period};
}

}  // namespace

void Runtime::register_services() {
  executor::RegistryOptions options;
  options.server = {base::make_id(clock_.now()).to_text(), true, version.number, name_of_host()};
  using enum model::ServiceType;
  options.types = {executor, indexer, scheduler, webserver, worker};
  const config::Server& given = configuration_.kestra.server;
  options.liveness = liveness_of(given);
  options.purge_retention = given.service.purge.retention;
  options.purge_initial_delay = given.service.purge.initial_delay;
  options.purge_fixed_delay = given.service.purge.fixed_delay;
  const std::chrono::milliseconds grace(options.liveness.termination_grace.to_millis());
  registry_of_services_ = std::make_unique<executor::ServiceRegistry>(
      options, executor::RegistryServices{*store_, clock_, *loop_,
                                          [this, grace](bool replaced) {
                                            loop_->post([this, wait = replaced ? std::chrono::milliseconds(0) : grace] {
                                              evicting_ = std::make_unique<base::TaskScope>(*loop_);
                                              evicting_->spawn(worker_->shutdown(wait));
                                            });
                                          },
                                          [this] { return operator_holds_->maintenance().on; }});
  registry_of_services_->join();
}

base::Result<void> Runtime::begin() {
  {
    GYR_TRY(auto reader, store_->open_reader());
    GYR_CHECK(operator_holds_->read(*reader));
  }
  GYR_CHECK(executor_->start());
  registry_of_services_->begin();
  upkeep_->post([this] { define_first_triggers(*store_, *mailboxes_); });
  loop_->post([this] {
    apply_retention_after(std::chrono::minutes(1));
    if (key_purge_.enabled) purge_keys_after(key_purge_.initial_delay);
  });
  return {};
}

void Runtime::schedule_key_purge() {
  const config::KeyPurge& given = configuration_.kestra.kv.purge_expired;
  key_purge_.enabled = given.enabled;
  key_purge_.initial_delay = std::chrono::nanoseconds(given.initial_delay.to_nanos());
  key_purge_.fixed_delay = std::chrono::nanoseconds(given.fixed_delay.to_nanos());
  key_purge_.batch_size = static_cast<size_t>(given.batch_size);
}

// Expired keys are not found any more. This removes their values (KV-5).
void Runtime::purge_keys_after(std::chrono::nanoseconds pause) {
  loop_->start_timer(loop_->now() + pause, [this] {
    upkeep_->post([this] {
      for (;;) {
        auto purged = store_->purge_expired_keys(clock_.now(), key_purge_.batch_size);
        if (!purged) base::log::warn("cannot remove expired keys: {}", purged.error().message());
        if (!purged || *purged < key_purge_.batch_size) break;
      }
      loop_->post([this] { purge_keys_after(key_purge_.fixed_delay); });
    });
  });
}

// Removes in bounded steps on a separate thread, and runs again an hour after the last step.
void Runtime::apply_retention_after(std::chrono::nanoseconds pause) {
  loop_->start_timer(loop_->now() + pause, [this] {
    upkeep_->post([this] {
      for (;;) {
        auto more = store_->apply_retention(clock_.now());
        if (!more) base::log::warn("cannot remove expired data: {}", more.error().message());
        if (!more || !*more) break;
      }
      if (auto removed = remove_left_files(*store_, *storage_); !removed)
        base::log::warn("cannot remove the files of deleted executions: {}", removed.error().message());
      loop_->post([this] { apply_retention_after(std::chrono::hours(1)); });
    });
  });
}

namespace {

base::Task<void> shut_worker_down(worker::Worker* worker, executor::HttpRequests* requests,
                                  std::chrono::milliseconds grace, net::RunningLoop* loop, base::TaskScope* evicting) {
  if (evicting != nullptr) co_await evicting->join();
  co_await worker->shutdown(grace);
  co_await requests->shutdown();
  loop->stop();
}

}  // namespace

void Runtime::stop(std::chrono::milliseconds grace) {
  if (std::exchange(stopped_, true)) return;
  storage_pauses_.stop();
  if (loop_thread_.joinable() && registry_of_services_) registry_of_services_->leave();
  if (loop_thread_.joinable()) {
    // Stop the worker first, so that results of tasks that end in time are still committed.
    auto scope = std::make_shared<std::unique_ptr<base::TaskScope>>();
    loop_->post([this, grace, scope] {
      *scope = std::make_unique<base::TaskScope>(*loop_);
      (*scope)->spawn(shut_worker_down(worker_.get(), requests_.get(), grace, loop_.get(), evicting_.get()));
    });
    loop_thread_.join();
  }
  if (executor_) executor_->stop();
  if (upkeep_) upkeep_->stop();
  if (registry_of_services_) registry_of_services_->left(worker_ == nullptr || !worker_->ended_by_force());
  if (files_) files_->stop();
  to_worker_.reset();
  worker_.reset();
  executor_.reset();
  if (store_) store_->close();
}

}  // namespace gyr::main
