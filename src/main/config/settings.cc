#include "main/config/settings.h"

#include "model/bind.h"

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

const Schema& KeyPurge::schema() {
  static const Schema built =
      describe<KeyPurge>("kestra.kv.purge-expired")
          .property("enabled", &KeyPurge::enabled,
                    {.title = "Whether the values of expired keys are removed", .default_value = Value::boolean(true)})
          .property("initial-delay", &KeyPurge::initial_delay,
                    {.title = "Time after the start before the first removal", .default_value = Value::string("PT1H")})
          .property("fixed-delay", &KeyPurge::fixed_delay,
                    {.title = "Time between two removals", .default_value = Value::string("PT1H"), .minimum = 0.01})
          .property("batch-size", &KeyPurge::batch_size,
                    {.title = "How many keys are removed in one transaction",
                     .default_value = Value::integer(1'000),
                     .minimum = 1,
                     .maximum = 100'000})
          .build();
  return built;
}

const Schema& Keys::schema() {
  static const Schema built = describe<Keys>("kestra.kv")
                                  .property("purge-expired", &Keys::purge_expired, {.title = "Removal of expired keys"})
                                  .build();
  return built;
}

const Schema& Kestra::schema() {
  static const Schema built =
      describe<Kestra>("kestra")
          .property("url", &Kestra::url,
                    {.title = "Address under which clients reach the server; used in links",
                     .documentation = "Default: the host of the request."})
          .property("server", &Kestra::server, {.title = "The server"})
          .property("environment", &Kestra::environment, {.title = "This installation"})
          .property("webserver", &Kestra::webserver, {.title = "Information for clients and pages"})
          .property("system-flows", &Kestra::system_flows, {.title = "System flows"})
          .property("hidden-labels", &Kestra::hidden_labels, {.title = "Labels that are not shown"})
          .property("compat", &Kestra::compat, {.title = "Compatibility"})
          .property("metrics", &Kestra::metrics, {.title = "Metrics of the server"})
          .property("worker", &Kestra::worker, {.title = "Workers"})
          .property("tasks", &Kestra::tasks, {.title = "Tasks"})
          .property("variables", &Kestra::variables, {.title = "What expressions can read"})
          .property("local-files", &Kestra::local_files, {.title = "Files of the machine"})
          .property("plugins", &Kestra::plugins, {.title = "Types of tasks, triggers, conditions and task runners"})
          .property("templates", &Kestra::templates, {.title = "Templates"})
          .property("encryption", &Kestra::encryption, {.title = "Encryption"})
          .property("secret", &Kestra::secret, {.title = "Secrets"})
          .property("storage", &Kestra::storage, {.title = "Where files are kept"})
          .property("retries", &Kestra::retries, {.title = "Repetition of failed operations of the storage"})
          .property("kv", &Kestra::kv, {.title = "Keys of namespaces"})
          .property("ee", &Kestra::ee, {.title = "Restrictions"})
          .build();
  return built;
}

const Schema& RetentionSettings::schema() {
  static const Schema built = describe<RetentionSettings>("gyr.retention")
                                  .property("execution-days", &RetentionSettings::execution_days,
                                            {.title = "How many days executions are kept after their end",
                                             .documentation = "0: forever.",
                                             .default_value = Value::integer(30),
                                             .minimum = 0,
                                             .maximum = 36'500})
                                  .build();
  return built;
}

const Schema& AccessLogFile::schema() {
  static const Schema built = describe<AccessLogFile>("gyr.access-log")
                                  .property("file", &AccessLogFile::file,
                                            {.title = "File of the [access log](operations.md#access-log)",
                                             .documentation = "Default: standard error. On SIGHUP, the server opens "
                                                              "the file again."})
                                  .build();
  return built;
}

const Schema& Own::schema() {
  static const Schema built =
      describe<Own>("gyr")
          .property("retention", &Own::retention, {.title = "How long data is kept"})
          .property("access-log", &Own::access_log, {.title = "The access log"})
          .property("trusted-proxies", &Own::trusted_proxies,
                    {.title = "Addresses and networks of the [reverse proxies](operations.md#behind-a-reverse-proxy) "
                              "from which the server accepts the host and the scheme that the client used",
                     .documentation = "Default: loopback and the private networks. For example `10.1.0.0/16`. A list "
                                      "replaces the default. With `none`, the server accepts them from no proxy."})
          .build();
  return built;
}

const Schema& Settings::schema() {
  static const Schema built = describe<Settings>("configuration")
                                  .property("micronaut", &Settings::micronaut, {.title = "Addresses"})
                                  .property("endpoints", &Settings::endpoints, {.title = "Management endpoints"})
                                  .property("kestra", &Settings::kestra, {.title = "Keys of Kestra"})
                                  .property("gyr", &Settings::gyr, {.title = "Keys that only Gyrfalcon has"})
                                  .build();
  return built;
}

}  // namespace gyr::main::config
