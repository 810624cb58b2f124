// The HTTP server against a socket driven by hand: ordinary use, order, listening.
#include <gtest/gtest.h>
#include <sys/resource.h>

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

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  TestServer server(simple);
  auto client = RawSocket::connect(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/a?b=%20c"));
    std::string response = client.receive_response();
    EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n")) << response;
    EXPECT_NE(response.find("Content-Type: text/plain\r\n"), std::string::npos);
    EXPECT_NE(response.find("\r\nDate: "), std::string::npos);
    EXPECT_EQ(response.find("Connection:"), std::string::npos);
    EXPECT_EQ(body_of_response(response), "GET /a?b=%20c");
  }
  ServerCounters counters = server.counters();
  EXPECT_EQ(counters.requests, 3u);
  EXPECT_EQ(counters.accepted, 1u);
  EXPECT_EQ(counters.connections, 1u);
}

TEST(HttpServer, PassesHeadersAndPeerToTheHandler) {
  TestServer server([](ServerRequest request) -> base::Task<ServerResponse> {
    co_return text(fmt::format("{}|{}|{}|{}", request.peer, *request.headers.get("x-one"),
                               request.headers.all("X-TWO").size(), request.headers.get("none").has_value()));
  });
  auto client = RawSocket::connect(server.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\nX-One:  a b \t\r\nX-Two: 1\r\nx-two: 2\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_response()), "127.0.0.1|a b|2|false");
}

TEST(HttpServer, ClosesOnRequestAndForOldClients) {
  TestServer server(simple);
  for (std::string_view request :
       {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    auto client = RawSocket::connect(server.port());
    client.send(request);
    std::string response = client.receive_all();
    EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos) << response;
    EXPECT_EQ(body_of_response(response), "GET /");
    EXPECT_EQ(client.last_error(), 0);
  }
  auto client = RawSocket::connect(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(client.receive_response().find("Connection: keep-alive\r\n"), std::string::npos);
  client.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_all()), "GET /2");
}

TEST(HttpServer, ObeysAHandlersConnectionClose) {
  TestServer server([](ServerRequest) -> base::Task<ServerResponse> {
    ServerResponse response = text("bye");
    response.headers.add("connection", "close");
    response.headers.add("Content-Length", "999");  // not its to say
    co_return response;
  });
  auto client = RawSocket::connect(server.port());
  client.send(get("/"));
  std::string response = client.receive_all();
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(response.find("999"), std::string::npos);
  EXPECT_EQ(body_of_response(response), "bye");
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  // The first waits longest: order must come from the requests.
  test::LoopThread* thread = nullptr;
  TestServer server([&thread](ServerRequest request) -> base::Task<ServerResponse> {
    auto& loop = thread->loop();
    struct Work {
      static base::Task<ServerResponse> run(base::Loop* loop, std::string target) {
        if (target == "/slow") co_await base::sleep_for(*loop, 30ms, {});
        co_return text(target);
      }
    };
    return Work::run(&loop, request.target);
  });
  thread = &server.thread();
  auto client = RawSocket::connect(server.port());
  std::string all = get("/slow");
  for (int i = 0; i < 100; ++i) all += get(fmt::format("/{}", i));
  client.send(all);
  EXPECT_EQ(body_of_response(client.receive_response()), "/slow");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(body_of_response(client.receive_response()), fmt::format("/{}", i));
}

TEST(HttpServer, ReadsARequestThatArrivesByteByByte) {
  TestServer server(simple);
  auto client = RawSocket::connect(server.port());
  for (char c : std::string("\r\n\r\nPOST /all HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "5;ext=\"a;b\"\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: 1\r\n\r\n") +
                    get("/next")) {
    client.send({&c, 1});
  }
  EXPECT_EQ(body_of_response(client.receive_response()), "6 hello!");
  EXPECT_EQ(body_of_response(client.receive_response()), "GET /next");
}

