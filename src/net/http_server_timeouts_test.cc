// The HTTP server against clients that are slow.
#include <gtest/gtest.h>

#include "base/one_shot.h"
#include "net/test_support.h"

namespace gyr::net {
namespace {

using namespace std::chrono_literals;
using test::body_of_response;
using test::get;
using test::RawSocket;
using test::simple;
using test::status_of;
using test::TestServer;
using test::text;

TEST(HttpServerTimeouts, AHeaderThatDoesNotComeInTimeIs408) {
  ServerOptions options;
  options.header_timeout = 100ms;
  TestServer server(simple, options);
  auto client = RawSocket::connect(server.port());
  client.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(status_of(client.receive_all()), "408");
  // Bytes now and then do not buy more time.
  auto drip = RawSocket::connect(server.port());
  drip.limit(5ms);
  drip.send("GET / HTTP/1.1\r\nX: ");
  std::string response;
  for (int i = 0; i < 10'000 && response.empty(); ++i) {
    drip.send("x");
    response = drip.receive_some();
  }
  EXPECT_EQ(status_of(response), "408");
  // Nothing at all: nothing to answer.
  auto silent = RawSocket::connect(server.port());
  EXPECT_EQ(silent.receive_all(), "");
  EXPECT_EQ(silent.last_error(), 0);
}

TEST(HttpServerTimeouts, AnIdleConnectionIsClosed) {
  ServerOptions options;
  options.idle_timeout = 100ms;
  TestServer server(simple, options);
  auto client = RawSocket::connect(server.port());
  client.send(get("/"));
  EXPECT_EQ(status_of(client.receive_response()), "200");
  EXPECT_EQ(client.receive_all(), "");
  EXPECT_EQ(client.last_error(), 0);
}

TEST(HttpServerTimeouts, TheHeaderTimeoutHoldsForLaterRequestsToo) {
  ServerOptions options;
  options.header_timeout = 100ms;
  TestServer server(simple, options);
  auto client = RawSocket::connect(server.port());
  client.send(get("/"));
  EXPECT_EQ(status_of(client.receive_response()), "200");
  client.send("GET /half");
  EXPECT_EQ(status_of(client.receive_all()), "408");
}

TEST(HttpServerTimeouts, ABodyThatStopsFailsItsReader) {
  ServerOptions options;
  options.body_idle_timeout = 100ms;
  TestServer server(simple, options);
  auto client = RawSocket::connect(server.port());
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  std::string response = client.receive_all();
  EXPECT_EQ(body_of_response(response), "GYR-N014");
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos);
}

TEST(HttpServerTimeouts, AClientThatDoesNotReadIsCutOff) {
  ServerOptions options;
  options.write_timeout = 100ms;
  std::promise<void> ended;
  TestServer server(
      [&](ServerRequest request) -> base::Task<ServerResponse> {
        struct Work {
          static base::Task<ServerResponse> run(ServerRequest request, std::promise<void>* ended) {
            if (request.target != "/stream") co_return text(std::string(64 * 1024 * 1024, 'x'));
            ServerResponse response;
            auto guard = std::shared_ptr<void>(nullptr, [ended](void*) { ended->set_value(); });
            response.stream = [guard]() -> base::Task<base::Result<std::string>> { return piece(); };
            co_return response;
          }
          static base::Task<base::Result<std::string>> piece() { co_return std::string(1024 * 1024, 'x'); }
        };
        return Work::run(std::move(request), &ended);
      },
      options);
  auto client = RawSocket::connect(server.port(), 4096);
  client.send(get("/whole"));
  while (server.counters().connections != 0) std::this_thread::yield();
  auto second = RawSocket::connect(server.port(), 4096);
  second.send(get("/stream"));
  test::LoopThread::wait(ended.get_future());
}

TEST(HttpServerTimeouts, AClientThatReadsSlowlyGetsItsWholeResponse) {
  ServerOptions options;
  options.write_timeout = 2s;
  constexpr size_t size = 3 * 1024 * 1024;
  TestServer server([](ServerRequest) -> base::Task<ServerResponse> { co_return text(std::string(size, 'x')); },
                    options);
  auto client = RawSocket::connect(server.port(), 4096);
  client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_all()).size(), size);
}

}  // namespace
}  // namespace gyr::net
