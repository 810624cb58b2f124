// What a request of ours means to libcurl.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/text.h"
#include "net/client_transfer.h"
#include "net/http_syntax.h"

namespace gyr::net {
namespace {

/// libcurl interprets 0 as its default of five minutes; without a limit of the caller, a limit that never applies is
/// set. It counts milliseconds in 31 bits.
constexpr std::chrono::milliseconds max_timeout{INT32_MAX};
constexpr long tcp_keep_alive_seconds = 60;

std::unexpected<base::Error> refuse(std::string message) { return base::fail(bad_request, std::move(message)); }

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE" || method == "PUT" ||
         method == "DELETE";
}

/// Methods that send Content-Length: 0 if there is no body.
bool expects_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

/// Headers that say how the message is framed, or that libcurl would make its own way of.
bool is_framing(std::string_view name) {
  return base::equals_ignoring_case(name, "Content-Length") || base::equals_ignoring_case(name, "Transfer-Encoding") ||
         base::equals_ignoring_case(name, "Expect");
}

base::Result<void> check_proxy(const std::string& proxy) {
  if (proxy.empty()) return {};
  GYR_TRY(Url url, parse_url(proxy));
  for (std::string_view scheme : {"http", "https", "socks4", "socks4a", "socks5", "socks5h"}) {
    if (url.scheme == scheme) return {};
  }
  return refuse(fmt::format("unsupported proxy scheme `{}`; use http, https, socks4, socks5 or socks5h", url.scheme));
}

base::Result<void> check_readable(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) {
    return base::fail(local_file_failed, fmt::format("cannot send {}: {}", path, std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode)) return base::fail(local_file_failed, fmt::format("cannot send {}: not a file", path));
  return {};
}

long milliseconds(std::chrono::milliseconds time) { return std::clamp<long>(time.count(), 1, max_timeout.count()); }

curl_blob blob_of(const std::string& text) { return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY}; }

}  // namespace

base::Result<Url> check_request(const ClientRequest& request) {
  GYR_TRY(Url url, parse_url(request.url));
  if (url.scheme != "http" && url.scheme != "https") {
    return base::fail(bad_url,
                      fmt::format("cannot send a request to `{}`: the scheme must be http or https", url.scheme));
  }
  if (!is_token(request.method)) return refuse("the method has an invalid character");
  if (request.method == "CONNECT") return refuse("the method CONNECT is reserved for proxies");
  for (const auto& [name, value] : request.headers.fields()) {
    if (!is_token(name)) return refuse(fmt::format("a header name has an invalid character"));
    if (!is_header_value(value)) {
      return refuse(fmt::format("the header `{}` has a line break or control character", name));
    }
  }
  for (const std::string* text :
       {&request.basic_user, &request.basic_password, &request.bearer, &request.proxy_user, &request.proxy_password}) {
    if (!is_header_value(*text)) return refuse("the credentials have a line break or control character");
  }
  if (request.basic_user.find(':') != std::string::npos) return refuse("the user name must not have a colon");
  GYR_CHECK(check_proxy(request.proxy));
  if (!request.unix_socket.empty() && !request.proxy.empty()) return refuse("cannot use a proxy with a Unix socket");
  if (request.unix_socket.size() >= sizeof(sockaddr_un::sun_path) ||
      request.unix_socket.find('\0') != std::string::npos) {
    return refuse(fmt::format("`{}` is not a valid path of a Unix socket: it is too long or contains a NUL character",
                              request.unix_socket));
  }
  const int bodies = (request.body.empty() ? 0 : 1) + (request.body_file ? 1 : 0) + (request.multipart.empty() ? 0 : 1);
  if (bodies > 1) return refuse("the request has more than one body: set either the text, the file or the form");
  if (bodies > 0 && request.method == "HEAD") return refuse("a HEAD request cannot have a body");
  if (request.body_file) GYR_CHECK(check_readable(*request.body_file));
  for (const auto& part : request.multipart) {
    if (part.name.find('\0') != std::string::npos || part.file_name.find('\0') != std::string::npos ||
        !is_header_value(part.content_type)) {
      return refuse("a part of the form has an invalid character in its name or type");
    }
    if (!part.file.empty()) GYR_CHECK(check_readable(part.file));
  }
  return url;
}

base::Result<void> Transfer::set_up(base::MonotonicTime now) {
  curl_easy_reset(easy());
  mime_.reset();
  header_list_.reset();
  curl_message_[0] = '\0';
  setup_code_ = CURLE_OK;
  set_address(now);
  set_connection();
  GYR_CHECK(set_headers());
  GYR_CHECK(set_body());
  set_credentials();
  if (setup_code_ != CURLE_OK) {
    return refuse(fmt::format("libcurl rejected an option of the request: {}", curl_easy_strerror(setup_code_)));
  }
  return {};
}

void Transfer::set_address(base::MonotonicTime now) {
  set(CURLOPT_URL, url_.to_string().c_str());
  if (!request_.unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);  // follow() does, see there
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));

  auto connect = request_.connect_timeout.count() > 0 ? request_.connect_timeout : max_timeout;
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect));
  if (request_.total_timeout.count() > 0) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(started_ + request_.total_timeout - now);
    set(CURLOPT_TIMEOUT_MS, milliseconds(left));
  }
}

