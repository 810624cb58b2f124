// HTTP requests of expressions (EXPR-279, EXPR-302). For tasks, the worker handles them.
#include "host/host_service.h"
#include "host/http_requests.h"
#include "net/free_port.h"

namespace gyr::executor {

using base::Value;

void HostService::http(const HostScope&, const Value& arguments, Done done) {
  if (requests_ == nullptr) return done(base::fail(host_refused, "requests are not possible here"));
  requests_->send(arguments, std::move(done));
}

void HostService::random_port(const HostScope&, const Value&, Done done) {
  auto port = net::free_port();
  if (!port) return done(base::fail(port.error()));
  done(Value::narrow_integer(*port));
}

}  // namespace gyr::executor
