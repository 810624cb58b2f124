#include "net/client_transfer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/log.h"
#include "base/text.h"

namespace gyr::net {
namespace {

constexpr int max_redirects = 50;                    // CORE-15
constexpr size_t max_header_bytes = 256 * 1024;      // far above what servers send; an endless header ends here
constexpr uint64_t max_discarded_bytes = 64 * 1024;  // of a redirect's body; closing is cheaper than reading more

/// The same place as far as credentials go: the same host and port, or the move from http to https on the usual ports.
bool same_place(const Url& from, const Url& to) {
  if (from.host != to.host) return false;
  if (from.scheme == to.scheme) return from.effective_port() == to.effective_port();
  return from.scheme == "http" && to.scheme == "https" && from.effective_port() == 80 && to.effective_port() == 443;
}

std::string visit_key(const std::string& method, const Url& url) { return method + " " + url.to_string(); }

}  // namespace

Transfer::Transfer(uint64_t id, ClientRequest request, Url url, std::shared_ptr<AnswerSink> sink)
    : id_(id), request_(std::move(request)), url_(std::move(url)), sink_(std::move(sink)), method_(request_.method) {
  if (!url_.user.empty() && request_.basic_user.empty()) {
    request_.basic_user = url_.user;
    request_.basic_password = url_.password;
  }
}

Transfer::~Transfer() {
  GYR_ASSERT(ended_);
  if (upload_ >= 0) ::close(upload_);
}

base::Result<void> Transfer::begin(EasyHandle easy, base::MonotonicTime now) {
  easy_ = std::move(easy);
  started_ = now;
  visited_.insert(visit_key(method_, url_));
  return set_up(now);
}

EasyHandle Transfer::take_easy() {
  curl_easy_reset(easy());
  mime_.reset();
  return std::move(easy_);
}

std::optional<base::MonotonicTime> Transfer::idle_deadline() const {
  if (!connected_ || paused_ || request_.read_idle_timeout.count() <= 0) return std::nullopt;
  return last_active_ + request_.read_idle_timeout;
}

std::optional<base::MonotonicTime> Transfer::next_idle_look(base::MonotonicTime now) const {
  if (request_.read_idle_timeout.count() <= 0) return std::nullopt;
  return idle_deadline().value_or(now + request_.read_idle_timeout);
}

base::Error Transfer::idle_error() const {
  const std::string place =
      request_.unix_socket.empty() ? fmt::format("{}:{}", url_.host, url_.effective_port()) : request_.unix_socket;
  return {request_timed_out,
          fmt::format("timed out: {} sent no data for {:g} s", place, request_.read_idle_timeout.count() / 1000.0)};
}

void Transfer::resume() {
  if (!std::exchange(paused_, false)) return;
  touch();
  curl_easy_pause(easy(), CURLPAUSE_CONT);
}

// ---------------------------------------------------------------------------------------------- end of a hop

Transfer::Next Transfer::hop_ended(CURLcode code, base::MonotonicTime now) {
  if (discard_cut_) code = CURLE_OK;  // a redirect whose body is not needed
  if (abort_error_) {
    fail(*abort_error_);
    return Next::finished;
  }
  if (code != CURLE_OK) {
    fail(client_error(code, easy(), url_, request_, connected_, curl_message_.data()));
    return Next::finished;
  }
  if (!head_complete_) {  // libcurl takes a header that breaks off for a whole one
    fail({bad_response, fmt::format("{}:{} closed the connection before the end of the response header", url_.host,
                                    url_.effective_port())});
    return Next::finished;
  }
  if (is_redirect()) {
    if (auto followed = follow(now); !followed) {
      fail(followed.error());
      return Next::finished;
    }
    return Next::again;
  }
  if (request_.to_file) {
    auto written = open_target();
    if (written) written = close_target();
    if (!written) {
      fail(written.error());
      return Next::finished;
    }
  }
  finish(take_response());
  return Next::finished;
}

void Transfer::fail(base::Error error) {
  remove_target();
  finish(base::fail(std::move(error)));
}

void Transfer::finish(base::Result<ClientResponse> outcome) {
  GYR_ASSERT(!ended_);
  ended_ = true;
  sink_->on_end(std::move(outcome));
}

ClientResponse Transfer::take_response() {
  response_.effective_url = url_.to_string();
  response_.redirects = redirects_;
  return std::move(response_);
}

void Transfer::clear_answer() {
  response_ = {};
  header_bytes_ = 0;
  head_complete_ = false;
  discarded_ = 0;
  discard_cut_ = false;
  connected_ = false;
  seen_down_ = seen_up_ = 0;
}

bool Transfer::is_redirect() const {
  if (!request_.follow_redirects || !request_.unix_socket.empty() || !response_.headers.get("Location")) return false;
  switch (response_.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: return true;
    default: return false;
  }
}

/// Our own rule, because libcurl differs from CORE-15: it keeps an explicitly set method, and does not know visited
/// URLs.
base::Result<void> Transfer::follow(base::MonotonicTime now) {
  const std::string location(*response_.headers.get("Location"));
  auto next = resolve_url(url_, location);
  if (!next) {
    return base::fail(redirect_refused,
                      fmt::format("{} redirects to an invalid URL: {}", url_.to_string(), next.error().message()));
  }
  if (next->scheme != "http" && next->scheme != "https") {
    return base::fail(redirect_refused, fmt::format("{} redirects to `{}`: only http and https are followed",
                                                    url_.to_string(), next->scheme));
  }
  const int status = response_.status;
  if ((status == 303 && method_ != "HEAD") || ((status == 301 || status == 302) && method_ == "POST")) {
    method_ = "GET";
    send_body_ = false;
  }
  if (++redirects_ > max_redirects) {
    return base::fail(redirect_refused,
                      fmt::format("more than {} redirects, most recently to {}", max_redirects, next->to_string()));
  }
  if (!visited_.insert(visit_key(method_, *next)).second) {
    return base::fail(redirect_refused,
                      fmt::format("the redirects form a loop: {} was already visited", next->to_string()));
  }
  if (!same_place(url_, *next)) drop_credentials();
  next->user.clear();  // what an answer says is not for us to log in with
  next->password.clear();
  url_ = std::move(*next);
  clear_answer();
  return set_up(now);
}

/// For good, even if a later redirect comes back.
void Transfer::drop_credentials() {
  send_credentials_ = false;
  for (std::string_view name : {"Authorization", "Cookie", "Host", "Proxy-Authorization"})
    request_.headers.remove(name);
  for (const std::string& name : request_.credential_headers) request_.headers.remove(name);
}

// ---------------------------------------------------------------------------------------------- receiving

/// Ends the transfer from within a callback.
size_t Transfer::abort_with(base::Error error) {
  abort_error_ = std::move(error);
  return CURL_WRITEFUNC_ERROR;
}

size_t Transfer::take_header(std::string_view line) {
  const size_t taken = line.size();
  touch();
  header_bytes_ += line.size();
  if (header_bytes_ > max_header_bytes) {
    return abort_with(
        {bad_response, fmt::format("the response header of {} is larger than {} bytes", url_.host, max_header_bytes)});
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.starts_with("HTTP/") && (response_.status == 0 || head_complete_)) {
    // A new head: the first, or the one after 100 Continue or a challenge.
    response_.headers.clear();
    head_complete_ = false;
    size_t blank = std::min(line.find(' '), line.size());
    std::string_view status = line.substr(std::min(blank + 1, line.size()));
    response_.status = 0;
    std::from_chars(status.data(), status.data() + status.size(), response_.status);
    return taken;
  }
  if (head_complete_) return taken;  // a trailer
  if (line.empty()) {
    head_complete_ = true;
    const bool interim = response_.status < 200 || (response_.status == 401 && request_.digest && !head_given_);
    if (sink_->streams() && !interim && response_.status != 407 && !is_redirect() && !head_given_) {
      head_given_ = true;
      ClientResponse head = response_;
      head.effective_url = url_.to_string();
      head.redirects = redirects_;
      sink_->on_head(std::move(head));
    }
    return taken;
  }
  size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    response_.headers.add(std::string(line.substr(0, colon)), std::string(base::trim(line.substr(colon + 1))));
  } else if (!response_.headers.fields().empty() && (line.front() == ' ' || line.front() == '\t')) {
    auto [name, value] = response_.headers.fields().back();  // a folded line
    value += ' ';
    value += base::trim(line);
    response_.headers.replace_last(std::move(name), std::move(value));
  }
  return taken;
}

