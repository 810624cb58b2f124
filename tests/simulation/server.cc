#include "server.h"

#include "base/assert.h"
#include "command/errors.h"
#include "model/flow.h"
#include "net/loop.h"
#include "security/secrets.h"
#include "storage/local/local_storage.h"
#include "store/test_rows.h"
#include "types.h"

namespace gyr::simulation {
namespace {

constexpr base::Duration lease_length = base::Duration::of_seconds(2);

/// What host calls need; the simulated workers make none.
struct HostFolder {
  store::test::TemporaryFolder folder;
  security::Secrets secrets;
  std::unique_ptr<storage::Storage> storage;
  std::unique_ptr<net::Pool> pool = net::make_pool("files", 1);
  HostFolder() {
    auto opened = storage::open_local_storage(folder.path());
    GYR_ASSERT(opened.has_value());
    storage = *std::move(opened);
  }
  ~HostFolder() { pool->stop(); }
};

HostFolder& host_folder() {
  static HostFolder folder;
  return folder;
}

executor::PartitionLimits limits_of(const Bounds& bounds) {
  executor::PartitionLimits limits;
  limits.drain = bounds.drain;
  limits.batch_bytes = bounds.batch_bytes;
  limits.live_executions = bounds.live_executions;
  limits.wakes = bounds.wakes;
  limits.trigger_wakes = bounds.wakes;
  return limits;
}

}  // namespace

/// Shows the auditor what leaves the executor, and hands it on to the hub.
class Server::CheckedWorkers final : public executor::Workers {
 public:
  CheckedWorkers(Auditor& auditor, executor::WorkerHub& hub, size_t site) : auditor_(auditor), hub_(hub), site_(site) {}
  void dispatch(const executor::WorkOrigin& origin, engine::Dispatch job) override {
    auditor_.dispatched(origin, job);
    hub_.dispatch(origin, std::move(job));
  }
  void render(const executor::WorkOrigin& origin, engine::RenderRequest request) override {
    hub_.render(origin, std::move(request));
  }
  void kill(const executor::WorkOrigin& origin, engine::AttemptRef attempt) override { hub_.kill(origin, attempt); }
  void acknowledge(const executor::WorkOrigin& origin, engine::AttemptRef attempt) override {
    auditor_.acknowledged(origin, attempt);
    hub_.acknowledge(origin, attempt);
  }
  void evaluate(const executor::WorkOrigin& origin, const std::string& trigger_id,
                engine::trigger::Evaluation evaluation) override {
    auditor_.asked(origin, trigger_id, evaluation.id);
    hub_.evaluate(origin, trigger_id, std::move(evaluation));
  }
  void end_evaluation(const executor::WorkOrigin& origin) override { hub_.end_evaluation(origin); }
  void set_operator_holds(const executor::HoldSetPtr& operator_holds) override {
    auditor_.hub_told(site_);  // what is let go is given out at once
    hub_.set_operator_holds(operator_holds);
  }
  void event_stored(const executor::WorkOrigin& listener, uint64_t number, const std::string& problem) override {
    hub_.event_stored(listener, number, problem);
  }