void Transfer::set_connection() {
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, curl_message_.data());
  set(CURLOPT_NOSIGNAL, 1L);
  // Without it, ending a request while its name is being resolved would wait for the resolver, and stop all others.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_TCP_KEEPIDLE, tcp_keep_alive_seconds);
  set(CURLOPT_TCP_KEEPINTVL, tcp_keep_alive_seconds);
  set(CURLOPT_ACCEPT_ENCODING, "");  // all it can unpack (CORE-10)
  if (!request_.idempotent.value_or(is_idempotent(method_))) set(CURLOPT_FRESH_CONNECT, 1L);

  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_write);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  set(CURLOPT_XFERINFODATA, this);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  set(CURLOPT_PREREQDATA, this);

  // Set even where empty: unset, libcurl would take them from the environment.
  set(CURLOPT_PROXY, request_.proxy.c_str());
  set(CURLOPT_NOPROXY, "");

  set(CURLOPT_SSL_VERIFYPEER, request_.verify_tls ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, request_.verify_tls ? 2L : 0L);
  if (!request_.ca_pem.empty()) {
    curl_blob blob = blob_of(request_.ca_pem);
    set(CURLOPT_CAINFO_BLOB, &blob);
  }
  if (!request_.client_certificate_pem.empty()) {
    curl_blob certificate = blob_of(request_.client_certificate_pem);
    curl_blob key = blob_of(request_.client_key_pem);
    set(CURLOPT_SSLCERT_BLOB, &certificate);
    set(CURLOPT_SSLCERTTYPE, "PEM");
    set(CURLOPT_SSLKEY_BLOB, &key);
    set(CURLOPT_SSLKEYTYPE, "PEM");
  }
}

void Transfer::set_credentials() {
  if (!request_.proxy_user.empty()) {
    set(CURLOPT_PROXYUSERNAME, request_.proxy_user.c_str());
    set(CURLOPT_PROXYPASSWORD, request_.proxy_password.c_str());
    // More than one: sent when the proxy requests them (CORE-12).
    set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
  }
  if (!send_credentials_ || request_.basic_user.empty() || request_.headers.get("Authorization")) return;
  set(CURLOPT_USERNAME, request_.basic_user.c_str());
  set(CURLOPT_PASSWORD, request_.basic_password.c_str());
  set(CURLOPT_HTTPAUTH, static_cast<long>(request_.digest ? CURLAUTH_DIGEST : CURLAUTH_BASIC));
}

base::Result<void> Transfer::set_headers() {
  bool has_type = false;
  bool has_agent = false;
  auto add = [this](const std::string& line) -> base::Result<void> {
    curl_slist* list = curl_slist_append(header_list_.get(), line.c_str());
    if (list == nullptr) return refuse("out of memory");
    if (!header_list_) header_list_.reset(list);
    return {};
  };
  for (const auto& [name, value] : request_.headers.fields()) {
    if (is_framing(name)) continue;
    const bool is_type = base::equals_ignoring_case(name, "Content-Type");
    if (is_type && (!send_body_ || !request_.multipart.empty())) continue;  // libcurl writes the one with the boundary
    has_type |= is_type;
    has_agent |= base::equals_ignoring_case(name, "User-Agent");
    GYR_CHECK(add(value.empty() ? name + ";" : name + ": " + value));  // `Name:` would take the header away
  }
  if (!has_agent) GYR_CHECK(add("User-Agent: Gyrfalcon"));
  // Headers that libcurl would add itself.
  if (!has_type && request_.multipart.empty()) GYR_CHECK(add("Content-Type:"));
  GYR_CHECK(add("Expect:"));
  if (send_credentials_ && !request_.bearer.empty() && !request_.headers.get("Authorization")) {
    GYR_CHECK(add("Authorization: Bearer " + request_.bearer));
  }
  set(CURLOPT_HTTPHEADER, header_list_.get());
  return {};
}

base::Result<void> Transfer::set_body() {
  if (method_ == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
    return {};
  }
  if (send_body_ && !request_.multipart.empty()) {
    GYR_CHECK(set_multipart());
  } else if (send_body_ && request_.body_file) {
    if (upload_ < 0) upload_ = ::open(request_.body_file->c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (upload_ < 0 || ::fstat(upload_, &status) != 0 || ::lseek(upload_, 0, SEEK_SET) != 0) {
      return base::fail(local_file_failed,
                        fmt::format("cannot send {}: {}", *request_.body_file, std::strerror(errno)));
    }
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(status.st_size));
    set(CURLOPT_READFUNCTION, &Transfer::on_read);
    set(CURLOPT_READDATA, this);
    set(CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
    set(CURLOPT_SEEKDATA, this);
  } else if (send_body_ && (!request_.body.empty() || expects_body(method_))) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request_.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  } else {
    set(CURLOPT_HTTPGET, 1L);
  }
  set(CURLOPT_CUSTOMREQUEST, method_.c_str());
  return {};
}

base::Result<void> Transfer::set_multipart() {
  mime_.reset(curl_mime_init(easy()));
  if (!mime_) return refuse("out of memory");
  for (const auto& entry : request_.multipart) {
    curl_mimepart* part = curl_mime_addpart(mime_.get());
    if (part == nullptr) return refuse("out of memory");
    curl_mime_name(part, entry.name.c_str());
    if (!entry.file.empty()) {
      if (curl_mime_filedata(part, entry.file.c_str()) != CURLE_OK) {
        return base::fail(local_file_failed, fmt::format("cannot send {}: {}", entry.file, std::strerror(errno)));
      }
    } else {
      curl_mime_data(part, entry.value.data(), entry.value.size());
    }
    if (!entry.file_name.empty()) curl_mime_filename(part, entry.file_name.c_str());
    if (!entry.content_type.empty()) curl_mime_type(part, entry.content_type.c_str());
  }
  set(CURLOPT_MIMEPOST, mime_.get());
  return {};
}

}  // namespace gyr::net
