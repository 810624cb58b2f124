// The HTTP client with misbehaving servers, proxies and addresses without a server.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "net/test_support.h"

namespace gyr::net {
namespace {

using namespace std::chrono_literals;
using test::LoopThread;
using test::RawSocket;
using test::ScriptedServer;

class HttpClientBadServers : public testing::Test {
 protected:
  ~HttpClientBadServers() override { client_.reset(); }

  base::Result<ClientResponse> send(ClientRequest request) {
    return loop_.await<base::Result<ClientResponse>>(
        [&] { return client_->send(std::move(request), loop_.loop(), {}); });
  }
  static ClientRequest to(std::string url, std::string method = "GET") {
    ClientRequest request;
    request.url = std::move(url);
    request.method = std::move(method);
    return request;
  }
  /// The error of asking a server that answers with these bytes and closes.
  base::Result<ClientResponse> ask(std::string answer) {
    ScriptedServer server([&](RawSocket socket, int) {
      socket.receive_until("\r\n\r\n");
      socket.send(answer);
    });
    return send(to(server.url("/")));
  }
  static void expect(const base::Result<ClientResponse>& response, base::ErrorCode code, std::string_view words) {
    ASSERT_FALSE(response) << response->status << " " << response->body;
    EXPECT_EQ(response.error().code(), code) << response.error().to_string();
    EXPECT_NE(response.error().message().find(words), std::string::npos) << response.error().to_string();
  }

