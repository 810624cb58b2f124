// The HTTP client over a Unix socket.
#include <gtest/gtest.h>
#include <sys/un.h>

#include <filesystem>

#include "net/client_test_support.h"

namespace gyr::net {
namespace {

namespace fs = std::filesystem;

/// Answers every connection at a path with one text, and keeps what it was sent.
class UnixServer {
 public:
  explicit UnixServer(std::string answer) : answer_(std::move(answer)) {
    std::string name = (fs::temp_directory_path() / "gyr-unix-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    thread_ = std::thread([this] {
      for (int descriptor = 0; (descriptor = ::accept(listener_, nullptr, nullptr)) >= 0;) {
        test::RawSocket socket(descriptor);
        received_ += socket.receive_until("\r\n\r\n");
        socket.send(answer_);
      }
    });
  }
  ~UnixServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    fs::remove_all(folder_);
  }
  std::string path() const { return (folder_ / "s.sock").string(); }
  const std::string& received() const { return received_; }

 private:
  std::string answer_;
  fs::path folder_;
  int listener_ = -1;
  std::string received_;
  std::thread thread_;
};

using HttpClientUnix = test::HttpClientTest;

TEST_F(HttpClientUnix, SendsOverTheSocketAndFollowsNoRedirect) {
  UnixServer server("HTTP/1.1 301 Moved\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 2\r\n\r\nok");
  ClientRequest request;
  request.url = "http://localhost/containers/json?all=1";
  request.unix_socket = server.path();
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->status, 301);
  EXPECT_EQ(response->body, "ok");
  EXPECT_TRUE(server.received().starts_with("GET /containers/json?all=1 HTTP/1.1\r\nHost: localhost\r\n"))
      << server.received();
}

TEST_F(HttpClientUnix, ErrorsNameThePath) {
  ClientRequest request;
  request.url = "http://localhost/";
  request.unix_socket = "/no/such/engine.sock";
  auto response = send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), connection_failed);
  EXPECT_EQ(response.error().message(), "cannot connect to /no/such/engine.sock: No such file or directory");

  request.unix_socket = "/" + std::string(200, 'x');
  EXPECT_EQ(send(request).error().code(), bad_request) << "no path of a socket is so long";
  request.unix_socket = "/x";
  request.proxy = "http://127.0.0.1:1";
  EXPECT_EQ(send(request).error().code(), bad_request);
}

}  // namespace
}  // namespace gyr::net