 private:
  Auditor& auditor_;
  executor::WorkerHub& hub_;
  size_t site_;
};

/// Inputs of children: what was given, else the constant default, a while later.
class Server::Resolver final : public executor::InputResolver {
 public:
  Resolver(Server& server, Events& events) : server_(server), events_(events), alive_(std::make_shared<bool>(true)) {}
  void stop() { *alive_ = false; }
  void resolve(executor::InputRequest request, Done done) override {
    base::MapBuilder inputs;
    for (const auto& input : request.flow->flow().inputs) {
      const base::Value* given = request.given.is_map() ? request.given.find(input.id) : nullptr;
      inputs.set(input.id, given != nullptr ? *given : base::Value::string("a word"));
    }
    events_.after(server_.delay_us(100, 50'000),
                  [alive = alive_, inputs = inputs.build(), done = std::move(done)]() mutable {
                    if (*alive) done(std::move(inputs));
                  });
  }
  /// No flow of the simulator asks the host.
  void evaluate(executor::HostScope, executor::Evaluate evaluate, Done done) override {
    auto outcome = evaluate({});
    if (outcome.ok()) return done(std::move(outcome.value()));
    done(base::fail(expression::evaluation_failed, "no host here"));
  }

 private:
  Server& server_;
  Events& events_;
  std::shared_ptr<bool> alive_;
};

/// The files of items (TASK-55): the auditor remembers which were written whole.
class Server::Files final : public storage::Storage {
 public:
  Files(Server& server, Auditor& auditor) : server_(server), auditor_(auditor) {}
  base::Result<std::unique_ptr<storage::ByteSink>> put(std::string_view, std::string_view path,
                                                       storage::Metadata) override {
    return std::make_unique<Sink>(*this, std::string(path));
  }
  base::Result<std::unique_ptr<storage::ByteSource>> get(std::string_view, std::string_view, uint64_t) override {
    return std::unexpected(not_asked());
  }
  base::Result<bool> exists(std::string_view, std::string_view) override { return std::unexpected(not_asked()); }
  base::Result<storage::FileAttributes> attributes(std::string_view, std::string_view) override {
    return std::unexpected(not_asked());
  }
  base::Result<std::vector<storage::FileAttributes>> list(std::string_view, std::string_view) override {
    return std::unexpected(not_asked());
  }
  base::Result<std::vector<std::string>> all_by_prefix(std::string_view, std::string_view, bool) override {
    return std::unexpected(not_asked());
  }
  base::Result<bool> remove(std::string_view, std::string_view) override { return std::unexpected(not_asked()); }
  base::Result<void> create_directory(std::string_view, std::string_view) override {
    return std::unexpected(not_asked());
  }
  base::Result<void> move(std::string_view, std::string_view, std::string_view) override {
    return std::unexpected(not_asked());
  }

 private:
  class Sink final : public storage::ByteSink {
   public:
    Sink(Files& files, std::string path) : files_(files), path_(std::move(path)) {}
    base::Result<void> write(std::string_view) override { return {}; }
    base::Result<std::string> finish() override {
      if (files_.server_.random_.chance(files_.server_.faults_.failed_file))
        return base::fail(storage::storage_failed, "simulated: not written");
      files_.auditor_.stored_file(path_);
      return storage::uri_of_path(path_);
    }

   private:
    Files& files_;
    std::string path_;
  };
  static base::Error not_asked() { return {storage::storage_failed, "nobody asks the simulated storage for this"}; }

  Server& server_;
  Auditor& auditor_;
};

/// Where they are written, a while later.
class Server::FileThreads final : public net::Pool {
 public:
  FileThreads(Server& server, Events& events) : server_(server), events_(events) {}
  void post(std::move_only_function<void()> work) override {
    events_.after(server_.delay_us(100, 20'000), [alive = alive_, work = std::move(work)]() mutable {
      if (*alive) work();
    });
  }
  void stop() override { *alive_ = false; }
  size_t queued() const override { return 0; }

