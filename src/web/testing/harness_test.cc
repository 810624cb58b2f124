#include "web/testing/harness.h"

#include <condition_variable>

#include "base/text.h"
#include "catalog/flow_cache.h"
#include "cluster/change_hub.h"
#include "dispatch/task_meters.h"
#include "engine/settings.h"
#include "engine/types.h"
#include "executor/executor.h"
#include "executor/mailboxes.h"
#include "executor/trigger_meters.h"
#include "host/host_service.h"
#include "host/http_requests.h"
#include "intake/resumer.h"
#include "intake/starter.h"
#include "plugin_api/registry.h"
#include "plugins/plugins.h"
#include "security/aes_encryptor.h"
#include "security/basic_auth.h"
#include "security/secrets.h"
#include "storage/host_file_storage.h"
#include "store/sqlite/sqlite_store.h"
#include "store/test_rows.h"
#include "syntax/json.h"
#include "web/http/services.h"
#include "web/routes.h"
#include "web/testing/reply_check.h"

namespace gyr::web::test {

using base::Value;

// ---------------------------------------------------------------------------------------------- storage

namespace {

std::string object_key(std::string_view tenant, std::string_view path) { return fmt::format("{}{}", tenant, path); }

base::Result<void> check_path(std::string_view path) {
  if (path.starts_with('/') && path.find("..") == std::string_view::npos && path.find('\0') == std::string_view::npos)
    return {};
  return base::fail(storage::bad_storage_uri, "bad path");
}

/// Bytes that were copied out of the storage.
class MemorySource final : public storage::ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  base::Result<size_t> read(char* buffer, size_t capacity) override {
    const size_t count = std::min(capacity, bytes_.size() - at_);
    std::memcpy(buffer, bytes_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  size_t at_ = 0;
};

}  // namespace

class MemoryStorage::Sink final : public storage::ByteSink {
 public:
  Sink(MemoryStorage* storage, std::string key, std::string path)
      : storage_(storage), key_(std::move(key)), path_(std::move(path)) {}
  base::Result<void> write(std::string_view bytes) override {
    if (storage_->full_) return base::fail(storage::storage_full, "there is no space left");
    bytes_ += bytes;
    return {};
  }
  base::Result<std::string> finish() override {
    std::function<void()> call;
    {
      std::lock_guard lock(storage_->mutex_);
      storage_->objects_.insert_or_assign(key_, std::move(bytes_));
      call = std::exchange(storage_->after_write_, nullptr);
    }
    if (call) call();
    return "kestra://" + path_;
  }

 private:
  MemoryStorage* storage_;
  std::string key_, path_, bytes_;
};

base::Result<std::unique_ptr<storage::ByteSource>> MemoryStorage::get(std::string_view tenant, std::string_view path,
                                                                      uint64_t offset) {
  GYR_CHECK(check_path(path));
  std::lock_guard lock(mutex_);
  const auto found = objects_.find(object_key(tenant, path));
  if (found == objects_.end()) return base::fail(storage::file_not_found, fmt::format("File not found: {}", path));
  return std::make_unique<MemorySource>(found->second.substr(std::min<size_t>(offset, found->second.size())));
}

base::Result<std::unique_ptr<storage::ByteSink>> MemoryStorage::put(std::string_view tenant, std::string_view path,
                                                                    storage::Metadata) {
  GYR_CHECK(check_path(path));
  return std::make_unique<Sink>(this, object_key(tenant, path), std::string(path));
}

base::Result<bool> MemoryStorage::exists(std::string_view tenant, std::string_view path) {
  std::lock_guard lock(mutex_);
  return objects_.contains(object_key(tenant, path));
}

base::Result<storage::FileAttributes> MemoryStorage::attributes(std::string_view tenant, std::string_view path) {
  GYR_CHECK(check_path(path));
  std::lock_guard lock(mutex_);
  const auto found = objects_.find(object_key(tenant, path));
  if (found == objects_.end()) return base::fail(storage::file_not_found, fmt::format("File not found: {}", path));
  storage::FileAttributes attributes;
  attributes.file_name = path.substr(path.rfind('/') + 1);
  attributes.size = found->second.size();
  return attributes;
}

base::Result<std::vector<storage::FileAttributes>> MemoryStorage::list(std::string_view, std::string_view path) {
  return base::fail(storage::file_not_found, fmt::format("no directories here: {}", path));
}

base::Result<std::vector<std::string>> MemoryStorage::all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                                    bool) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> uris;
  const std::string key = object_key(tenant, prefix);
  for (const auto& [name, content] : objects_) {
    if (name.starts_with(key)) uris.push_back("kestra://" + name.substr(tenant.size()));
  }
  return uris;
}

