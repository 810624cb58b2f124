// Inside net only: the loop with its io_context, for the files that own sockets. Heavy: includes Asio.
#pragma once

#define BOOST_ASIO_NO_TS_EXECUTORS

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <vector>

#include "net/loop.h"
#include "net/timer_heap.h"

namespace gyr::net {

/// RunningLoop on one io_context. make_loop() returns only this class, so sockets may be opened on context().
class AsioLoop final : public RunningLoop {
 public:
  AsioLoop();
  ~AsioLoop() override;

  void run() override;
  void stop() override;
  void post(Callback callback) override;
  TimerId start_timer(base::MonotonicTime when, Callback callback) override;
  void cancel_timer(TimerId timer) override;
  bool on_loop_thread() const override;
  base::MonotonicTime now() const override { return base::monotonic_now(); }

  boost::asio::io_context& context() { return context_; }

 private:
  void schedule_drain();
  void drain() noexcept;
  void arm();
  void run_due() noexcept;
  void watch_for_pause();

  boost::asio::io_context context_{1};  // only one thread runs it
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;

  std::mutex mutex_;  // guards the next four
  std::vector<Callback> incoming_;
  bool drain_scheduled_ = false;
  bool stopping_ = false;

  // Of the loop's thread.
  std::vector<Callback> batch_;
  TimerHeap timers_;
  boost::asio::steady_timer wake_;
  bool armed_ = false;
  base::MonotonicTime armed_at_;
  bool timers_closed_ = false;
  bool watches_for_pause_ = false;
  bool used_ = false;  // since the watch was set
};

}  // namespace gyr::net