 private:
  Server& server_;
  Events& events_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

Server::Server(Events& events, const Scenario& scenario, FaultyStore& store, Auditor& auditor, Identity identity,
               std::function<void()> lost)
    : events_(events),
      store_(store),
      auditor_(auditor),
      identity_(identity),
      faults_(scenario.faults),
      lost_(std::move(lost)),
      random_(mix(mix(scenario.seed, "server"), identity.life)),
      lease_random_(mix(mix(scenario.seed, "leases"), identity.life)),
      operator_random_(mix(mix(scenario.seed, "hearing"), identity.life)),
      lease_loop_(events, sleep_, true),
      loop_(events, sleep_),
      operator_holds_({}, [] {}),
      overlooked_({}, [] {}),
      limits_(limits_of(scenario.bounds)),
      shares_(scenario.bounds.servers > 1),
      thread_(scenario.bounds.partitions, limits_) {
  settings_.step = {.task_runs = scenario.bounds.step_runs, .change_bytes = scenario.bounds.step_bytes};
  flows_ = std::make_unique<executor::FlowCache>(types(), model::ParseOptions{.advise = false});
  HostFolder& parts = host_folder();
  host_ = std::make_unique<executor::HostService>(
      executor::HostParts{store, *parts.storage, parts.secrets, nullptr, events.clock(), *parts.pool, *this});
  hub_ = std::make_unique<executor::WorkerHub>(
      executor::HubServices{store, *host_, changes_, events.clock(), loop_, *this, queued_work_});
  workers_ = std::make_unique<CheckedWorkers>(auditor, *hub_, identity.site);
  resolver_ = std::make_unique<Resolver>(*this, events);
  files_ = std::make_unique<Files>(*this, auditor);
  file_threads_ = std::make_unique<FileThreads>(*this, events);
  partition_host_ = std::make_unique<executor::HostService>(
      executor::HostParts{store, *files_, parts.secrets, nullptr, events.clock(), *file_threads_, *this});
  const uint32_t count = scenario.bounds.partitions;
  soon_.resize(count);
  date_.resize(count);
  keepers_.resize(count);
  queues_.resize(count);
  partitions_.resize(count);
}

Server::~Server() = default;

base::Result<void> Server::start() {
  GYR_CHECK(hear());
  {
    GYR_TRY(auto reader, store_.open_reader());
    GYR_CHECK(overlooked_.read(*reader));
  }
  for (size_t i = 0; i < partitions_.size(); ++i) {
    if (shares_) {
      keep_lease(i);
    } else {
      GYR_CHECK(add_partition(i, {}));
    }
  }
  return {};
}

base::Result<void> Server::add_partition(size_t index, store::Lease lease) {
  executor::PartitionServices services{store_,   *flows_,   settings_,  events_.clock(),
                                       changes_, *workers_, *resolver_, {}};
  const bool overlooks = identity_.canary == Canary::overlooked_switch && index == 0;
  services.host = partition_host_.get();
  services.operator_holds = overlooks ? &overlooked_ : &operator_holds_;
  services.route = [this](store::InboxMessage message) {
    const model::FlowKey flow = *message.flow;
    push(flow, executor::InboxHint{std::move(message), 0});
  };
  const size_t slots = model::slot_count / partitions_.size();
  const auto first = static_cast<uint16_t>(index * slots);
  const auto last =
      static_cast<uint16_t>(index + 1 == partitions_.size() ? model::slot_count - 1 : (index + 1) * slots - 1);
  partitions_[index].reset();  // before its queue
  queues_[index] = std::make_unique<executor::MessageQueue>([this, index] { turn_soon(index); });
  partitions_[index] = std::make_unique<executor::Partition>(services, limits_, executor::SlotRange{first, last},
                                                             thread_, *queues_[index]);
  GYR_CHECK(partitions_[index]->recover(lease));
  GYR_CHECK(partitions_[index]->recover_messages());
  turn_soon(index);
  return {};
}

// ---- leases

void Server::keep_lease(size_t index) {
  const size_t slots = model::slot_count / partitions_.size();
  executor::LeaseOptions options;
  options.first_slot = static_cast<uint16_t>(index * slots);
  options.last_slot =
      static_cast<uint16_t>(index + 1 == partitions_.size() ? model::slot_count - 1 : (index + 1) * slots - 1);
  options.owner = "life " + std::to_string(identity_.life);
  options.length = lease_length;
  executor::LeaseServices services{.loop = lease_loop_, .ask = {}, .taken = {}, .renewed = {}, .lost = {}};
  services.ask = [this](auto question, auto answered) { ask_store(std::move(question), std::move(answered)); };
  services.taken = [this, index](store::Lease lease) {
    auditor_.note(lease.epoch);
    if (auto added = add_partition(index, lease); !added)
      auditor_.fail("a partition cannot be taken over: " + added.error().message());
  };
  services.renewed = [this, index] { turn_soon(index); };
  services.lost = [this] { lose(); };
  keepers_[index] = std::make_unique<executor::LeaseKeeper>(std::move(options), std::move(services));
  keepers_[index]->begin();
}

/// A while until the store hears it, though the process sleeps; a while until the answer is here.
void Server::ask_store(executor::LeaseServices::Question question, executor::LeaseServices::Answered answered) {
  const int64_t there_us = lease_random_.between(20, 50'000);
  const int64_t back_us = lease_random_.between(20, 50'000);
  auto asked = [this, back_us, alive = alive_, question = std::move(question),
                answered = std::move(answered)]() mutable {
    if (!*alive) return;
    auto answer = question(store_);
    lease_loop_.start_timer(
        lease_loop_.now() + std::chrono::microseconds(back_us),
        [answer = std::move(answer), answered = std::move(answered)]() mutable { answered(std::move(answer)); });
  };
  events_.after(there_us, std::move(asked), true);
}

void Server::lose() {
  // Once, and not from inside a partition's turn.
  if (std::exchange(losing_, true)) return;
  loop_.post([this] { lost_(); });
}

// ---- what operators hold back

void Server::set_operator_holds(store::Batch batch, store::Store::Done answer) {
  store_.commit(std::move(batch),
                [this, alive = alive_, answer = std::move(answer)](base::Result<void> outcome) mutable {
                  if (outcome && *alive) hear_soon();
                  answer(std::move(outcome));
                });
}

void Server::hear_soon() {
  loop_.start_timer(loop_.now() + std::chrono::microseconds(operator_random_.between(1, 500)), [this] {
    if (auto heard = hear(); !heard) auditor_.fail("what is held back cannot be read: " + heard.error().message());
    look_around();
  });
}

base::Result<void> Server::hear() {
  GYR_TRY(auto reader, store_.open_reader());
  GYR_CHECK(operator_holds_.read(*reader));
  auditor_.told(identity_.site);
  return {};
}

// ---- partitions

size_t Server::number_of(const model::FlowKey& flow) const {
  const size_t slots = model::slot_count / partitions_.size();
  return std::min<size_t>(model::slot_of(flow) / slots, partitions_.size() - 1);
}

void Server::push(const model::FlowKey& flow, executor::Message message) {
  // What is for a partition of the other server is a row, or a worker keeps it.
  if (has(flow)) queues_[number_of(flow)]->push(std::move(message));
}

void Server::worker_event(const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                          std::optional<engine::AttemptRef> acknowledge) {
  push(flow, executor::WorkerMessage{execution, std::move(body), acknowledge});
}

std::optional<base::Error> Server::trigger_event(const model::FlowKey& flow, executor::TriggerReport report) {
  executor::TriggerKey trigger{std::make_shared<const model::FlowKey>(flow), report.trigger_id};
  push(flow, executor::TriggerReported{std::move(trigger), std::move(report), {}});
  return std::nullopt;
}

int64_t Server::delay_us(int64_t least_us, int64_t most_us) {
  const int64_t usual_us = random_.between(least_us, most_us);
  return random_.chance(faults_.slow_turn) ? usual_us + random_.between(1'000, 3'000'000) : usual_us;
}

void Server::turn_soon(size_t index) {
  if (soon_[index]) return;
  soon_[index] = true;
  loop_.start_timer(loop_.now() + std::chrono::microseconds(delay_us(1, 300)), [this, index] {
    soon_[index] = false;
    turn(index);
  });
}

void Server::turn(size_t index) {
  if (shares_ && !keepers_[index]->holds()) return;  // until it is renewed
  store_.set_in_turn(true);
  const bool worked = partitions_[index]->turn();
  store_.set_in_turn(false);
  if (partitions_[index]->is_lost()) return lose();
  if (worked || partitions_[index]->has_news()) {
    turn_soon(index);
  } else {
    turn_at_date(index);
  }
}

void Server::turn_at_date(size_t index) {
  const uint64_t number = ++date_[index];
  auto date = partitions_[index]->next_wake();
  if (!date) return;
  const auto left = std::max<int64_t>(0, date->to_micros() - events_.clock().now().to_micros()) + 1'000;
  loop_.start_timer(loop_.now() + std::chrono::microseconds(left), [this, index, number] {
    if (date_[index] == number) turn_soon(index);
  });
}

void Server::look_around() {
  for (size_t i = 0; i < partitions_.size(); ++i) {
    if (has(i)) turn_soon(i);
  }
}

void Server::give(executor::Command command, executor::Reply reply) {
  if (!store_.writable()) return reply(base::fail(store::store_full, "no space left"));
  model::FlowKey flow;
  if (const model::FlowKey* known = executor::flow_of(command)) {
    flow = *known;
  } else {
    const base::Id id = executor::execution_of(command);
    auto reader = store_.open_reader();
    GYR_ASSERT(reader.has_value());
    auto row = (*reader)->execution(id);
    if (!row || !*row) return reply(base::fail(executor::execution_not_found, "not found"));
    flow = *(*row)->execution.flow;
  }
  if (!has(flow)) return reply(base::fail(store::lease_lost, "simulated: another server has it"));
  push(flow, executor::CommandMessage{std::move(command), std::move(reply)});
}

void Server::end(bool crash) {
  *alive_ = false;
  loop_.stop();
  lease_loop_.stop();
  resolver_->stop();
  file_threads_->stop();
  for (size_t i = 0; i < partitions_.size(); ++i) {
    if (shares_ && has(i) && !keepers_[i]->holds()) partitions_[i]->hand_over();
  }
  store_.abandon();
  for (bool committing = true; committing;) {
    committing = false;
    for (auto& partition : partitions_) committing = (partition && partition->wind_up()) || committing;
  }
  if (crash) return;
  for (auto& keeper : keepers_) {
    if (keeper && keeper->lease()) (void)store_.release_lease(*keeper->lease());  // else it runs out
  }
}

}  // namespace gyr::simulation
