// Log lines on their way to the server: gathered into chunks, held back when too many are unconfirmed.
#pragma once

#include <coroutine>
#include <vector>

#include "base/loop.h"
#include "base/task.h"
#include "link/frames.h"
#include "model/execution.h"

namespace gyr::worker {

/// Lives on the worker's loop; shared by all attempts, so that many small writers make one chunk.
class LogSender {
 public:
  LogSender(base::Loop& loop, link::Link& server) : loop_(loop), server_(server) {}

  /// Lines of at most 15,360 characters each (engine::append_log_lines).
  void add(std::vector<model::LogEntry> lines);
  /// Sends what is gathered now: before a result, so that its lines arrive before it.
  void flush();
  /// Completes once few enough bytes are unconfirmed.
  base::Task<void> room();
  void stored(uint64_t bytes);
  /// Nothing will be confirmed any more: whoever waits for room goes on.
  void link_lost();

 private:
  void wake();

  base::Loop& loop_;
  link::Link& server_;
  std::vector<model::LogEntry> gathered_;
  size_t gathered_bytes_ = 0;
  uint64_t unconfirmed_bytes_ = 0;
  uint64_t left_out_ = 0;
  bool lost_ = false;
  bool flush_posted_ = false;
  std::vector<std::coroutine_handle<>> waiting_;
};

}  // namespace gyr::worker
