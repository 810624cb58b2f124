// One load on one server: executions are started, their ends observed, everything counted.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "execution.h"
#include "histogram.h"
#include "pool.h"
#include "process_stats.h"

namespace gyr::load {

/// What to do to which server.
struct LoadOptions {
  Url url;
  std::string authorization;  ///< value of the header, empty for none
  std::string start_path;     ///< POST here starts an execution and answers at once (a webhook, a start without wait)
  std::string wait_path;      ///< POST here answers when the execution has ended; empty: nothing is waited for
  std::string executions_path = "/api/v1/main/executions/";  ///< GET here + id shows an execution
  double rate = 0;                                           ///< arrivals a second at fixed distances; 0: a closed loop
  double wait_share = 0;    ///< open loop: this share of the arrivals goes to wait_path instead
  uint64_t count = 0;       ///< executions in all, 0: no bound
  double seconds = 0;       ///< length of the load, 0: no bound; an open loop needs a bound
  size_t connections = 64;  ///< at most; in a closed loop exactly
  std::chrono::nanoseconds timeout = std::chrono::seconds(60);        ///< of one request
  std::chrono::nanoseconds drain_timeout = std::chrono::seconds(60);  ///< from the last answer to the last end
  uint64_t read_back = 200'000;  ///< how many executions are looked at afterwards, evenly spread over all
  bool until_ended = true;       ///< false: the load is over with the last answer, ends are not looked at
  int server_pid = 0;            ///< 0: not on this machine
};

/// What a load found. Latencies in nanoseconds.
struct LoadReport {
  uint64_t sent = 0;
  uint64_t acknowledged = 0;
  uint64_t looked_at = 0;
  std::map<std::string, uint64_t> errors;  ///< by text, such as `status 429`
  std::map<std::string, uint64_t>
      states;  ///< of the executions looked at; `(missing)` where the server knows no such id

  Histogram lag;               ///< intended to sent: how late the generator (or its connections) were
  Histogram ack;               ///< intended to the answer of start_path
  Histogram wait;              ///< intended to the answer of wait_path: the end as a client sees it
  Histogram own;               ///< created to ended, by the execution's own dates
  Histogram end;               ///< intended to ended: server's date less our clock, so only on one machine
  bool clocks_differ = false;  ///< some execution ended before it was asked for: `end` means nothing

  double load_s = 0;   ///< first to last arrival
  double drain_s = 0;  ///< last answer to the end of the execution acknowledged last
  double span_s = 0;   ///< first creation to last end, by the executions' dates
  double generator_cpu_s = 0;
  std::optional<ProcessStats> server_before;
  std::optional<ProcessStats> server_after;
  uint64_t server_peak_rss_bytes = 0;

  /// Everything acknowledged ended in SUCCESS and nothing failed.
  bool clean() const;
};

/// Runs one load. One thread, used once: make, run().
class LoadRun {
 public:
  explicit LoadRun(LoadOptions options);
  /// Runs to the end or until `*stop` becomes true (set by a signal handler).
  base::Result<LoadReport> run(const volatile bool* stop);

 private:
  struct Acknowledged {
    std::string id;
    int64_t intended_ns;  // since the start
  };

  base::Result<void> run_load(const volatile bool* stop);
  bool wants_more(base::MonotonicTime now) const;
  bool goes_to_wait(uint64_t arrival) const;
  /// When an arrival of an open loop is due.
  base::MonotonicTime due_time(uint64_t arrival) const;
  /// From when the latency of an answered arrival counts. Once for each arrival.
  base::MonotonicTime take_intended_time(uint64_t arrival);
  void take_due_arrivals(base::MonotonicTime now);
  void take_closed_arrivals(const Pool& pool, base::MonotonicTime now);
  void submit_backlog(Pool& pool, std::deque<uint64_t>& backlog, std::string_view request);
  base::Result<void> arm_timer(const Descriptor& timer) const;
  void on_start_reply(uint64_t arrival, const Reply& reply);
  void on_wait_reply(uint64_t arrival, const Reply& reply);
  bool note_error(const Reply& reply);
  void note_dates(const ExecutionView& execution, int64_t intended_ns);
  void sample_server();

  base::Result<void> wait_for_drain(const volatile bool* stop);
  base::Result<void> read_back(const volatile bool* stop);

  LoadOptions options_;
  LoadReport report_;
  Poller* poller_ = nullptr;
  base::MonotonicTime start_;
  base::Instant start_wall_;
  uint64_t arrivals_ = 0;  // taken up so far
  bool stopped_ = false;
  std::deque<uint64_t> start_backlog_;
  std::deque<uint64_t> wait_backlog_;
  std::unordered_map<uint64_t, base::MonotonicTime> closed_started_;  // what is under way in a closed loop
  std::vector<Acknowledged> acknowledged_;
  base::MonotonicTime last_answer_;
  std::optional<base::Instant> first_created_;
  std::optional<base::Instant> last_ended_;
};

}  // namespace gyr::load
