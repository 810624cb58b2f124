#include "net/loop.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <future>
#include <random>
#include <thread>

#include "base/one_shot.h"
#include "net/test_support.h"
#include "net/timer_heap.h"

namespace gyr::net {
namespace {

using namespace std::chrono_literals;
using base::MonotonicTime;

// ---------------------------------------------------------------------------------------------- TimerHeap

TEST(TimerHeap, ReturnsTimersInOrderOfTimeThenOfStart) {
  TimerHeap heap;
  std::string order;
  MonotonicTime zero{};
  heap.add(zero + 2s, [&] { order += 'c'; });
  heap.add(zero + 1s, [&] { order += 'a'; });
  heap.add(zero + 2s, [&] { order += 'd'; });
  heap.add(zero + 1s, [&] { order += 'b'; });
  EXPECT_EQ(heap.earliest(), zero + 1s);
  EXPECT_FALSE(heap.take_due(zero + 999ms, UINT64_MAX));
  while (auto callback = heap.take_due(zero + 2s, UINT64_MAX)) callback();
  EXPECT_EQ(order, "abcd");
  EXPECT_EQ(heap.size(), 0u);
}

TEST(TimerHeap, AgreesWithASortedListUnderRandomWork) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    TimerHeap heap;
    std::map<std::pair<int, uint64_t>, TimerHeap::TimerId> model;  // (time, order) → id
    std::vector<std::pair<int, uint64_t>> fired, expected;
    uint64_t order = 0;
    int now = 0;
    for (int step = 0; step < 500; ++step) {
      switch (random() % 4) {
        case 0:
        case 1: {
          int when = now + static_cast<int>(random() % 50);
          auto key = std::pair(when, order++);
          model[key] = heap.add(MonotonicTime(std::chrono::seconds(when)), [&fired, key] { fired.push_back(key); });
          break;
        }
        case 2:
          if (!model.empty()) {
            auto victim = std::next(model.begin(), static_cast<long>(random() % model.size()));
            EXPECT_TRUE(heap.cancel(victim->second));
            EXPECT_FALSE(heap.cancel(victim->second)) << "cancelled twice";
            model.erase(victim);
          }
          break;
        case 3:
          now += static_cast<int>(random() % 10);
          while (auto callback = heap.take_due(MonotonicTime(std::chrono::seconds(now)), UINT64_MAX)) callback();
          while (!model.empty() && model.begin()->first.first <= now) {
            expected.push_back(model.begin()->first);
            model.erase(model.begin());
          }
          ASSERT_EQ(fired, expected);
          break;
      }
      ASSERT_EQ(heap.size(), model.size());
    }
    EXPECT_EQ(heap.clear().size(), model.size());
  }
}

TEST(TimerHeap, AnIdIsNotMistakenForALaterTimerInTheSameSlot) {
  TimerHeap heap;
  auto old = heap.add(MonotonicTime{}, [] {});
  EXPECT_NE(old, 0u);
  EXPECT_TRUE(heap.take_due(MonotonicTime{}, UINT64_MAX));
  auto fresh = heap.add(MonotonicTime{}, [] {});
  EXPECT_NE(old, fresh);
  EXPECT_FALSE(heap.cancel(old));
  EXPECT_FALSE(heap.cancel(0));
  EXPECT_FALSE(heap.cancel(UINT64_MAX));
  EXPECT_EQ(heap.size(), 1u);
}

// ---------------------------------------------------------------------------------------------- loop

TEST(Loop, RunsWhatIsPostedInOrderOnItsThread) {
  auto loop = make_loop();
  std::vector<int> order;
  EXPECT_FALSE(loop->on_loop_thread());
  for (int i = 0; i < 100; ++i) {
    loop->post([&, i] {
      EXPECT_TRUE(loop->on_loop_thread());
      order.push_back(i);
      if (i == 50) loop->post([&] { order.push_back(1000); });
    });
  }
  loop->post([&] { loop->post([&] { loop->stop(); }); });
  loop->run();
  EXPECT_FALSE(loop->on_loop_thread());
  ASSERT_EQ(order.size(), 101u);
  EXPECT_EQ(order[99], 99);
  EXPECT_EQ(order[100], 1000);
}

TEST(Loop, StopServesWhatWasPostedBeforeAndDestroysTheRest) {
  auto loop = make_loop();
  auto alive = std::make_shared<int>(0);
  bool before = false, after = false;
  loop->post([&] {
    loop->start_timer(loop->now() + 1h, [alive, &after] { after = true; });
    loop->post([&] { before = true; });
    loop->stop();
    loop->stop();  // again does nothing
    loop->post([alive, &after] { after = true; });
    EXPECT_EQ(alive.use_count(), 2)
        << "a callback posted after stop() is destroyed at once; the timer's is still there";
  });
  loop->run();
  EXPECT_TRUE(before);
  EXPECT_FALSE(after);
  EXPECT_EQ(alive.use_count(), 1) << "timers are dropped when run() returns";
}

