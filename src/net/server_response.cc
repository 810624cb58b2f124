// Writing an answer: head, body or stream, with the client's pace.
#include "base/edge.h"
#include "base/log.h"
#include "base/text.h"
#include "net/server_connection.h"

namespace gyr::net {
namespace {

/// After so much of a stream without a wait the loop gets its turn.
constexpr size_t burst_bytes = 1024 * 1024;

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

bool asks_to_close(const Headers& headers) {
  auto connection = headers.get("Connection");
  return connection && base::equals_ignoring_case(base::trim(*connection), "close");
}

void append_hex(std::string& out, size_t number) {
  char digits[16];
  auto end = std::to_chars(std::begin(digits), std::end(digits), number, 16).ptr;
  out.append(digits, end);
}

}  // namespace

/// A body that the handler left unread can be read away only if that will not take long, and if it is coming at all.
bool ServerConnection::rest_is_drainable() const {
  if (parser_.body_done()) return true;
  if (body_error_ || continue_pending_ || eof_) return false;
  auto remaining = parser_.body_remaining();
  return !remaining || *remaining <= drain_bytes;
}

bool ServerConnection::may_keep_alive(const ServerResponse& response) const {
  return !finishing() && rest_is_drainable() && !asks_to_close(response.headers);
}

base::Task<bool> ServerConnection::respond(ServerResponse response) {
  if (broken_ || closed_) co_return false;
  if (response.status < 200 || response.status > 599 || !headers_are_writable(response.headers)) {
    base::log::error("a handler returned status {} and an invalid header", response.status);
    response = core_.error_response(500, "cannot write the response");
  }
  HeadOptions options;
  options.http10 = parser_.http10();
  if (!has_body(response.status)) {
    options.framing = Framing::none;
  } else if (response.stream_length) {
    options.length = *response.stream_length;
  } else if (!response.stream) {
    options.length = response.body.size();
  } else if (!options.http10) {
    options.framing = Framing::chunked;
  } else {
    options.framing = Framing::until_close;
    close_wanted_ = true;
  }
  if (!may_keep_alive(response)) close_wanted_ = true;
  options.keep_alive = !close_wanted_;

  head_.clear();
  write_head(head_, response.status, response.headers, options, core_.date.line(core_.loop.now()));
  head_sent_ = true;
  const bool send_body = options.framing != Framing::none && !parser_.head_method();
  if (!response.stream || !send_body) {
    start_write({head_, send_body ? std::string_view(response.body) : std::string_view()});
    if (!try_write()) co_return co_await finish_write();
    co_return true;
  }
  start_write({head_});
  if (!try_write() && !co_await finish_write()) co_return false;
  if (!co_await send_stream(std::move(response), options.framing)) {
    cut_ = true;
    co_return false;
  }
  co_return true;
}

base::Task<bool> ServerConnection::send_stream(ServerResponse response, Framing framing) {
  uint64_t remaining = response.stream_length.value_or(UINT64_MAX);
  for (;;) {
    base::Result<std::string> piece = std::string();
    try {
      piece = co_await response.stream();
    } catch (...) {
      (void)base::caught_at(base::Edge::request, "a streamed response");
      co_return false;
    }
    if (!piece) {
      base::log::warn("a streamed response was truncated: {}", piece.error().to_string());
      co_return false;
    }
    if (broken_ || closed_) co_return false;
    if (piece->empty()) break;
    if (framing == Framing::length) {
      if (piece->size() > remaining) {
        base::log::error("a streamed response is longer than its Content-Length of {} bytes", *response.stream_length);
        co_return false;
      }
      remaining -= piece->size();
      start_write({*piece});
    } else if (framing == Framing::chunked) {
      head_.clear();
      append_hex(head_, piece->size());
      head_ += "\r\n";
      start_write({head_, *piece, "\r\n"});
    } else {
      start_write({*piece});
    }
    if (!try_write() && !co_await finish_write()) co_return false;
    burst_ += piece->size();
    if (burst_ >= burst_bytes) {
      burst_ = 0;
      co_await TurnAwaiter{*this};
    }
  }
  if (framing == Framing::length && remaining != 0) {
    base::log::error("a streamed response is {} bytes shorter than its Content-Length", remaining);
    co_return false;
  }
  if (framing == Framing::chunked) {
    start_write({"0\r\n\r\n"});
    if (!try_write()) co_return co_await finish_write();
  }
  co_return true;
}

void ServerConnection::start_write(std::initializer_list<std::string_view> pieces) {
  out_first_ = 0;
  out_count_ = 0;
  for (std::string_view piece : pieces) {
    if (!piece.empty()) out_[out_count_++] = piece;
  }
}

/// True when everything has been taken. False: it would block, or the connection is broken_.
bool ServerConnection::try_write() {
  while (out_first_ < out_count_) {
    if (closed_) broken_ = true;
    if (broken_) return false;
    Transport::Outcome outcome = transport_->write(std::span(out_).subspan(out_first_, out_count_ - out_first_));
    if (outcome.kind == Transport::Kind::would_block) return false;
    if (outcome.kind != Transport::Kind::bytes) {
      broken_ = true;
      return false;
    }
    size_t sent = outcome.bytes;
    while (sent > 0) {
      std::string_view& piece = out_[out_first_];
      const size_t taken = std::min(sent, piece.size());
      piece.remove_prefix(taken);
      sent -= taken;
      if (piece.empty()) out_first_ += 1;
    }
  }
  return true;
}

/// Goes on after try_write() could not; every byte that the client takes buys it another write_timeout.
base::Task<bool> ServerConnection::finish_write() {
  for (;;) {
    if (!broken_) {
      Wake wake = co_await WritableAwaiter{*this, after(core_.options.write_timeout)};
      if (wake != Wake::input) broken_ = true;
    }
    if (try_write()) co_return true;
    if (broken_) {
      gone_.cancel();
      co_return false;
    }
  }
}

}  // namespace gyr::net
