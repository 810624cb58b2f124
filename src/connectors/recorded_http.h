// Answers of a system that were recorded: for the tests that connectors carry, and for tests of this module.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/definition.h"
#include "net/http.h"
#include "plugin_api/run_context.h"

namespace gyr::connectors {

/// Answers requests with the recorded responses, in order, and compares them with the recorded requests. One thread.
class RecordedHttp final : public plugin::HttpClient {
 public:
  explicit RecordedHttp(const std::vector<ExchangeSpec>& exchanges) : exchanges_(exchanges.begin(), exchanges.end()) {}

  base::Task<base::Result<net::ClientResponse>> send(net::ClientRequest request, base::CancelToken) override;
  base::Task<base::Result<net::StreamedResponse>> open(net::ClientRequest, base::CancelToken) override;

  /// What differed, the first time; also that exchanges are left.
  std::string problem() const;

 private:
  void compare(const base::Value& expected, const net::ClientRequest& request);
  void tell(std::string problem);

  std::deque<ExchangeSpec> exchanges_;
  std::string problem_;
};

}  // namespace gyr::connectors
