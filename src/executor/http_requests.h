// The requests of expressions that no worker evaluates (EXPR-279).
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/loop.h"
#include "executor/host_service.h"

namespace gyr::net {
class HttpClient;
}
namespace gyr::plugin {
class HttpClient;
}

namespace gyr::executor {

/// `http()` in the defaults of inputs, in checks, in keys and conditions of webhooks, and where people try expressions
/// out; tasks have their own on the worker. send() from any thread; a request runs on the loop under the limits of HTTP
/// tasks, and what it gives is handed over on the pool, where templates may go on. shutdown() on the loop, before it
/// stops: requests under way then end with an error.
class HttpRequests {
 public:
  HttpRequests(net::HttpClient& client, base::Loop& loop, net::Pool& pool, const base::Clock& clock);
  ~HttpRequests();

  void send(base::Value arguments, HostService::Done done);
  base::Task<void> shutdown();

 private:
  base::Loop& loop_;
  net::Pool& pool_;
  const base::Clock& clock_;
  std::unique_ptr<plugin::HttpClient> client_;
  base::TaskScope scope_;  // used on the loop alone
  bool ends_ = false;      // the same
};

}  // namespace gyr::executor
