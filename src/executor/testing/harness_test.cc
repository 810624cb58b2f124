#include "executor/testing/harness.h"

#include <fcntl.h>
#include <unistd.h>

#include <future>

#include "command/errors.h"
#include "engine/types.h"
#include "intake/resumer.h"
#include "plugin_api/test_triggers.h"
#include "plugins/plugins.h"
#include "storage/local/local_storage.h"
#include "store/sqlite/sqlite_store.h"
#include "syntax/time.h"

namespace gyr::executor::test {

struct Harness::Life {
  Life(const std::filesystem::path& folder, const ExecutorOptions& options, const base::Clock& clock,
       const ManualWorkers::Script& script, const IgnoreOptions& ignore) {
    engine::register_engine_types(registry);
    plugins::register_core_plugins(registry);
    plugins::register_core_triggers(registry);
    plugin::testing::register_test_triggers(registry);
    plugins::register_core_conditions(registry);
    auto opened = store::open_sqlite({.folder = folder / "database", .clock = &clock});
    EXPECT_TRUE(opened.has_value()) << opened.error().to_string();
    store = std::make_unique<FaultyStore>(*std::move(opened));
    auto files = storage::open_local_storage(folder / "storage");
    EXPECT_TRUE(files.has_value());
    storage = *std::move(files);
    flows = std::make_unique<FlowCache>(registry, model::ParseOptions{});
    flows->templates().enable();
    mailboxes = std::make_unique<Mailboxes>(options, *store, queued_work);
    workers = std::make_unique<ManualWorkers>(*mailboxes, queued_work);
    workers->set_script(script);
    host = std::make_unique<HostService>(HostParts{*store, *storage, secrets, nullptr, clock, *pool, *mailboxes});
    starter = std::make_unique<Starter>(*store, *flows, *host, *mailboxes, settings, clock);
    resumer = std::make_unique<Resumer>(*store, *flows, *starter, *mailboxes, settings, clock);
    task_calls = std::make_unique<TaskCalls>(*host, *resumer);
    operator_holds = std::make_unique<OperatorHolds>(ignore, [this] { mailboxes->wake_all(); });
    executor = std::make_unique<Executor>(*mailboxes, PartitionServices{*store,
                                                                        *flows,
                                                                        settings,
                                                                        clock,
                                                                        changes,
                                                                        *workers,
                                                                        *starter,
                                                                        {},
                                                                        host.get(),
                                                                        {},
                                                                        nullptr,
                                                                        &trigger_meters,
                                                                        operator_holds.get()});
    {
      auto reader = store->open_reader();
      auto read = operator_holds->read(**reader);
      EXPECT_TRUE(read.has_value()) << read.error().to_string();
    }
    auto started = executor->start();
    EXPECT_TRUE(started.has_value()) << started.error().to_string();
  }
  ~Life() {
    store->release();
    executor->stop();
    pool->stop();
    executor.reset();
    store->close();
  }

