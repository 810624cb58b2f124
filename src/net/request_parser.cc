// The only file that includes Beast.
#include "net/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/assert.h"
#include "base/text.h"
#include "net/body_framing.h"
#include "net/http_syntax.h"

namespace gyr::net {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

/// More headers than any real request has; bounds the memory for a head of the allowed size.
constexpr size_t max_header_fields = 256;
constexpr std::string_view head_end = "\r\n\r\n";

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct RequestParser::Impl {
  /// Beast's callbacks. Refusals of our own are noted in the Impl and reported to Beast as any error.
  class Parser final : public http::basic_parser<true> {
   public:
    explicit Parser(Impl& owner) : owner_(owner) {}

   private:
    void on_request_impl(http::verb, string_view method, string_view target, int version, error_code& error) override {
      owner_.http10 = version < 11;
      owner_.head_method = view(method) == "HEAD";
      owner_.request->method.assign(method.data(), method.size());
      if (!owner_.take_target(view(target))) error = http::error::bad_target;
    }
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(http::field field, string_view name, string_view value, error_code& error) override {
      if (!owner_.take_field(field, view(name), view(value))) error = http::error::bad_field;
    }
    void on_header_impl(error_code& error) override {
      owner_.head_done = true;
      if (!owner_.check_head()) error = http::error::bad_field;
    }
    // Beast is given heads only.
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}

    Impl& owner_;
  };

  Impl(size_t header_limit, uint64_t body_limit) : header_limit(header_limit), body_limit(body_limit) {}

  void reset() {
    parser.emplace(*this);
    parser->header_limit(static_cast<std::uint32_t>(std::min<size_t>(header_limit, UINT32_MAX)));
    parser->body_limit(body_limit);
    request = nullptr;
    body = {};
    empty_lines = 0;
    searched = 0;
    hosts = 0;
    content_lengths = 0;
    absolute_target = http10 = head_method = head_done = expects_continue = false;
    status = 0;
    message.clear();
  }

  bool refuse(int with_status, std::string text) {
    status = with_status;
    message = std::move(text);
    return false;
  }

  bool take_target(std::string_view target) {
    if (target.find('#') != std::string_view::npos) return refuse(400, "the request target must not have a fragment");
    if (base::find_invalid_utf8(target)) return refuse(400, "the request target is not valid UTF-8");
    if (target.front() == '/') {
      request->target.assign(target);
      return true;
    }
    if (target == "*" && request->method == "OPTIONS") {
      request->target = "*";
      return true;
    }
    // What a client sends to a proxy; servers must understand it (RFC 9112, 3.2.2). Its authority outranks Host.
    for (std::string_view scheme : {"http://", "https://"}) {
      if (!base::starts_with_ignoring_case(target, scheme)) continue;
      std::string_view rest = target.substr(scheme.size());
      size_t end = std::min(rest.find_first_of("/?"), rest.size());
      std::string_view authority = rest.substr(0, end);
      if (!is_valid_host(authority)) break;
      absolute_target = true;
      request->headers.add("Host", std::string(authority));
      rest.remove_prefix(end);
      request->target.assign(rest.starts_with('/') ? "" : "/");
      request->target.append(rest);
      return true;
    }
    return refuse(400, "the request target must be a path that begins with `/`");
  }

  /// A folded value (a line that begins with a blank) is joined by Beast in a buffer of its own, or lies on a later
  /// line.
  bool is_folded(std::string_view name, std::string_view value) const {
    const char* after_name = name.data() + name.size();
    if (value.data() < after_name || value.data() > input.data() + input.size()) return true;
    return std::memchr(after_name, '\r', static_cast<size_t>(value.data() - after_name)) != nullptr;
  }

