// The server: takes connections, gives each its course, ends them in order.
#include "base/assert.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/server_connection.h"
#include "net/transport.h"

namespace gyr::net {
namespace {

/// Maximum number of connections over the limit that receive an error response at the same time; further ones are
/// closed.
constexpr size_t max_being_refused = 64;

class Server final : public HttpServer {
 public:
  Server(RunningLoop& loop, ServerOptions options, Handler handler, std::unique_ptr<Listener> listener)
      : core_(loop, std::move(options), std::move(handler)), scope_(loop), listener_(std::move(listener)) {
    listener_->start([this](std::unique_ptr<Transport> transport, std::string peer) {
      accept(std::move(transport), std::move(peer));
    });
  }

  uint16_t port() const override { return listener_->port(); }

  ServerCounters counters() const override {
    ServerCounters counters = core_.counters;
    counters.connections = core_.connections.size();
    return counters;
  }

  base::Task<void> shutdown(base::MonotonicTime deadline) override {
    GYR_ASSERT(core_.loop.on_loop_thread());
    listener_->stop();
    core_.stopping.cancel();
    for (auto& connection : open_connections()) connection->finish_soon();
    auto timer = core_.loop.start_timer(deadline, [this] {
      for (auto& connection : open_connections()) connection->abort();
    });
    co_await scope_.join();
    core_.loop.cancel_timer(timer);
  }

 private:
  void accept(std::unique_ptr<Transport> transport, std::string peer) {
    core_.counters.accepted += 1;
    auto admission = ServerConnection::Admission::serve;
    if (core_.connections.size() - core_.being_refused >= core_.options.connections) {
      core_.counters.refused += 1;
      if (core_.being_refused >= max_being_refused) {
        transport->close();
        return;
      }
      admission = ServerConnection::Admission::refuse;
    }
    auto connection = std::make_shared<ServerConnection>(core_, std::move(transport), std::move(peer), admission);
    scope_.spawn(connection->run());
  }

  /// Shared, so that one that ends because of another stays valid.
  std::vector<std::shared_ptr<ServerConnection>> open_connections() const {
    std::vector<std::shared_ptr<ServerConnection>> open;
    open.reserve(core_.connections.size());
    for (ServerConnection* connection : core_.connections) open.push_back(connection->shared_from_this());
    return open;
  }

  ServerCore core_;
  base::TaskScope scope_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace

base::Result<std::unique_ptr<HttpServer>> listen(RunningLoop& loop, ServerOptions options,
                                                 HttpServer::Handler handler) {
  GYR_TRY(auto listener, listen_tcp(loop, options.address, options.port));
  return std::make_unique<Server>(loop, std::move(options), std::move(handler), std::move(listener));
}

}  // namespace gyr::net