  plugin::Registry registry;
  engine::Settings settings;
  security::Secrets secrets;
  TriggerMeters trigger_meters;
  QueuedWork queued_work;
  ChangeHub changes;
  std::unique_ptr<net::Pool> pool = net::make_pool("files", 1);
  std::unique_ptr<FaultyStore> store;
  std::unique_ptr<storage::Storage> storage;
  std::unique_ptr<FlowCache> flows;
  std::unique_ptr<Mailboxes> mailboxes;
  std::unique_ptr<ManualWorkers> workers;
  std::unique_ptr<OperatorHolds> operator_holds;
  std::unique_ptr<HostService> host;
  std::unique_ptr<Starter> starter;
  std::unique_ptr<Resumer> resumer;
  std::unique_ptr<TaskCalls> task_calls;
  std::unique_ptr<Executor> executor;
};

Harness::Harness(ExecutorOptions options) : options_(std::move(options)) {
  options_.limits.retry_after_failure = {};  // also where the clock stands
  options_.in_flight_file = folder_.path() / "in-flight";
  start();
}
Harness::~Harness() = default;

void Harness::start() { life_ = std::make_unique<Life>(folder_.path(), options_, clock_, script_, ignore_); }

void Harness::set_ignore(IgnoreOptions ignore) { ignore_ = std::move(ignore); }

void Harness::put_switch(store::KillSwitchRow row) {
  store::Batch batch;
  store::put_entity(batch, row);
  set_operator_holds(std::move(batch));
}

void Harness::set_maintenance(bool on) {
  store::Batch batch;
  batch.maintenance = {on, clock_.now()};
  set_operator_holds(std::move(batch));
}

void Harness::set_operator_holds(store::Batch batch) {
  auto stored = store().commit_and_wait(std::move(batch));
  EXPECT_TRUE(stored.has_value()) << stored.error().to_string();
  read_operator_holds();
}

void Harness::read_operator_holds() {
  auto reader = store().open_reader();
  auto read = life_->operator_holds->read(**reader);
  EXPECT_TRUE(read.has_value()) << read.error().to_string();
}

void Harness::set_script(ManualWorkers::Script script) {
  script_ = std::move(script);
  workers().set_script(script_);
}

void Harness::stop() { life_.reset(); }

void Harness::crash() {
  store().die_after(0);
  stop();
}

void Harness::mark_abort(base::Id execution) {
  auto in_flight = InFlight::open(options_.in_flight_file, 1);
  ASSERT_TRUE(in_flight.has_value());
  (*in_flight)->set(0, execution);
  in_flight->reset();
  // The mark that the handler of fatal signals sets: the second word of the file.
  int file = ::open(options_.in_flight_file.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  uint64_t crashed = 1;
  EXPECT_EQ(::pwrite(file, &crashed, sizeof(crashed), 8), static_cast<ssize_t>(sizeof(crashed)));
  ::close(file);
}

base::Result<Answer> Harness::Pending::wait() {
  std::unique_lock lock(state->mutex);
  if (!state->arrived.wait_for(lock, patience, [this] { return state->answer.has_value(); })) {
    ADD_FAILURE() << "no answer";
    return base::fail(shutting_down, "no answer");
  }
  return *std::move(state->answer);
}

Harness::Pending Harness::begin(Command command) {
  Pending pending{std::make_shared<Pending::State>()};
  life_->mailboxes->submit(std::move(command), [state = pending.state](base::Result<Answer> answer) {
    std::lock_guard lock(state->mutex);
    state->answer.emplace(std::move(answer));
    state->arrived.notify_all();
  });
  return pending;
}

void Harness::deploy(std::string_view source, std::string_view id) {
  SaveFlow save;
  save.row.key = {"main", "company.team", std::string(id)};
  save.row.source = "id: " + std::string(id) + "\nnamespace: company.team\n" + std::string(source);
  auto saved = submit(std::move(save));
  EXPECT_TRUE(saved.has_value()) << saved.error().to_string();
}

void Harness::put_template(std::string_view id, std::string_view source, bool deleted) {
  store::Batch batch;
  store::put_entity(batch, store::TemplateRow{{.tenant = "main",
                                               .namespace_ = "company.team",
                                               .id = std::string(id),
                                               .deleted = deleted,
                                               .updated = clock_.now()},
                                              std::string(source)});
  ASSERT_TRUE(store().commit_and_wait(std::move(batch)).has_value());
  auto reader = store().open_reader();
  ASSERT_TRUE(reader.has_value());
  ASSERT_TRUE(life_->flows->templates_changed(**reader).has_value());
}

FlowCache& Harness::flows() { return *life_->flows; }

base::Id Harness::new_id(std::string_view flow) const {
  return model::make_execution_id({"main", "company.team", std::string(flow)}, clock_.now());
}

CreateExecution Harness::create(std::string_view flow, std::string idempotency_key) const {
  CreateExecution command;
  command.id = new_id(flow);
  command.flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", std::string(flow)});
  command.inputs = base::Value::empty_map();
  command.idempotency_key = std::move(idempotency_key);
  return command;
}

base::Id Harness::run(std::string_view flow) {
  CreateExecution command = create(flow);
  base::Id id = command.id;
  auto created = submit(std::move(command));
  EXPECT_TRUE(created.has_value()) << created.error().to_string();
  return id;
}

base::Id Harness::run_until_death(std::string_view flow, size_t commits) {
  store().hold();
  CreateExecution command = create(flow);
  const base::Id id = command.id;
  Pending created = begin(std::move(command));
  store().wait_until_held();
  store().die_after(commits - 1);  // the first one is held already
  store().release();
  EXPECT_TRUE(created.wait().has_value());
  return id;
}

void Harness::wait_until(base::Id execution, const std::function<bool(const store::ExecutionRow&)>& holds) {
  std::mutex mutex;
  std::condition_variable changed;
  size_t changes = 0;
  auto subscription = life_->changes.subscribe(execution, [&](const Change&) {
    std::lock_guard lock(mutex);
    changes += 1;
    changed.notify_all();
  });
  for (size_t seen = 0;;) {
    auto now = row(execution);
    if (now && holds(*now)) return;
    std::unique_lock lock(mutex);
    if (!changed.wait_for(lock, patience, [&] { return changes > seen; })) {
      ADD_FAILURE() << "execution stays " << (now ? model::to_text(now->execution.state.current()) : "unknown") << ": "
                    << tree(execution);
      return;
    }
    seen = changes;
  }
}

bool Harness::wait_for_death_or_end(base::Id execution) {
  std::mutex mutex;
  std::condition_variable changed;
  bool dead = false;
  size_t changes = 0;
  store().set_on_death([&] {
    std::lock_guard lock(mutex);
    dead = true;
    changed.notify_all();
  });
  auto subscription = life_->changes.subscribe(execution, [&](const Change&) {
    std::lock_guard lock(mutex);
    changes += 1;
    changed.notify_all();
  });
  for (size_t seen = 0;;) {
    auto now = row(execution);
    std::unique_lock lock(mutex);
    bool ended = now && now->activity == store::Activity::ended;
    if (dead || ended || !changed.wait_for(lock, patience, [&] { return dead || changes > seen; })) {
      EXPECT_TRUE(dead || ended) << "neither dies nor ends: " << tree(execution);
      lock.unlock();
      store().set_on_death(nullptr);
      return dead;
    }
    seen = changes;
  }
}

model::State Harness::wait_for_end(base::Id execution) {
  wait_until(execution, [](const store::ExecutionRow& row) { return row.activity == store::Activity::ended; });
  auto ended = row(execution);
  return ended ? ended->execution.state.current() : model::State::created;
}

void Harness::set_clock_only(std::string_view time) {
  auto parsed = syntax::parse_api_instant(time);
  ASSERT_TRUE(parsed.has_value()) << time;
  clock_.set(*parsed);
}

void Harness::set_clock(std::string_view time) {
  set_clock_only(time);
  life_->mailboxes->wake_all();  // so that no partition sleeps on by the time before
}

bool Harness::wait_for(const std::function<bool(store::Reader&)>& holds) {
  struct Waiting {
    std::mutex mutex;
    std::condition_variable changed;
    size_t changes = 0;
    bool dead = false;
  };
  auto waiting = std::make_shared<Waiting>();
  const auto note = [waiting](bool dead) {
    std::lock_guard lock(waiting->mutex);
    waiting->changes += 1;
    waiting->dead = waiting->dead || dead;
    waiting->changed.notify_all();
  };
  store().set_on_commit([note] { note(false); });
  store().set_on_death([note] { note(true); });
  bool held = false;
  for (size_t seen = 0;;) {
    auto reader = store().open_reader();
    EXPECT_TRUE(reader.has_value());
    held = reader && holds(**reader);
    std::unique_lock lock(waiting->mutex);
    if (held || waiting->dead) break;
    if (!waiting->changed.wait_for(lock, patience, [&] { return waiting->changes > seen; })) {
      ADD_FAILURE() << "what is waited for does not come";
      break;
    }
    seen = waiting->changes;
  }
  store().set_on_commit(nullptr);
  store().set_on_death(nullptr);
  return held;
}

std::vector<store::ExecutionRow> Harness::executions(std::string_view flow) {
  auto reader = store().open_reader();
  store::ExecutionQuery query{store::Visible::internal("a test")};
  query.tenant = "main";
  query.flow_ids = {{store::Operator::equals, {std::string(flow)}}};
  query.paging.size = 1'000;
  auto found = (*reader)->search_executions(query);
  EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().to_string());
  if (!found) return {};
  std::ranges::sort(found->results, {}, [](const store::ExecutionRow& row) { return row.execution.id; });
  return std::move(found->results);
}

std::optional<store::TriggerRow> Harness::trigger(std::string_view flow, std::string_view id) {
  auto reader = store().open_reader();
  auto row = (*reader)->trigger({"main", "company.team", std::string(flow)}, id);
  EXPECT_TRUE(row.has_value());
  return row ? *row : std::nullopt;
}

std::vector<std::string> Harness::trigger_log(std::string_view flow) {
  store::LogQuery query{store::Visible::internal("a test")};
  query.flow_ids = {{store::Operator::equals, {std::string(flow)}}};
  std::vector<std::string> lines;
  for (const auto& line : log(std::move(query))) {
    if (!line.trigger_id.empty()) lines.push_back(line.message);
  }
  return lines;
}

std::optional<store::ExecutionRow> Harness::row(base::Id execution) {
  auto reader = store().open_reader();
  EXPECT_TRUE(reader.has_value());
  auto row = (*reader)->execution(execution);
  EXPECT_TRUE(row.has_value());
  return row ? *row : std::nullopt;
}

std::vector<base::Id> Harness::children(base::Id execution) {
  auto reader = store().open_reader();
  auto found = (*reader)->children(execution);
  EXPECT_TRUE(found.has_value());
  return found ? *found : std::vector<base::Id>();
}

std::string Harness::tree(base::Id execution) {
  auto reader = store().open_reader();
  auto runs = (*reader)->task_runs(execution, 0, 1'000);
  EXPECT_TRUE(runs.has_value());
  std::string out;
  if (!runs) return out;
  for (const auto& run : *runs) {
    if (!out.empty()) out += ' ';
    out += run.run.task_id + ":" + std::string(model::to_text(run.run.state.current()));
  }
  return out;
}

std::vector<std::string> Harness::log_messages(base::Id execution) {
  store::LogQuery query{store::Visible::internal("a test")};
  query.execution_id = execution;
  std::vector<std::string> messages;
  for (const auto& line : log(std::move(query))) messages.push_back(line.message);
  return messages;
}

std::vector<model::LogEntry> Harness::log(store::LogQuery query) {
  auto reader = store().open_reader();
  query.tenant = "main";
  query.paging.size = 1'000;
  auto found = (*reader)->search_logs(query);
  EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().to_string());
  return found ? std::move(found->results) : std::vector<model::LogEntry>();
}

FaultyStore& Harness::store() { return *life_->store; }
ManualWorkers& Harness::workers() { return *life_->workers; }
void Harness::stop_executor() { life_->executor->stop(); }
TriggerMeters::Snapshot Harness::trigger_meters() const { return life_->trigger_meters.snapshot(); }
storage::Storage& Harness::storage() { return *life_->storage; }
net::Pool& Harness::files() { return *life_->pool; }

base::Result<base::Value> Harness::host_call(std::string_view flow, base::Id execution, std::string function,
                                             base::Value arguments, base::Id task_run) {
  auto promise = std::make_shared<std::promise<base::Result<base::Value>>>();
  auto answer = promise->get_future();
  HostScope scope{{"main", "company.team", std::string(flow)}, execution, task_run};
  life_->task_calls->call(std::move(scope), {std::move(function), std::move(arguments)},
                          [promise](base::Result<base::Value> value) { promise->set_value(std::move(value)); });
  if (answer.wait_for(patience) != std::future_status::ready) {
    ADD_FAILURE() << "the host does not answer";
    return base::Value();
  }
  return answer.get();
}

}  // namespace gyr::executor::test