base::Result<bool> MemoryStorage::remove(std::string_view tenant, std::string_view path) {
  GYR_CHECK(check_path(path));
  std::lock_guard lock(mutex_);
  const std::string key = object_key(tenant, path);
  return std::erase_if(objects_, [&](const auto& object) {
           return object.first == key || object.first.starts_with(key + "/");
         }) > 0;
}

base::Result<void> MemoryStorage::create_directory(std::string_view, std::string_view) { return {}; }

base::Result<void> MemoryStorage::move(std::string_view tenant, std::string_view from, std::string_view to) {
  std::lock_guard lock(mutex_);
  auto object = objects_.extract(object_key(tenant, from));
  if (object.empty()) return base::fail(storage::file_not_found, "File not found");
  object.key() = object_key(tenant, to);
  objects_.insert(std::move(object));
  return {};
}

void MemoryStorage::write(std::string_view path, std::string content) {
  std::lock_guard lock(mutex_);
  objects_.insert_or_assign(object_key("main", path), std::move(content));
}

std::vector<std::string> MemoryStorage::paths() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [key, content] : objects_) paths.push_back(key.substr(key.find('/')));
  return paths;
}

// ---------------------------------------------------------------------------------------------- workers

void ManualWorkers::dispatch(const executor::WorkOrigin& origin, engine::Dispatch job) {
  std::lock_guard lock(mutex_);
  jobs_.push_back({origin, std::move(job)});
  arrived_.notify_all();
}

void ManualWorkers::render(const executor::WorkOrigin& origin, engine::RenderRequest request) {
  reports_.worker_event(
      *origin.flow, origin.execution,
      engine::Rendered{request.task_run, request.request, false, {}, "the workers of this test render nothing"},
      std::nullopt);
}

void ManualWorkers::kill(const executor::WorkOrigin& origin, engine::AttemptRef attempt) {
  {
    std::lock_guard lock(mutex_);
    killed_.push_back(attempt);
  }
  reports_.worker_event(*origin.flow, origin.execution,
                        engine::WorkerFinished{attempt, model::State::killed, {}, {}, 0, {}}, std::nullopt);
}

void ManualWorkers::report(const Job& job, engine::EventBody event) {
  reports_.worker_event(*job.origin.flow, job.origin.execution, std::move(event), std::nullopt);
}

ManualWorkers::Job ManualWorkers::take(std::string_view task_id) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto found =
        std::ranges::find(jobs_, task_id, [](const Job& job) { return std::string_view(job.dispatch.task_id); });
    if (found != jobs_.end()) {
      Job job = std::move(*found);
      jobs_.erase(found);
      return job;
    }
    if (arrived_.wait_for(lock, net::test::patience) == std::cv_status::timeout) {
      ADD_FAILURE() << "no worker got task " << task_id;
      std::abort();
    }
  }
}

void ManualWorkers::evaluate(const executor::WorkOrigin& origin, const std::string& trigger_id,
                             engine::trigger::Evaluation) {
  std::lock_guard lock(mutex_);
  evaluations_.emplace_back(trigger_id, origin);
  arrived_.notify_all();
}

executor::WorkOrigin ManualWorkers::take_evaluation(std::string_view trigger_id) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto found =
        std::ranges::find(evaluations_, trigger_id, [](const auto& asked) { return std::string_view(asked.first); });
    if (found != evaluations_.end()) {
      executor::WorkOrigin origin = std::move(found->second);
      evaluations_.erase(found);
      return origin;
    }
    if (arrived_.wait_for(lock, net::test::patience) == std::cv_status::timeout) {
      ADD_FAILURE() << "no worker was asked to evaluate " << trigger_id;
      std::abort();
    }
  }
}

void ManualWorkers::tell(const executor::WorkOrigin& evaluation, std::string_view trigger_id,
                         engine::trigger::Event event) {
  // Never refused: it has no number.
  (void)reports_.trigger_event(*evaluation.flow, {std::string(trigger_id), std::move(event), evaluation.execution});
}

std::vector<engine::AttemptRef> ManualWorkers::killed() const {
  std::lock_guard lock(mutex_);
  return killed_;
}

// ---------------------------------------------------------------------------------------------- replies

