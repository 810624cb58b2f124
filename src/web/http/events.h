// Server-sent events (API-46): frames, rate, heartbeat, end.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/task.h"
#include "net/http.h"
#include "web/http/followers.h"
#include "web/http/limits.h"
#include "web/http/notice.h"
#include "web/http/request.h"

namespace gyr::web {

/// `id: <name>` and `data: <json>`; the JSON must be one line.
std::string event_frame(std::string_view name, std::string_view json);

/// The result of one check of the state.
struct EventBatch {
  std::string frames;  ///< to send; empty: nothing new
  bool ended = false;  ///< the stream ends after these frames
};

/// A stream that checks a state after each change, at most five times per second, and sends the differences. Without
/// changes that it sends, it only sends a heartbeat every 15 s. It ends when the client disconnects, when the server
/// stops, or after an hour without events (API-47).
class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  using Wake = FollowerGroup::Wake;
  /// `first` is sent immediately, before the first check. Changes of the execution of `group` wake the stream; new log
  /// lines do too, if requested.
  EventStream(Request* request, std::shared_ptr<FollowerGroup> group, Wake wake, std::string first);
  virtual ~EventStream() = default;

  /// The answer; the stream lives until it is sent completely.
  net::ServerResponse answer();

 protected:
  /// One check; runs on the loop.
  virtual base::Task<base::Result<EventBatch>> look() = 0;
  base::Loop& loop() { return loop_; }
  const Services& services() const { return services_; }
  /// All who follow this execution on this loop.
  FollowerGroup& group() const { return member_.group(); }

 private:
  static base::Task<base::Result<std::string>> next(std::shared_ptr<EventStream> stream);

  base::Loop& loop_;
  const Services& services_;
  std::string first_;
  Notice notice_;
  base::CancelToken gone_, stopping_;
  std::chrono::nanoseconds heartbeat_;
  FollowerGroup::Member member_;
  base::CancelRegistration on_gone_, on_stopping_;
  base::MonotonicTime next_look_;
  base::MonotonicTime last_news_, last_sent_;
  bool must_look_ = true;
  bool ended_ = false;
};

}  // namespace gyr::web
