// An HTTP client for tests that must send nothing.
#pragma once

#include "net/http.h"

namespace gyr::net::testing {

/// Refuses every request.
class NoHttp final : public HttpClient {
 public:
  base::Task<base::Result<ClientResponse>> send(ClientRequest, base::Loop&, base::CancelToken) override {
    co_return refusal();
  }
  base::Task<base::Result<StreamedResponse>> open(ClientRequest, base::Loop&, base::CancelToken) override {
    co_return refusal();
  }

 private:
  static std::unexpected<base::Error> refusal() { return base::fail(connection_failed, "this test sends nothing"); }
};

}  // namespace gyr::net::testing
