// The HTTP requests of expressions that are not evaluated on a worker (EXPR-279).
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/loop.h"
#include "host/host_calls.h"

namespace gyr::net {
class HttpClient;
}
namespace gyr::plugin {
class HttpClient;
}

namespace gyr::executor {

/// `http()` in the defaults of inputs, in checks, in keys and conditions of webhooks, and in the expression editor; for
/// tasks, the worker sends the requests. send() is thread-safe. A request runs on the loop with the limits of HTTP
/// tasks, and its result is delivered on the pool, where templates can continue. Call shutdown() on the loop before it
/// stops: open requests then end with an error.
class HttpRequests {
 public:
  HttpRequests(net::HttpClient& client, base::Loop& loop, net::Pool& pool, const base::Clock& clock);
  ~HttpRequests();

  void send(base::Value arguments, HostCalls::Done done);
  base::Task<void> shutdown();

 private:
  base::Loop& loop_;
  net::Pool& pool_;
  const base::Clock& clock_;
  std::unique_ptr<plugin::HttpClient> client_;
  base::TaskScope scope_;  // used only on the loop
  bool ends_ = false;      // the same
};

}  // namespace gyr::executor
