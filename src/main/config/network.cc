#include "main/config/network.h"

#include "model/bind.h"

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

const Schema& MicronautServer::schema() {
  static const Schema built =
      describe<MicronautServer>("micronaut.server")
          .property("port", &MicronautServer::port,
                    {.title = "Port of the REST API",
                     .documentation = "0 selects any free port. `--port` overrides it.",
                     .default_value = Value::integer(8080),
                     .minimum = 0,
                     .maximum = 65'535})
          .property("host", &MicronautServer::host,
                    {.title = "Address on which the server listens",
                     .documentation = "Any address other than loopback requires a login. `server local` always uses "
                                      "127.0.0.1.",
                     .default_value = Value::string("127.0.0.1")})
          .property("context-path", &MicronautServer::context_path, {.title = "Prefix of all paths"})
          .build();
  return built;
}

const Schema& Micronaut::schema() {
  static const Schema built =
      describe<Micronaut>("micronaut").property("server", &Micronaut::server, {.title = "The HTTP server"}).build();
  return built;
}

const Schema& AllEndpoints::schema() {
  static const Schema built =
      describe<AllEndpoints>("endpoints.all")
          .property("port", &AllEndpoints::port,
                    {.title = "Management port",
                     .documentation = "Default: 8081. It serves [health](operations.md#health) and [metrics and log "
                                      "levels](operations.md#metrics-and-log-levels). If the port is in use and the "
                                      "key is not set, `server local` prints a warning and starts without a "
                                      "management port.",
                     .minimum = 0,
                     .maximum = 65'535})
          .build();
  return built;
}

const Schema& Endpoints::schema() {
  static const Schema built =
      describe<Endpoints>("endpoints").property("all", &Endpoints::all, {.title = "All management endpoints"}).build();
  return built;
}

}  // namespace gyr::main::config
