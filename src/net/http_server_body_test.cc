// The bodies of requests: pulled, unread, read too late, cut short.
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
using test::TestServer;
using test::text;

TEST(HttpServer, PullsABodyNoFasterThanItsHandler) {
  std::optional<base::OneShot<bool>> go;
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    struct Work {
      static base::Task<ServerResponse> run(ServerRequest request, base::OneShot<bool> go) {
        co_await go.wait();
        uint64_t total = 0;
        for (;;) {
          auto piece = co_await request.body->next();
          if (!piece) co_return text(piece.error().message());
          if (piece->empty()) co_return text(fmt::format("{}", total));
          total += piece->size();
        }
      }
    };
    return Work::run(std::move(request), *go);
  });
  go.emplace(server.thread().loop());
  auto client = RawSocket::connect(server.port());
  constexpr size_t size = 64 * 1024 * 1024;
  client.send(fmt::format("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", size));
  // While the handler does not read, no more than the buffers of the two systems and one block can leave us.
  std::string block(1024 * 1024, 'z');
  client.limit(200ms);
  size_t sent = 0;
  while (sent < size && client.send(block)) sent += block.size();
  EXPECT_LT(sent, size / 2) << "the server takes a body that nobody reads";
  go->deliver(true);
  client.limit(test::patience);
  // How much of the block that did not fit was taken is not known: the bytes are all alike, so top up until the answer
  // comes.
  std::thread feeder([&] {
    while (client.send(block)) {
    }
  });
  std::string response = client.receive_response();
  EXPECT_EQ(body_of_response(response), fmt::format("{}", size));
  server.shutdown(0s);
  feeder.join();
}

TEST(HttpServer, AHandlerMayAnswerWhileItReads) {
  TestServer server([](ServerRequest request) -> base::Task<ServerResponse> {
    // Echo: each piece of the body becomes one of the answer.
    ServerResponse response;
    auto body = std::make_shared<std::unique_ptr<BodyReader>>(std::move(request.body));
    response.stream = [body] { return (*body)->next(); };
    co_return response;
  });
  auto client = RawSocket::connect(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
  EXPECT_NE(client.receive_until("\r\n\r\n").find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_EQ(client.receive_until("one\r\n"), "3\r\none\r\n");
  client.send("3\r\ntwo\r\n");
  EXPECT_EQ(client.receive_until("two\r\n"), "3\r\ntwo\r\n");
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.receive_until("0\r\n\r\n"), "0\r\n\r\n");
  client.send(get("/"));
  EXPECT_TRUE(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST(HttpServer, AnUnreadSmallBodyIsReadAwayAndTheConnectionKept) {
  TestServer server(simple);
  auto client = RawSocket::connect(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  EXPECT_EQ(client.receive_response().find("Connection: close"), std::string::npos);
  client.send(std::string(100'000, 'b') + get("/next"));
  EXPECT_EQ(body_of_response(client.receive_response()), "GET /next");
  client.send("POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n" + get("/next"));
  EXPECT_EQ(body_of_response(client.receive_response()), "POST /x");
  EXPECT_EQ(body_of_response(client.receive_response()), "GET /next");
}

TEST(HttpServer, AnUnreadLargeBodyEndsTheConnectionAfterItsAnswer) {
  TestServer server(simple);
  for (std::string_view framing : {"Content-Length: 5000000", "Transfer-Encoding: chunked"}) {
    auto client = RawSocket::connect(server.port());
    client.send(fmt::format("POST /x HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n", framing));
    std::string body =
        framing.starts_with("C") ? std::string(1'000'000, 'b') : "f4240\r\n" + std::string(1'000'000, 'b') + "\r\n";
    // The answer must arrive although we go on sending: the server reads on a little before it closes.
    client.send(body);
    std::string response = client.receive_response();
    EXPECT_EQ(body_of_response(response), "POST /x");
    client.send(body);
    client.shutdown_send();
    EXPECT_EQ(client.receive_all(), "");
    EXPECT_EQ(client.last_error(), 0);
  }
}

TEST(HttpServer, ABodyReadAfterItsAnswerFails) {
  std::promise<std::unique_ptr<BodyReader>> kept;
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    if (request.method == "POST") kept.set_value(std::move(request.body));
    return simple(std::move(request));
  });
  auto client = RawSocket::connect(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  client.receive_response();
  auto body = test::LoopThread::wait(kept.get_future());
  BodyReader* reader = body.get();
  auto piece = server.thread().await<base::Result<std::string>>([reader] { return reader->next(); });
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().code(), client_gone);
  // Also one that outlives the connection.
  client.close();
  piece = server.thread().await<base::Result<std::string>>([reader] { return reader->next(); });
  EXPECT_FALSE(piece);
  server.thread().call([&] { body.reset(); });
}

TEST(HttpServer, AReaderThatWaitsWhenItsRequestIsAnsweredIsWoken) {
  std::promise<base::Result<std::string>> outcome;
  std::optional<base::TaskScope> scope;
  struct Work {
    static base::Task<void> read(std::unique_ptr<BodyReader> body, std::promise<base::Result<std::string>>* outcome) {
      outcome->set_value(co_await body->next());
    }
  };
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    if (request.method == "POST") scope->spawn(Work::read(std::move(request.body), &outcome));
    return simple(std::move(request));
  });
  server.thread().call([&] { scope.emplace(server.thread().loop()); });
  auto client = RawSocket::connect(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_response()), "POST /x");
  auto piece = test::LoopThread::wait(outcome.get_future());
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().code(), client_gone);
  client.send("hello" + get("/next"));
  EXPECT_EQ(body_of_response(client.receive_response()), "GET /next");
}

}  // namespace
}  // namespace gyr::net
