// Storage operations that are retried after a failure (STOR-11).
#include "storage/retrying_storage.h"

#include <gtest/gtest.h>

#include <deque>
#include <limits>
#include <thread>

namespace gyr::storage {
namespace {

using base::Duration;

/// Every operation returns the next prepared error, then succeeds.
class FailingStorage final : public Storage {
 public:
  std::deque<base::ErrorCode> errors;
  int calls = 0;

  base::Result<std::unique_ptr<ByteSource>> get(std::string_view, std::string_view, uint64_t) override {
    GYR_CHECK(next());
    return source_of("bytes");
  }
  base::Result<std::unique_ptr<ByteSink>> put(std::string_view, std::string_view, Metadata) override {
    GYR_CHECK(next());
    return std::unique_ptr<ByteSink>();
  }
  base::Result<bool> exists(std::string_view, std::string_view) override { return answer(true); }
  base::Result<FileAttributes> attributes(std::string_view, std::string_view) override {
    return answer(FileAttributes{});
  }
  base::Result<std::vector<FileAttributes>> list(std::string_view, std::string_view) override {
    return answer(std::vector<FileAttributes>());
  }
  base::Result<std::vector<std::string>> all_by_prefix(std::string_view, std::string_view, bool) override {
    return answer(std::vector<std::string>());
  }
  base::Result<bool> remove(std::string_view, std::string_view) override { return answer(true); }
  base::Result<void> create_directory(std::string_view, std::string_view) override { return next(); }
  base::Result<void> move(std::string_view, std::string_view, std::string_view) override { return next(); }

 private:
  template <class T>
  base::Result<T> answer(T value) {
    GYR_CHECK(next());
    return value;
  }
  base::Result<void> next() {
    calls += 1;
    if (errors.empty()) return {};
    const base::ErrorCode code = errors.front();
    errors.pop_front();
    return base::fail(code, "the test says so");
  }
};

/// Time that passes at once.
class NoPauses final : public Pauses {
 public:
  std::vector<Duration> lengths;
  bool goes_on = true;
  bool wait(Duration length) override {
    lengths.push_back(length);
    return goes_on;
  }
};

struct RetryingStorageTest : ::testing::Test {
  RetryingStorageTest() {
    auto owned = std::make_unique<FailingStorage>();
    below = owned.get();
    storage = std::make_unique<RetryingStorage>(std::move(owned), RetryRules{}, pauses);
  }
  void fail_times(size_t times, base::ErrorCode code = storage_failed) { below->errors.assign(times, code); }

  NoPauses pauses;
  FailingStorage* below = nullptr;
  std::unique_ptr<RetryingStorage> storage;
};

TEST_F(RetryingStorageTest, EveryOperationIsTriedAgain) {  // STOR-11
  const std::vector<std::function<bool()>> operations = {
      [this] { return storage->get("t", "/a", 0).has_value(); },
      [this] { return storage->put("t", "/a", {}).has_value(); },
      [this] { return storage->exists("t", "/a").has_value(); },
      [this] { return storage->attributes("t", "/a").has_value(); },
      [this] { return storage->list("t", "/a").has_value(); },
      [this] { return storage->all_by_prefix("t", "/a", false).has_value(); },
      [this] { return storage->remove("t", "/a").has_value(); },
      [this] { return storage->create_directory("t", "/a").has_value(); },
      [this] { return storage->move("t", "/a", "/b").has_value(); },
  };
  for (const auto& operation : operations) {
    below->calls = 0;
    fail_times(4);
    EXPECT_TRUE(operation());
    EXPECT_EQ(below->calls, 5);
    below->calls = 0;
    fail_times(9);
    EXPECT_FALSE(operation());
    EXPECT_EQ(below->calls, 5);
  }
}

TEST_F(RetryingStorageTest, PausesGrow) {  // STOR-11
  fail_times(9);
  EXPECT_FALSE(storage->exists("t", "/a").has_value());
  EXPECT_EQ(pauses.lengths, (std::vector<Duration>{Duration::of_seconds(1), Duration::of_seconds(2),
                                                   Duration::of_seconds(4), Duration::of_seconds(8)}));
  RetryRules rules{.delay = Duration::of_millis(100), .multiplier = 10, .max_delay = Duration::of_seconds(3)};
  EXPECT_EQ(rules.pause_after(2), Duration::of_seconds(1));
  EXPECT_EQ(rules.pause_after(3), Duration::of_seconds(3));
  EXPECT_EQ(rules.pause_after(1'000'000), Duration::of_seconds(3));
  rules.max_delay.reset();
  EXPECT_EQ(rules.pause_after(1'000'000), Duration::of_seconds(3'600)) << "an hour at most";
  rules.multiplier = 0;
  EXPECT_EQ(rules.pause_after(5), Duration());
}

TEST_F(RetryingStorageTest, ResultsAreNotRetried) {  // STOR-11
  for (base::ErrorCode code : {file_not_found, bad_storage_uri, storage_full}) {
    below->calls = 0;
    fail_times(1, code);
    auto outcome = storage->get("t", "/a", 0);
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code(), code);
    EXPECT_EQ(below->calls, 1);
  }
  EXPECT_TRUE(pauses.lengths.empty());
}

TEST_F(RetryingStorageTest, TheEndOfTheServerEndsTheAttempts) {  // STOR-11
  pauses.goes_on = false;
  fail_times(9);
  EXPECT_FALSE(storage->exists("t", "/a").has_value());
  EXPECT_EQ(below->calls, 1);
}

TEST(Pauses, EndWhenTheyAreStopped) {  // STOR-11
  Pauses pauses;
  EXPECT_TRUE(pauses.wait(Duration()));
  bool went_on = true;
  std::jthread waiting([&] { went_on = pauses.wait(Duration::of_seconds(100'000)); });
  pauses.stop();
  waiting.join();
  EXPECT_FALSE(went_on);
  EXPECT_FALSE(pauses.wait(Duration())) << "and so do later ones";
}

}  // namespace
}  // namespace gyr::storage