TEST(Loop, StoppedBeforeRunItServesWhatIsPostedAndReturns) {
  auto loop = make_loop();
  int ran = 0;
  loop->post([&] { ran += 1; });
  loop->stop();
  loop->run();
  EXPECT_EQ(ran, 1);
}

TEST(Loop, NeverRunItDestroysWhatWasPosted) {
  auto alive = std::make_shared<int>(0);
  {
    auto loop = make_loop();
    // A destructor that posts again must find a loop that refuses.
    struct PostsAgain {
      base::Loop* loop;
      std::shared_ptr<int> alive;
      PostsAgain(base::Loop* loop, std::shared_ptr<int> alive) : loop(loop), alive(std::move(alive)) {}
      PostsAgain(PostsAgain&&) = default;
      ~PostsAgain() {
        if (alive) loop->post([copy = alive] {});
      }
      void operator()() {}
    };
    loop->post(PostsAgain(loop.get(), alive));
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Loop, PostsFromManyThreadsAllArriveInOrderPerThread) {
  constexpr int threads = 4, each = 20'000;
  auto loop = make_loop();
  std::array<int, threads> next{};
  int total = 0;
  std::vector<std::thread> senders;
  for (int t = 0; t < threads; ++t) {
    senders.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        loop->post([&, t, i] {
          EXPECT_EQ(next[static_cast<size_t>(t)]++, i);
          if (++total == threads * each) loop->stop();
        });
      }
    });
  }
  loop->run();
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(total, threads * each);
}

TEST(Loop, MayBeStoppedWhileOthersPost) {
  for (int round = 0; round < 200; ++round) {
    auto alive = std::make_shared<int>(0);
    auto loop = make_loop();
    std::atomic<bool> end{false};
    std::thread sender([&] {
      while (!end.load()) loop->post([alive] {});
    });
    std::thread stopper([&] { loop->stop(); });
    loop->run();
    stopper.join();
    end = true;
    sender.join();
    loop.reset();
    EXPECT_EQ(alive.use_count(), 1);
  }
}