Value Reply::json() const {
  auto parsed = syntax::parse_json(body);
  EXPECT_TRUE(parsed.has_value()) << "status " << status << ", body: " << body.substr(0, 500);
  return parsed ? *parsed : Value();
}

Value Reply::at(std::initializer_list<std::string_view> keys) const {
  const Value whole = json();
  const Value* found = whole.find_path(keys);
  return found == nullptr ? Value() : *found;
}

std::string Reply::text(std::initializer_list<std::string_view> keys) const {
  const Value found = at(keys);
  return found.is_string() ? std::string(found.text()) : "";
}

Call form(std::string method, std::string target, const std::vector<Part>& parts) {
  Call call{std::move(method), std::move(target), {}, "multipart/form-data; boundary=xyz", {}};
  for (const Part& part : parts) {
    call.body += "--xyz\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
    if (!part.file_name.empty())
      call.body += "; filename=\"" + part.file_name + "\"\r\nContent-Type: application/octet-stream";
    call.body += "\r\n\r\n" + part.content + "\r\n";
  }
  call.body += "--xyz--\r\n";
  return call;
}

// ---------------------------------------------------------------------------------------------- the server

struct Harness::Parts {
  explicit Parts(HarnessOptions given) : options(std::move(given)) {
    std::vector<const char*> environment;
    for (const auto& line : options.secrets) environment.push_back(line.c_str());
    environment.push_back(nullptr);
    secrets = security::Secrets::from_environment(environment.data());
    if (!options.vault_key.empty()) {
      auto vault = security::AesEncryptor::make(options.vault_key);
      EXPECT_TRUE(vault.has_value());
      const std::string key_id = (*vault)->key_id();
      secrets.set_vault({*std::move(vault), key_id, false, options.secret_tags});
    }
    engine::register_engine_types(registry);
    plugins::register_core_plugins(registry);
    plugins::register_core_triggers(registry);
    plugins::register_core_conditions(registry);
    // Programs with sanitizers are slow: their queries need longer than those of users may take.
    auto opened =
        store::open_sqlite({.folder = folder.path(), .clock = &clock, .snapshot_time = std::chrono::minutes(1)});
    EXPECT_TRUE(opened.has_value()) << opened.error().to_string();
    store = *std::move(opened);
    flows = std::make_unique<executor::FlowCache>(registry, model::ParseOptions{});
    if (options.templates) flows->templates().enable();
    engine_settings.namespaces = &flows->namespaces();
    mailboxes = std::make_unique<executor::Mailboxes>(executor::ExecutorOptions{.threads = 1, .partitions = 2}, *store,
                                                      queued_work);
    workers = std::make_unique<ManualWorkers>(*mailboxes);
    requests = std::make_unique<executor::HttpRequests>(*http, thread.loop(), *work, clock);
    host = std::make_unique<executor::HostService>(
        executor::HostParts{*store, storage, secrets, nullptr, clock, *work, *mailboxes, requests.get()});
    starter = std::make_unique<executor::Starter>(*store, *flows, *host, *mailboxes, engine_settings, clock);
    resumer = std::make_unique<executor::Resumer>(*store, *flows, *starter, *mailboxes, engine_settings, clock);
    operator_holds =
        std::make_unique<executor::OperatorHolds>(executor::IgnoreOptions{}, [this] { mailboxes->wake_all(); });
    executor = std::make_unique<executor::Executor>(*mailboxes, executor::PartitionServices{*store,
                                                                                            *flows,
                                                                                            engine_settings,
                                                                                            clock,
                                                                                            changes,
                                                                                            *workers,
                                                                                            *starter,
                                                                                            {},
                                                                                            host.get(),
                                                                                            {},
                                                                                            &task_meters,
                                                                                            &trigger_meters,
                                                                                            operator_holds.get()});
    {
      auto reader = store->open_reader();
      EXPECT_TRUE(reader.has_value() && operator_holds->read(**reader).has_value());
    }
    auto started = executor->start();
    EXPECT_TRUE(started.has_value());
    if (!options.username.empty())
      authenticator = *security::BasicAuthenticator::make({options.username, options.password}, true);
    if (!options.management_username.empty()) {
      management_authenticator =
          *security::BasicAuthenticator::make({options.management_username, options.management_password}, false);
    }
    if (!options.host_folder.empty())
      host_files = std::make_unique<storage::HostFileStorage>(storage::HostFiles{.allowed = {options.host_folder}});
    services.emplace(Services{*store,
                              storage,
                              *mailboxes,
                              *starter,
                              *resumer,
                              changes,
                              *flows,
                              *host,
                              registry,
                              engine_settings,
                              secrets,
                              clock,
                              *work,
                              *passwords,
                              authenticator.get(),
                              nullptr,
                              host_files.get(),
                              &task_meters,
                              &trigger_meters,
                              operator_holds.get(),
                              management_authenticator.get(),
                              options.rights});
    server = std::make_unique<Server>(*services, options.settings);
    handler = server->handler(thread.loop());
    management_handler = server->management_handler(thread.loop());
  }

