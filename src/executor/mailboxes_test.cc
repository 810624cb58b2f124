// The way to the partitions: which mailbox a message gets into, who is woken, and when commands are refused.
#include "executor/mailboxes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "command/errors.h"
#include "executor/testing/harness.h"
#include "store/sqlite/sqlite_store.h"

namespace gyr::executor {
namespace {

using test::FaultyStore;

class MailboxesTest : public ::testing::Test {
 protected:
  MailboxesTest() {
    auto opened = store::open_sqlite({.folder = folder_.path() / "database", .clock = &clock_});
    EXPECT_TRUE(opened.has_value());
    store_ = std::make_unique<FaultyStore>(*std::move(opened));
  }
  ~MailboxesTest() override { store_->close(); }

  static model::FlowKey flow(int number) { return {"main", "company.team", "flow" + std::to_string(number)}; }
  /// The error of a command that was refused at once; empty if it waits.
  static std::string give(Mailboxes& mailboxes, base::Id execution) {
    auto code = std::make_shared<std::string>();
    mailboxes.submit(KillExecution{execution}, [code](base::Result<ExecutionAnswer> answer) {
      if (!answer) *code = answer.error().code().text;
    });
    return *code;
  }

  store::test::TemporaryFolder folder_;
  base::SystemClock clock_;
  QueuedWork queued_work_;
  std::unique_ptr<FaultyStore> store_;
};

TEST_F(MailboxesTest, AnIdAloneTellsThePartition) {  // EXEC-1
  Mailboxes mailboxes({}, *store_, queued_work_);
  ASSERT_EQ(mailboxes.options().partitions, 64u);
  for (int i = 0; i < 500; ++i) {
    const base::Id id = model::make_execution_id(flow(i), clock_.now());
    ASSERT_TRUE(id.slot().has_value());
    const size_t partition = mailboxes.partition_of(*id.slot());
    EXPECT_EQ(partition, *id.slot() >> 4);
    EXPECT_EQ(partition, mailboxes.partition_of(model::slot_of(flow(i))));
    EXPECT_LE(mailboxes.slots_of(partition).first, *id.slot());
    EXPECT_GE(mailboxes.slots_of(partition).last, *id.slot());
  }
}

TEST_F(MailboxesTest, TheSlotsAreDividedAmongAnyNumberOfPartitions) {
  for (size_t count : {1, 2, 3, 4, 7, 64}) {
    Mailboxes mailboxes({.threads = 1, .partitions = count}, *store_, queued_work_);
    size_t next = 0;
    for (size_t i = 0; i < count; ++i) {
      const SlotRange slots = mailboxes.slots_of(i);
      EXPECT_EQ(slots.first, next);
      EXPECT_EQ(mailboxes.partition_of(slots.first), i);
      EXPECT_EQ(mailboxes.partition_of(slots.last), i);
      next = slots.last + size_t{1};
    }
    EXPECT_EQ(next, model::slot_count) << count;
  }
}

TEST_F(MailboxesTest, OnlyTheThreadOfThePartitionIsWokenAndKnowsWhichOneItIs) {
  Mailboxes mailboxes({.threads = 3, .partitions = 64}, *store_, queued_work_);
  const model::FlowKey key = flow(1);
  const size_t partition = mailboxes.partition_of(model::slot_of(key));
  const size_t thread = mailboxes.thread_of(partition);
  mailboxes.worker_event(key, base::make_id(clock_.now()), engine::Continue{}, std::nullopt);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(mailboxes.bell(i).has_rung(), i == thread);
  EXPECT_TRUE(mailboxes.bell(thread).wait(test::patience)) << "it does not sleep";
  EXPECT_EQ(mailboxes.bell(thread).take(), PartitionBits{1} << partition);
  EXPECT_EQ(mailboxes.queue(partition).arrived(), 1u);
}

TEST_F(MailboxesTest, CommandsAreRefusedWhileNoExecutorRuns) {
  Mailboxes mailboxes({}, *store_, queued_work_);
  const base::Id id = model::make_execution_id(flow(1), clock_.now());
  EXPECT_EQ(give(mailboxes, id), shutting_down.text);
  mailboxes.open();
  EXPECT_EQ(give(mailboxes, id), "");
  mailboxes.close();
  EXPECT_EQ(give(mailboxes, id), shutting_down.text);
  const auto refused =
      mailboxes.trigger_event(flow(1), {.trigger_id = "t", .event = {}, .evaluation = id, .number = 3});
  ASSERT_TRUE(refused.has_value()) << "the source keeps the event";
  EXPECT_EQ(refused->code(), shutting_down);
}

TEST_F(MailboxesTest, CommandsForAllPartitionsTogetherAreLimited) {  // GYR-E036
  Mailboxes mailboxes({.partitions = 64, .waiting_commands = 100, .all_waiting_commands = 128}, *store_, queued_work_);
  mailboxes.open();
  const auto in = [&](size_t partition) {
    return base::make_id(clock_.now()).with_slot(mailboxes.slots_of(partition).first);
  };
  for (int i = 0; i < 80; ++i) EXPECT_EQ(give(mailboxes, in(5)), "") << "one may use what others leave";
  for (int i = 0; i < 49; ++i) EXPECT_EQ(give(mailboxes, in(6)), "");
  EXPECT_EQ(give(mailboxes, in(5)), overloaded.text);
  EXPECT_EQ(give(mailboxes, in(6)), overloaded.text);
  EXPECT_EQ(give(mailboxes, in(7)), "") << "and each has its share";
}

TEST(Bell, NoRingIsLost) {
  Bell bell;
  constexpr int rounds = 20'000;
  std::atomic<int> rung{0};
  std::jthread ringing([&] {
    for (int i = 0; i < rounds; ++i) {
      rung.store(i + 1);
      bell.ring(PartitionBits{1} << (i % 64));
    }
  });
  // Whoever has slept through the last ring would wait for the whole time.
  for (int seen = 0; seen < rounds;) {
    ASSERT_TRUE(bell.wait(test::patience));
    (void)bell.take();
    seen = rung.load();
  }
}

}  // namespace
}  // namespace gyr::executor
