// The stream of events of a browser and its subscriptions (UI-1000 to UI-1005).
#include "web/routes.h"

#include "base/clock.h"
#include "web/http/errors.h"
#include "web/http/numbers.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/live/live_stream.h"
#include "web/live/values.h"

namespace gyr::web {
namespace {

/// `STREAM-REVISION`: the last frame that a browser has received.
std::optional<std::pair<std::string, int64_t>> parse_last_event(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  int64_t revision = 0;
  if (!read_number(text.substr(dash + 1), revision)) return std::nullopt;
  return std::pair(std::string(text.substr(0, dash)), revision);
}

base::Task<Outcome> open_events(Request* request) {
  auto& streams = *request->core().live_streams;
  if (const auto header = request->headers().get("Last-Event-ID")) {
    if (const auto last = parse_last_event(*header)) {
      if (auto stream = streams.find(*request, last->first, request->loop().now()))
        co_return stream->connect(request, last->second);
    }
  }
  GYR_CO_TRY(auto stream, streams.create(request));
  co_return stream->connect(request, std::nullopt);
}

base::Task<base::Result<json::SubscribedTopics>> change_topics(Request* request, json::Subscription body) {
  auto stream = request->core().live_streams->find(*request, request->path("stream"), request->loop().now());
  if (stream == nullptr) co_return base::fail(not_found, "there is no such stream of events; open a new one");
  if (body.subscribe.size() > max_live_topics || body.unsubscribe.size() > max_live_topics)
    co_return base::fail(bad_body, fmt::format("at most {} topics at once", max_live_topics));
  stream->unsubscribe(body.unsubscribe);
  std::vector<std::shared_ptr<LiveTopic>> topics;
  json::SubscribedTopics subscribed;
  const int64_t now = request->services().clock.now().to_micros();
  for (json::TopicWanted& wanted : body.subscribe) {
    GYR_CO_TRY(auto topic, co_await make_topic(request, std::move(wanted.topic), wanted.since));
    subscribed.topics.push_back({topic->name(), topic->is_numbered() ? topic->revision() : wanted.since.value_or(now)});
    topics.push_back(std::move(topic));
  }
  GYR_CO_CHECK(stream->subscribe(topics));
  co_return subscribed;
}

}  // namespace

std::vector<Route> live_routes() {
  return {
      {.method = Method::get,
       .path = "~/events",
       .operation = "events",
       .summary = "Open the stream of events of a browser; its first frame has its name",
       .rule = Rule::caller({"EVENTS", Action::read}),
       .handler = open_events,
       .answer = sends("text/event-stream"),
       .also_answers = {429}},
      {.method = Method::post,
       .path = "~/events/{stream}",
       .operation = "subscribeEvents",
       .summary = "Change the topics of a stream of events",
       .rule = Rule::caller({"EVENTS", Action::read}),
       .handler = typed<change_topics>,
       .body = json_body},
  };
}

}  // namespace gyr::web
