// The body of a request, pulled by its handler.
#include "net/server_connection.h"

namespace gyr::net {
namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

/// The rest of such a body has no known end: no further request on this connection.
base::Error ServerConnection::fail_body(base::ErrorCode code, std::string message) {
  close_wanted_ = true;
  body_error_ = base::Error(code, std::move(message));
  return *body_error_;
}

base::Task<base::Result<std::string>> ServerConnection::read_body(uint64_t request_number) {
  auto self = shared_from_this();
  if (request_number != request_number_ || !handling_) {
    co_return base::fail(client_gone, "the body was read after its request was answered");
  }
  if (body_error_) co_return base::fail(*body_error_);
  if (late_body_error_) co_return base::fail(fail_body(late_body_error_->code(), late_body_error_->message()));
  if (parser_.body_done()) co_return std::string();
  if (continue_pending_) {
    continue_pending_ = false;
    if (in_.empty() && !head_sent_ && !broken_) {
      start_write({continue_line});
      if (!try_write() && !co_await finish_write()) {
        co_return base::fail(fail_body(client_gone, "the client closed its connection before sending its body"));
      }
    }
  }
  const base::MonotonicTime deadline = after(core_.options.body_idle_timeout);
  std::string piece;
  for (;;) {
    if (!in_.empty()) {
      RequestParser::Progress progress = parser_.parse_body(in_.view(), piece);
      in_.consume(progress.consumed);
      if (progress.state == RequestParser::State::failed) {
        base::Error error(parser_.error_status() == 413 ? body_too_large : client_gone,
                          std::string(parser_.error_message()));
        if (piece.empty()) co_return base::fail(fail_body(error.code(), error.message()));
        late_body_error_ = std::move(error);  // what was good before it comes first, however the bytes arrived
        co_return piece;
      }
      if (!piece.empty() || progress.state == RequestParser::State::done) {
        arm_watch();  // the next piece comes while this one is worked on
        co_return piece;
      }
    }
    if (eof_ || broken_) {
      co_return base::fail(fail_body(client_gone, "the client closed its connection before the end of its body"));
    }
    Wake wake = co_await InputAwaiter{*this, deadline};
    if (request_number != request_number_ || !handling_) {
      co_return base::fail(client_gone, "the body was read after its request was answered");
    }
    if (wake == Wake::closing) co_return base::fail(fail_body(client_gone, "the connection was closed"));
    if (wake == Wake::timeout) {
      co_return base::fail(fail_body(client_gone, fmt::format("the client sent no body data for {} s",
                                                              core_.options.body_idle_timeout.count() / 1000.0)));
    }
  }
}

}  // namespace gyr::net