size_t Transfer::take_piece(std::string_view piece) {
  touch();
  if (is_redirect()) {
    discarded_ += piece.size();
    if (discarded_ <= max_discarded_bytes) return piece.size();
    discard_cut_ = true;
    return CURL_WRITEFUNC_ERROR;
  }
  if (sink_->streams()) {
    if (!sink_->on_piece(piece)) {
      paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    response_.body_bytes += piece.size();
    return piece.size();
  }
  if (request_.max_body_bytes > 0 && piece.size() > request_.max_body_bytes - response_.body_bytes) {
    return abort_with({body_too_large, fmt::format("the response of {} exceeds the limit of {} bytes", url_.host,
                                                   request_.max_body_bytes)});
  }
  if (request_.to_file) {
    auto written = open_target();
    if (written) written = write_target(piece);
    if (!written) return abort_with(written.error());
  } else {
    response_.body += piece;
  }
  response_.body_bytes += piece.size();
  return piece.size();
}

/// Nothing but a file: opening a pipe could stop the thread, and on failure a device must not be removed.
base::Result<void> Transfer::open_target() {
  if (target_made_) return {};
  target_ = ::open(request_.to_file->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0644);
  if (target_ < 0) {
    return base::fail(local_file_failed, fmt::format("cannot write {}: {}", *request_.to_file, std::strerror(errno)));
  }
  struct stat status;
  if (::fstat(target_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(std::exchange(target_, -1));
    return base::fail(local_file_failed, fmt::format("cannot write {}: not a file", *request_.to_file));
  }
  target_made_ = true;
  return {};
}

base::Result<void> Transfer::write_target(std::string_view piece) {
  while (!piece.empty()) {
    ssize_t count = ::write(target_, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return base::fail(local_file_failed, fmt::format("cannot write {}: {}", *request_.to_file, std::strerror(errno)));
    }
    piece.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

base::Result<void> Transfer::close_target() {
  if (target_ >= 0 && ::close(std::exchange(target_, -1)) != 0) {
    return base::fail(local_file_failed, fmt::format("cannot write {}: {}", *request_.to_file, std::strerror(errno)));
  }
  return {};
}

void Transfer::remove_target() {
  if (target_ >= 0) ::close(std::exchange(target_, -1));
  if (target_made_ && ::unlink(request_.to_file->c_str()) != 0) {
    base::log::warn("cannot remove the incomplete {}: {}", *request_.to_file, std::strerror(errno));
  }
  target_made_ = false;
}

// ---------------------------------------------------------------------------------------------- libcurl's callbacks

size_t Transfer::on_header(char* data, size_t size, size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  return transfer->stopping_exceptions(CURL_WRITEFUNC_ERROR, [&] {
    base::maybe_throw(base::Edge::client, transfer->url_.path);
    return transfer->take_header({data, size * count});
  });
}

size_t Transfer::on_write(char* data, size_t size, size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  return transfer->stopping_exceptions(CURL_WRITEFUNC_ERROR,
                                       [&] { return transfer->take_piece({data, size * count}); });
}

size_t Transfer::on_read(char* into, size_t size, size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  transfer->touch();
  for (;;) {
    ssize_t got = ::read(transfer->upload_, into, size * count);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EINTR) continue;
    transfer->abort_error_ = base::Error(
        local_file_failed, fmt::format("cannot read {}: {}", *transfer->request_.body_file, std::strerror(errno)));
    return CURL_READFUNC_ABORT;
  }
}

int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto* transfer = static_cast<Transfer*>(self);
  return ::lseek(transfer->upload_, offset, origin) < 0 ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

int Transfer::on_progress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
  auto* transfer = static_cast<Transfer*>(self);
  if (down != transfer->seen_down_ || up != transfer->seen_up_) transfer->touch();
  transfer->seen_down_ = down;
  transfer->seen_up_ = up;
  return 0;
}

int Transfer::on_connected(void* self, char*, char*, int, int) {
  auto* transfer = static_cast<Transfer*>(self);
  transfer->connected_ = true;
  transfer->touch();
  return CURL_PREREQFUNC_OK;
}

}  // namespace gyr::net
