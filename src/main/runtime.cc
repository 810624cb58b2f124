#include "main/runtime.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"
#include "engine/types.h"
#include "expression/convert.h"
#include "main/first_triggers.h"
#include "main/left_files.h"
#include "main/storage_settings.h"
#include "main/trigger_settings.h"
#include "main/version.h"
#include "plugin/core_conditions.h"
#include "plugin/core_triggers.h"
#include "plugins/plugins.h"
#include "plugins/runner/docker/docker.h"
#include "store/sqlite/sqlite_store.h"

namespace gyr::main {

using base::Value;

namespace {

/// The environment variables of the server that expressions can read (EXPR-391, SEC-4).
Value visible_environment(const Configuration& configuration, const char* const* environment) {
  std::string prefix = configuration.text("kestra.variables.env-vars-prefix", "ENV_");
  auto redacted = configuration.list("kestra.variables.redacted-env-vars");
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
std::vector<std::pair<std::string, std::filesystem::path>> paths_of_types(const Value& configurations) {
  std::vector<std::pair<std::string, std::filesystem::path>> paths;
  if (!configurations.is_list()) return paths;
  for (const Value& one : configurations.items()) {
    const Value* type = one.is_map() ? one.find("type") : nullptr;
    const Value* values = one.is_map() ? one.find("values") : nullptr;
    if (type == nullptr || !type->is_string() || values == nullptr || !values->is_map()) continue;
    const Value* folders = values->find("allowed-paths");
    if (folders == nullptr) folders = values->find("allowedPaths");
    if (folders == nullptr || !folders->is_list()) continue;
    for (const Value& folder : folders->items()) {
      if (folder.is_string()) paths.emplace_back(type->text(), folder.text());
    }
  }
  return paths;
}

size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

void register_types(plugin::Registry& registry) {
  engine::register_engine_types(registry);
  plugins::register_core_plugins(registry);
  plugins::register_script_plugins(registry);
  plugin::register_core_triggers(registry);
  plugin::register_core_conditions(registry);
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
  settings_.envs = visible_environment(configuration_, environment);
  Value globals = configuration_.value("kestra.variables.globals");
  settings_.globals = globals.is_map() ? globals : Value::empty_map();
  base::MapBuilder kestra;
  if (auto name = configuration_.text("kestra.environment.name")) kestra.set("environment", Value::string(*name));
  if (auto url = configuration_.text("kestra.url")) kestra.set("url", Value::string(*url));
  settings_.kestra = kestra.build();
  GYR_TRY(settings_.recursive_rendering, configuration_.boolean("kestra.variables.recursive-rendering", false));
  if (auto key = configuration_.text("kestra.encryption.secret-key"); key && !key->empty()) {
    GYR_TRY(encryptor_, security::AesEncryptor::make(*key));
    settings_.encryptor = encryptor_.get();
  }
  secrets_ = security::Secrets::from_environment(environment);
  GYR_CHECK(open_vault());

  Value defaults = configuration_.value("kestra.plugins.defaults");
  if (defaults.is_null()) defaults = configuration_.value("kestra.tasks.defaults");  // [old] (FLOW-60)
  if (defaults.is_list()) {
    std::vector<std::string> problems;
    default_levels_.push_back(model::plugin_defaults_of(defaults, problems));
    for (const auto& problem : problems) base::log::warn("kestra.plugins.defaults: {}", problem);
  }
  parse_options_.defaults = default_levels_;
  GYR_TRY(trigger_settings_, trigger_settings(configuration_, environment));
  return {};
}

base::Result<void> Runtime::open_vault() {
  const std::string type = configuration_.text("kestra.secret.type", "env");
  if (type == "env") return {};
  if (type != "jdbc") {
    return base::fail(
        base::Error(bad_configuration, "`kestra.secret.type: " + type + "` is not available in this version")
            .with_hint("use `env` or `jdbc`"));
  }
  const auto key = configuration_.text("kestra.secret.jdbc.secret");
  const auto shared = configuration_.text("kestra.encryption.secret-key");
  auto encryptor = security::AesEncryptor::make(key.value_or(shared.value_or("")));
  if (!encryptor)
    return base::fail(encryptor.error().with_prefix(
        "`kestra.secret.jdbc.secret`, or `kestra.encryption.secret-key` if it is not set: "));
  security::SecretVault vault;
  vault.key_id = (*encryptor)->key_id();
  vault.encryptor = *std::move(encryptor);
  GYR_TRY(vault.read_only, configuration_.boolean("kestra.secret.read-only", false));
  const Value tags = configuration_.value("kestra.secret.jdbc.tags");
  if (!tags.is_null() && !tags.is_map())
    return base::fail(bad_configuration, "`kestra.secret.jdbc.tags` is not a mapping");
  for (size_t i = 0; i < tags.size(); ++i) {
    const auto& tag = tags.entries()[i];
    if (tag.value.is_container())
      return base::fail(bad_configuration, "`kestra.secret.jdbc.tags." + std::string(tag.name()) + "` is not a string");
    vault.tags.emplace_back(std::string(tag.name()), expression::to_text(tag.value));
  }
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
  GYR_TRY(int64_t days,
          configuration_.integer("gyr.retention.execution-days", sqlite.retention.execution_days, 0, 36'500));
  sqlite.retention.execution_days = static_cast<int32_t>(days);
  GYR_TRY(store_, store::open_sqlite(std::move(sqlite)));

  GYR_TRY(auto rules, retry_rules(configuration_));
  GYR_TRY(auto opened, open_storage(configuration_, {data / "storage", environment, clock_, rules, storage_pauses_}));
  storage_keys_ = std::move(opened.credentials);
  files_ = net::make_pool("file", opened.threads);
  storage_ = std::make_unique<storage::RetryingStorage>(std::move(opened.storage), rules, storage_pauses_);
  return {};
}

namespace {

/// The settings in `kestra.plugins.configurations`, and the former key for volumes of containers (RUNNER-23).
base::Result<plugin::PluginSettings> plugin_settings(const Configuration& configuration) {
  std::vector<std::string> problems;
  plugin::PluginSettings settings(configuration.value("kestra.plugins.configurations"), problems);
  for (const auto& problem : problems) base::log::warn("kestra.plugins.configurations: {}", problem);
  constexpr std::string_view former = "kestra.tasks.scripts.docker.volume-enabled";
  if (!configuration.text(former)) return settings;
  base::log::warn("the key {} is deprecated; use kestra.plugins.configurations with the type {}", former,
                  plugins::runner::docker_type);
  GYR_TRY(bool enabled, configuration.boolean(former, false));
  if (settings.find(plugins::runner::docker_type, "volume-enabled").is_null()) {
    settings.add(std::string(plugins::runner::docker_type), Value::map({{"volume-enabled", Value::boolean(enabled)}}));
  }
  return settings;
}

}  // namespace

base::Result<void> Runtime::start_worker(const std::filesystem::path& data) {
  worker::WorkerOptions options;
  options.id = "worker-" + base::make_id(clock_.now()).to_text();
  GYR_TRY(int64_t processes,
          configuration_.integer("kestra.worker.max-num-threads", static_cast<int64_t>(cores() * 16), 1, 100'000));
  options.processes = static_cast<size_t>(processes);
  options.temporary = configuration_.text("kestra.tasks.tmp-dir.path", (data / "work").string());
  options.cache = data / "cache";
  options.recursive_rendering = settings_.recursive_rendering;
  for (std::string& folder : configuration_.list("kestra.local-files.allowed-paths"))
    options.host_files.allowed.emplace_back(std::move(folder));
  options.host_files.allowed_of_types = paths_of_types(configuration_.value("kestra.plugins.configurations"));
  GYR_TRY(bool secured, configuration_.boolean("kestra.ee.java-security.enabled", false));
  if (secured) {
    for (std::string& folder : configuration_.list("kestra.ee.java-security.forbidden-paths"))
      options.host_files.forbidden.emplace_back(std::move(folder));
    // The kernel can restrict a process without privileges to allowed paths, but cannot forbid a part of them: files
    // that are created next to a forbidden path later could not be used either (docs/users/configuration.md).
    if (!options.host_files.forbidden.empty()) {
      base::log::warn(
          "kestra.ee.java-security.forbidden-paths applies to files that tasks read as file:///…, but not to scripts "
          "that run as processes of this server; run these scripts in containers");
    }
    for (std::string_view key : {"authorized-class-prefix", "forbidden-class-prefix"}) {
      if (configuration_.list(fmt::format("kestra.ee.java-security.{}", key)).empty()) continue;
      base::log::info(
          "kestra.ee.java-security.{} has no effect; use kestra.plugins.security to restrict the types that flows can "
          "use",
          key);
    }
  }
  GYR_TRY(options.host_files.functions, configuration_.boolean("kestra.local-files.enable-file-functions", true));
  GYR_TRY(bool preview, configuration_.boolean("kestra.local-files.enable-preview", true));
  if (preview)
    host_files_ = std::make_unique<storage::HostFileStorage>(
        storage::HostFiles{.allowed = options.host_files.allowed, .forbidden = options.host_files.forbidden});
  GYR_TRY(options.plugin_settings, plugin_settings(configuration_));
  // Remove what an earlier process left behind.
  std::error_code ignored;
  if (!configuration_.text("kestra.tasks.tmp-dir.path")) std::filesystem::remove_all(options.temporary, ignored);

  std::string id = options.id;
  cached_flows_ = std::make_unique<CachedFlows>(*store_, *flows_);
  to_server_ = std::make_unique<link::MemoryLink>(
      nullptr, [this, id](link::Frame frame) { workers_->receive(id, std::move(frame)); });
  worker_ = std::make_unique<worker::Worker>(
      std::move(options), worker::WorkerServices{*loop_, clock_, *cached_flows_, *storage_, *files_, *spawner_, *http_},
      *to_server_);
  to_worker_ = std::make_unique<link::MemoryLink>(loop_.get(),
                                                  [this](link::Frame frame) { worker_->receive(std::move(frame)); });
  constexpr uint32_t jobs_at_once = 10'000;  // coroutines: each waiting job costs a small frame
  workers_->connect(id, *to_worker_, jobs_at_once);
  return {};
}

base::Result<void> Runtime::build(RuntimeOptions options) {
  configuration_ = std::move(options.configuration);
  spawner_ = std::move(options.spawner);
  GYR_TRY(auto policy, plugin::TypePolicy::make(configuration_.list("kestra.plugins.security.includes"),
                                                configuration_.list("kestra.plugins.security.excludes")));
  registry_.restrict_to(std::move(policy));
  register_types(registry_);
  GYR_CHECK(read_settings(options.environment));
  trigger_settings_.evaluated = options.evaluates_triggers;
  GYR_CHECK(open_stores(options.data, options.environment));

  loop_ = net::make_loop();
  upkeep_ = net::make_pool("upkeep", 1);
  http_ = net::make_http_client();
  flows_ = std::make_unique<executor::FlowCache>(registry_, parse_options_);
  GYR_TRY(const bool templates, configuration_.boolean("kestra.templates.enabled", false));
  if (templates) flows_->templates().enable();
  settings_.namespaces = &flows_->namespaces();
  requests_ = std::make_unique<executor::HttpRequests>(*http_, *loop_, *files_, clock_);
  host_ = std::make_unique<executor::HostService>(*store_, *storage_, secrets_, encryptor_.get(), clock_, *files_);
  host_->set_requests(*requests_);
  workers_ = std::make_unique<executor::WorkerHub>(executor::HubServices{*store_, *host_, changes_, clock_, *loop_});
  starter_ = std::make_unique<executor::Starter>(*store_, *flows_, *host_, settings_, clock_);

  operator_holds_ = std::make_unique<executor::OperatorHolds>(std::move(options.ignore));
  executor::ExecutorOptions executor_options;
  executor_options.threads = std::clamp<size_t>(cores() / 2, 1, executor::max_threads);
  executor_options.partitions = std::max<size_t>(4, executor_options.threads * 2);
  executor_options.in_flight_file = (options.data / "in-flight").string();
  executor_ =
      std::make_unique<executor::Executor>(executor_options, executor::PartitionServices{*store_,
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
                                                                                         nullptr,
                                                                                         operator_holds_.get()});
  starter_->set_executor(*executor_);
  host_->set_executor(*executor_);
  workers_->set_events([this](const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                              std::optional<engine::AttemptRef> acknowledge) {
    executor_->worker_event(flow, execution, std::move(body), acknowledge);
  });
  workers_->set_trigger_events([this](const model::FlowKey& flow, executor::TriggerReport report) {
    executor_->trigger_event(flow, std::move(report));
  });
  GYR_CHECK(start_worker(options.data));
  GYR_CHECK(schedule_key_purge());
  GYR_CHECK(register_services());
  loop_thread_ = std::thread([this] { loop_->run(); });
  return {};
}

namespace {

std::string name_of_host() {
  char name[256] = {};
  return ::gethostname(name, sizeof(name) - 1) == 0 ? name : "unknown";
}

base::Result<model::ServiceLiveness> read_liveness(const Configuration& configuration) {
  model::ServiceLiveness liveness;
  GYR_TRY(liveness.enabled, configuration.boolean("kestra.server.liveness.enabled", liveness.enabled));
  GYR_TRY(liveness.interval, configuration.duration("kestra.server.liveness.interval", liveness.interval));
  GYR_TRY(liveness.timeout, configuration.duration("kestra.server.liveness.timeout", liveness.timeout));
  GYR_TRY(liveness.initial_delay,
          configuration.duration("kestra.server.liveness.initial-delay", liveness.initial_delay));
  GYR_TRY(liveness.heartbeat_interval,
          configuration.duration("kestra.server.liveness.heartbeat-interval", liveness.heartbeat_interval));
  GYR_TRY(liveness.termination_grace,
          configuration.duration("kestra.server.termination-grace-period", liveness.termination_grace));
  const base::Duration shortest = base::Duration::of_millis(10);
  if (liveness.heartbeat_interval < shortest || liveness.interval < shortest) {
    return base::fail(
        bad_configuration,
        "`kestra.server.liveness.interval` and `kestra.server.liveness.heartbeat-interval` must be at least 10 ms");
  }
  if (liveness.heartbeat_interval >= liveness.timeout) {
    return base::fail(
        base::Error(bad_configuration,
                    "`kestra.server.liveness.heartbeat-interval` must be shorter than `kestra.server.liveness.timeout`")
            .with_hint("a service with a longer interval would be considered dead between two heartbeats"));
  }
  return liveness;
}

}  // namespace

base::Result<void> Runtime::register_services() {
  executor::RegistryOptions options;
  options.server = {base::make_id(clock_.now()).to_text(), true, version.number, name_of_host()};
  using enum model::ServiceType;
  options.types = {executor, indexer, scheduler, webserver, worker};
  GYR_TRY(options.liveness, read_liveness(configuration_));
  GYR_TRY(options.purge_retention,
          configuration_.duration("kestra.server.service.purge.retention", options.purge_retention));
  GYR_TRY(options.purge_initial_delay,
          configuration_.duration("kestra.server.service.purge.initial-delay", options.purge_initial_delay));
  GYR_TRY(options.purge_fixed_delay,
          configuration_.duration("kestra.server.service.purge.fixed-delay", options.purge_fixed_delay));
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
  return {};
}

base::Result<void> Runtime::begin() {
  {
    GYR_TRY(auto reader, store_->open_reader());
    GYR_CHECK(operator_holds_->read(*reader));
  }
  operator_holds_->set_listener([this] {
    executor_->operator_holds_changed();
    registry_of_services_->beat([] {});  // so that the states of services show it at once
  });
  GYR_CHECK(executor_->start());
  registry_of_services_->begin();
  upkeep_->post([this] { define_first_triggers(*store_, *executor_); });
  loop_->post([this] {
    apply_retention_after(std::chrono::minutes(1));
    if (key_purge_.enabled) purge_keys_after(key_purge_.initial_delay);
  });
  return {};
}

base::Result<void> Runtime::schedule_key_purge() {
  GYR_TRY(key_purge_.enabled, configuration_.boolean("kestra.kv.purge-expired.enabled", true));
  const base::Duration hour = base::Duration::of_seconds(3'600);
  GYR_TRY(base::Duration initial, configuration_.duration("kestra.kv.purge-expired.initial-delay", hour));
  GYR_TRY(base::Duration fixed, configuration_.duration("kestra.kv.purge-expired.fixed-delay", hour));
  GYR_TRY(int64_t batch, configuration_.integer("kestra.kv.purge-expired.batch-size", 1'000, 1, 100'000));
  if (fixed < base::Duration::of_millis(10))
    return base::fail(bad_configuration, "`kestra.kv.purge-expired.fixed-delay` must be at least 10 ms");
  key_purge_.initial_delay = std::chrono::nanoseconds(initial.to_nanos());
  key_purge_.fixed_delay = std::chrono::nanoseconds(fixed.to_nanos());
  key_purge_.batch_size = static_cast<size_t>(batch);
  return {};
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
