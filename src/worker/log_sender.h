// Sends log lines to the server: collects them into chunks, and stops sending when too many are unconfirmed.
#pragma once

#include <coroutine>
#include <vector>

#include "base/loop.h"
#include "base/task.h"
#include "model/execution.h"
#include "protocol/frames.h"

namespace gyr::worker {

/// Lives on the loop of the worker. All attempts share it, so that many small writers produce one chunk.
class LogSender {
 public:
  LogSender(base::Loop& loop, protocol::Link& server) : loop_(loop), server_(server) {}

  /// Adds lines of at most 15,360 characters each (engine::append_log_lines).
  void add(std::vector<model::LogEntry> lines);
  /// Sends the collected lines now. Call it before a result, so that the lines arrive first.
  void flush();
  /// Completes when the number of unconfirmed bytes is below the limit.
  base::Task<void> room();
  void stored(uint64_t bytes);
  /// No more confirmations will arrive: ends all waits.
  void link_lost();

 private:
  void wake();

  base::Loop& loop_;
  protocol::Link& server_;
  std::vector<model::LogEntry> gathered_;
  size_t gathered_bytes_ = 0;
  uint64_t unconfirmed_bytes_ = 0;
  uint64_t left_out_ = 0;
  bool lost_ = false;
  bool flush_posted_ = false;
  std::vector<std::coroutine_handle<>> waiting_;
};

}  // namespace gyr::worker
