#include "net/server_connection.h"

#include "base/edge.h"
#include "base/log.h"

namespace gyr::net {
namespace {

/// A block holds the longest head that is allowed, and enough of a body that uploads take few system calls.
constexpr size_t min_block_bytes = 32 * 1024;
/// Maximum number of pipelined requests that are served before the loop gets its turn.
constexpr size_t burst_requests = 32;
/// Most requests have fewer headers.
constexpr size_t usual_headers = 12;
/// After the last answer, a client that is still sending is read for this long and this much, so that its system does
/// not throw the answer away for the reset that closing at once would cause.
constexpr std::chrono::milliseconds linger_time{5'000};
constexpr std::chrono::milliseconds short_linger_time{1'000};  // nothing is known to be coming
constexpr size_t linger_bytes = 16 * 1024 * 1024;

}  // namespace

ServerCore::ServerCore(base::Loop& loop, ServerOptions options, HttpServer::Handler handler)
    : loop(loop),
      options(std::move(options)),
      handler(std::move(handler)),
      blocks(std::max(min_block_bytes, this->options.header_bytes)) {}

ServerResponse ServerCore::error_response(int status, std::string_view message) const {
  if (options.error_response) {
    ServerResponse response = options.error_response(status, message);
    if (headers_are_writable(response.headers) && response.status >= 200 && response.status <= 599) return response;
    base::log::error("the error response for status {} has an invalid header", status);
  }
  ServerResponse response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::string(message) + "\n";
  return response;
}

ServerConnection::ServerConnection(ServerCore& core, std::unique_ptr<Transport> transport, std::string peer,
                                   Admission admission)
    : core_(core),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      admission_(admission),
      in_(core.blocks),
      parser_(core.options.header_bytes, core.options.body_bytes) {
  core_.connections.insert(this);
  if (admission_ == Admission::refuse) core_.being_refused += 1;
}

ServerConnection::~ServerConnection() { close(); }

base::Task<void> ServerConnection::run() {
  auto self = shared_from_this();
  try {
    co_await serve();
  } catch (...) {
    (void)base::caught_at(base::Edge::coroutine, "a connection");  // its client sees it closed
  }
  close();
}

base::Task<void> ServerConnection::serve() {
  if (admission_ == Admission::refuse) co_await answer_error(503, "the server has too many connections");
  while (admission_ == Admission::serve) {
    std::optional<ServerRequest> request = co_await read_head();
    if (!request) break;
    base::maybe_throw(base::Edge::coroutine, request->target);
    begin_request(*request);
    ServerResponse response = co_await handle(std::move(*request));
    const bool answered = co_await respond(std::move(response));
    end_request();
    if (!answered || !co_await drain_body() || finishing()) break;
    if (++burst_ >= burst_requests) {
      burst_ = 0;
      co_await TurnAwaiter{*this};
    }
  }
  if (head_sent_ && !cut_) co_await linger();
}

base::Task<std::optional<ServerRequest>> ServerConnection::read_head() {
  ServerRequest request;
  request.headers.reserve(usual_headers);
  parser_.reset();
  head_sent_ = false;
  bool begun = request_number_ == 0;  // a new connection is expected to say something soon
  base::MonotonicTime deadline = after(begun ? core_.options.header_timeout : core_.options.idle_timeout);
  for (;;) {
    if (!in_.empty()) {
      RequestParser::Progress progress = parser_.parse_head(in_.view(), request);
      in_.consume(progress.consumed);
      if (progress.state == RequestParser::State::done) co_return request;
      if (progress.state == RequestParser::State::failed) {
        co_await answer_error(parser_.error_status(), std::string(parser_.error_message()));
        co_return std::nullopt;
      }
      if (!begun) {
        begun = true;
        deadline = after(core_.options.header_timeout);
      }
    }
    const bool silent = in_.empty();
    if (eof_ || broken_ || closed_ || (silent && finishing())) co_return std::nullopt;
    waiting_for_request_ = true;
    Wake wake = co_await InputAwaiter{*this, deadline};
    waiting_for_request_ = false;
    if (wake == Wake::timeout) {
      if (!silent) co_await answer_error(408, "the request header did not arrive in time");
      co_return std::nullopt;
    }
  }
}

void ServerConnection::begin_request(ServerRequest& request) {
  request_number_ += 1;
  handling_ = true;
  head_sent_ = false;
  body_error_.reset();
  late_body_error_.reset();
  continue_pending_ = parser_.expects_continue() && !parser_.body_done();
  if (!parser_.keep_alive()) close_wanted_ = true;
  request.peer = peer_;
  request.body = std::make_unique<ConnectionBody>(shared_from_this(), request_number_);
  request.gone = gone_.token();
  request.stopping = core_.stopping.token();
  core_.counters.requests += 1;
  // From now on an end of input is seen while the handler works. The wait is the one the next request needs anyway.
  arm_watch();
}

base::Task<ServerResponse> ServerConnection::handle(ServerRequest request) {
  try {
    co_return co_await core_.handler(std::move(request));
  } catch (...) {
    (void)base::caught_at(base::Edge::request, "the handler of a request");  // its client hears that it failed
  }
  co_return core_.error_response(500, "internal error");
}

/// Ends a reader of a handler that still waits for the body.
void ServerConnection::end_request() {
  handling_ = false;
  wake_reader(Wake::closing);
}

base::Task<bool> ServerConnection::answer_error(int status, std::string message) {
  core_.counters.rejected_requests += 1;
  close_wanted_ = true;
  co_return co_await respond(core_.error_response(status, message));
}

base::Task<bool> ServerConnection::drain_body() {
  const base::MonotonicTime deadline = after(drain_time);
  size_t budget = drain_bytes;
  std::string piece;
  while (!parser_.body_done()) {
    if (close_wanted_ || late_body_error_) co_return false;
    if (!in_.empty()) {
      RequestParser::Progress progress = parser_.parse_body(in_.view(), piece);
      in_.consume(progress.consumed);
      if (progress.state == RequestParser::State::failed || piece.size() > budget) co_return false;
      budget -= piece.size();
      piece.clear();
      if (progress.state == RequestParser::State::done) break;
    }
    if (eof_ || broken_ || closed_) co_return false;
    if (co_await InputAwaiter{*this, deadline} != Wake::input) co_return false;
  }
  co_return true;
}

base::Task<void> ServerConnection::linger() {
  if (broken_ || closed_ || eof_) co_return;
  transport_->shutdown_send();
  const base::MonotonicTime deadline = after(parser_.body_done() ? short_linger_time : linger_time);
  size_t budget = linger_bytes;
  for (;;) {
    const size_t received = in_.view().size();
    in_.clear();
    if (eof_ || broken_ || closed_ || received > budget) co_return;
    budget -= received;
    if (co_await InputAwaiter{*this, deadline} != Wake::input) co_return;
  }
}

void ServerConnection::finish_soon() {
  close_wanted_ = true;
  if (waiting_for_request_ && in_.empty()) wake_reader(Wake::closing);
}

void ServerConnection::abort() {
  auto self = shared_from_this();
  broken_ = true;
  close();
  wake_reader(Wake::closing);
  wake_writer(Wake::closing);
}

void ServerConnection::close() {
  if (closed_) return;
  closed_ = true;
  if (timer_ != 0) core_.loop.cancel_timer(std::exchange(timer_, 0));
  if (cut_) {
    transport_->reset();
  } else {
    transport_->close();
  }
  in_.clear();
  in_.release();
  core_.connections.erase(this);
  if (admission_ == Admission::refuse) core_.being_refused -= 1;
  gone_.cancel();
}

}  // namespace gyr::net
