#include "main/config/network.h"

#include "main/config/errors.h"
#include "model/bind.h"
#include "text/regex.h"

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

namespace {

void check_origin_pattern(const CorsOrigins& given, const syntax::NodePtr& node, model::BindContext& context) {
  if (!given.allowed_origins_regex || text::Regex::compile(*given.allowed_origins_regex)) return;
  model::BindContext::Scope key(context, "allowed-origins-regex");
  context.report(bad_configuration, "`allowed-origins-regex` must be a regular expression", node);
}

}  // namespace

const Schema& CorsOrigins::schema() {
  static const Schema built =
      describe<CorsOrigins>("micronaut.server.cors.configurations.NAME")
          .property("allowed-origins", &CorsOrigins::allowed_origins,
                    {.title = "Origins of pages that may call the server",
                     .documentation = "For example `https://portal.example.com`. Default: all, or those of "
                                      "`allowed-origins-regex`."})
          .property("allowed-origins-regex", &CorsOrigins::allowed_origins_regex,
                    {.title = "Regular expression for the whole origin of pages that may call the server"})
          .property("allowed-methods", &CorsOrigins::allowed_methods,
                    {.title = "Methods that these pages may use", .documentation = "Default: all."})
          .property("allowed-headers", &CorsOrigins::allowed_headers,
                    {.title = "Headers that these pages may send", .documentation = "Default: all."})
          .property("exposed-headers", &CorsOrigins::exposed_headers,
                    {.title = "Headers of answers that these pages may read, besides those that are always readable"})
          .property("allow-credentials", &CorsOrigins::allow_credentials,
                    {.title = "Whether these pages may send the user's cookies and credentials",
                     .default_value = Value::boolean(true)})
          .property("max-age", &CorsOrigins::max_age,
                    {.title = "Seconds for which a browser remembers the answer to a pre-flight request",
                     .default_value = Value::integer(1800)})
          .check(check_origin_pattern)
          .build();
  return built;
}

const Schema& CrossOrigin::schema() {
  static const Schema built =
      describe<CrossOrigin>("micronaut.server.cors")
          .property("enabled", &CrossOrigin::enabled,
                    {.title = "Whether pages of other origins may call the server",
                     .documentation = "Requests from an origin that no configuration names get 403.",
                     .default_value = Value::boolean(false)})
          .property("configurations", &CrossOrigin::configurations,
                    {.title = "Which origins may do what, by any name",
                     .documentation = "Default: every origin may do everything. Each has `allowed-origins`, "
                                      "`allowed-origins-regex`, `allowed-methods`, `allowed-headers`, "
                                      "`exposed-headers`, `allow-credentials` (default: true) and `max-age` in "
                                      "seconds (default: 1800)."})
          .build();
  return built;
}

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
          .property("cors", &MicronautServer::cors, {.title = "Requests of pages of other origins"})
          .build();
  return built;
}

const Schema& Micronaut::schema() {
  static const Schema built =
      describe<Micronaut>("micronaut").property("server", &Micronaut::server, {.title = "The HTTP server"}).build();
  return built;
}

}  // namespace gyr::main::config
