#include "main/config/network.h"

#include "main/config/errors.h"
#include "model/bind.h"
#include "text/regex.h"

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

namespace {

/// In seconds. A timeout of a day is as good as none, which a server that anybody can reach must not have.
constexpr double shortest_timeout = 0.01;
constexpr double longest_timeout = 86'400;

void check_folder_watch(const FolderWatch& given, const syntax::NodePtr& node, model::BindContext& context) {
  if (!given.enabled || !given.paths.empty()) return;
  context.report(bad_configuration, "`micronaut.io.watch.enabled` needs a folder in `micronaut.io.watch.paths`", node);
}

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
                     .documentation = "Default: all, or those of `allowed-origins-regex`. For example "
                                      "`https://portal.example.com`."})
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
                     .documentation = "If no entry of `configurations` allows the origin of a request, the answer is "
                                      "403.",
                     .default_value = Value::boolean(false)})
          .property("configurations", &CrossOrigin::configurations,
                    {.title = "Rules for the origins of pages, each with a name of your choice",
                     .documentation = "Default: every origin may do everything. A rule has `allowed-origins`, "
                                      "`allowed-origins-regex`, `allowed-methods`, `allowed-headers`, "
                                      "`exposed-headers`, `allow-credentials` (default: true) and `max-age` in seconds "
                                      "(default: 1800)."})
          .build();
  return built;
}

const Schema& AccessLogger::schema() {
  static const Schema built =
      describe<AccessLogger>("micronaut.server.netty.access-logger")
          .property("enabled", &AccessLogger::enabled,
                    {.title = "Whether each request is written to the [access log](operations.md#access-log)",
                     .default_value = Value::boolean(false)})
          .property("log-format", &AccessLogger::log_format,
                    {.title = "Format of a line of the access log",
                     .documentation = "Default: date, request, status, address, length and duration. [Access "
                                      "log](operations.md#access-log) explains the letters. `common` and `combined` "
                                      "are the usual formats."})
          .property("exclusions", &AccessLogger::exclusions,
                    {.title = "Regular expressions for paths whose requests are not written",
                     .documentation = "A path is matched as a whole, without the context path and the query. A list "
                                      "replaces the default.",
                     .default_value = Value::list({Value::string("/ui/.+"), Value::string("/health"),
                                                   Value::string("/health/.+"), Value::string("/prometheus")})})
          .build();
  return built;
}

const Schema& Netty::schema() {
  static const Schema built =
      describe<Netty>("micronaut.server.netty")
          .property("access-logger", &Netty::access_logger, {.title = "The access log"})
          .property("max-header-size", &Netty::max_header_size,
                    {.title = "Maximum size of the head of a request (the request line and all headers)",
                     .documentation = "If a head is larger, the answer is 431.",
                     .default_value = Value::string("32KB"),
                     .minimum = 1'024,
                     .maximum = 1'048'576})
          .build();
  return built;
}

const Schema& Multipart::schema() {
  static const Schema built = describe<Multipart>("micronaut.server.multipart")
                                  .property("max-file-size", &Multipart::max_file_size,
                                            {.title = "Maximum size of one part of a form",
                                             .documentation = "If a part is larger, the answer is 413. Some operations "
                                                              "accept less.",
                                             .default_value = Value::string("10GB"),
                                             .minimum = 1})
                                  .build();
  return built;
}

const Schema& HostHeaders::schema() {
  static const Schema built =
      describe<HostHeaders>("micronaut.server.host-resolution")
          .property("host-header", &HostHeaders::host_header,
                    {.title = "Header in which a reverse proxy passes the host that the client used",
                     .documentation = "Default: `Forwarded`, `X-Forwarded-Host`, then `Host`. If `host-header`, "
                                      "`protocol-header` or `port-header` is set, the server reads only the headers "
                                      "that these keys name. It accepts them only from [trusted "
                                      "proxies](operations.md#behind-a-reverse-proxy)."})
          .property("protocol-header", &HostHeaders::protocol_header,
                    {.title = "Header in which a reverse proxy passes `http` or `https`",
                     .documentation = "Default: `Forwarded`, then `X-Forwarded-Proto`."})
          .property("port-header", &HostHeaders::port_header,
                    {.title = "Header in which a reverse proxy passes the port",
                     .documentation = "Default: `X-Forwarded-Port`, if there is an `X-Forwarded-Host`."})
          .property("port-in-host", &HostHeaders::port_in_host,
                    {.title = "Whether the host header can contain a port if `port-header` is set",
                     .default_value = Value::boolean(false)})
          .property("allowed-hosts", &HostHeaders::allowed_hosts,
                    {.title = "Regular expressions for the addresses that links may have",
                     .documentation = "Default: all. For example `https://flows\\.example\\.com`. Any other address "
                                      "becomes `localhost`."})
          .build();
  return built;
}

const Schema& FolderWatch::schema() {
  static const Schema built =
      describe<FolderWatch>("micronaut.io.watch")
          .property("enabled", &FolderWatch::enabled,
                    {.title = "Whether flows are [synchronised with the files in folders](flows.md#flows-in-a-folder)",
                     .default_value = Value::boolean(false)})
          .property("paths", &FolderWatch::paths,
                    {.title = "Folders with flow files",
                     .documentation = "Flows that have no file are written to the first folder."})
          .check(check_folder_watch)
          .build();
  return built;
}

const Schema& Io::schema() {
  static const Schema built =
      describe<Io>("micronaut.io").property("watch", &Io::watch, {.title = "Flows in folders"}).build();
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
          .property("host-resolution", &MicronautServer::host_resolution,
                    {.title = "The address of the server in links"})
          .property("max-request-size", &MicronautServer::max_request_size,
                    {.title = "Maximum size of the body of a request",
                     .documentation = "If a body is larger, the answer is 413. Many operations accept "
                                      "[less](../limits.md).",
                     .default_value = Value::string("10GB"),
                     .minimum = 1})
          .property("multipart", &MicronautServer::multipart, {.title = "Forms with files"})
          .property("read-idle-timeout", &MicronautServer::read_idle_timeout,
                    {.title = "How long a client may pause while it sends a body",
                     .default_value = Value::string("PT1M"),
                     .minimum = shortest_timeout,
                     .maximum = longest_timeout})
          .property("write-idle-timeout", &MicronautServer::write_idle_timeout,
                    {.title = "How long a client may pause while it receives an answer",
                     .default_value = Value::string("PT1M"),
                     .minimum = shortest_timeout,
                     .maximum = longest_timeout})
          .property("idle-timeout", &MicronautServer::idle_timeout,
                    {.title = "How long a connection may wait for its next request",
                     .default_value = Value::string("PT1H"),
                     .minimum = shortest_timeout,
                     .maximum = longest_timeout})
          .property("netty", &MicronautServer::netty, {.title = "Access log and size of heads"})
          .build();
  return built;
}

const Schema& Micronaut::schema() {
  static const Schema built = describe<Micronaut>("micronaut")
                                  .property("server", &Micronaut::server, {.title = "The HTTP server"})
                                  .property("io", &Micronaut::io, {.title = "Files"})
                                  .build();
  return built;
}

}  // namespace gyr::main::config
