#include "web/http/events.h"

#include "base/log.h"

namespace gyr::web {
namespace {

/// Clients ignore lines other than `data:`; proxies see that the stream is alive (API-46).
constexpr std::string_view heartbeat_line = ": heartbeat\n\n";

}  // namespace

std::string event_frame(std::string_view name, std::string_view json) {
  return fmt::format("id: {}\ndata: {}\n\n", name, json);
}

EventStream::EventStream(Request* request, std::shared_ptr<FollowerGroup> group, Wake wake, std::string first)
    : loop_(request->loop()),
      services_(request->services()),
      first_(std::move(first)),
      notice_(request->loop()),
      gone_(request->http().gone),
      stopping_(request->http().stopping),
      heartbeat_(request->settings().limits.heartbeat),
      member_(std::move(group), notice_, wake),
      next_look_(request->loop().now()),
      last_news_(next_look_),
      last_sent_(next_look_) {
  on_gone_ = gone_.on_cancel([notice = notice_] { notice.raise(); });
  on_stopping_ = stopping_.on_cancel([notice = notice_] { notice.raise(); });
}

net::ServerResponse EventStream::answer() {
  net::ServerResponse response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-cache");
  response.headers.add("X-Accel-Buffering", "no");
  response.stream = [stream = shared_from_this()] { return next(stream); };
  return response;
}

base::Task<base::Result<std::string>> EventStream::next(std::shared_ptr<EventStream> stream) {
  if (!stream->first_.empty()) co_return std::exchange(stream->first_, {});
  while (!stream->ended_) {
    if (stream->gone_.cancelled() || stream->stopping_.cancelled()) break;
    const auto now = stream->loop_.now();
    if (stream->must_look_ && now >= stream->next_look_) {
      stream->must_look_ = false;
      stream->next_look_ = now + frame_interval;
      GYR_CO_TRY(EventBatch batch, co_await stream->look());
      stream->ended_ = batch.ended;
      if (batch.frames.empty()) continue;
      stream->last_news_ = stream->last_sent_ = now;
      co_return std::move(batch.frames);
    }
    if (now - stream->last_news_ >= max_silence) break;
    // Changes that have nothing to send do not put it off.
    const auto beat = stream->last_sent_ + stream->heartbeat_;
    if (co_await stream->notice_.wait(stream->must_look_ ? std::min(stream->next_look_, beat) : beat))
      stream->must_look_ = true;
    if (stream->loop_.now() < beat) continue;
    stream->last_sent_ = stream->loop_.now();
    co_return std::string(heartbeat_line);
  }
  co_return std::string();
}

}  // namespace gyr::web
