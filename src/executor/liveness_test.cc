// Registering, beating and being found dead (EXEC-132, OPS-7, OPS-9).
#include "cluster/liveness.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>

#include "cluster/service_registry.h"
#include "executor/testing/harness.h"
#include "store/sqlite/sqlite_store.h"

namespace gyr::executor {
namespace {

using base::Duration;
using model::Service;
using model::ServiceState;
using model::ServiceType;
using enum ServiceState;

constexpr base::Instant noon = base::Instant::of_millis(1'767'600'000'000);

Service service_of(ServiceState state, Duration silent, ServiceType type = ServiceType::executor) {
  Service service;
  service.id = base::Id{1, 1};
  service.type = type;
  service.state = state;
  service.server.id = "other";
  service.created = noon - Duration::of_seconds(10'000);
  service.updated = service.changed = noon - silent;
  return service;
}

/// The state that follows from the rules; the same one where nothing happens.
ServiceState next(Service service) {
  const auto changes = changes_by_silence({&service, 1}, "own", noon);
  return changes.empty() ? service.state : changes[0].state;
}

TEST(Liveness, ServicesWithoutHeartbeatsAreDisconnected) {  // EXEC-132, OPS-7
  for (ServiceState state : {created, running, maintenance}) {
    EXPECT_EQ(next(service_of(state, Duration::of_seconds(45))), state);
    EXPECT_EQ(next(service_of(state, Duration::of_seconds(46))), disconnected);
    EXPECT_EQ(next(service_of(state, Duration::of_seconds(-100))), state) << "a clock that is ahead";
  }
  Service service = service_of(running, Duration::of_seconds(1'000));
  service.liveness.timeout = Duration::of_seconds(2'000);
  EXPECT_EQ(next(service), running) << "its own timeout counts";
  service = service_of(running, Duration::of_seconds(1'000));
  service.liveness.enabled = false;
  EXPECT_EQ(next(service), running);
  service = service_of(running, Duration::of_seconds(1'000));
  service.created = noon - Duration::of_seconds(45);
  EXPECT_EQ(next(service), running) << "within its initial delay";
  service = service_of(running, Duration::of_seconds(1'000));
  service.server.id = "own";
  EXPECT_EQ(next(service), running) << "nobody looks after itself";
}

TEST(Liveness, DisconnectedServicesEndAfterTheirGracePeriod) {  // EXEC-132, OPS-7
  const Duration within = Duration::of_seconds(300), beyond = Duration::of_seconds(301);
  for (ServiceType type : {ServiceType::worker, ServiceType::webserver}) {
    for (ServiceState state : {disconnected, terminating, terminated_forced}) {
      EXPECT_EQ(next(service_of(state, within, type)), state);
      EXPECT_EQ(next(service_of(state, beyond, type)), not_running);
    }
  }
  EXPECT_EQ(next(service_of(terminated_gracefully, Duration::of_seconds(0), ServiceType::worker)), not_running);
  EXPECT_EQ(next(service_of(terminated_gracefully, within)), terminated_gracefully);
  EXPECT_EQ(next(service_of(terminated_gracefully, beyond)), not_running);
  EXPECT_EQ(next(service_of(not_running, Duration::of_seconds(0))), inactive);
  EXPECT_EQ(next(service_of(inactive, beyond)), inactive);
  EXPECT_EQ(next(service_of(error, Duration::of_seconds(45))), error);
  EXPECT_EQ(next(service_of(error, Duration::of_seconds(46))), terminating);
}

/// Time that the test moves. Nothing runs on it: beats are made by hand.
class FrozenLoop final : public base::Loop {
 public:
  void post(Callback) override {}
  TimerId start_timer(base::MonotonicTime, Callback) override { return 1; }
  void cancel_timer(TimerId) override {}
  bool on_loop_thread() const override { return true; }
  base::MonotonicTime now() const override { return base::MonotonicTime(std::chrono::nanoseconds(now_.load())); }
  void advance(Duration by) { now_ += by.to_nanos(); }

 private:
  std::atomic<int64_t> now_{0};
};

/// A store that several servers share, each with a registry, on clocks that the test moves.
class RegistryTest : public ::testing::Test {
 protected:
  struct Server {
    std::unique_ptr<ServiceRegistry> registry;
    std::vector<bool> evictions;
  };

  RegistryTest() {
    auto opened = store::open_sqlite({.folder = folder_.path(), .clock = &clock_});
    EXPECT_TRUE(opened.has_value());
    store_ = std::make_unique<test::FaultyStore>(*std::move(opened));
  }
  ~RegistryTest() override {
    for (auto& [id, server] : servers_) server.registry->leave();
    servers_.clear();
    store_->close();
  }

  Server& start(std::string id, std::vector<ServiceType> types, bool standalone = false) {
    Server& server = servers_[id];
    RegistryOptions options;
    options.server = {id, standalone, "1.0", "host"};
    options.types = std::move(types);
    server.registry = std::make_unique<ServiceRegistry>(
        options,
        RegistryServices{*store_, clock_, loop_, [&server](bool replaced) { server.evictions.push_back(replaced); },
                         [this] { return rests_.load(); }});
    server.registry->join();
    return server;
  }
  void beat(Server& server) {
    std::promise<void> ended;
    auto future = ended.get_future();
    server.registry->beat([&ended] { ended.set_value(); });
    ASSERT_EQ(future.wait_for(test::patience), std::future_status::ready);
  }
  /// Behind its end a server does not beat: `done` is dropped at once.
  void beat_is_refused(Server& server) {
    const auto before = services();
    auto witness = std::make_shared<int>(1);
    server.registry->beat([witness] {});
    EXPECT_EQ(witness.use_count(), 1);
    EXPECT_EQ(services().size(), before.size());
  }
  void begin(Server& server) {
    server.registry->begin();
    beat(server);
    ASSERT_EQ(state_of(server), running);
  }
  void pass(Duration time) {
    clock_.set(clock_.now() + time);
    loop_.advance(time);
  }
  std::vector<Service> services(bool include_inactive = true) {
    auto reader = store_->open_reader();
    EXPECT_TRUE(reader.has_value());
    auto found = (*reader)->services(include_inactive, 10'000);
    EXPECT_TRUE(found.has_value());
    return *found;
  }
  std::vector<Service> services_of(const Server& server) {
    std::vector<Service> own;
    for (auto& service : services()) {
      for (const auto& [id, one] : servers_) {
        if (&one == &server && service.server.id == id) own.push_back(service);
      }
    }
    return own;
  }
  ServiceState state_of(const Server& server) {
    const auto own = services_of(server);
    return own.empty() ? inactive : own[0].state;
  }
  /// As another server writes it.
  void overwrite(Service service, ServiceState state) {
    service.state = state;
    service.sequence += 1;
    store::Batch batch;
    batch.services.push_back(std::move(service));
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)).has_value());
  }

  store::test::TemporaryFolder folder_;
  base::VirtualClock clock_{noon};
  FrozenLoop loop_;
  std::unique_ptr<test::FaultyStore> store_;
  std::map<std::string, Server> servers_;
  std::atomic<bool> rests_{false};
};

TEST_F(RegistryTest, AServerRegistersSendsHeartbeatsAndEnds) {  // EXEC-132
  Server& server = start("one", {ServiceType::executor, ServiceType::worker}, true);
  EXPECT_EQ(state_of(server), created);
  begin(server);
  auto all = services();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].updated, noon);
  pass(Duration::of_seconds(3));
  beat(server);
  all = services();
  EXPECT_EQ(all[0].updated, noon + Duration::of_seconds(3));
  EXPECT_EQ(all[1].updated, noon + Duration::of_seconds(3));
  server.registry->leave();
  EXPECT_EQ(state_of(server), terminating);
  beat_is_refused(server);
  server.registry->left(true);
  for (const Service& service : services()) {
    EXPECT_EQ(service.state, terminated_gracefully);
    ASSERT_EQ(service.events.size(), 4u) << "created, running, terminating, terminated";
    EXPECT_EQ(service.events[1].value, "started");
  }
}

TEST_F(RegistryTest, MaintenanceModeIsShown) {  // OPS-6, OPS-12
  Server& server = start("one", {ServiceType::worker, ServiceType::webserver}, true);
  begin(server);
  const auto states = [&] {
    std::map<ServiceType, ServiceState> all;
    for (const Service& service : services_of(server)) all[service.type] = service.state;
    return all;
  };
  rests_ = true;
  beat(server);
  EXPECT_EQ(states()[ServiceType::worker], ServiceState::maintenance);
  EXPECT_EQ(states()[ServiceType::webserver], running) << "it goes on taking requests";
  Server& late = start("two", {ServiceType::worker});
  late.registry->begin();
  beat(late);
  EXPECT_EQ(state_of(late), ServiceState::maintenance) << "one that starts meanwhile as well";
  rests_ = false;
  beat(server);
  EXPECT_EQ(states()[ServiceType::worker], running);
  EXPECT_TRUE(server.evictions.empty());
}

TEST_F(RegistryTest, AKilledServerIsDetectedAndRemoved) {  // EXEC-132
  Server& killed = start("killed", {ServiceType::executor, ServiceType::worker});
  begin(killed);
  pass(Duration::of_seconds(30));
  Server& next = start("next", {ServiceType::executor, ServiceType::webserver});
  begin(next);
  EXPECT_EQ(state_of(killed), running) << "not silent for long enough";
  pass(Duration::of_seconds(16));
  beat(next);
  for (const Service& service : services_of(killed)) EXPECT_EQ(service.state, disconnected);
  EXPECT_EQ(state_of(next), running);
  pass(Duration::of_seconds(290));
  beat(next);
  EXPECT_EQ(state_of(killed), disconnected) << "within the grace period";
  pass(Duration::of_seconds(11));
  beat(next);
  for (const Service& service : services_of(killed)) EXPECT_EQ(service.state, not_running);
  pass(Duration::of_seconds(6));
  beat(next);
  for (const Service& service : services_of(killed)) EXPECT_EQ(service.state, inactive);
  EXPECT_EQ(services(false).size(), 2u);
  pass(Duration::of_seconds(8 * 86'400));
  beat(next);
  EXPECT_TRUE(services_of(killed).empty()) << "and forgotten";
}

TEST_F(RegistryTest, OnlyAnExecutorChecksOtherServices) {  // OPS-7
  Server& killed = start("killed", {ServiceType::worker});
  begin(killed);
  Server& worker = start("worker", {ServiceType::worker});
  begin(worker);
  pass(Duration::of_seconds(1'000));
  beat(worker);
  EXPECT_EQ(state_of(killed), running);
}

TEST_F(RegistryTest, AWorkerThatFindsItselfDisconnectedStops) {  // EXEC-132, OPS-9
  Server& server = start("one", {ServiceType::worker});
  begin(server);
  overwrite(services_of(server)[0], disconnected);
  beat(server);
  EXPECT_EQ(server.evictions, std::vector<bool>{false}) << "its tasks may end";
  beat_is_refused(server);
  EXPECT_EQ(state_of(server), disconnected) << "it does not claim to live";
  server.registry->leave();
  server.registry->left(true);
  EXPECT_EQ(state_of(server), terminated_gracefully);

  Server& late = start("late", {ServiceType::worker});
  begin(late);
  overwrite(services_of(late)[0], not_running);
  beat(late);
  EXPECT_EQ(late.evictions, std::vector<bool>{true}) << "its tasks run elsewhere";

  Server& forgotten = start("forgotten", {ServiceType::worker});
  begin(forgotten);
  overwrite(services_of(forgotten)[0], inactive);
  beat(forgotten);
  EXPECT_EQ(forgotten.evictions, std::vector<bool>{true});
}

TEST_F(RegistryTest, AStandaloneServerAndAWebserverRecover) {  // OPS-9
  Server& alone = start("alone", {ServiceType::worker}, true);
  Server& web = start("web", {ServiceType::webserver});
  for (Server* server : {&alone, &web}) {
    begin(*server);
    overwrite(services_of(*server)[0], disconnected);
    beat(*server);
    const Service back = services_of(*server)[0];
    EXPECT_EQ(back.state, running);
    EXPECT_EQ(back.events.back().value, "came back");
    EXPECT_TRUE(server->evictions.empty());

    overwrite(back, inactive);
    pass(Duration::of_seconds(1));  // ids are in order of time
    beat(*server);
    EXPECT_EQ(services_of(*server).size(), 2u) << "registered anew";
    EXPECT_EQ(services_of(*server)[0].state, running);
  }
}

TEST_F(RegistryTest, AWorkerWithoutAStoreStops) {  // OPS-9
  Server& worker = start("worker", {ServiceType::worker});
  Server& alone = start("alone", {ServiceType::worker}, true);
  begin(worker);
  begin(alone);
  store_->die_after(0);
  pass(Duration::of_seconds(44));
  beat(worker);
  EXPECT_TRUE(worker.evictions.empty());
  pass(Duration::of_seconds(2));
  beat(worker);
  beat(alone);
  EXPECT_EQ(worker.evictions, std::vector<bool>{false});
  EXPECT_TRUE(alone.evictions.empty()) << "nobody else has its store";
}

TEST_F(RegistryTest, ARefusedHeartbeatIsRepeated) {  // EXEC-132
  Server& server = start("one", {ServiceType::worker});
  begin(server);
  store_->refuse_one();
  pass(Duration::of_seconds(3));
  beat(server);
  EXPECT_EQ(services()[0].updated, noon);
  beat(server);
  EXPECT_EQ(services()[0].updated, noon + Duration::of_seconds(3));
}

TEST_F(RegistryTest, AServerThatCannotRegisterDoesSoLater) {  // EXEC-132: a full disk is no reason not to start
  store_->refuse_one(0, store::store_full);
  Server& server = start("one", {ServiceType::executor}, true);
  EXPECT_TRUE(services().empty());
  begin(server);
  EXPECT_EQ(services()[0].events.back().value, "started");
}

TEST_F(RegistryTest, AServerThatDidNotStartEndsWithAnError) {  // OPS-6: CREATED, ERROR, TERMINATING
  Server& server = start("one", {ServiceType::executor});
  server.registry->leave();
  server.registry->left(false);
  const Service service = services()[0];
  EXPECT_EQ(service.state, terminated_forced);
  ASSERT_EQ(service.events.size(), 4u);
  EXPECT_EQ(service.events[1].state, error);
}

}  // namespace
}  // namespace gyr::executor