  ~Parts() {
    thread.await<bool>([this] { return end(requests.get()); });
    executor->stop();
    work->stop();
    passwords->stop();
    store->close();
  }

  /// The test fails if the reply differs from what its route describes.
  void check(const Call& call, const Reply& reply, const Router& of_port) const {
    for (const std::string& difference : differences(call, reply, of_port, options.settings.context_path))
      ADD_FAILURE() << call.method << " " << call.target << " answered " << reply.status << ": " << difference;
  }

  static base::Task<bool> end(executor::HttpRequests* requests) {
    co_await requests->shutdown();
    co_return true;
  }

  HarnessOptions options;
  store::test::TemporaryFolder folder;
  base::VirtualClock clock{base::Instant::of_millis(1'767'600'000'000)};
  plugin::Registry registry;
  engine::Settings engine_settings;
  security::Secrets secrets;
  MemoryStorage storage;
  executor::QueuedWork queued_work;
  executor::ChangeHub changes;
  executor::TaskMeters task_meters;
  executor::TriggerMeters trigger_meters;
  std::unique_ptr<net::Pool> work = net::make_pool("work", 2);
  std::unique_ptr<net::Pool> passwords = net::make_pool("pw", 1);
  std::unique_ptr<store::Store> store;
  std::unique_ptr<executor::FlowCache> flows;
  std::unique_ptr<executor::Mailboxes> mailboxes;
  std::unique_ptr<ManualWorkers> workers;
  std::unique_ptr<executor::OperatorHolds> operator_holds;
  std::unique_ptr<executor::HostService> host;
  std::unique_ptr<executor::Starter> starter;
  std::unique_ptr<executor::Resumer> resumer;
  std::unique_ptr<executor::Executor> executor;
  std::unique_ptr<security::BasicAuthenticator> authenticator;
  std::unique_ptr<security::BasicAuthenticator> management_authenticator;
  std::unique_ptr<storage::HostFileStorage> host_files;
  std::optional<Services> services;
  std::unique_ptr<Server> server;
  const std::vector<Route> routes = all_routes();
  const Router router{routes};
  const std::vector<Route> of_management = management_routes();
  const Router management_router{of_management};
  net::HttpServer::Handler handler;
  net::HttpServer::Handler management_handler;
  std::unique_ptr<net::HttpClient> http = net::make_http_client();
  net::test::LoopThread thread;  // joined first: handlers use all of the above
  std::unique_ptr<executor::HttpRequests> requests;
};

Harness::Harness(HarnessOptions options) : parts_(std::make_unique<Parts>(std::move(options))) {}
Harness::~Harness() = default;

namespace {

net::ServerRequest request_of(Call call, base::CancelToken gone) {
  net::ServerRequest request;
  request.method = std::move(call.method);
  request.target = call.target.starts_with('/') ? call.target : "/api/v1/main/" + call.target;
  request.headers.add("Host", "gyr.test:8080");
  if (!call.content_type.empty()) request.headers.add("Content-Type", call.content_type);
  if (!call.body.empty() || !call.content_type.empty())
    request.headers.add("Content-Length", std::to_string(call.body.size()));
  for (auto& [name, value] : call.headers) request.headers.add(std::move(name), std::move(value));
  request.peer = "127.0.0.1";
  request.body = net::body_of(std::move(call.body));
  request.gone = std::move(gone);
  return request;
}

base::Task<Reply> exchange(net::HttpServer::Handler* handler, net::ServerRequest request) {
  net::ServerResponse response = co_await (*handler)(std::move(request));
  Reply reply{response.status, std::move(response.headers), std::move(response.body), false};
  while (response.stream) {
    auto piece = co_await response.stream();
    reply.cut = !piece;
    if (!piece || piece->empty()) break;
    reply.body += *piece;
  }
  co_return reply;
}

base::Task<std::shared_ptr<net::ServerResponse>> begin(net::HttpServer::Handler* handler, net::ServerRequest request) {
  co_return std::make_shared<net::ServerResponse>(co_await (*handler)(std::move(request)));
}

base::Task<std::string> next_piece(net::ServerResponse* response) {
  auto piece = co_await response->stream();
  co_return piece ? *piece : std::string();
}

}  // namespace