TEST(HttpServer, ReadsBodiesOfKnownLengthAndChunked) {
  TestServer server(simple);
  auto client = RawSocket::connect(server.port());
  std::string body(300'000, 'x');
  client.send(fmt::format("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  EXPECT_EQ(body_of_response(client.receive_response()), "300000 " + body.substr(0, 20));
  std::string chunked = "POST /all HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n";
  for (int i = 0; i < 300; ++i) chunked += fmt::format("3e8\r\n{}\r\n", body.substr(0, 1000));
  client.send(chunked + "0\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_response()), "300000 " + body.substr(0, 20));
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_response()), "0 ");
}

TEST(HttpServer, HeadIsAnsweredWithTheLengthAndNoBody) {
  TestServer server([](ServerRequest request) -> base::Task<ServerResponse> {
    if (request.target == "/stream") {
      ServerResponse response;
      response.stream_length = 77;
      response.stream = []() -> base::Task<base::Result<std::string>> {
        ADD_FAILURE() << "the stream of an answer to HEAD must not be pulled";
        co_return std::string();
      };
      co_return response;
    }
    co_return text("12345");
  });
  auto client = RawSocket::connect(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.receive_until("\r\n\r\n").find("Content-Length: 5\r\n"), std::string::npos);
  client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.receive_until("\r\n\r\n").find("Content-Length: 77\r\n"), std::string::npos);
  client.send(get("/"));
  EXPECT_EQ(body_of_response(client.receive_response()), "12345");
}

TEST(HttpServer, NoContentHasNeitherBodyNorLength) {
  TestServer server([](ServerRequest) -> base::Task<ServerResponse> {
    ServerResponse response = text("must not be sent");
    response.status = 204;
    co_return response;
  });
  auto client = RawSocket::connect(server.port());
  client.send(get("/") + "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::string all = client.receive_all();
  EXPECT_EQ(all.find("must not"), std::string::npos);
  EXPECT_EQ(all.find("Content-Length"), std::string::npos);
  EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
}

// ---------------------------------------------------------------------------------------------- 100-continue

TEST(HttpServer, RequestsAnExpectedBodyOnlyWhenItIsRead) {
  TestServer server(simple);
  auto client = RawSocket::connect(server.port());
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_EQ(body_of_response(client.receive_response()), "5 hello");

  // Not read: a response at once, and no further request, because the body may or may not follow.
  client.send("POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  std::string response = client.receive_all();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 200")) << response;
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos);
}

TEST(HttpServer, DoesNotAskForABodyThatIsThereAlready) {
  TestServer server(simple);
  auto client = RawSocket::connect(server.port());
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
  EXPECT_TRUE(client.receive_response().starts_with("HTTP/1.1 200"));
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(client.receive_response().starts_with("HTTP/1.1 200"));
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nExpect: a-miracle\r\n\r\n");
  EXPECT_TRUE(client.receive_all().starts_with("HTTP/1.1 417"));
}

// ---------------------------------------------------------------------------------------------- listening

TEST(HttpServer, SaysWhyItCannotListen) {
  TestServer server(simple);
  auto try_listen = [&](std::string address, uint16_t port) {
    return server.thread().call([&]() -> std::optional<base::Error> {
      ServerOptions options;
      options.address = address;
      options.port = port;
      auto other = listen(server.thread().loop(), options, simple);
      if (!other) return other.error();
      return std::nullopt;
    });
  };
  auto error = try_listen("127.0.0.1", server.port());
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), address_in_use);
  EXPECT_NE(error->message().find(fmt::format("{}", server.port())), std::string::npos);
  for (const char* address : {"", "nonsense", "256.1.1.1", "example.com", "1.2.3.4", "127.0.0.1\n"}) {
    error = try_listen(address, 0);
    ASSERT_TRUE(error) << address;
    EXPECT_EQ(error->code(), cannot_listen) << address;
  }
}

TEST(HttpServer, ListensOnBothFamiliesOnRequest) {
  ServerOptions options;
  options.address = "::";
  std::promise<std::string> peer;
  TestServer server(
      [&](ServerRequest request) -> base::Task<ServerResponse> {
        peer.set_value(request.peer);
        return simple(std::move(request));
      },
      options);
  auto client = RawSocket::connect(server.port());  // by IPv4
  client.send(get("/four"));
  EXPECT_EQ(body_of_response(client.receive_response()), "GET /four");
  EXPECT_EQ(test::LoopThread::wait(peer.get_future()), "127.0.0.1");
}

TEST(HttpServer, WaitsForFreeDescriptors) {
#if __has_feature(undefined_behavior_sanitizer)
  GTEST_SKIP() << "the sanitizer itself needs descriptors; other builds run this";
#endif
  TestServer server(simple);
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit low = before;
  low.rlim_cur = 256;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  int client = ::socket(AF_INET, SOCK_STREAM, 0);
  std::vector<int> taken;
  for (int copy; (copy = ::dup(client)) >= 0;) taken.push_back(copy);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  RawSocket socket(client);
  socket.send(get("/patient"));
  socket.limit(150ms);
  EXPECT_EQ(socket.receive_some(), "") << "there was a descriptor left";
  for (int copy : taken) ::close(copy);
  setrlimit(RLIMIT_NOFILE, &before);
  socket.limit(test::patience);
  EXPECT_EQ(body_of_response(socket.receive_response()), "GET /patient");
}

}  // namespace
}  // namespace gyr::net
