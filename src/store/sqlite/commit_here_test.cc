// Callers that write their batch themselves (DirectCommit).
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "store/direct_commit.h"
#include "store/sqlite/sqlite_store.h"
#include "store/test_rows.h"

namespace gyr::store::sqlite {
namespace {

using test::time_of;

class CommitHere : public ::testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    SqliteOptions options;
    options.folder = folder_.path();
    options.clock = &clock_;
    auto opened = open_sqlite(std::move(options));
    ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
    store_ = *std::move(opened);
  }
  DirectCommit& here() { return dynamic_cast<DirectCommit&>(*store_); }
  Batch batch() {
    Batch batch;
    test::add_to(batch, test::make_k1(ids_, flow_, time_of(0)));
    return batch;
  }
  uint64_t count() {
    auto reader = store_->open_reader();
    ExecutionQuery query{test::everything};
    query.tenant = "main";
    auto found = reader ? (*reader)->count_executions(query) : base::Result<uint64_t>(0);
    EXPECT_TRUE(found.has_value());
    return found.value_or(0);
  }

  test::TemporaryFolder folder_;
  base::VirtualClock clock_{time_of(0)};
  test::Ids ids_;
  std::shared_ptr<const model::FlowKey> flow_ = test::flow_key("a.b", "f");
  std::unique_ptr<Store> store_;
  const std::thread::id caller_ = std::this_thread::get_id();
};

// What is acknowledged is durable, whoever writes it.
TEST_F(CommitHere, ACallerWritesItsBatchIfTheWriterIsIdle) {
  // The store's own thread lends the connection as soon as it waits, which it does between any two of these.
  uint64_t committed = 0;
  bool was_here = false;
  for (int i = 0; i < 1'000 && !was_here; ++i) {
    std::latch done(1);
    here().commit_here(batch(), [&](base::Result<void> outcome) {
      EXPECT_TRUE(outcome.has_value());
      was_here = std::this_thread::get_id() == caller_;
      done.count_down();
    });
    done.wait();
    EXPECT_EQ(count(), ++committed);
  }
  EXPECT_TRUE(was_here);
  store_.reset();
  open();
  EXPECT_EQ(count(), committed);
}

TEST_F(CommitHere, WaitsBehindOtherBatches) {
  std::latch held(1), go_on(1), done(2);
  std::vector<int> order;  // of the store's thread
  store_->commit(batch(), [&](base::Result<void>) {
    held.count_down();
    go_on.wait();
  });
  held.wait();
  auto note = [&](int number) {
    return [&, number](base::Result<void> outcome) {
      EXPECT_TRUE(outcome.has_value());
      order.push_back(number);
      done.count_down();
    };
  };
  store_->commit(batch(), note(1));
  here().commit_here(batch(), note(2));  // does not wait: somebody writes
  go_on.count_down();
  done.wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
  EXPECT_EQ(count(), 3u);
}

// What comes while a caller writes is written behind it, by the store's thread.
TEST_F(CommitHere, OthersFollowWhileACallerWrites) {
  bool was_here = false;
  uint64_t committed = 0;
  for (int i = 0; i < 1'000 && !was_here; ++i) {
    std::latch done(2);
    here().commit_here(batch(), [&](base::Result<void>) {
      was_here = std::this_thread::get_id() == caller_;
      store_->commit(batch(), [&](base::Result<void> outcome) {
        EXPECT_TRUE(outcome.has_value());
        if (was_here) EXPECT_NE(std::this_thread::get_id(), caller_);
        done.count_down();
      });
      done.count_down();
    });
    done.wait();
    committed += 2;
  }
  EXPECT_TRUE(was_here);
  EXPECT_EQ(count(), committed);
}

TEST_F(CommitHere, ManyThreadsLoseAndDuplicateNothing) {
  constexpr int threads = 4, batches = 200;
  std::vector<std::vector<Batch>> all(threads);
  for (auto& of_thread : all) {
    for (int i = 0; i < batches; ++i) of_thread.push_back(batch());
  }
  std::atomic<int> answered{0};
  std::latch done(threads * batches);
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        for (int i = 0; i < batches; ++i) {
          auto count_it = [&](base::Result<void> outcome) {
            if (outcome) ++answered;
            done.count_down();
          };
          auto& next = all[static_cast<size_t>(t)][static_cast<size_t>(i)];
          if (i % 3 == 0) {
            store_->commit(std::move(next), count_it);
          } else {
            here().commit_here(std::move(next), count_it);
          }
        }
      });
    }
  }
  done.wait();
  EXPECT_EQ(answered.load(), threads * batches);
  EXPECT_EQ(count(), static_cast<uint64_t>(threads * batches));
  store_.reset();
  open();
  EXPECT_EQ(count(), static_cast<uint64_t>(threads * batches));
}

TEST_F(CommitHere, AClosedStoreRefuses) {
  store_->close();
  std::string code;
  here().commit_here(batch(), [&](base::Result<void> outcome) { code = outcome ? "" : outcome.error().code().text; });
  EXPECT_EQ(code, store_closed.text);
}

}  // namespace
}  // namespace gyr::store::sqlite
