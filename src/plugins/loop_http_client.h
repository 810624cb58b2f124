// The requests of tasks and expressions, on the loop they run on.
#pragma once

#include <utility>

#include "net/http.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins {

/// Sends requests with the client of the process and delivers the responses on one loop. Client and loop outlive it;
/// one thread, that of the loop. The errors are those of the client.
class LoopHttpClient final : public plugin::HttpClient {
 public:
  LoopHttpClient(net::HttpClient& client, base::Loop& loop) : client_(client), loop_(loop) {}
  base::Task<base::Result<net::ClientResponse>> send(net::ClientRequest request, base::CancelToken cancel) override {
    return client_.send(std::move(request), loop_, std::move(cancel));
  }
  base::Task<base::Result<net::StreamedResponse>> open(net::ClientRequest request, base::CancelToken cancel) override {
    return client_.open(std::move(request), loop_, std::move(cancel));
  }

 private:
  net::HttpClient& client_;
  base::Loop& loop_;
};

}  // namespace gyr::plugins
