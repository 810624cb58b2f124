#include "host/http_requests.h"

#include "net/loop.h"
#include "plugins/core/http/http_function.h"
#include "plugins/loop_http_client.h"

namespace gyr::executor {

using base::Value;

namespace {

base::Task<void> send_one(plugin::HttpClient* client, base::Loop* loop, net::Pool* pool, base::Instant now,
                          base::CancelToken cancel, Value arguments, HostCalls::Done done) {
  auto answer = co_await plugins::core::http_function(client, loop, now, std::move(cancel), std::move(arguments));
  pool->post([answer = std::move(answer), done = std::move(done)]() mutable { done(std::move(answer)); });
}

}  // namespace

HttpRequests::HttpRequests(net::HttpClient& client, base::Loop& loop, net::Pool& pool, const base::Clock& clock)
    : loop_(loop),
      pool_(pool),
      clock_(clock),
      client_(std::make_unique<plugins::LoopHttpClient>(client, loop)),
      scope_(loop) {}

HttpRequests::~HttpRequests() = default;

void HttpRequests::send(Value arguments, HostCalls::Done done) {
  loop_.post([this, arguments = std::move(arguments), done = std::move(done)]() mutable {
    if (ends_) return done(base::fail(host_refused, "the server is shutting down; no new requests are sent"));
    scope_.spawn(
        send_one(client_.get(), &loop_, &pool_, clock_.now(), scope_.token(), std::move(arguments), std::move(done)));
  });
}

base::Task<void> HttpRequests::shutdown() {
  ends_ = true;
  scope_.cancel();
  co_await scope_.join();
}

}  // namespace gyr::executor
