#include "web/live/live_stream.h"

#include <algorithm>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "security/random.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

/// Proxies see that the stream is alive (API-46).
constexpr std::string_view live_heartbeat = ": heartbeat\n\n";

}  // namespace

void LiveWaker::set(std::optional<Notice> notice) {
  std::lock_guard lock(mutex_);
  notice_ = std::move(notice);
}

void LiveWaker::wake() const {
  std::lock_guard lock(mutex_);
  if (notice_) notice_->raise();
}

// ---- the connection

LiveStream::Connection::Connection(std::shared_ptr<LiveStream> of, Request* request)
    : stream(std::move(of)),
      loop(request->loop()),
      notice(request->loop()),
      gone(request->http().gone),
      stopping(request->http().stopping),
      heartbeat(request->settings().limits.heartbeat),
      end(request->loop().now() + request->settings().limits.live_connection),
      last_sent(request->loop().now()) {
  on_gone = gone.on_cancel([notice = notice] { notice.raise(); });
  on_stopping = stopping.on_cancel([notice = notice] { notice.raise(); });
}

LiveStream::Connection::~Connection() { stream->disconnected(number, loop.now()); }

bool LiveStream::Connection::is_over() const {
  return gone.cancelled() || stopping.cancelled() || !stream->is_current(number) || loop.now() >= end;
}

// ---- the stream

bool LiveStream::belongs_to(const Request& request) const {
  return request.tenant() == tenant_ && request.identity().username == user_.username;
}

net::ServerResponse LiveStream::connect(Request* request, std::optional<int64_t> resumed_after) {
  auto connection = std::make_shared<Connection>(shared_from_this(), request);
  // The second frame has no data: it only tells the browser the place that it has reached.
  connection->first =
      fmt::format("id: hello\ndata: {{\"stream\":\"{0}\"}}\n\nid: {0}-{1}\n\n", id_, resumed_after.value_or(0));
  {
    std::lock_guard lock(mutex_);
    connection->number = ++connections_;
    waker_->wake();  // a former connection ends
    waker_->set(connection->notice);
    left_.reset();
    if (resumed_after) resume_after_ = resumed_after;
  }
  net::ServerResponse response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-cache");
  response.headers.add("X-Accel-Buffering", "no");
  response.stream = [connection = std::move(connection)] { return next(connection); };
  return response;
}

base::Result<void> LiveStream::subscribe(const std::vector<std::shared_ptr<LiveTopic>>& topics) {
  std::vector<Subscribed> replaced;  // destroyed without the lock: the end of a subscription waits for its callback
  {
    std::lock_guard lock(mutex_);
    size_t added = 0;
    for (const auto& topic : topics) added += topics_.contains(topic->name()) ? 0 : 1;
    if (topics_.size() + added > max_live_topics)
      return base::fail(bad_argument, fmt::format("a stream has at most {} topics", max_live_topics));
    for (const auto& topic : topics) {
      Subscribed subscribed{topic, topic->watch(core_.services.changes, [waker = waker_] { waker->wake(); })};
      auto [place, is_new] = topics_.try_emplace(topic->name());
      if (!is_new) replaced.push_back(std::move(place->second));
      place->second = std::move(subscribed);
    }
  }
  waker_->wake();
  return {};
}

void LiveStream::unsubscribe(const std::vector<std::string>& names) {
  std::vector<Subscribed> ended;
  std::lock_guard lock(mutex_);
  for (const std::string& name : names) {
    const auto found = topics_.find(name);
    if (found == topics_.end()) continue;
    ended.push_back(std::move(found->second));
    topics_.erase(found);
  }
}

bool LiveStream::begin_look(uint64_t connection) {
  std::lock_guard lock(mutex_);
  if (looking_ || connection != connections_) return false;
  looking_ = true;
  resumes_after_ = std::exchange(resume_after_, std::nullopt);
  return true;
}

void LiveStream::end_look(uint64_t connection) {
  {
    std::lock_guard lock(mutex_);
    looking_ = false;
    if (connection == connections_) return;
  }
  waker_->wake();  // the new connection may wait for the end of this look
}

bool LiveStream::is_current(uint64_t connection) const {
  std::lock_guard lock(mutex_);
  return connection == connections_;
}

