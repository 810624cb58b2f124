// Leases: one owner of a range of slots at a time, and nothing is written by one that was taken over (TRIG-201,
// SCALE-2).
#include <condition_variable>
#include <latch>
#include <mutex>

#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

GYR_STORE_SUITE(LeaseSuite);

constexpr base::Duration ten_seconds = base::Duration::of_seconds(10);

LeaseRequest request(uint16_t first, uint16_t last, std::string owner,
                     std::optional<base::Duration> length = ten_seconds) {
  return {first, last, std::move(owner), length};
}

template <class T>
std::string code_of(const base::Result<T>& result) {
  return result ? "" : std::string(result.error().code().text);
}

Batch key_under(const Lease& lease, std::string key) {
  Batch batch;
  batch.lease = lease;
  KvRow row;
  row.tenant = "main";
  row.namespace_ = "a";
  row.key = std::move(key);
  row.value = base::Value::integer(1);
  batch.kv.push_back(std::move(row));
  return batch;
}

TEST_P(LeaseSuite, OneOwnerAtATime) {  // TRIG-201
  const Lease first = must(store().acquire_lease(request(0, 511, "one")));
  EXPECT_TRUE(first);
  auto second = store().acquire_lease(request(0, 511, "two"));
  ASSERT_EQ(code_of(second), lease_held.text);
  EXPECT_NE(second.error().message().find("one"), std::string::npos) << second.error().message();
  // Its own owner does not get it twice either: two partitions would write.
  EXPECT_EQ(code_of(store().acquire_lease(request(0, 511, "one"))), lease_held.text);
  EXPECT_EQ(code_of(store().acquire_lease(request(511, 600, "two"))), lease_held.text) << "a part of the range";
  const Lease other = must(store().acquire_lease(request(512, 1023, "two")));
  EXPECT_GT(other.epoch, first.epoch);
  EXPECT_EQ(code_of(store().acquire_lease(request(5, 4, "x"))), store_failed.text);
  EXPECT_EQ(code_of(store().acquire_lease(request(0, model::slot_count, "x"))), store_failed.text);
}

TEST_P(LeaseSuite, AnOldOwnerWritesNothing) {  // TRIG-201, SCALE-2
  const Lease before = must(store().acquire_lease(request(0, 511, "one")));
  commit(key_under(before, "a"));
  clock().advance(ten_seconds - base::Duration::of_micros(1));
  EXPECT_EQ(code_of(store().acquire_lease(request(0, 511, "two"))), lease_held.text);
  clock().advance(base::Duration::of_micros(1));
  commit(key_under(before, "run-out-but-nobody-else-has-it"));
  const Lease after = must(store().acquire_lease(request(0, 511, "two")));
  EXPECT_GT(after.epoch, before.epoch);

  EXPECT_EQ(refusal(key_under(before, "late")), lease_lost.text);
  EXPECT_EQ(code_of(store().renew_lease(before, ten_seconds)), lease_lost.text);
  EXPECT_TRUE(store().release_lease(before).has_value());  // and takes nothing from the new owner
  commit(key_under(after, "b"));
  EXPECT_FALSE(must(reader().kv("main", "a", "late")));
  EXPECT_TRUE(must(reader().kv("main", "a", "b")));
  EXPECT_TRUE(must(reader().kv("main", "a", "run-out-but-nobody-else-has-it")));
}

