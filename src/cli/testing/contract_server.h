// A server for tests that knows a few requests and fails the test on any other one.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "cli/testing/recording_server.h"
#include "cli/testing/run_command.h"

namespace gyr::cli::testing {

/// Answers `METHOD target` (below `/api/v1/main/`, or a whole path) as it was told. Each answer must be asked for.
class ContractServer {
 public:
  ContractServer() {
    server_.set_answers([this](const RecordingServer::Call& call) {
      auto known = answers_.find(short_line(call));
      if (known != answers_.end()) return known->second;
      ADD_FAILURE() << "nobody told about the request " << short_line(call);
      return RecordingServer::Answer{500, R"({"message":"a request that the test does not know"})"};
    });
  }

  /// One answer from now on; between commands only.
  ContractServer& on(const std::string& line, std::string body, int status = 200) {
    answers_[line] = {status, std::move(body)};
    return *this;
  }
  void clear() { answers_.clear(); }

  /// Runs `gyr WORDS --server URL`; then calls() are the requests of this run.
  Result gyr(std::vector<std::string> words, std::string_view input = {}) {
    Result result = run(server_.with_server(std::move(words)), input);
    calls_ = server_.take();
    return result;
  }
  /// `--server URL`, to be appended to the words of a command.
  std::vector<std::string> with_server(std::vector<std::string> words) const {
    return server_.with_server(std::move(words));
  }
  /// The same as gyr() on a terminal.
  int gyr_on(Output& terminal, std::vector<std::string> words) {
    BufferOutput err;
    const int code = run_on(terminal, err, server_.with_server(std::move(words)));
    calls_ = server_.take();
    return code;
  }
  const std::vector<RecordingServer::Call>& calls() const { return calls_; }
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const auto& call : calls_) out.push_back(short_line(call));
    return out;
  }

 private:
  static std::string short_line(const RecordingServer::Call& call) {
    constexpr std::string_view prefix = "/api/v1/main/";
    std::string_view target = call.target;
    if (target.starts_with(prefix)) target.remove_prefix(prefix.size());
    return call.method + " " + std::string(target);
  }

  std::map<std::string, RecordingServer::Answer> answers_;
  std::vector<RecordingServer::Call> calls_;
  RecordingServer server_;  // last, so that it is destroyed before what it uses
};

}  // namespace gyr::cli::testing
