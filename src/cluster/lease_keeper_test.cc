// One owner of the slots at a time, whoever sleeps and whatever is lost on the way (TRIG-201).
#include "cluster/lease_keeper.h"

#include <gtest/gtest.h>

#include "store/sqlite/sqlite_store.h"
#include "store/test_rows.h"

namespace gyr::executor {
namespace {

using store::Lease;

constexpr base::Duration length = base::Duration::of_seconds(9);
constexpr std::chrono::seconds third(3);

/// Two servers and their store, on virtual time.
class LeaseKeeping : public ::testing::Test {
 protected:
  struct Server {
    std::vector<Lease> taken;
    int renewed = 0;
    int lost = 0;
    bool cut_off = false;       ///< the store hears nothing
    bool answers_late = false;  ///< what the store says is kept in `late`
    std::vector<std::move_only_function<void()>> late;
    std::unique_ptr<LeaseKeeper> keeper;
  };

  LeaseKeeping() {
    store::SqliteOptions options;
    options.folder = folder_.path();
    options.clock = &clock_;
    auto opened = store::open_sqlite(std::move(options));
    EXPECT_TRUE(opened.has_value());
    store_ = *std::move(opened);
    begin(one_, "one");
    begin(two_, "two");
  }

  void begin(Server& server, std::string name) {
    LeaseServices services{.loop = loop_, .ask = {}, .taken = {}, .renewed = {}, .lost = {}};
    services.ask = [this, &server](LeaseServices::Question question, LeaseServices::Answered answered) {
      auto answer =
          server.cut_off ? base::Result<Lease>(base::fail(store::store_failed, "nobody answers")) : question(*store_);
      auto tell = [answer = std::move(answer), answered = std::move(answered)]() mutable {
        answered(std::move(answer));
      };
      if (server.answers_late) {
        server.late.emplace_back(std::move(tell));
      } else {
        loop_.post(std::move(tell));
      }
    };
    services.taken = [&server](Lease lease) { server.taken.push_back(lease); };
    services.renewed = [&server] { server.renewed += 1; };
    services.lost = [&server] { server.lost += 1; };
    server.keeper = std::make_unique<LeaseKeeper>(LeaseOptions{0, 1023, std::move(name), length}, std::move(services));
  }

  void pass(std::chrono::nanoseconds time) {
    clock_.advance(base::Duration::of_nanos(time.count()));
    loop_.advance(time);
    loop_.run_ready();
  }
  bool may_write(const Lease& lease) {
    store::Batch batch;
    batch.lease = lease;
    batch.deleted_executions.push_back({base::Id{1, 1}});
    return store_->commit_and_wait(std::move(batch)).has_value();
  }

  store::test::TemporaryFolder folder_;
  base::VirtualClock clock_{store::test::time_of(0)};
  base::ManualLoop loop_;
  std::unique_ptr<store::Store> store_;
  Server one_, two_;
};

TEST_F(LeaseKeeping, OneOwnerHasTheLeaseAndTheOtherWaits) {  // TRIG-201
  one_.keeper->begin();
  loop_.run_ready();
  two_.keeper->begin();
  loop_.run_ready();
  for (int i = 0; i < 30; ++i) {
    pass(third);
    EXPECT_TRUE(one_.keeper->holds());
    EXPECT_FALSE(two_.keeper->holds());
  }
  EXPECT_EQ(one_.renewed, 30);
  EXPECT_EQ(one_.taken.size(), 1u);
  EXPECT_TRUE(two_.taken.empty());
}

TEST_F(LeaseKeeping, AnIsolatedOwnerStopsBeforeTheNextOneStarts) {  // TRIG-201
  one_.keeper->begin();
  loop_.run_ready();
  two_.keeper->begin();
  loop_.run_ready();
  pass(third);
  one_.cut_off = true;
  bool stopped = false;
  while (two_.taken.empty()) {
    pass(third / 3);
    if (!one_.keeper->holds()) stopped = true;
    EXPECT_TRUE(stopped || two_.taken.empty()) << "both would work at once";
    EXPECT_FALSE(one_.keeper->holds() && two_.keeper->holds());
  }
  EXPECT_EQ(one_.lost, 0) << "nobody has told it";
  EXPECT_FALSE(may_write(one_.taken[0])) << "and what it has sent before comes too late";
  EXPECT_TRUE(may_write(two_.taken[0]));
  EXPECT_GT(two_.taken[0].epoch, one_.taken[0].epoch);
  one_.cut_off = false;
  pass(third);
  EXPECT_EQ(one_.lost, 1);
  EXPECT_FALSE(one_.keeper->lease());
  pass(third * 10);
  EXPECT_EQ(one_.lost, 1);
  EXPECT_TRUE(two_.keeper->holds());
}

TEST_F(LeaseKeeping, AnExpiredLeaseContinuesIfNoOtherOwnerHasIt) {  // TRIG-201
  one_.keeper->begin();
  loop_.run_ready();
  one_.cut_off = true;
  for (int i = 0; i < 5; ++i) pass(third);
  EXPECT_FALSE(one_.keeper->holds());
  one_.cut_off = false;
  pass(third);
  EXPECT_TRUE(one_.keeper->holds());
  EXPECT_EQ(one_.renewed, 1);
  EXPECT_EQ(one_.lost, 0);
  EXPECT_EQ(one_.taken.size(), 1u);
}

// The length counts from before the question: an answer that took long is worth less, or nothing.
TEST_F(LeaseKeeping, ALateAnswerIsIgnored) {  // TRIG-201
  one_.answers_late = true;
  one_.keeper->begin();
  loop_.run_ready();
  ASSERT_EQ(one_.late.size(), 1u);
  two_.keeper->begin();
  for (int i = 0; i < 4; ++i) pass(third);
  ASSERT_EQ(two_.taken.size(), 1u);
  one_.late[0]();
  EXPECT_EQ(one_.taken.size(), 1u);
  EXPECT_FALSE(one_.keeper->holds());
  EXPECT_TRUE(two_.keeper->holds());
  one_.answers_late = false;
  pass(third);
  EXPECT_EQ(one_.lost, 1);
}

TEST_F(LeaseKeeping, ARefusedRequestIsRetried) {  // TRIG-201
  one_.cut_off = true;
  one_.keeper->begin();
  for (int i = 0; i < 3; ++i) pass(third);
  EXPECT_TRUE(one_.taken.empty());
  one_.cut_off = false;
  pass(third);
  EXPECT_EQ(one_.taken.size(), 1u);
}

}  // namespace
}  // namespace gyr::executor