  LoopThread loop_;
  std::unique_ptr<HttpClient> client_ = make_http_client();
};

TEST_F(HttpClientBadServers, TheConnectionIsRefused) {
  uint16_t port;
  {
    ScriptedServer gone([](RawSocket, int) {});
    port = gone.port();
  }
  expect(send(to(fmt::format("http://127.0.0.1:{}/", port))), connection_failed,
         fmt::format("cannot connect to 127.0.0.1:{}: connection refused", port));
}

TEST_F(HttpClientBadServers, ANameThatDoesNotExist) {
  auto response = send(to("http://no-such-host.invalid/"));
  expect(response, name_not_resolved, "`no-such-host.invalid`");
  EXPECT_FALSE(response.error().hint().empty());
}

TEST_F(HttpClientBadServers, NoAnswerAtAll) {
  ScriptedServer server([](RawSocket socket, int) { socket.receive_until("\r\n\r\n"); });
  expect(send(to(server.url("/"))), connection_failed, "closed the connection without a response");
}

TEST_F(HttpClientBadServers, AReset) {
  ScriptedServer server([](RawSocket socket, int) {
    socket.receive_until("\r\n\r\n");
    socket.reset();
  });
  expect(send(to(server.url("/"))), connection_failed, "connection reset");
}

TEST_F(HttpClientBadServers, SilenceIsATimeOut) {
  // Reading until the client gives up is what the script waits for, so nothing depends on time but the client.
  ScriptedServer server([](RawSocket socket, int number) {
    socket.receive_until("\r\n\r\n");
    if (number == 1) socket.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    socket.receive_all();
  });
  ClientRequest idle = to(server.url("/"));
  idle.read_idle_timeout = 150ms;
  expect(send(idle), request_timed_out, "sent no data for 0.15 s");
  expect(send(idle), request_timed_out, "sent no data for 0.15 s");
  ClientRequest total = to(server.url("/"));
  total.total_timeout = 150ms;
  expect(send(total), request_timed_out, "took longer than 0.15 s");
}

TEST_F(HttpClientBadServers, ASlowResponseIsNotATimeout) {
  ScriptedServer server([](RawSocket socket, int) {
    socket.receive_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
    socket.limit(30ms);
    for (int i = 0; i < 20; ++i) {
      socket.receive_some();  // nothing comes: a pause
      socket.send("x");
    }
  });
  ClientRequest request = to(server.url("/"));
  request.read_idle_timeout = 400ms;  // the whole takes longer
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, std::string(20, 'x'));
  request.total_timeout = 300ms;
  expect(send(request), request_timed_out, "took longer than 0.3 s");
}

TEST_F(HttpClientBadServers, AConnectionThatDoesNotComeAbout) {
  // A listening socket whose queue is full drops new connections, like a firewall.
  int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::vector<int> fillers;
  for (int i = 0; i < 3; ++i) {
    fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  ClientRequest request = to(fmt::format("http://127.0.0.1:{}/", ntohs(address.sin_port)));
  request.connect_timeout = 150ms;
  expect(send(request), request_timed_out, "connecting to 127.0.0.1");
  for (int filler : fillers) ::close(filler);
  ::close(listener);
}

TEST_F(HttpClientBadServers, Garbage) {
  expect(ask("SSH-2.0-OpenSSH_9.2\r\n"), bad_response, "not valid HTTP");
  expect(ask(std::string("\0\1\2\3\xff\xfe garbage\r\n\r\n", 19)), bad_response, "not valid HTTP");
  expect(ask("HTTP/9.9 200 OK\r\n\r\n"), bad_response, "not valid HTTP");
  expect(ask("HTTP/1.1 abc\r\n\r\n"), bad_response, "not valid HTTP");
  expect(ask("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), bad_response, "");
  expect(ask("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"), bad_response,
         "compressed");
}

TEST_F(HttpClientBadServers, AnAnswerThatEndsTooEarly) {
  expect(ask("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), bad_response, "before the end of the response");
  expect(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), bad_response, "before the end");
  auto half_head = ask("HTTP/1.1 200 OK\r\nContent-Le");
  ASSERT_FALSE(half_head) << "half a header is no answer";
}

TEST_F(HttpClientBadServers, AFileIsRemovedWhenItsResponseIsIncomplete) {
  ScriptedServer server([](RawSocket socket, int) {
    socket.receive_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  });
  std::string path = std::filesystem::temp_directory_path() / fmt::format("gyr-net-{}", ::getpid());
  ClientRequest request = to(server.url("/"));
  request.to_file = path;
  expect(send(request), bad_response, "before the end");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(HttpClientBadServers, HugeHeadersAndBodies) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 20'000; ++i) many += fmt::format("X-{}: {}\r\n", i, std::string(20, 'h'));
  expect(ask(many + "\r\n"), bad_response, "larger than");
  auto long_line = ask("HTTP/1.1 200 OK\r\nX: " + std::string(500'000, 'h') + "\r\n\r\n");
  ASSERT_FALSE(long_line);
  ScriptedServer server([](RawSocket socket, int) {
    socket.receive_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\n\r\n");
    while (socket.send(std::string(10'000, 'b'))) {
    }
  });
  ClientRequest request = to(server.url("/"));
  request.max_body_bytes = 100'000;
  expect(send(request), body_too_large, "100000 bytes");
}

TEST_F(HttpClientBadServers, InterimAnswersFoldedLinesAndTrailers) {
  auto response =
      ask("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 Fine\r\nX-Folded: a\r\n  b\r\nSet-Cookie: 1\r\n"
          "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n");
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_FALSE(response->headers.get("Link"));
  EXPECT_FALSE(response->headers.get("X-Trailer"));
  EXPECT_EQ(response->headers.get("Set-Cookie"), "1");
}

TEST_F(HttpClientBadServers, ARequestThatIsNotIdempotentIsNeverSentTwice) {
  // The server closes a kept connection just when the next request arrives: libcurl would resend it.
  std::atomic<int> posts{0};
  ScriptedServer server([&](RawSocket socket, int) {
    for (int i = 0; i < 2; ++i) {
      std::string head = socket.receive_until("\r\n\r\n");
      if (head.starts_with("POST")) {
        socket.receive_bytes(1);
        posts += 1;
        return;
      }
      if (i == 0) socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
  });
  for (std::string method : {"POST", "PATCH"}) {
    posts = 0;
    ASSERT_TRUE(send(to(server.url("/"))));
    ClientRequest request = to(server.url("/"), "POST");
    request.body = "1";
    expect(send(request), connection_failed, "without a response");
    EXPECT_EQ(posts, 1) << method;
  }
}

TEST_F(HttpClientBadServers, ConnectionsAreKept) {
  ScriptedServer server([](RawSocket socket, int) {
    while (!socket.receive_until("\r\n\r\n").empty()) socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send(to(server.url("/")))->body, "ok");
  EXPECT_EQ(server.connections(), 1);
  client_.reset();
}

TEST_F(HttpClientBadServers, NotATlsServer) {
  ScriptedServer server([](RawSocket socket, int) {
    socket.receive_some();
    socket.send("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  std::string url = server.url("/");
  expect(send(to("https" + url.substr(4))), tls_failed, "cannot establish a secure connection to 127.0.0.1");
}

TEST_F(HttpClientBadServers, ProxiesAreUsedAndTheEnvironmentIsIgnored) {
  std::string seen;
  ScriptedServer proxy([&](RawSocket socket, int) {
    for (;;) {
      std::string head = socket.receive_until("\r\n\r\n");
      if (head.empty()) return;
      seen += head;
      if (head.find("Proxy-Authorization") == std::string::npos) {
        socket.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n");
      } else {
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied");
      }
    }
  });
  ClientRequest request = to("http://user:secret@example.invalid:81/path");
  request.proxy = fmt::format("http://127.0.0.1:{}", proxy.port());
  request.proxy_user = "me";
  request.proxy_password = "pw";
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "proxied");
  EXPECT_TRUE(seen.starts_with("GET http://example.invalid:81/path HTTP/1.1\r\n")) << seen;
  size_t second = seen.find("GET", 3);
  ASSERT_NE(second, std::string::npos);
  EXPECT_EQ(seen.substr(0, second).find("Proxy-Authorization"), std::string::npos) << "sent before the proxy asked";
  EXPECT_NE(seen.find("Proxy-Authorization: Basic " + base::base64_encode("me:pw")), std::string::npos);

  ::setenv("http_proxy", fmt::format("http://127.0.0.1:{}", proxy.port()).c_str(), 1);
  ScriptedServer direct([](RawSocket socket, int) {
    socket.receive_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect");
  });
  EXPECT_EQ(send(to(direct.url("/")))->body, "direct");
  ::unsetenv("http_proxy");

  ClientRequest refused = to("http://example.invalid/");
  refused.proxy = "http://127.0.0.1:1";
  expect(send(refused), connection_failed, "the proxy 127.0.0.1:1: connection refused");
  client_.reset();
}

TEST_F(HttpClientBadServers, ErrorsNameNoPasswords) {
  for (std::string url :
       {"http://me:secret@127.0.0.1:1/", "http://me:secret@no-such-host.invalid/", "http://me:secret@/"}) {
    auto response = send(to(url));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().to_string().find("secret"), std::string::npos) << response.error().to_string();
  }
}

}  // namespace
}  // namespace gyr::net
