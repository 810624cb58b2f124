// Requests for threads that may wait (the `file` pool), on an HttpClient.
#pragma once

#include <memory>
#include <string>

#include "net/http.h"

namespace gyr::net {

/// A body that its reader waits for. One thread at a time; dropping it ends the transfer.
class WaitedBody {
 public:
  virtual ~WaitedBody() = default;
  /// The next piece; empty at the end.
  virtual base::Result<std::string> next() = 0;
};

/// An answer whose body is still arriving.
struct WaitedResponse {
  int status = 0;
  Headers headers;
  std::unique_ptr<WaitedBody> body;
};

/// HttpClient::send and HttpClient::open for a thread that blocks until the response: never the thread of a loop. Each
/// call and each body has a separate loop, which runs on the waiting thread. Any thread; the client outlives the calls.
class WaitingClient {
 public:
  explicit WaitingClient(HttpClient& client) : client_(client) {}
  base::Result<ClientResponse> send(ClientRequest request);
  base::Result<WaitedResponse> open(ClientRequest request);

 private:
  HttpClient& client_;
};

}  // namespace gyr::net
