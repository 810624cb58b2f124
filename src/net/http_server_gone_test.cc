// Clients that leave, and the end of the server itself.
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

using test::WaitsForGone;

TEST(HttpServerGone, IsCancelledWhileTheHandlerWaits) {
  for (int how = 0; how < 3; ++how) {
    std::promise<void> entered;
    std::promise<bool> cancelled;
    test::LoopThread* thread = nullptr;
    TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
      if (request.target == "/pipelined") return simple(std::move(request));
      return WaitsForGone::run(&thread->loop(), request.gone, &entered, &cancelled);
    });
    thread = &server.thread();
    auto client = RawSocket::connect(server.port());
    client.send(get("/") + (how == 2 ? get("/pipelined") : ""));
    test::LoopThread::wait(entered.get_future());
    if (how == 1) {
      client.reset();
    } else {
      client.close();
    }
    EXPECT_TRUE(test::LoopThread::wait(cancelled.get_future()));
    while (server.counters().connections != 0) std::this_thread::yield();
  }
}

TEST(HttpServerGone, AClientThatOnlyStopsSendingStillGetsItsResponse) {
  std::promise<void> entered;
  std::promise<bool> cancelled;
  test::LoopThread* thread = nullptr;
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    return WaitsForGone::run(&thread->loop(), request.gone, &entered, &cancelled);
  });
  thread = &server.thread();
  auto client = RawSocket::connect(server.port());
  client.send(get("/"));
  client.shutdown_send();
  EXPECT_EQ(body_of_response(client.receive_all()), "too late");
}

TEST(HttpServerGone, EndsAnEventStreamWhoseClientHasLeft) {
  // SSE: the stream waits for events with `gone`; no write ever happens that could fail.
  std::promise<void> ended;
  test::LoopThread* thread = nullptr;
  struct Events {
    base::Loop* loop;
    base::CancelToken gone;
    int sent = 0;
    static base::Task<base::Result<std::string>> next(std::shared_ptr<Events> events) {
      if (events->sent++ == 0) co_return "data: 1\n\n";
      co_await base::sleep_for(*events->loop, 1h, events->gone);
      co_return std::string();
    }
  };
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    ServerResponse response;
    auto events = std::shared_ptr<Events>(new Events{&thread->loop(), request.gone}, [&](Events* events) {
      delete events;
      ended.set_value();
    });
    response.headers.add("Content-Type", "text/event-stream");
    response.stream = [events] { return Events::next(events); };
    co_return response;
  });
  thread = &server.thread();
  auto client = RawSocket::connect(server.port());
  client.send(get("/events"));
  EXPECT_NE(client.receive_until("\r\n\r\n").find("chunked"), std::string::npos);
  EXPECT_EQ(client.receive_until("data: 1\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  client.close();
  test::LoopThread::wait(ended.get_future());
}

TEST(HttpServerGone, ABodyCutShortFailsItsReader) {
  for (bool chunked : {false, true}) {
    TestServer server(simple);
    auto client = RawSocket::connect(server.port());
    client.send(fmt::format("POST /all HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n5\r\nhell",
                            chunked ? "Transfer-Encoding: chunked" : "Content-Length: 100"));
    client.shutdown_send();
    EXPECT_EQ(body_of_response(client.receive_all()), "GYR-N014");
  }
}

// ---------------------------------------------------------------------------------------------- shutdown

TEST(HttpServerShutdown, ClosesIdleConnectionsAndFinishesRunningRequests) {
  std::promise<void> entered;
  std::optional<base::OneShot<bool>> go;
  struct Work {
    static base::Task<ServerResponse> run(std::promise<void>* entered, base::OneShot<bool> go) {
      entered->set_value();
      co_await go.wait();
      co_return text("finished");
    }
  };
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    if (request.target == "/work") return Work::run(&entered, *go);
    return simple(std::move(request));
  });
  go.emplace(server.thread().loop());
  auto idle = RawSocket::connect(server.port());
  idle.send(get("/"));
  idle.receive_response();
  auto fresh = RawSocket::connect(server.port());
  auto working = RawSocket::connect(server.port());
  working.send(get("/work") + get("/never"));
  test::LoopThread::wait(entered.get_future());

  auto done = server.start_shutdown(test::patience);
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_EQ(fresh.receive_all(), "");
  go->deliver(true);
  std::string response = working.receive_all();
  EXPECT_EQ(body_of_response(response), "finished");
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(test::LoopThread::wait(std::move(done)));
  int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_NE(::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << "still listening";
  ::close(descriptor);
}

TEST(HttpServerShutdown, NotifiesStreamsWithoutEnd) {
  test::LoopThread* thread = nullptr;
  struct Endless {
    static base::Task<base::Result<std::string>> next(base::Loop* loop, base::CancelToken stopping) {
      co_await base::sleep_for(*loop, 1h, stopping);
      co_return std::string();
    }
  };
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    ServerResponse response;
    response.stream = [loop = &thread->loop(), stopping = request.stopping] { return Endless::next(loop, stopping); };
    co_return response;
  });
  thread = &server.thread();
  auto client = RawSocket::connect(server.port());
  client.send(get("/events"));
  client.receive_until("\r\n\r\n");
  auto done = server.start_shutdown(test::patience);
  EXPECT_EQ(client.receive_all(), "0\r\n\r\n") << "the stream ends in order";
  test::LoopThread::wait(std::move(done));
}

TEST(HttpServerShutdown, CancelsAndClosesAtItsDeadline) {
  std::promise<void> entered;
  std::promise<bool> cancelled;
  test::LoopThread* thread = nullptr;
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    return WaitsForGone::run(&thread->loop(), request.gone, &entered, &cancelled);
  });
  thread = &server.thread();
  auto client = RawSocket::connect(server.port());
  client.send(get("/"));
  test::LoopThread::wait(entered.get_future());
  auto half = RawSocket::connect(server.port());
  half.send("GET / HT");
  auto done = server.start_shutdown(50ms);
  EXPECT_TRUE(test::LoopThread::wait(cancelled.get_future()));
  EXPECT_TRUE(test::LoopThread::wait(std::move(done)));
  EXPECT_EQ(server.counters().connections, 0u);
}

}  // namespace
}  // namespace gyr::net
