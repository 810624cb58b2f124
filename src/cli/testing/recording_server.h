// A server for tests of commands: records every call and sends the answers of the test.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "net/test_support.h"

namespace gyr::cli::testing {

/// Listens on a free port as long as the object exists. The thread of the test reads the calls between commands.
class RecordingServer {
 public:
  /// A received call.
  struct Call {
    std::string method;
    std::string target;
    std::string body;
    net::Headers headers;
    /// `GET /api/v1/main/flows`
    std::string line() const { return method + " " + target; }
    std::string header(std::string_view name) const { return std::string(headers.get(name).value_or("")); }
  };
  /// Status and body of an answer.
  using Answer = std::pair<int, std::string>;

  RecordingServer() : server_([this](net::ServerRequest request) { return serve(this, std::move(request)); }) {}

  /// `--server URL`, to be appended to the words of a command.
  std::vector<std::string> with_server(std::vector<std::string> words) const {
    words.emplace_back("--server");
    words.push_back(server_.url(""));
    return words;
  }
  /// The calls since the last take().
  std::vector<Call> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(calls_, {});
  }
  /// The answers; `{}` by default.
  void set_answers(std::function<Answer(const Call&)> answers) {
    std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
  }

 private:
  static base::Task<net::ServerResponse> serve(RecordingServer* self, net::ServerRequest request) {
    Call call{request.method, request.target, {}, std::move(request.headers)};
    auto body = co_await request.body->all(10'000'000);
    if (body) call.body = *std::move(body);
    std::lock_guard lock(self->mutex_);
    const Answer answer = self->answers_ ? self->answers_(call) : Answer{200, "{}"};
    self->calls_.push_back(std::move(call));
    net::ServerResponse response;
    response.status = answer.first;
    response.headers.add("Content-Type", "application/json");
    response.body = answer.second;
    co_return response;
  }

  mutable std::mutex mutex_;
  std::vector<Call> calls_;
  std::function<Answer(const Call&)> answers_;
  net::test::TestServer server_;  // last, so that it is destroyed before the members that it uses
};

}  // namespace gyr::cli::testing
