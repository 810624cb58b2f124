// HTTP messages as the program's own types: no Beast, no Asio outside net/*.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"

namespace gyr::net {

class RunningLoop;

inline constexpr base::ErrorCode connection_failed{"GYR-N001"};  ///< refused, closed early, unreachable
inline constexpr base::ErrorCode request_timed_out{"GYR-N002"};
inline constexpr base::ErrorCode address_in_use{"GYR-N003"};
inline constexpr base::ErrorCode bad_url{"GYR-N004"};
inline constexpr base::ErrorCode body_too_large{"GYR-N005"};
inline constexpr base::ErrorCode cannot_listen{"GYR-N006"};  ///< not an address of ours, or no permission
inline constexpr base::ErrorCode request_cancelled{"GYR-N007"};
inline constexpr base::ErrorCode bad_response{"GYR-N008"};      ///< not HTTP, or not whole
inline constexpr base::ErrorCode redirect_refused{"GYR-N009"};  ///< loop, too many, or to a forbidden scheme
inline constexpr base::ErrorCode name_not_resolved{"GYR-N010"};
inline constexpr base::ErrorCode tls_failed{"GYR-N011"};
inline constexpr base::ErrorCode bad_request{"GYR-N012"};        ///< a method, header or option that cannot be sent
inline constexpr base::ErrorCode local_file_failed{"GYR-N013"};  ///< the file to send or to write
inline constexpr base::ErrorCode client_gone{
    "GYR-N014"};  ///< the client of our server disconnected or sent invalid data

/// Names keep their spelling and order; look-up ignores case.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces all headers of this name.
  void set(std::string name, std::string value);
  void remove(std::string_view name);
  /// Replaces the last header, which must exist.
  void replace_last(std::string name, std::string value) { fields_.back() = {std::move(name), std::move(value)}; }
  /// The first value, or nothing.
  std::optional<std::string_view> get(std::string_view name) const;
  /// Every value, in order.
  std::vector<std::string_view> all(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }
  void clear() { fields_.clear(); }
  void reserve(size_t count) { fields_.reserve(count); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// ---------------------------------------------------------------------------------------------- server

/// The body of a request, read in pieces, so that an upload is never completely in memory. Unread data stays with the
/// client (back-pressure). One next() at a time, on the loop of the server. A reader may outlive its request: next()
/// then fails.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// The next piece; empty at the end. Fails when the client stops, sends nothing for too long, sends what is not HTTP,
  /// or the body exceeds its limit; it then fails the same way for ever.
  virtual base::Task<base::Result<std::string>> next() = 0;
  /// Everything; fails with body_too_large beyond `limit`.
  base::Task<base::Result<std::string>> all(size_t limit);
};

/// A body that is already in memory: for tests, and for functions that require a reader.
std::unique_ptr<BodyReader> body_of(std::string bytes);

/// One request as a handler gets it: header complete, body still to be read. Owned by the handler; loop's thread.
struct ServerRequest {
  std::string method;
  std::string target;  ///< as sent: path and query, percent-encoded; the authority of an absolute target becomes Host
  Headers headers;
  std::string peer;  ///< address of the client, without port
  std::unique_ptr<BodyReader> body;
  /// Cancelled when the client has closed its connection, even while the handler or its stream waits. A client that
  /// only shuts down its sending side also counts as disconnected, but still receives the response of the handler.
  base::CancelToken gone;
  /// Cancelled when shutdown begins: streams without an end (SSE) then finish, so that shutdown need not wait for its
  /// deadline.
  base::CancelToken stopping;
};

/// The response of a handler: a complete body, or a stream.
///
/// The server writes Content-Length, Transfer-Encoding, Connection and Date itself; a `Connection: close` of the
/// handler is obeyed. A response to HEAD is written without its body, with the length of the body. A header with a line
/// break or a control character turns the response into a 500.
struct ServerResponse {
  int status = 200;
  Headers headers;
  std::string body;
  /// Set for a streamed body (files, SSE): called until it returns an empty piece; each piece is sent at once, chunked
  /// if the length is unknown. A piece is requested after the previous one has been written to the socket of the
  /// client. An error cuts the connection, so that the client sees an incomplete response. A stream that waits must
  /// wait with `gone`.
  std::function<base::Task<base::Result<std::string>>()> stream;
  std::optional<uint64_t> stream_length;  ///< known length of a stream; giving another amount cuts the connection
};

/// Where a server listens and the limits it holds its clients to; fixed for its life.
struct ServerOptions {
  std::string address = "127.0.0.1";                 ///< an IPv4 or IPv6 address, or `localhost`; `::` listens on both
  uint16_t port = 8080;                              ///< 0: any free port
  size_t header_bytes = 32 * 1024;                   ///< API-25; beyond: 431
  size_t connections = 4096;                         ///< more are answered 503 and closed at once
  uint64_t body_bytes = 10ULL * 1024 * 1024 * 1024;  ///< API-25; beyond: 413
  /// From connection (or first byte of a later request) to complete header, then 408.
  std::chrono::milliseconds header_timeout{30'000};
  std::chrono::milliseconds idle_timeout{3'600'000};    ///< between an answer and the next request
  std::chrono::milliseconds body_idle_timeout{60'000};  ///< silence of a client whose body is being read
  std::chrono::milliseconds write_timeout{60'000};      ///< time without any progress in sending to a client
  /// Makes the responses that the server itself sends (400, 408, 413, 417, 431, 500, 503, 505), so that all errors have
  /// the same format; without it they are plain text. Called on the loop; must not throw.
  std::function<ServerResponse(int status, std::string_view message)> error_response;
};

/// What a server has done since it started. Read on its loop.
struct ServerCounters {
  size_t connections = 0;  ///< open now
  uint64_t accepted = 0;
  uint64_t refused = 0;            ///< over the limit of connections
  uint64_t requests = 0;           ///< handed to the handler
  uint64_t rejected_requests = 0;  ///< answered by the server itself
};

/// An HTTP/1.1 server on one loop. Handlers run as coroutines on that loop, one at a time per connection: pipelined
/// requests are answered in order. Lifetime: call listen() before the loop runs or on its thread, await shutdown() on
/// its thread, then destroy the server, all before the loop stops. TLS is not supported yet: it will be another
/// net::Transport.
class HttpServer {
 public:
  using Handler = std::function<base::Task<ServerResponse>(ServerRequest)>;
  virtual ~HttpServer() = default;
  /// The port it listens on.
  virtual uint16_t port() const = 0;
  virtual ServerCounters counters() const = 0;
  /// Stops accepting, closes idle connections, lets running requests finish until `deadline`, then cancels their `gone`
  /// and closes. Completes on the loop when every handler has returned.
  virtual base::Task<void> shutdown(base::MonotonicTime deadline) = 0;
};
base::Result<std::unique_ptr<HttpServer>> listen(RunningLoop& loop, ServerOptions options, HttpServer::Handler handler);

// ---------------------------------------------------------------------------------------------- client

/// One request to send. An invalid request is an error of send(), before anything is sent.
struct ClientRequest {
  std::string method = "GET";  ///< sent as written
  std::string url;             ///< http or https; user and password in it are used as basic_user is
  /// Path of a Unix socket to connect to instead of the host of `url` (a container engine's); redirects are not
  /// followed.
  std::string unix_socket;
  Headers headers;
  std::string body;
  std::optional<std::string> body_file;  ///< sent instead of `body`, streamed
  struct FormPart {
    std::string name, value, file, file_name, content_type;  ///< `file`: a path, sent instead of `value`, streamed
  };
  std::vector<FormPart> multipart;
  std::chrono::milliseconds connect_timeout{10'000};    ///< name, TCP and TLS together; 0: none
  std::chrono::milliseconds read_idle_timeout{60'000};  ///< silence in both directions once connected; 0: none
  std::chrono::milliseconds total_timeout{0};           ///< redirects included; 0: none
  bool follow_redirects = true;
  std::string basic_user, basic_password;       ///< never sent to another host after a redirect
  bool digest = false;                          ///< basic_user and basic_password by the digest scheme
  std::string bearer;                           ///< never sent to another host after a redirect
  std::vector<std::string> credential_headers;  ///< headers that are never sent to another host after a redirect
  bool verify_tls = true;
  std::string ca_pem;  ///< trusted instead of the system's authorities
  std::string client_certificate_pem, client_key_pem;
  std::string proxy;  ///< http://, https://, socks4://, socks5:// or socks5h:// and host:port; empty: none
  std::string proxy_user, proxy_password;
  size_t max_body_bytes = 64 * 1024 * 1024;  ///< after decompression; 0: none, of use with to_file
  std::optional<std::string> to_file;  ///< the body is written to this file instead of memory; removed after a failure
  /// A request that is not idempotent never goes out on a connection that was used before, because such a connection
  /// may be closing just then and the request would silently be sent twice. Unset: by method (GET, HEAD, OPTIONS,
  /// TRACE, PUT, DELETE are).
  std::optional<bool> idempotent;
};

/// The answer, whole: any status counts as an answer, errors are for requests that got none.
struct ClientResponse {
  int status = 0;
  Headers headers;            ///< of the last response, in order, with repeated headers; no trailers
  std::string body;           ///< decompressed
  std::string effective_url;  ///< after redirects, without user and password
  uint64_t body_bytes = 0;    ///< of the body, decompressed
  int redirects = 0;
};

/// An answer whose body is still arriving.
struct StreamedResponse {
  int status = 0;
  Headers headers;
  std::string effective_url;
  std::unique_ptr<BodyReader>
      body;  ///< decompressed; what is not pulled stays with the server; dropping it ends the transfer
};

/// HTTP requests on libcurl's multi interface: one thread for all of them. Any loop may await.
///
/// send() returns an error, never a status: 404 is a response. Cancelling ends the transfer at once with
/// request_cancelled. Errors contain host and port and never contain passwords. The thread starts with the first
/// request. Destroying the client ends running requests with request_cancelled. Environment variables for proxies are
/// ignored. Redirects: CORE-15. With `unix_socket` the request goes over a local socket, and errors contain its path.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual base::Task<base::Result<ClientResponse>> send(ClientRequest request, base::Loop& loop,
                                                        base::CancelToken cancel) = 0;
  /// The same, but returns the head as soon as it arrives: for event streams and watches. max_body_bytes does not
  /// apply; read_idle_timeout does, except while the caller does not read. The body fails when `cancel` is cancelled.
  virtual base::Task<base::Result<StreamedResponse>> open(ClientRequest request, base::Loop& loop,
                                                          base::CancelToken cancel) = 0;
};
std::unique_ptr<HttpClient> make_http_client();

}  // namespace gyr::net