std::future<Reply> Harness::start(Call call) {
  auto shared = std::make_shared<Call>(std::move(call));
  return parts_->thread.start<Reply>(
      [handler = &parts_->handler, shared] { return exchange(handler, request_of(std::move(*shared), {})); });
}

Reply Harness::call(Call call) {
  parts_->clock.advance(
      base::Duration::of_millis(1));  // things that happen one after the other have times one after the other
  Reply reply = net::test::LoopThread::wait(start(call));
  parts_->check(call, reply, parts_->router);
  return reply;
}

Reply Harness::manage(Call call) {
  auto shared = std::make_shared<Call>(call);
  Reply reply = parts_->thread.await<Reply>([handler = &parts_->management_handler, shared] {
    return exchange(handler, request_of(std::move(*shared), {}));
  });
  parts_->check(call, reply, parts_->management_router);
  return reply;
}

Events Harness::follow(std::string target, std::vector<std::pair<std::string, std::string>> headers) {
  Events events;
  events.thread_ = &parts_->thread;
  headers.emplace_back("Accept", "text/event-stream");
  auto shared = std::make_shared<Call>(Call{"GET", std::move(target), {}, {}, std::move(headers)});
  auto response = parts_->thread.await<std::shared_ptr<net::ServerResponse>>(
      [handler = &parts_->handler, shared, token = events.gone_.token()] {
        return begin(handler, request_of(*shared, token));
      });
  EXPECT_EQ(response->status, 200) << response->body;
  events.response_ = std::move(*response);
  return events;
}

std::optional<Events::Event> Events::next() {
  auto event = next_or_heartbeat();
  while (event && event->id.empty() && event->data.empty()) event = next_or_heartbeat();
  return event;
}

std::optional<Events::Event> Events::next_or_heartbeat() {
  for (;;) {
    const size_t end = received_.find("\n\n");
    if (end == std::string::npos) {
      if (!response_.stream) return std::nullopt;
      std::string piece = thread_->await<std::string>([this] { return next_piece(&response_); });
      if (piece.empty()) return std::nullopt;
      received_ += piece;
      continue;
    }
    const std::string frame = received_.substr(0, end);
    received_.erase(0, end + 2);
    Event event;
    for (std::string_view line : base::split(frame, '\n')) {
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("data: ")) event.data = line.substr(6);
    }
    return event;
  }
}

void Harness::deploy(std::string_view source) {
  Reply reply = send("POST", "flows", std::string(source), "application/x-yaml");
  ASSERT_EQ(reply.status, 200) << reply.body;
}

std::string Harness::run(std::string_view namespace_, std::string_view id) {
  Reply reply = send("POST", fmt::format("executions/{}/{}", namespace_, id));
  EXPECT_EQ(reply.status, 200) << reply.body;
  return reply.text({"id"});
}

Value Harness::wait_for_end(const std::string& execution) {
  // The stream closes when the execution and what runs behind its end are done.
  Events events = follow("executions/" + execution + "/follow");
  while (events.next()) {
  }
  return get("executions/" + execution).json();
}

base::VirtualClock& Harness::clock() { return parts_->clock; }
MemoryStorage& Harness::storage() { return parts_->storage; }
ManualWorkers& Harness::workers() { return *parts_->workers; }
Server& Harness::server() { return *parts_->server; }
store::Store& Harness::store() { return *parts_->store; }
const Services& Harness::services() { return *parts_->services; }
net::test::LoopThread& Harness::thread() { return parts_->thread; }

std::string log_flow(std::string_view namespace_, std::string_view id, std::string_view more) {
  return fmt::format(
      "id: {}\nnamespace: {}\n{}tasks:\n  - id: say\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n", id,
      namespace_, more);
}

std::string waiting_flow(std::string_view namespace_, std::string_view id, std::string_view more) {
  return fmt::format(
      "id: {}\nnamespace: {}\n{}tasks:\n  - id: nap\n    type: io.kestra.plugin.core.flow.Sleep\n    duration: PT2M\n",
      id, namespace_, more);
}

}  // namespace gyr::web::test
