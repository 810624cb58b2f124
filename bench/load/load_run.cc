#include "load_run.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>

#include "base/assert.h"
#include "codes.h"

namespace gyr::load {

namespace {

constexpr int tick_ms = 50;        // how often memory and timeouts are looked at
constexpr int drain_poll_ms = 5;   // precision of drain_s
constexpr int retry_poll_ms = 20;  // between looks at executions that have not ended
constexpr size_t read_back_connections = 8;

double to_seconds(base::Duration length) { return length.to_fraction(); }
double to_seconds(std::chrono::nanoseconds length) { return std::chrono::duration<double>(length).count(); }

double own_cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

bool LoadReport::clean() const {
  uint64_t good = 0;
  if (const auto found = states.find("SUCCESS"); found != states.end()) good = found->second;
  return errors.empty() && sent == acknowledged && good == looked_at;
}

LoadRun::LoadRun(LoadOptions options) : options_(std::move(options)) {}

base::Result<LoadReport> LoadRun::run(const volatile bool* stop) {
  GYR_TRY(Poller poller, Poller::make());
  poller_ = &poller;
  sample_server();
  const double cpu_before = own_cpu_s();
  GYR_CHECK(run_load(stop));
  if (options_.until_ended) GYR_CHECK(wait_for_drain(stop));
  sample_server();
  report_.generator_cpu_s = own_cpu_s() - cpu_before;
  if (options_.until_ended) GYR_CHECK(read_back(stop));
  if (first_created_ && last_ended_) report_.span_s = to_seconds(*last_ended_ - *first_created_);
  return std::move(report_);
}

bool LoadRun::wants_more(base::MonotonicTime now) const {
  if (stopped_ || (options_.count != 0 && arrivals_ >= options_.count)) return false;
  if (options_.seconds == 0) return true;
  // An open loop has a fixed number of arrivals, however late they are taken up.
  const auto when = options_.rate > 0 ? due_time(arrivals_) : now;
  return to_seconds(when - start_) < options_.seconds;
}

bool LoadRun::goes_to_wait(uint64_t arrival) const {
  if (options_.wait_path.empty()) return false;
  if (options_.start_path.empty()) return true;
  // Evenly spread: the arrivals at which the running sum of the share passes a whole number.
  const auto whole = [this](uint64_t n) { return std::floor(static_cast<double>(n) * options_.wait_share); };
  return whole(arrival + 1) > whole(arrival);
}

base::MonotonicTime LoadRun::due_time(uint64_t arrival) const {
  return start_ + std::chrono::nanoseconds(static_cast<int64_t>(static_cast<double>(arrival) / options_.rate * 1e9));
}

base::MonotonicTime LoadRun::take_intended_time(uint64_t arrival) {
  if (options_.rate > 0) return due_time(arrival);
  const auto found = closed_started_.find(arrival);
  GYR_ASSERT(found != closed_started_.end());
  const auto started = found->second;
  closed_started_.erase(found);
  return started;
}

void LoadRun::take_due_arrivals(base::MonotonicTime now) {
  while (wants_more(now) && due_time(arrivals_) <= now) {
    (goes_to_wait(arrivals_) ? wait_backlog_ : start_backlog_).push_back(arrivals_);
    arrivals_ += 1;
  }
}

// A closed loop starts as many as there are connections without one.
void LoadRun::take_closed_arrivals(const Pool& pool, base::MonotonicTime now) {
  auto& backlog = options_.start_path.empty() ? wait_backlog_ : start_backlog_;
  while (wants_more(now) && pool.under_way() + backlog.size() < options_.connections) backlog.push_back(arrivals_++);
}

void LoadRun::submit_backlog(Pool& pool, std::deque<uint64_t>& backlog, std::string_view request) {
  while (!backlog.empty() && pool.has_free()) {
    const uint64_t arrival = backlog.front();
    backlog.pop_front();
    const auto now = base::monotonic_now();
    if (options_.rate > 0) {
      report_.lag.add((now - due_time(arrival)).count());
    } else {
      closed_started_[arrival] = now;
    }
    report_.sent += 1;
    pool.submit(arrival, request);
  }
}

base::Result<void> LoadRun::arm_timer(const Descriptor& timer) const {
  const auto when = due_time(arrivals_).time_since_epoch();
  itimerspec spec{};
  spec.it_value.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(when).count();
  spec.it_value.tv_nsec = (when % std::chrono::seconds(1)).count();
  if (timerfd_settime(timer.get(), TFD_TIMER_ABSTIME, &spec, nullptr) != 0) {
    return base::fail(system_failed, "the timer cannot be set");
  }
  return {};
}

base::Result<void> LoadRun::run_load(const volatile bool* stop) {
  const bool open = options_.rate > 0;
  const auto request = [this](const std::string& path) {
    return format_request(options_.url, "POST", path, "", "", options_.authorization);
  };
  const std::string start_request = request(options_.start_path);
  const std::string wait_request = request(options_.wait_path);
  Pool start_pool(*poller_, options_.url, options_.connections, options_.timeout,
                  [this](uint64_t arrival, const Reply& reply) { on_start_reply(arrival, reply); });
  Pool wait_pool(*poller_, options_.url, options_.connections, options_.timeout,
                 [this](uint64_t arrival, const Reply& reply) { on_wait_reply(arrival, reply); });
  Pool& closed_pool = options_.start_path.empty() ? wait_pool : start_pool;

  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  if (timer.get() < 0) return base::fail(system_failed, "no timer");
  Poller::Handler on_timer = [&timer](uint32_t) {
    uint64_t expirations = 0;
    // EAGAIN only: the loop looks at the clock anyway.
    [[maybe_unused]] const ssize_t count = read(timer.get(), &expirations, sizeof expirations);
  };
  GYR_CHECK(poller_->watch(timer.get(), EPOLLIN, &on_timer));

  start_wall_ = base::SystemClock().now();
  start_ = last_answer_ = base::monotonic_now();
  auto next_tick = start_;
  while (true) {
    stopped_ = stopped_ || *stop;
    const auto now = base::monotonic_now();
    if (open) {
      take_due_arrivals(now);
    } else {
      take_closed_arrivals(closed_pool, now);
    }
    submit_backlog(start_pool, start_backlog_, start_request);
    submit_backlog(wait_pool, wait_backlog_, wait_request);
    const bool more = wants_more(now);
    const size_t under_way = start_pool.under_way() + wait_pool.under_way();
    if (!more && under_way == 0 && start_backlog_.empty() && wait_backlog_.empty()) break;
    if (open && more) GYR_CHECK(arm_timer(timer));
    GYR_CHECK(poller_->run_once(tick_ms));
    if (now >= next_tick) {
      next_tick = now + std::chrono::milliseconds(tick_ms);
      start_pool.check_timeouts(now);
      wait_pool.check_timeouts(now);
      sample_server();
    }
  }
  report_.load_s = to_seconds(base::monotonic_now() - start_);
  return {};
}

bool LoadRun::note_error(const Reply& reply) {
  if (reply.status >= 200 && reply.status < 300) return false;
  report_.errors[reply.status == 0 ? std::string(reply.error) : fmt::format("status {}", reply.status)] += 1;
  return true;
}

void LoadRun::on_start_reply(uint64_t arrival, const Reply& reply) {
  const auto intended = take_intended_time(arrival);
  if (note_error(reply)) return;
  auto execution = parse_execution(reply.body);
  if (!execution) {
    report_.errors[execution.error().message()] += 1;
    return;
  }
  report_.acknowledged += 1;
  last_answer_ = reply.received;
  report_.ack.add((reply.received - intended).count());
  acknowledged_.push_back({std::move(execution->id), (intended - start_).count()});
}

void LoadRun::on_wait_reply(uint64_t arrival, const Reply& reply) {
  const auto intended = take_intended_time(arrival);
  if (note_error(reply)) return;
  const auto execution = parse_execution(reply.body);
  if (!execution) {
    report_.errors[execution.error().message()] += 1;
    return;
  }
  report_.acknowledged += 1;
  last_answer_ = reply.received;
  report_.wait.add((reply.received - intended).count());
  report_.looked_at += 1;
  report_.states[execution->state] += 1;
  note_dates(*execution, (intended - start_).count());
}

void LoadRun::note_dates(const ExecutionView& execution, int64_t intended_ns) {
  if (!execution.created || !execution.ended) return;
  if (!first_created_ || *execution.created < *first_created_) first_created_ = execution.created;
  if (!last_ended_ || *last_ended_ < *execution.ended) last_ended_ = execution.ended;
  report_.own.add((*execution.ended - *execution.created).to_nanos());
  const int64_t from_intended = (*execution.ended - (start_wall_ + base::Duration::of_nanos(intended_ns))).to_nanos();
  if (from_intended < -base::nanos_per_milli) report_.clocks_differ = true;
  report_.end.add(from_intended);
}

void LoadRun::sample_server() {
  if (options_.server_pid == 0) return;
  const auto stats = read_process(options_.server_pid);
  if (!stats) return;
  if (!report_.server_before) report_.server_before = stats;
  report_.server_after = stats;
  report_.server_peak_rss_bytes = std::max(report_.server_peak_rss_bytes, stats->rss_bytes);
}

// The execution acknowledged last has, but for reordering, the last end: when it is over the load is.
base::Result<void> LoadRun::wait_for_drain(const volatile bool* stop) {
  if (acknowledged_.empty()) return {};
  const std::string request = format_request(options_.url, "GET", options_.executions_path + acknowledged_.back().id,
                                             "", "", options_.authorization);
  bool ended = false;
  Pool pool(*poller_, options_.url, 1, options_.timeout, [&ended](uint64_t, const Reply& reply) {
    const auto execution = parse_execution(reply.body);
    ended = execution && is_terminal(execution->state);
  });
  const auto deadline = last_answer_ + options_.drain_timeout;
  auto next_look = base::monotonic_now();
  while (!ended && !*stop) {
    const auto now = base::monotonic_now();
    if (now > deadline) {
      report_.errors["the execution acknowledged last did not end in time"] += 1;
      break;
    }
    if (pool.has_free() && now >= next_look) {
      next_look = now + std::chrono::milliseconds(drain_poll_ms);
      pool.submit(0, request);
    }
    pool.check_timeouts(now);
    sample_server();
    GYR_CHECK(poller_->run_once(drain_poll_ms));
  }
  report_.drain_s = to_seconds(base::monotonic_now() - last_answer_);
  return {};
}

base::Result<void> LoadRun::read_back(const volatile bool* stop) {
  const uint64_t wanted = std::min<uint64_t>(options_.read_back, acknowledged_.size());
  if (wanted == 0) return {};
  std::deque<uint64_t> waiting;
  for (uint64_t i = 0; i < wanted; ++i) waiting.push_back(i * acknowledged_.size() / wanted);
  std::deque<uint64_t> not_ended;
  Pool pool(*poller_, options_.url, read_back_connections, options_.timeout, [&](uint64_t index, const Reply& reply) {
    const Acknowledged& one = acknowledged_[index];
    if (reply.status == 404) {
      report_.looked_at += 1;
      report_.states["(missing)"] += 1;
      return;
    }
    if (note_error(reply)) return;
    const auto execution = parse_execution(reply.body);
    if (execution && !is_terminal(execution->state)) {
      not_ended.push_back(index);
      return;
    }
    report_.looked_at += 1;
    report_.states[execution ? execution->state : execution.error().message()] += 1;
    if (execution) note_dates(*execution, one.intended_ns);
  });
  const auto deadline = base::monotonic_now() + options_.drain_timeout;
  auto next_retry = base::monotonic_now();
  while ((!waiting.empty() || !not_ended.empty() || pool.under_way() > 0) && !*stop) {
    const auto now = base::monotonic_now();
    if (waiting.empty() && pool.under_way() == 0) {
      if (now > deadline) {
        report_.looked_at += not_ended.size();
        report_.states["(not ended)"] += not_ended.size();
        break;
      }
      if (now >= next_retry) {
        next_retry = now + std::chrono::milliseconds(retry_poll_ms);
        waiting.swap(not_ended);
      }
    }
    while (!waiting.empty() && pool.has_free()) {
      const uint64_t index = waiting.front();
      waiting.pop_front();
      pool.submit(index, format_request(options_.url, "GET", options_.executions_path + acknowledged_[index].id, "", "",
                                        options_.authorization));
    }
    pool.check_timeouts(now);
    GYR_CHECK(poller_->run_once(retry_poll_ms));
  }
  return {};
}

}  // namespace gyr::load
