// HTTP for the tests of tasks, triggers and functions.
#pragma once

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "net/http.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::testing {

/// Records requests and returns prepared responses: those of `answers` in order, then `answer` repeatedly. Does not
/// stream.
class FakeHttpClient final : public plugin::HttpClient {
 public:
  base::Task<base::Result<net::ClientResponse>> send(net::ClientRequest request, base::CancelToken) override {
    for (const auto& part : request.multipart) {
      std::ifstream file(part.file, std::ios::binary);
      sent_files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    requests.push_back(std::move(request));
    if (error) co_return base::fail(*error);
    net::ClientResponse response = answers.empty() ? answer : answers.front();
    if (!answers.empty()) answers.erase(answers.begin());
    response.body_bytes = response.body.size();
    if (requests.back().to_file) {
      std::ofstream(*requests.back().to_file, std::ios::binary) << response.body;
      response.body.clear();
    }
    co_return response;
  }
  base::Task<base::Result<net::StreamedResponse>> open(net::ClientRequest, base::CancelToken) override {
    co_return base::fail(plugin::task_failed, "nothing is streamed in this test");
  }

  net::ClientResponse answer{.status = 200, .body = "ok"};
  std::vector<net::ClientResponse> answers;
  std::optional<base::Error> error;  ///< of each request, instead of an answer
  std::vector<net::ClientRequest> requests;
  std::vector<std::string> sent_files;  ///< contents of the files that were sent as parts of forms
};

}  // namespace gyr::plugins::testing