  bool take_field(http::field field, std::string_view name, std::string_view value) {
    if (is_folded(name, value)) return refuse(400, "folded header lines are not accepted");
    if (request->headers.fields().size() >= max_header_fields) {
      return refuse(431, fmt::format("more than {} header fields", max_header_fields));
    }
    switch (field) {
      case http::field::host:
        hosts += 1;
        if (!is_valid_host(value)) return refuse(400, "the Host header is not a host name with an optional port");
        if (absolute_target) return true;
        break;
      case http::field::content_length:
        content_lengths += 1;
        if (content_lengths > 1) return refuse(400, "more than one Content-Length");
        if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
          return refuse(400, "the Content-Length is not a number");
        }
        break;
      case http::field::transfer_encoding:
        if (http10) return refuse(400, "HTTP/1.0 does not support Transfer-Encoding");
        if (!base::equals_ignoring_case(value, "chunked")) {
          return refuse(501, "the only supported Transfer-Encoding is `chunked`");
        }
        break;
      case http::field::expect:
        if (http10) break;  // to be ignored
        if (!base::equals_ignoring_case(value, "100-continue")) {
          return refuse(417, "the only supported expectation is `100-continue`");
        }
        expects_continue = true;
        break;
      default: break;
    }
    request->headers.add(std::string(name), std::string(value));
    return true;
  }

  bool check_head() {
    if (hosts > 1) return refuse(400, "more than one Host header");
    if (hosts == 0 && !http10 && !absolute_target) return refuse(400, "the Host header is missing");
    return true;
  }

  void translate(const error_code& error) {
    if (status != 0) return;  // a refusal of our own
    if (error == http::error::header_limit) {
      refuse(431, too_large());
    } else if (error == http::error::body_limit) {
      refuse(413, body_too_large_text());
    } else if (error == http::error::need_more) {
      refuse(400, "the request line is incomplete");
    } else if (error == http::error::bad_version) {
      refuse(505, "not HTTP/1.1 or HTTP/1.0");
    } else if (error == http::error::bad_method) {
      refuse(400, "the request does not start with a method");
    } else if (error == http::error::bad_target) {
      refuse(400, "the request target has an invalid character");
    } else if (error == http::error::bad_content_length || error == http::error::multiple_content_length ||
               error == http::error::bad_transfer_encoding) {
      refuse(400, "Content-Length and Transfer-Encoding cannot both be set");
    } else {
      refuse(400, fmt::format("the request is malformed: {}", error.message()));
    }
  }

  std::string too_large() const { return fmt::format("the request header is larger than {} bytes", header_limit); }

  std::string body_too_large_text() const {
    return fmt::format("the request body is larger than {} bytes", body_limit);
  }

  size_t header_limit;
  uint64_t body_limit;
  std::optional<Parser> parser;

  ServerRequest* request = nullptr;
  BodyFraming body;
  std::string_view input;
  size_t empty_lines = 0;  ///< number of its bytes before the head
  size_t searched = 0;     ///< of the input, in vain
  int hosts = 0;
  int content_lengths = 0;
  bool absolute_target = false;
  bool http10 = false;
  bool head_method = false;
  bool head_done = false;
  bool expects_continue = false;
  int status = 0;
  std::string message;
};

RequestParser::RequestParser(size_t header_bytes, uint64_t body_bytes)
    : impl_(std::make_unique<Impl>(header_bytes, body_bytes)) {
  impl_->reset();
}

RequestParser::~RequestParser() = default;

void RequestParser::reset() { impl_->reset(); }

/// The parser is given a head only when it is whole, so that what it says never depends on how the bytes arrived, and a
/// head that drips in costs one search.
RequestParser::Progress RequestParser::parse_head(std::string_view input, ServerRequest& request) {
  Impl& state = *impl_;
  // Empty lines before a request are to be ignored (RFC 9112, 2.2); they count as header, so that they end.
  size_t skipped = 0;
  while (state.searched == 0 && input.starts_with("\r\n")) {
    input.remove_prefix(2);
    skipped += 2;
  }
  state.empty_lines += skipped;
  const bool hopeless = !input.empty() && input.front() != '\r' && !is_token(input.substr(0, 1));
  size_t end = input.find(head_end, state.searched);
  if (end != std::string_view::npos) end += head_end.size();
  // An incomplete head is at least one byte longer than the data so far.
  if (state.empty_lines + std::min(input.size() + 1, end) > state.header_limit) {
    state.refuse(431, state.too_large());
    return {skipped, State::failed};
  }
  if (end == std::string_view::npos && !hopeless) {
    state.searched = input.size() < head_end.size() ? 0 : input.size() - head_end.size() + 1;
    return {skipped, State::need_more};
  }
  input = input.substr(0, end);
  state.request = &request;
  state.input = input;
  error_code error;
  const size_t consumed = state.parser->put({input.data(), input.size()}, error);
  state.request = nullptr;
  state.input = {};
  if (!error && state.head_done) {
    if (state.parser->chunked()) {
      state.body = BodyFraming::of_chunks(state.body_limit);
    } else if (auto length = state.parser->content_length()) {
      state.body = BodyFraming::of_length(*length);
    }
    return {skipped + consumed, State::done};
  }
  state.translate(error);
  return {skipped + consumed, State::failed};
}

RequestParser::Progress RequestParser::parse_body(std::string_view input, std::string& piece) {
  Impl& state = *impl_;
  GYR_ASSERT(state.head_done);
  const size_t consumed = state.body.take(input, piece);
  switch (state.body.state()) {
    case BodyFraming::State::need_more: return {consumed, State::need_more};
    case BodyFraming::State::done: return {consumed, State::done};
    case BodyFraming::State::failed: break;
  }
  if (state.body.too_large()) {
    state.refuse(413, state.body_too_large_text());
  } else {
    state.refuse(400, "the chunked body is malformed");
  }
  return {consumed, State::failed};
}

bool RequestParser::body_done() const { return impl_->body.state() == BodyFraming::State::done; }
bool RequestParser::keep_alive() const { return impl_->parser->keep_alive(); }
bool RequestParser::http10() const { return impl_->http10; }
bool RequestParser::head_method() const { return impl_->head_method; }
bool RequestParser::expects_continue() const { return impl_->expects_continue; }
int RequestParser::error_status() const { return impl_->status; }
std::string_view RequestParser::error_message() const { return impl_->message; }

std::optional<uint64_t> RequestParser::body_remaining() const { return impl_->body.remaining(); }

}  // namespace gyr::net
