#include "main/config/endpoints.h"

#include "main/config/errors.h"
#include "model/bind.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, main::config::HealthDetails>>
EnumNames<main::config::HealthDetails>::names() {
  using enum main::config::HealthDetails;
  static constexpr std::pair<std::string_view, main::config::HealthDetails> all[] = {
      {"ANONYMOUS", anonymous}, {"AUTHENTICATED", authenticated}, {"NEVER", never}};
  return all;
}

}  // namespace gyr::model

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

namespace {

void check_endpoints_login(const EndpointsLogin& given, const syntax::NodePtr& node, model::BindContext& context) {
  const bool has_name = given.username && !given.username->empty();
  const bool has_password = given.password && !given.password->empty();
  if ((!given.username && !given.password) || (has_name && has_password)) return;
  context.report(bad_configuration,
                 "`endpoints.all.basic-auth` needs both a `username` and a `password`: the management port must not "
                 "be open by mistake",
                 node);
}

/// The keys that every endpoint has, with their defaults.
template <class T>
auto describe_endpoint(std::string_view name, std::string_view enabled = "Default: `endpoints.all.enabled`.",
                       std::string_view sensitive = "Default: `endpoints.all.sensitive`.") {
  return std::move(
      describe<T>(name)
          .property("enabled", &T::enabled, {.title = "Whether the endpoint is available", .documentation = enabled})
          .property("sensitive", &T::sensitive,
                    {.title = "Whether the endpoint needs a [login](operations.md#management-endpoints)",
                     .documentation = sensitive}));
}

}  // namespace

const Schema& EndpointsLogin::schema() {
  static const Schema built =
      describe<EndpointsLogin>("endpoints.all.basic-auth")
          .property("username", &EndpointsLogin::username,
                    {.title = "User name for the management port",
                     .documentation = "If the user name and the password are set, every request to the management port "
                                      "needs this login, including requests for [health](operations.md#health)."})
          .property("password", &EndpointsLogin::password,
                    {.title = "Password for the management port", .secret = true})
          .check(check_endpoints_login)
          .build();
  return built;
}

const Schema& AllEndpoints::schema() {
  static const Schema built =
      describe<AllEndpoints>("endpoints.all")
          .property("port", &AllEndpoints::port,
                    {.title = "Management port",
                     .documentation = "Default: 8081. It serves the [management "
                                      "endpoints](operations.md#management-endpoints). If it is the same as the port "
                                      "of the REST API, that port serves both. If port 8081 is in use and this key is "
                                      "not set, `server local` prints a warning and starts without a management port.",
                     .minimum = 0,
                     .maximum = 65'535})
          .property("basic-auth", &AllEndpoints::basic_auth, {.title = "The login of the management port"})
          .property("enabled", &AllEndpoints::enabled,
                    {.title = "Whether the endpoints without their own key `enabled` are available",
                     .default_value = Value::boolean(true)})
          .property("sensitive", &AllEndpoints::sensitive,
                    {.title = "Whether the endpoints without their own key `sensitive` need a login",
                     .documentation = "Default: false. The login is `endpoints.all.basic-auth`. If that is not set, it "
                                      "is the login of the REST API. If there is no login at all, the endpoint refuses "
                                      "every request. If `endpoints.all.basic-auth` is set, every request needs this "
                                      "login in any case."})
          .build();
  return built;
}

const Schema& Endpoint::schema() {
  static const Schema built = describe_endpoint<Endpoint>("endpoints.NAME").build();
  return built;
}

const Schema& GuardedEndpoint::schema() {
  static const Schema built = describe_endpoint<GuardedEndpoint>(
                                  "endpoints.NAME", "Default: false. `endpoints.all.enabled` has no effect on it.",
                                  "Default: `endpoints.all.sensitive`, or true if that is not set.")
                                  .build();
  return built;
}

const Schema& HealthEndpoint::schema() {
  static const Schema built =
      describe_endpoint<HealthEndpoint>("endpoints.health")
          .property("details-visible", &HealthEndpoint::details_visible,
                    {.title = "Who can see which part of the server is down",
                     .documentation = "ANONYMOUS: everybody. AUTHENTICATED: requests to the management port with a "
                                      "login. NEVER: nobody.",
                     .default_value = Value::string("ANONYMOUS")})
          .build();
  return built;
}

const Schema& LoggersEndpoint::schema() {
  static const Schema built =
      describe_endpoint<LoggersEndpoint>("endpoints.loggers")
          .property("write-sensitive", &LoggersEndpoint::write_sensitive,
                    {.title = "Whether a change of a log level needs a login", .default_value = Value::boolean(false)})
          .build();
  return built;
}

const Schema& Endpoints::schema() {
  static const Schema built = describe<Endpoints>("endpoints")
                                  .property("all", &Endpoints::all, {.title = "All management endpoints"})
                                  .property("beans", &Endpoints::beans, {.title = "`/beans`"})
                                  .property("configprops", &Endpoints::configprops, {.title = "`/configprops`"})
                                  .property("env", &Endpoints::env, {.title = "`/env`"})
                                  .property("health", &Endpoints::health, {.title = "`/health`"})
                                  .property("info", &Endpoints::info, {.title = "`/info`"})
                                  .property("loggers", &Endpoints::loggers, {.title = "`/loggers`"})
                                  .property("metrics", &Endpoints::metrics, {.title = "`/metrics`"})
                                  .property("prometheus", &Endpoints::prometheus, {.title = "`/prometheus`"})
                                  .property("refresh", &Endpoints::refresh, {.title = "`/refresh`"})
                                  .property("routes", &Endpoints::routes, {.title = "`/routes`"})
                                  .property("scheduler", &Endpoints::scheduler, {.title = "`/scheduler`"})
                                  .property("stop", &Endpoints::stop, {.title = "`/stop`"})
                                  .property("threaddump", &Endpoints::threaddump, {.title = "`/threaddump`"})
                                  .property("version", &Endpoints::version, {.title = "`/version`"})
                                  .property("worker", &Endpoints::worker, {.title = "`/worker`"})
                                  .build();
  return built;
}

}  // namespace gyr::main::config