TEST_P(LeaseSuite, ARefusedBatchDoesNotAffectOthers) {  // SCALE-2
  const Lease before = must(store().acquire_lease(request(0, 511, "one")));
  clock().advance(ten_seconds);
  const Lease after = must(store().acquire_lease(request(0, 511, "two")));
  // Given one behind the other without waiting, so that some come into one transaction.
  constexpr int rounds = 50;
  std::mutex mutex;
  std::vector<std::string> outcomes(3 * rounds);
  std::latch done(3 * rounds);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const Lease lease = i % 3 == 0 ? after : (i % 3 == 1 ? before : Lease{});
    store().commit(key_under(lease, fmt::format("k{}", i)), [&, i](base::Result<void> outcome) {
      {
        std::lock_guard lock(mutex);
        outcomes[i] = code_of(outcome);
      }
      done.count_down();
    });
  }
  done.wait();
  for (size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i], i % 3 == 1 ? lease_lost.text : "") << i;
    EXPECT_EQ(must(reader().kv("main", "a", fmt::format("k{}", i))).has_value(), i % 3 != 1) << i;
  }
}

TEST_P(LeaseSuite, ARenewedLeaseContinues) {  // TRIG-201
  const Lease lease = must(store().acquire_lease(request(0, 1023, "one")));
  for (int i = 0; i < 5; ++i) {
    clock().advance(ten_seconds - base::Duration::of_seconds(1));
    ASSERT_TRUE(store().renew_lease(lease, ten_seconds).has_value());
    EXPECT_EQ(code_of(store().acquire_lease(request(0, 1023, "two"))), lease_held.text);
  }
  // One that has run out is not lost before somebody takes it.
  clock().advance(ten_seconds + ten_seconds);
  EXPECT_TRUE(store().renew_lease(lease, ten_seconds).has_value());
  EXPECT_EQ(code_of(store().acquire_lease(request(0, 1023, "two"))), lease_held.text);
}

TEST_P(LeaseSuite, AReleasedLeaseIsFree) {  // TRIG-201
  const Lease first = must(store().acquire_lease(request(0, 1023, "one", std::nullopt)));
  clock().advance(base::Duration::of_seconds(1'000'000'000));
  EXPECT_EQ(code_of(store().acquire_lease(request(0, 1023, "two"))), lease_held.text)
      << "without a length it does not run out";
  EXPECT_TRUE(store().release_lease(first).has_value());
  EXPECT_EQ(refusal(key_under(first, "a")), lease_lost.text);
  const Lease second = must(store().acquire_lease(request(0, 1023, "two")));
  EXPECT_GT(second.epoch, first.epoch);
}

TEST_P(LeaseSuite, OtherRangesTakeOverTheirParts) {  // TRIG-201
  const Lease wide = must(store().acquire_lease(request(0, 1023, "one")));
  clock().advance(ten_seconds);
  const Lease narrow = must(store().acquire_lease(request(0, 255, "two")));
  EXPECT_EQ(refusal(key_under(wide, "a")), lease_lost.text) << "what is left of the range belongs to nobody";
  commit(key_under(narrow, "a"));
  EXPECT_TRUE(must(store().acquire_lease(request(256, 1023, "three"))));
}

// A batch under a lease of nobody, and one that was made up.
TEST_P(LeaseSuite, AnInventedLeaseIsRefused) {  // TRIG-201
  EXPECT_EQ(refusal(key_under({0, 1023, 1}, "a")), lease_lost.text);
  const Lease lease = must(store().acquire_lease(request(0, 511, "one")));
  EXPECT_EQ(refusal(key_under({0, 1023, lease.epoch}, "a")), lease_lost.text);
  EXPECT_EQ(refusal(key_under({0, 511, lease.epoch + 1}, "a")), lease_lost.text);
}

TEST_P(LeaseSuite, AClosedStoreGrantsNoLease) {  // TRIG-201
  store().close();
  EXPECT_EQ(code_of(store().acquire_lease(request(0, 511, "one"))), store_closed.text);
  EXPECT_EQ(code_of(store().renew_lease({0, 511, 1}, ten_seconds)), store_closed.text);
  EXPECT_EQ(code_of(store().release_lease({0, 511, 1})), store_closed.text);
  reopen();
  EXPECT_TRUE(must(store().acquire_lease(request(0, 511, "two"))));
}

}  // namespace
}  // namespace gyr::store::test
