#include "main/config/server.h"

#include <algorithm>

#include "main/config/errors.h"
#include "model/bind.h"

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

namespace {

constexpr double shortest_interval = 0.01;  // seconds

void check_liveness(const Liveness& liveness, const syntax::NodePtr& node, model::BindContext& context) {
  if (liveness.heartbeat_interval < liveness.timeout) return;
  model::BindContext::Scope key(context, "heartbeat-interval");
  context
      .report(bad_configuration,
              "`kestra.server.liveness.heartbeat-interval` must be shorter than `kestra.server.liveness.timeout`", node)
      .help = "otherwise a service counts as dead between two of its heartbeats";
}

void check_html_head(const Webserver& webserver, const syntax::NodePtr& node, model::BindContext& context) {
  const Value& head = webserver.html_head;
  const auto is_text = [](const Value& value) { return value.is_string(); };
  if (head.is_null() || is_text(head) || (head.is_list() && std::ranges::all_of(head.items(), is_text))) return;
  model::BindContext::Scope key(context, "html-head");
  context.report(bad_configuration, "`kestra.webserver.html-head` must be a text or a list of texts", node);
}

}  // namespace

const Schema& Liveness::schema() {
  static const Schema built =
      describe<Liveness>("kestra.server.liveness")
          .property("enabled", &Liveness::enabled,
                    {.title = "Whether the server searches for [services](operations.md#services) without heartbeats",
                     .default_value = Value::boolean(true)})
          .property("interval", &Liveness::interval,
                    {.title = "Time between two searches for services without heartbeats",
                     .default_value = Value::string("PT5S"),
                     .minimum = shortest_interval})
          .property("timeout", &Liveness::timeout,
                    {.title = "Time without a heartbeat after which a service counts as dead",
                     .default_value = Value::string("PT45S")})
          .property("initial-delay", &Liveness::initial_delay,
                    {.title = "Time after the start before the first search", .default_value = Value::string("PT45S")})
          .property("heartbeat-interval", &Liveness::heartbeat_interval,
                    {.title = "Time between two heartbeats of a service",
                     .documentation = "It must be shorter than the timeout.",
                     .default_value = Value::string("PT3S"),
                     .minimum = shortest_interval})
          .check(check_liveness)
          .build();
  return built;
}

const Schema& ServicePurge::schema() {
  static const Schema built =
      describe<ServicePurge>("kestra.server.service.purge")
          .property("retention", &ServicePurge::retention,
                    {.title = "How long stopped services are listed", .default_value = Value::string("P7D")})
          .property("initial-delay", &ServicePurge::initial_delay,
                    {.title = "Time after the start before old services are removed for the first time",
                     .default_value = Value::string("PT1H")})
          .property("fixed-delay", &ServicePurge::fixed_delay,
                    {.title = "Time between two removals of old services", .default_value = Value::string("PT1H")})
          .build();
  return built;
}

const Schema& ServiceSettings::schema() {
  static const Schema built =
      describe<ServiceSettings>("kestra.server.service")
          .property("purge", &ServiceSettings::purge, {.title = "Removal of services that have stopped"})
          .build();
  return built;
}

const Schema& BasicAuth::schema() {
  static const Schema built =
      describe<BasicAuth>("kestra.server.basic-auth")
          .property("username", &BasicAuth::username,
                    {.title = "User name of the single user ([login](#login))",
                     .documentation = "It must be an e-mail address."})
          .property("password", &BasicAuth::password,
                    {.title = "Password of the single user ([login](#login))",
                     .documentation = "At least 8 characters, with an upper-case letter, a lower-case letter and a "
                                      "digit.",
                     .secret = true})
          .property("realm", &BasicAuth::realm,
                    {.title = "Realm in the authentication challenge", .default_value = Value::string("Kestra")})
          .property("open-urls", &BasicAuth::open_urls,
                    {.title = "Prefixes of paths that need no login",
                     .documentation = "A list replaces the default.",
                     .default_value = Value::list({Value::string("/ping"), Value::string("/api/v1/executions/webhook/"),
                                                   Value::string("/api/v1/main/executions/webhook/")})})
          .build();
  return built;
}

