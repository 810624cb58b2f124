// Answers: streams in every framing, and those that go wrong.
#include <gtest/gtest.h>

#include "base/one_shot.h"
#include "net/test_support.h"

namespace gyr::net {
namespace {

using namespace std::string_literals;
using test::body_of_response;
using test::get;
using test::RawSocket;
using test::simple;
using test::status_of;
using test::TestServer;
using test::text;

TEST(HttpServerAnswers, AHeaderWithALineBreakNeverLeaves) {
  for (int which = 0; which < 5; ++which) {
    TestServer server([which](ServerRequest) -> base::Task<ServerResponse> {
      ServerResponse response = text("x");
      switch (which) {
        case 0: response.headers.add("X-Name", "a\r\nSet-Cookie: stolen=1"); break;
        case 1: response.headers.add("X-Na\r\nSet-Cookie", "stolen=1"); break;
        case 2: response.headers.add("X-Name", "a\0Set-Cookie"s); break;
        case 3: response.headers.add("", "empty"); break;
        case 4: response.status = 99; break;
      }
      co_return response;
    });
    auto client = RawSocket::connect(server.port());
    client.send(get("/"));
    std::string response = client.receive_response();
    EXPECT_EQ(status_of(response), "500");
    EXPECT_EQ(response.find("Set-Cookie"), std::string::npos);
    client.send(get("/"));
    EXPECT_EQ(status_of(client.receive_response()), "500") << "the connection goes on";
  }
}

TEST(HttpServerAnswers, AnExceptionOfTheHandlerIs500) {
  TestServer server([](ServerRequest) -> base::Task<ServerResponse> {
    throw std::runtime_error("expected by the test");
    co_return text("");
  });
  auto client = RawSocket::connect(server.port());
  client.send(get("/"));
  EXPECT_EQ(status_of(client.receive_response()), "500");
}

TEST(HttpServerAnswers, ItsOwnErrorsHaveTheShapeOfTheHook) {
  ServerOptions options;
  options.error_response = [](int status, std::string_view message) {
    ServerResponse response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = fmt::format(R"({{"status":{},"message":"{}"}})", status, message);
    return response;
  };
  TestServer server(simple, options);
  auto client = RawSocket::connect(server.port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_all()), R"({"status":400,"message":"the Host header is missing"})");
}

struct Pieces {
  std::vector<std::string> pieces;
  bool fail_at_end = false;
  bool throw_at_end = false;
  size_t next = 0;
  static base::Task<base::Result<std::string>> take(std::shared_ptr<Pieces> self) {
    if (self->next < self->pieces.size()) co_return self->pieces[self->next++];
    if (self->throw_at_end) throw std::runtime_error("expected by the test");
    if (self->fail_at_end) co_return base::fail(connection_failed, "expected by the test");
    co_return std::string();
  }
};

ServerResponse stream_of(Pieces pieces, std::optional<uint64_t> length) {
  ServerResponse response;
  auto shared = std::make_shared<Pieces>(std::move(pieces));
  response.stream = [shared] { return Pieces::take(shared); };
  response.stream_length = length;
  return response;
}

TEST(HttpServerAnswers, StreamsArriveWholeAndInEveryFraming) {
  TestServer server([](ServerRequest request) -> base::Task<ServerResponse> {
    co_return stream_of({{"one", "two", std::string(100'000, 'x')}},
                        request.target == "/known" ? std::optional<uint64_t>(100'006) : std::nullopt);
  });
  auto client = RawSocket::connect(server.port());
  client.send(get("/known"));
  std::string response = client.receive_response();
  EXPECT_EQ(body_of_response(response).size(), 100'006u);
  client.send(get("/chunked"));
  response = client.receive_until("0\r\n\r\n");
  EXPECT_EQ(body_of_response(response),
            "3\r\none\r\n3\r\ntwo\r\n186a0\r\n" + std::string(100'000, 'x') + "\r\n0\r\n\r\n");
  client.send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  response = client.receive_all();
  EXPECT_EQ(body_of_response(response), "onetwo" + std::string(100'000, 'x'));
  EXPECT_EQ(client.last_error(), 0);
}

TEST(HttpServerAnswers, AFailedStreamIsIncompleteForTheClient) {
  for (std::string_view target : {"/fails", "/throws", "/short", "/long"}) {
    for (bool http10 : {false, true}) {
      TestServer server([](ServerRequest request) -> base::Task<ServerResponse> {
        Pieces pieces{{"12345"}};
        pieces.fail_at_end = request.target == "/fails";
        pieces.throw_at_end = request.target == "/throws";
        std::optional<uint64_t> length;
        if (request.target == "/short") length = 6;
        if (request.target == "/long") length = 4;
        co_return stream_of(std::move(pieces), length);
      });
      auto client = RawSocket::connect(server.port());
      client.send(fmt::format("GET {} HTTP/1.{}\r\nHost: x\r\n\r\n", target, http10 ? 0 : 1));
      std::string response = client.receive_all();
      EXPECT_EQ(response.find("0\r\n\r\n"), std::string::npos) << target;
      EXPECT_EQ(client.last_error(), ECONNRESET) << target << " ended as if it were whole";
    }
  }
}

}  // namespace
}  // namespace gyr::net
