// Inside net only: one connection of the HTTP server, from its first byte to its end.
#pragma once

#include <array>
#include <coroutine>
#include <memory>
#include <string>
#include <unordered_set>

#include "net/http.h"
#include "net/read_buffer.h"
#include "net/request_parser.h"
#include "net/response_head.h"
#include "net/transport.h"

namespace gyr::net {

class ServerConnection;

/// Data that the connections of one server share. Used on the loop of the server; outlives them.
struct ServerCore {
  ServerCore(base::Loop& loop, ServerOptions options, HttpServer::Handler handler);
  ServerResponse error_response(int status, std::string_view message) const;

  base::Loop& loop;
  const ServerOptions options;
  const HttpServer::Handler handler;
  BlockPool blocks;
  DateHeader date;
  base::CancelSource stopping;
  std::unordered_set<ServerConnection*> connections;
  ServerCounters counters;
  size_t being_refused = 0;  ///< connections over the limit, which receive an error response
};

/// Reads requests, runs the handler and writes responses, one after the other (RFC 9112). All on the loop of the
/// server.
///
/// Lifetime: it is created with a transport; run() is spawned into the scope of the server and owns the connection
/// until it returns. Waits in the transport, and body readers that a handler kept, share it and find it closed. While a
/// handler runs, the connection continues to read into its block while there is space, to detect a disconnected client
/// early; beyond that the client has to wait. There is one timer, which moves only when it fires or when a deadline
/// becomes earlier.
class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
 public:
  enum class Admission { serve, refuse };

  ServerConnection(ServerCore& core, std::unique_ptr<Transport> transport, std::string peer, Admission admission);
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  base::Task<void> run();
  /// Ends the connection after the running request, or at once if it waits for a request.
  void finish_soon();
  /// Cancels `gone` and closes now; run() returns when the handler returns.
  void abort();

 private:
  friend class ConnectionBody;
  enum class Wake { input, timeout, closing };
  struct InputAwaiter;
  struct WritableAwaiter;
  struct TurnAwaiter;

  /// An unread rest of a body up to this is read away to keep the connection; beyond, a new connection is cheaper.
  static constexpr size_t drain_bytes = 256 * 1024;
  static constexpr std::chrono::milliseconds drain_time{5'000};

  // server_connection.cc: the course of a connection
  base::Task<std::optional<ServerRequest>> read_head();
  void begin_request(ServerRequest& request);
  base::Task<ServerResponse> handle(ServerRequest request);
  base::Task<void> serve();
  base::Task<bool> answer_error(int status, std::string message);
  base::Task<bool> drain_body();
  base::Task<void> linger();
  bool finishing() const { return close_wanted_ || core_.stopping.cancelled(); }
  void end_request();
  void close();

  // server_body.cc: the request body for the handler
  base::Task<base::Result<std::string>> read_body(uint64_t request_number);
  base::Error fail_body(base::ErrorCode code, std::string message);

  // server_response.cc: the answer
  base::Task<bool> respond(ServerResponse response);
  base::Task<bool> send_stream(ServerResponse response, Framing framing);
  bool may_keep_alive(const ServerResponse& response) const;
  bool rest_is_drainable() const;
  void start_write(std::initializer_list<std::string_view> pieces);
  bool try_write();
  base::Task<bool> finish_write();

  // server_wait.cc: readiness, deadlines, waking
  void arm_watch();
  void on_readable();
  void on_writable();
  void fill();
  void wake_reader(Wake reason);
  void wake_writer(Wake reason);
  void arm_timer();
  void on_timer();
  base::MonotonicTime after(std::chrono::milliseconds time) const { return core_.loop.now() + time; }

  static constexpr base::MonotonicTime never = base::MonotonicTime::max();

  ServerCore& core_;
  std::unique_ptr<Transport> transport_;
  const std::string peer_;
  const Admission admission_;
  ReadBuffer in_;
  RequestParser parser_;
  base::CancelSource gone_;

  uint64_t request_number_ = 0;  ///< of the last request; body readers carry theirs
  std::optional<base::Error> body_error_;
  std::optional<base::Error> late_body_error_;  ///< found after a valid piece: for the next call
  bool waiting_for_request_ = false;
  bool handling_ = false;          ///< a request has been read and its answer is not complete
  bool continue_pending_ = false;  ///< the client waits for `100 Continue`
  bool head_sent_ = false;
  bool close_wanted_ = false;  ///< no further request on this connection
  bool cut_ = false;           ///< the answer could not be completed: the client must see that

  bool watching_ = false;  ///< a wait for readability is under way
  bool eof_ = false;       ///< the client sends no more
  bool broken_ = false;    ///< nothing can be sent any more
  bool closed_ = false;
  size_t burst_ = 0;  ///< what was done since the loop last had its turn

  std::coroutine_handle<> reader_;
  std::coroutine_handle<> writer_;
  Wake reader_wake_ = Wake::input;
  Wake writer_wake_ = Wake::input;
  base::MonotonicTime read_deadline_ = never;
  base::MonotonicTime write_deadline_ = never;
  base::Loop::TimerId timer_ = 0;
  base::MonotonicTime timer_at_ = never;

  std::string head_;  ///< of the answer, and chunk sizes
  std::array<std::string_view, 4> out_;
  size_t out_first_ = 0;
  size_t out_count_ = 0;
};

/// Suspends until input has arrived, the client has disconnected, the deadline has passed or the connection is to
/// close. Do not call it if the client has already disconnected or the buffer is full.
struct ServerConnection::InputAwaiter {
  ServerConnection& connection;
  base::MonotonicTime deadline;
  bool await_ready() const { return connection.closed_; }
  void await_suspend(std::coroutine_handle<> awaiter) const;
  Wake await_resume() const;
};

struct ServerConnection::WritableAwaiter {
  ServerConnection& connection;
  base::MonotonicTime deadline;
  bool await_ready() const { return connection.closed_; }
  void await_suspend(std::coroutine_handle<> awaiter) const;
  Wake await_resume() const;
};

/// Lets the loop serve others.
struct ServerConnection::TurnAwaiter {
  ServerConnection& connection;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) const {
    connection.core_.loop.post([awaiter] { awaiter.resume(); });
  }
  void await_resume() const {}
};

/// The body of one request as its handler sees it. It keeps the memory of the connection alive, but not the connection
/// open.
class ConnectionBody final : public BodyReader {
 public:
  ConnectionBody(std::shared_ptr<ServerConnection> connection, uint64_t request_number)
      : connection_(std::move(connection)), request_number_(request_number) {}
  base::Task<base::Result<std::string>> next() override { return connection_->read_body(request_number_); }

 private:
  std::shared_ptr<ServerConnection> connection_;
  uint64_t request_number_;
};

}  // namespace gyr::net