const Schema& Preview::schema() {
  static const Schema built = describe<Preview>("kestra.server.preview")
                                  .property("initial-rows", &Preview::initial_rows,
                                            {.title = "Number of rows of a file preview if the client does not give a "
                                                      "number",
                                             .default_value = Value::integer(100),
                                             .minimum = 1,
                                             .maximum = 1'000'000})
                                  .property("max-rows", &Preview::max_rows,
                                            {.title = "Maximum number of rows of a file preview",
                                             .default_value = Value::integer(5'000),
                                             .minimum = 1,
                                             .maximum = 1'000'000})
                                  .build();
  return built;
}

const Schema& Server::schema() {
  static const Schema built = describe<Server>("kestra.server")
                                  .property("basic-auth", &Server::basic_auth, {.title = "The login"})
                                  .property("termination-grace-period", &Server::termination_grace_period,
                                            {.title = "Time that running tasks have to finish at shutdown",
                                             .default_value = Value::string("PT5M"),
                                             .aliases = {"terminate-grace-period"}})
                                  .property("liveness", &Server::liveness, {.title = "Heartbeats of services"})
                                  .property("service", &Server::service, {.title = "The list of services"})
                                  .property("preview", &Server::preview, {.title = "Previews of files"})
                                  .build();
  return built;
}

const Schema& Environment::schema() {
  static const Schema built =
      describe<Environment>("kestra.environment")
          .property("name", &Environment::name,
                    {.title = "Name of this installation",
                     .documentation = "Clients show it. In expressions it is `{{ kestra.environment }}`."})
          .property("color", &Environment::color, {.title = "Color in which clients show the name"})
          .build();
  return built;
}

const Schema& SystemFlows::schema() {
  static const Schema built =
      describe<SystemFlows>("kestra.system-flows")
          .property("namespace", &SystemFlows::namespace_,
                    {.title = "Namespace of system flows, for clients", .default_value = Value::string("system")})
          .build();
  return built;
}

const Schema& HiddenLabels::schema() {
  static const Schema built =
      describe<HiddenLabels>("kestra.hidden-labels")
          .property("prefixes", &HiddenLabels::prefixes,
                    {.title = "Prefixes of the labels that clients hide",
                     .default_value = Value::list({Value::string("system."), Value::string("internal.")})})
          .build();
  return built;
}

const Schema& Webserver::schema() {
  static const Schema built =
      describe<Webserver>("kestra.webserver")
          .property("chart-default-duration", &Webserver::chart_default_duration,
                    {.title = "Period that charts and lists of clients show by default",
                     .default_value = Value::string("P30D")})
          .property("html-head", &Webserver::html_head,
                    {.title = "HTML that is appended to the head of the pages",
                     .documentation = "A text or a list of texts. Scripts and styles in it may run; to load files from "
                                      "other hosts, also set `content-security-policy`."})
          .property("google-analytics", &Webserver::google_analytics,
                    {.title = "Measurement id of Google Analytics",
                     .documentation = "For example `G-12345ABCDE`. Without it, the pages send nothing to other hosts.",
                     .aliases = {"google-analytics-id"}})
          .property("content-security-policy", &Webserver::content_security_policy,
                    {.title = "Value of the `Content-Security-Policy` header of the pages",
                     .documentation = "Default: a policy that only allows resources of this server. `{nonce}` stands "
                                      "for the nonce of the page's scripts and styles."})
          .check(check_html_head)
          .build();
  return built;
}

const Schema& Compat::schema() {
  static const Schema built = describe<Compat>("kestra.compat")
                                  .property("version", &Compat::version,
                                            {.title = "The version of Kestra that the server reports",
                                             .documentation = "Clients adapt their requests to it.",
                                             .default_value = Value::string("1.3.31")})
                                  .build();
  return built;
}

const Schema& Metrics::schema() {
  static const Schema built = describe<Metrics>("kestra.metrics")
                                  .property("prefix", &Metrics::prefix,
                                            {.title = "First part of the names of the server's metrics",
                                             .default_value = Value::string("kestra")})
                                  .build();
  return built;
}

}  // namespace gyr::main::config
