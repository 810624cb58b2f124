// Whatever a client sends, the server's connection neither breaks nor answers differently because of how it was cut.
#include <cstdlib>

#include "base/log.h"
#include "net/server_connection.h"

namespace gyr::net {
namespace {

/// The client's side is a string; what the server writes is collected. Driven by a ManualLoop.
class MemoryTransport final : public Transport {
 public:
  struct Wire {
    std::string incoming;  ///< arrived, not yet read
    bool ended = false;    ///< no more will arrive
    std::string outgoing;
    size_t write_limit = SIZE_MAX;  ///< bytes one write takes
    bool block_next_write = false;
    bool closed = false;
    std::move_only_function<void()> readable;
    void arrive() {
      if (readable && (!incoming.empty() || ended)) std::exchange(readable, nullptr)();
    }
  };

  MemoryTransport(base::Loop& loop, std::shared_ptr<Wire> wire) : loop_(loop), wire_(std::move(wire)) {}

  Outcome read(std::span<char> into) override {
    if (into.empty()) std::abort();
    if (wire_->incoming.empty()) return {wire_->ended ? Kind::end : Kind::would_block};
    size_t count = std::min(into.size(), wire_->incoming.size());
    wire_->incoming.copy(into.data(), count);
    wire_->incoming.erase(0, count);
    return {Kind::bytes, count};
  }
  Outcome write(std::span<const std::string_view> pieces) override {
    if (wire_->closed) std::abort();
    if (wire_->write_limit != SIZE_MAX && (wire_->block_next_write = !wire_->block_next_write))
      return {Kind::would_block};
    size_t count = 0;
    for (std::string_view piece : pieces) {
      size_t take = std::min(piece.size(), wire_->write_limit - count);
      wire_->outgoing.append(piece.substr(0, take));
      count += take;
    }
    return {Kind::bytes, count};
  }
  void wait_readable(std::move_only_function<void()> ready) override {
    if (wire_->readable) std::abort();
    wire_->readable = std::move(ready);
    loop_.post([wire = wire_] { wire->arrive(); });
  }
  void wait_writable(std::move_only_function<void()> ready) override { loop_.post(std::move(ready)); }
  void shutdown_send() override {}
  void close() override {
    wire_->closed = true;
    wire_->readable = nullptr;
  }
  void reset() override { close(); }

 private:
  base::Loop& loop_;
  std::shared_ptr<Wire> wire_;
};

base::Task<ServerResponse> handle(ServerRequest request) {
  ServerResponse response;
  response.headers.add("X-Method", request.method);
  for (const auto& [name, value] : request.headers.fields()) response.headers.add("X-" + name, value);
  if (request.target.starts_with("/read")) {
    auto body = co_await request.body->all(10'000);
    response.body = body ? *body : "error " + std::string(body.error().code().text);
  } else if (request.target.starts_with("/stream")) {
    auto body = std::make_shared<std::unique_ptr<BodyReader>>(std::move(request.body));
    response.stream = [body] { return (*body)->next(); };
  } else if (request.target.starts_with("/some")) {
    auto piece = co_await request.body->next();
    response.body = piece ? "some" : "none";
  } else {
    response.body = request.target;
  }
  co_return response;
}

std::string serve(std::string_view input, size_t piece, size_t write_limit) {
  base::ManualLoop loop;
  ServerOptions options;
  options.header_bytes = 512;
  options.body_bytes = 2000;
  options.error_response = [](int status, std::string_view message) {  // no body, as one to HEAD has none either
    ServerResponse response;
    response.status = status;
    response.headers.add("X-Error", std::string(message));
    return response;
  };
  ServerCore core(loop, options, &handle);
  auto wire = std::make_shared<MemoryTransport::Wire>();
  wire->write_limit = write_limit;
  base::TaskScope scope(loop);
  auto connection = std::make_shared<ServerConnection>(core, std::make_unique<MemoryTransport>(loop, wire), "fuzz",
                                                       ServerConnection::Admission::serve);
  scope.spawn(connection->run());
  while (!input.empty() && !wire->closed) {
    wire->incoming += input.substr(0, piece);
    input.remove_prefix(std::min(piece, input.size()));
    wire->arrive();
    loop.run_ready();
  }
  wire->ended = true;
  wire->arrive();
  loop.run_ready();
  if (scope.running() != 0 || !core.connections.empty()) std::abort();
  connection.reset();
  return std::move(wire->outgoing);
}

/// The answers without what may differ: dates, and 100 Continue, which depends on when the body arrives. The pieces of
/// a streamed answer are joined. Aborts where they are not well-formed.
std::string normalise(std::string_view output) {
  std::string out;
  while (!output.empty()) {
    if (output.starts_with("HTTP/1.1 100 Continue\r\n\r\n")) {
      output.remove_prefix(25);
      continue;
    }
    size_t end = output.find("\r\n\r\n");
    if (!output.starts_with("HTTP/1.1 ") || end == std::string_view::npos) std::abort();
    std::string head(output.substr(0, end + 2));
    output.remove_prefix(end + 4);
    size_t date = head.find("\r\nDate: ");
    if (date == std::string::npos) std::abort();
    head.erase(date, 37);
    size_t length = head.rfind("\r\nContent-Length: ");
    const size_t before = out.size() + head.size();
    out += head;
    if (head.find("\r\nX-Method: HEAD\r\n") != std::string::npos) continue;
    if (length != std::string::npos) {
      size_t size = std::strtoul(head.c_str() + length + 18, nullptr, 10);
      if (output.size() < size) std::abort();
      out += output.substr(0, size);
      output.remove_prefix(size);
    } else if (head.rfind("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos) {
      for (;;) {
        char* after = nullptr;
        size_t size = output.empty() ? 0 : std::strtoul(output.data(), &after, 16);
        if (output.empty()) return out.substr(0, before) + " cut";  // how much came before does depend on the pieces
        output.remove_prefix(static_cast<size_t>(after - output.data()) + 2);
        out += output.substr(0, size);
        if (output.size() < size + 2) std::abort();
        output.remove_prefix(size + 2);
        if (size == 0) break;
      }
    } else {
      return out + std::string(output);  // until the end
    }
  }
  return out;
}

}  // namespace
}  // namespace gyr::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::net;
  gyr::base::log::set_level(gyr::base::log::Level::off);
  if (size < 2) return 0;
  const size_t piece = 1 + data[0];
  const size_t write_limit = data[1] == 0 ? SIZE_MAX : data[1];
  std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::string whole = normalise(serve(input, SIZE_MAX, SIZE_MAX));
  std::string cut = normalise(serve(input, piece, write_limit));
  if (whole != cut) {
    fprintf(stderr, "whole:\n%s\ncut:\n%s\n", whole.c_str(), cut.c_str());
    std::abort();
  }
  return 0;
}
