// The fixture of the HTTP client's tests.
#pragma once

#include <filesystem>
#include <fstream>

#include "net/test_support.h"

namespace gyr::net::test {

/// What a request looked like to the server.
inline std::string describe(const ServerRequest& request, const std::string& body) {
  std::string out = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers.fields()) {
    if (name != "Host" && name != "Accept" && name != "Accept-Encoding") out += name + ": " + value + "\n";
  }
  return out + "\n" + body;
}

inline ServerResponse redirect(int status, std::string location) {
  ServerResponse response = text("moved", status);
  response.headers.add("Location", std::move(location));
  return response;
}

/// A client, a loop to wait on, and a server that returns a description of each request.
class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest() : server_([this](ServerRequest request) { return answer(this, std::move(request)); }) {
    std::string pattern = std::filesystem::temp_directory_path() / "gyr-net-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~HttpClientTest() override {
    client_.reset();
    std::filesystem::remove_all(folder_);
  }

  static base::Task<ServerResponse> answer(HttpClientTest* test, ServerRequest request) {
    auto found = test->routes_.find(request.target.substr(0, request.target.find('?')));
    if (found != test->routes_.end()) co_return co_await found->second(std::move(request));
    auto body = co_await request.body->all(500'000'000);
    co_return text(describe(request, body ? *body : body.error().message()));
  }

  base::Result<ClientResponse> send(ClientRequest request, base::CancelToken cancel = {}) {
    return loop_.await<base::Result<ClientResponse>>(
        [&] { return client_->send(std::move(request), loop_.loop(), cancel); });
  }
  ClientRequest to(std::string_view path, std::string method = "GET") {
    ClientRequest request;
    request.url = server_.url(path);
    request.method = std::move(method);
    return request;
  }
  std::string file(std::string_view name, std::string_view content) {
    std::string path = folder_ / name;
    std::ofstream(path) << content;
    return path;
  }
  static std::string content(const std::filesystem::path& path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::map<std::string, HttpServer::Handler> routes_;
  std::filesystem::path folder_;
  LoopThread loop_;
  std::unique_ptr<HttpClient> client_ = make_http_client();
  TestServer server_;
};

/// Waits until the client has disconnected; reports when the wait begins and when it ends.
struct WaitsForClient {
  static base::Task<ServerResponse> run(base::Loop* loop, base::CancelToken gone, std::promise<void>* entered,
                                        std::promise<void>* left) {
    entered->set_value();
    co_await base::sleep_for(*loop, std::chrono::hours(1), gone);
    left->set_value();
    co_return text("late");
  }
};

}  // namespace gyr::net::test
