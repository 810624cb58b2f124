#include "worker/log_sender.h"

#include "base/log.h"
#include "protocol/log_weight.h"

namespace gyr::worker {
namespace {

constexpr size_t chunk_bytes = 128 * 1024;          // a commit of this takes a millisecond or two
constexpr uint64_t window_bytes = 2 * 1024 * 1024;  // the limit of unconfirmed bytes, for all attempts together
constexpr uint64_t max_bytes = 64 * 1024 * 1024;    // for tasks that do not wait: further lines are dropped

}  // namespace

void LogSender::add(std::vector<model::LogEntry> lines) {
  for (auto& line : lines) {
    if (unconfirmed_bytes_ + gathered_bytes_ >= max_bytes) {
      left_out_ += 1;
      continue;
    }
    gathered_bytes_ += protocol::weight_of(line);
    gathered_.push_back(std::move(line));
    // Line by line: the lines of one long message need many chunks.
    if (gathered_bytes_ >= chunk_bytes) flush();
  }
  if (!gathered_.empty() && !flush_posted_) {
    flush_posted_ = true;
    loop_.post([this] {
      flush_posted_ = false;
      flush();
    });
  }
}

void LogSender::flush() {
  if (gathered_.empty()) return;
  unconfirmed_bytes_ += gathered_bytes_;
  gathered_bytes_ = 0;
  // A closed link ends its window; a chunk is never too large.
  (void)server_.send(protocol::LogChunk{std::exchange(gathered_, {})});
}

void LogSender::stored(uint64_t bytes) {
  unconfirmed_bytes_ -= std::min(bytes, unconfirmed_bytes_);
  if (unconfirmed_bytes_ >= window_bytes) return;
  if (left_out_ > 0)
    base::log::warn("{} log lines were dropped: too many log lines were waiting to be stored",
                    std::exchange(left_out_, 0));
  wake();
}

void LogSender::link_lost() {
  lost_ = true;
  wake();
}

void LogSender::wake() {
  auto waiting = std::exchange(waiting_, {});
  for (auto awaiter : waiting) loop_.post([awaiter] { awaiter.resume(); });
}

base::Task<void> LogSender::room() {
  struct Awaiter {
    LogSender& sender;
    bool await_ready() const { return sender.lost_ || sender.unconfirmed_bytes_ < window_bytes; }
    void await_suspend(std::coroutine_handle<> awaiter) const { sender.waiting_.push_back(awaiter); }
    void await_resume() const {}
  };
  Awaiter awaiter{*this};
  co_await awaiter;
}

}  // namespace gyr::worker
