// The stream of events of one browser: frames of all its topics over one connection (UI-1001). It outlives its
// connection by five minutes, so that a browser that reconnects loses nothing (UI-1004, UI-1005).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "web/http/followers.h"
#include "web/http/notice.h"
#include "web/live/topic.h"

namespace gyr::web {

inline constexpr size_t max_live_topics = 200;
/// Of the server. A browser has one.
inline constexpr size_t max_live_streams = 5'000;
/// How long a stream without a connection is kept.
inline constexpr std::chrono::minutes live_memory{5};

/// Wakes the connection of a stream. Shared with the subscriptions, so that a change never owns a stream. Thread-safe.
class LiveWaker {
 public:
  void set(std::optional<Notice> notice);
  void wake() const;

 private:
  mutable std::mutex mutex_;
  std::optional<Notice> notice_;
};

/// Thread-safe, unless it says otherwise.
class LiveStream : public std::enable_shared_from_this<LiveStream> {
 public:
  LiveStream(Core& core, std::string id, std::string tenant, std::string user)
      : core_(core), id_(std::move(id)), tenant_(std::move(tenant)), user_{std::move(user), false, {}} {}

  const std::string& id() const { return id_; }
  bool belongs_to(const Request& request) const;

  /// Sends the frames to this request from now on; another connection of the stream ends. `resumed_after`: frames with
  /// a later revision are sent again.
  net::ServerResponse connect(Request* request, std::optional<int64_t> resumed_after);
  /// Adds topics, in place of topics with the same name; bad_argument if there are too many.
  base::Result<void> subscribe(const std::vector<std::shared_ptr<LiveTopic>>& topics);
  void unsubscribe(const std::vector<std::string>& names);

  /// Whether it has had no connection for so long.
  bool is_forgotten(base::MonotonicTime now) const;

 private:
  struct Subscribed {
    std::shared_ptr<LiveTopic> topic;
    executor::ChangeHub::Subscription subscription;
  };
  /// A connection. The stream has at most one; the last one counts.
  struct Connection {
    Connection(std::shared_ptr<LiveStream> stream, Request* request);
    ~Connection();
    bool is_over() const;

    const std::shared_ptr<LiveStream> stream;
    base::Loop& loop;
    Notice notice;
    base::CancelToken gone, stopping;
    const std::chrono::nanoseconds heartbeat;
    const base::MonotonicTime end;
    base::MonotonicTime last_sent;
    uint64_t number = 0;
    std::string first;  ///< the first frame
    base::CancelRegistration on_gone, on_stopping;
  };

  static base::Task<base::Result<std::string>> next(std::shared_ptr<Connection> connection);
  /// The frames of all topics that have changed and may send again.
  base::Task<std::string> look(Connection& connection);
  /// The time of the next look; nothing if no topic has changed.
  std::optional<base::MonotonicTime> next_look() const;
  std::vector<std::shared_ptr<LiveTopic>> topics() const;
  /// Only one connection looks at a time, and never one that another one has replaced: a former one can still be in its
  /// last look.
  bool begin_look(uint64_t connection);
  void end_look(uint64_t connection);
  /// RAII: ends a look, also when it fails with an exception.
  struct Looking {
    LiveStream& stream;
    uint64_t connection;
    ~Looking() { stream.end_look(connection); }
  };
  bool is_current(uint64_t connection) const;
  void disconnected(uint64_t connection, base::MonotonicTime now);

  Core& core_;
  const std::string id_, tenant_;
  const Identity user_;
  mutable std::mutex mutex_;
  std::map<std::string, Subscribed> topics_;
  const std::shared_ptr<LiveWaker> waker_ = std::make_shared<LiveWaker>();
  bool looking_ = false;
  uint64_t connections_ = 0;
  std::optional<base::MonotonicTime> left_;  ///< nothing while there is a connection
  std::optional<int64_t> resume_after_;      ///< for the next look
  // Belong to the look:
  std::optional<int64_t> resumes_after_;
  int64_t revision_ = 0;  ///< of the last frames
};

/// All streams of a server. Thread-safe.
class LiveStreams {
 public:
  /// too_many_attempts if there are too many.
  base::Result<std::shared_ptr<LiveStream>> create(Request* request);
  /// The stream of this request's user and tenant; null if there is none.
  std::shared_ptr<LiveStream> find(const Request& request, std::string_view id, base::MonotonicTime now);
  /// Of the streams that clients of the API read (API-47).
  Followers& followers() { return followers_; }

 private:
  void forget_old(base::MonotonicTime now);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<LiveStream>, std::less<>> streams_;
  Followers followers_;
};

/// Those who follow an execution on the loop of the request.
std::shared_ptr<FollowerGroup> followers_of(Request* request, base::Id execution);

}  // namespace gyr::web