void LiveStream::disconnected(uint64_t connection, base::MonotonicTime now) {
  std::lock_guard lock(mutex_);
  if (connection != connections_) return;
  waker_->set(std::nullopt);
  left_ = now;
}

bool LiveStream::is_forgotten(base::MonotonicTime now) const {
  std::lock_guard lock(mutex_);
  return left_ && now - *left_ >= live_memory;
}

std::vector<std::shared_ptr<LiveTopic>> LiveStream::topics() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<LiveTopic>> all;
  for (const auto& [name, subscribed] : topics_) all.push_back(subscribed.topic);
  return all;
}

std::optional<base::MonotonicTime> LiveStream::next_look() const {
  std::optional<base::MonotonicTime> next;
  for (const auto& topic : topics()) {
    if (topic->changes()->any() && (!next || topic->next_look < *next)) next = topic->next_look;
  }
  return next;
}

base::Task<std::string> LiveStream::look(Connection& connection) {
  const auto now = connection.loop.now();
  // Unique and growing, so that a browser that reconnects can name it.
  revision_ = std::max(revision_ + 1, core_.services.clock.now().to_micros());
  LiveLook look(core_, connection.loop, Caller{core_.services.rights, user_, tenant_}, revision_);
  std::string out;
  for (const auto& topic : topics()) {
    if (resumes_after_) topic->resume(*resumes_after_);
    if (!topic->looks_always() && (!topic->changes()->any() || topic->next_look > now)) continue;
    topic->next_look = now + frame_interval;
    const auto outcome = co_await topic->look(look, topic->changes()->take());
    if (!outcome) {
      base::log::warn("events of {}: {}", topic->name(), outcome.error().to_string());
      look.add_overflow(topic->name(), look.revision());
    }
    for (const auto& frame : look.take()) out += fmt::format("id: {}-{}\ndata: {}\n\n", id_, frame.number, frame.json);
  }
  revision_ = look.last_number();
  co_return out;
}

base::Task<base::Result<std::string>> LiveStream::next(std::shared_ptr<Connection> connection) {
  if (!connection->first.empty()) co_return std::exchange(connection->first, {});
  LiveStream& stream = *connection->stream;
  while (!connection->is_over()) {
    std::optional<base::MonotonicTime> due;
    if (stream.begin_look(connection->number)) {
      std::string frames;
      {
        const Looking looking{stream, connection->number};
        frames = co_await stream.look(*connection);
        due = stream.next_look();
      }
      if (!stream.is_current(connection->number)) break;
      if (!frames.empty()) {
        connection->last_sent = connection->loop.now();
        co_return frames;
      }
    }
    // Changes that have nothing to send do not put it off.
    const auto beat = connection->last_sent + connection->heartbeat;
    co_await connection->notice.wait(std::min({due.value_or(beat), beat, connection->end}));
    if (connection->loop.now() < beat) continue;
    connection->last_sent = connection->loop.now();
    co_return std::string(live_heartbeat);
  }
  co_return std::string();
}

// ---- all streams

void LiveStreams::forget_old(base::MonotonicTime now) {
  std::erase_if(streams_, [now](const auto& entry) { return entry.second->is_forgotten(now); });
}

base::Result<std::shared_ptr<LiveStream>> LiveStreams::create(Request* request) {
  std::lock_guard lock(mutex_);
  forget_old(request->loop().now());
  if (streams_.size() >= max_live_streams)
    return base::fail(too_many_attempts, "there are too many streams of events; try again later");
  auto stream = std::make_shared<LiveStream>(request->core(), base::hex_encode(security::random_bytes(16)),
                                             request->tenant(), request->identity().username);
  streams_[stream->id()] = stream;
  return stream;
}

std::shared_ptr<LiveStream> LiveStreams::find(const Request& request, std::string_view id, base::MonotonicTime now) {
  std::lock_guard lock(mutex_);
  forget_old(now);
  const auto found = streams_.find(id);
  return found == streams_.end() || !found->second->belongs_to(request) ? nullptr : found->second;
}

std::shared_ptr<FollowerGroup> followers_of(Request* request, base::Id execution) {
  return request->core().live_streams->followers().group(request->loop(), request->services().changes, execution);
}

}  // namespace gyr::web