TEST(Loop, FiresManyTimersNeverEarlyAndNoneThatWasCancelled) {
  constexpr int count = 20'000;
  auto loop = make_loop();
  std::mt19937 random(3);
  int fired = 0, kept = 0, early = 0, wrong = 0;
  loop->post([&] {
    std::vector<base::Loop::TimerId> cancelled;
    for (int i = 0; i < count; ++i) {
      MonotonicTime when = loop->now() + std::chrono::microseconds(random() % 50'000);
      if (i % 2 == 0) {
        kept += 1;
        loop->start_timer(when, [&, when] {
          early += loop->now() < when;
          if (++fired == kept) loop->stop();
        });
      } else {
        cancelled.push_back(loop->start_timer(when, [&] { wrong += 1; }));
      }
    }
    for (auto timer : cancelled) loop->cancel_timer(timer);
  });
  loop->run();
  EXPECT_EQ(fired, count / 2);
  EXPECT_EQ(early, 0);
  EXPECT_EQ(wrong, 0);
}

TEST(Loop, ATimerMayCancelAnotherDueTimer) {
  auto loop = make_loop();
  bool wrong = false;
  loop->post([&] {
    auto when = loop->now();
    auto second = std::make_shared<base::Loop::TimerId>();
    loop->start_timer(when, [&, second] { loop->cancel_timer(*second); });
    *second = loop->start_timer(when, [&] { wrong = true; });
    loop->start_timer(when + 1ms, [&] { loop->stop(); });
  });
  loop->run();
  EXPECT_FALSE(wrong);
}

TEST(Loop, TimersThatStartTimersDoNotStarveTheRest) {
  auto loop = make_loop();
  int rounds = 0;
  bool posted_ran = false;
  std::function<void()> again = [&] {
    rounds += 1;
    if (!posted_ran) loop->start_timer(loop->now(), again);
  };
  loop->post([&] { again(); });
  std::thread other([&] {
    loop->post([&] {
      posted_ran = true;
      loop->stop();
    });
  });
  loop->run();
  other.join();
  EXPECT_TRUE(posted_ran);
  EXPECT_GT(rounds, 0);
}

TEST(Loop, AnIdleLoopUsesNoTime) {
  test::LoopThread thread;
  auto cpu = [] {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  };
  auto before = thread.call(cpu);
  // The only thing that happens is one timer after 300 ms, with many cancelled ones before it.
  std::promise<void> over;
  thread.call([&] {
    for (int i = 0; i < 1000; ++i)
      thread.loop().cancel_timer(thread.loop().start_timer(thread.loop().now() + 10ms, [] {}));
    thread.loop().start_timer(thread.loop().now() + 300ms, [&] { over.set_value(); });
  });
  test::LoopThread::wait(over.get_future());
  EXPECT_LT(thread.call(cpu) - before, 100ms);
}

TEST(Loop, SleepAndOneShotWorkAcrossThreads) {
  test::LoopThread thread;
  struct Work {
    static base::Task<int> run(base::Loop* loop) {
      base::OneShot<int> answer(*loop);
      std::thread([answer] { answer.deliver(20); }).detach();
      bool elapsed = co_await base::sleep_for(*loop, 1ms, {});
      co_return co_await answer.wait() + (elapsed ? 1 : 0);
    }
  };
  EXPECT_EQ(thread.await<int>([&] { return Work::run(&thread.loop()); }), 21);
}

// ---------------------------------------------------------------------------------------------- pool

TEST(Pool, RunsAtMostItsThreadsAtOnceAndStartsInOrder) {
  auto pool = make_pool("test", 3);
  std::atomic<int> running{0}, most{0}, started{0};
  std::vector<std::promise<void>> done(50);
  for (int i = 0; i < 50; ++i) {
    pool->post([&, i] {
      int now = ++running;
      int seen = most.load();
      while (seen < now && !most.compare_exchange_weak(seen, now)) {
      }
      started += 1;
      --running;
      done[static_cast<size_t>(i)].set_value();
    });
  }
  for (auto& promise : done) test::LoopThread::wait(promise.get_future());
  EXPECT_EQ(started, 50);
  EXPECT_LE(most, 3);

  auto one = make_pool("one", 1);
  std::vector<int> order;
  std::promise<void> last;
  for (int i = 0; i < 100; ++i) one->post([&, i] { order.push_back(i); });
  one->post([&] { last.set_value(); });
  test::LoopThread::wait(last.get_future());
  EXPECT_TRUE(std::ranges::is_sorted(order));
  EXPECT_EQ(order.size(), 100u);
}

TEST(Pool, StopWaitsForTheRunningAndDestroysTheWaiting) {
  auto pool = make_pool("stop", 1);
  auto alive = std::make_shared<int>(0);
  std::promise<void> running, go_on;
  bool finished = false, wrong = false;
  pool->post([&] {
    running.set_value();
    go_on.get_future().wait();
    finished = true;
  });
  test::LoopThread::wait(running.get_future());
  for (int i = 0; i < 10; ++i) pool->post([&, alive] { wrong = true; });
  EXPECT_EQ(pool->queued(), 10u);
  std::thread stopper([&] { pool->stop(); });
  // stop() drops the queue before it waits for the running one.
  while (pool->queued() != 0) std::this_thread::yield();
  go_on.set_value();
  stopper.join();
  EXPECT_TRUE(finished);
  EXPECT_FALSE(wrong);
  EXPECT_EQ(alive.use_count(), 1);
  pool->post([&, alive] { wrong = true; });
  EXPECT_EQ(alive.use_count(), 1);
  pool->stop();
  EXPECT_FALSE(wrong);
}

TEST(Pool, ThreadsCarryTheNameAndLeaveSignalsAlone) {
  auto pool = make_pool("a-very-long-pool-name", 1);
  std::promise<std::string> name;
  std::promise<bool> blocked;
  pool->post([&] {
    char text[16] = {};
    pthread_getname_np(pthread_self(), text, sizeof text);
    name.set_value(text);
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    blocked.set_value(sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGPIPE) == 1);
  });
  EXPECT_EQ(test::LoopThread::wait(name.get_future()), "a-very-long-p-1");
  EXPECT_TRUE(test::LoopThread::wait(blocked.get_future()));
}

TEST(Pool, AnExceptionDoesNotEndItsThread) {
  auto pool = make_pool("throws", 1);
  std::promise<void> next;
  pool->post([] { throw std::runtime_error("expected by the test"); });
  pool->post([&] { next.set_value(); });
  test::LoopThread::wait(next.get_future());
}

TEST(Pool, ManyThreadsPostWhileItStops) {
  for (int round = 0; round < 50; ++round) {
    auto alive = std::make_shared<std::atomic<int>>(0);
    auto pool = make_pool("race", 2);
    std::vector<std::thread> senders;
    for (int t = 0; t < 3; ++t) {
      senders.emplace_back([&pool, alive] {
        for (int i = 0; i < 200; ++i) pool->post([alive] { alive->fetch_add(1); });
      });
    }
    std::thread stopper([&] { pool->stop(); });
    for (auto& sender : senders) sender.join();
    stopper.join();
    pool.reset();
    EXPECT_EQ(alive.use_count(), 1);
    EXPECT_LE(alive->load(), 600);
  }
}

}  // namespace
}  // namespace gyr::net
