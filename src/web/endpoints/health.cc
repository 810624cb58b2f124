// The health of the server and of its dependencies (API-120).
#include "base/log.h"
#include "cluster/operator_holds.h"
#include "storage/storage.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/request.h"
#include "web/instance/values.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;

/// One indicator.
Value indicator(bool up, std::string_view reason) {
  MapBuilder map;
  map.set("status", Value::string(up ? "UP" : "DOWN"));
  if (!reason.empty()) map.set("details", Value::map({{"error", Value::string(reason)}}));
  return map.build();
}

/// The answer is public, so the reason is only in the log, and the answer has its code.
Value indicator(const base::Result<bool>& outcome, std::string_view part) {
  if (outcome) return indicator(true, "");
  base::log::warn("health: the {} does not respond: {}", part, outcome.error().to_string());
  return indicator(false, outcome.error().code().text);
}

/// Asks the database a small question.
base::Task<base::Result<bool>> ask_database(Request* request) {
  return request->read([](store::Reader& reader) -> base::Result<bool> {
    GYR_CHECK(reader.execution(base::Id{0, 1}));
    return true;
  });
}

base::Task<base::Result<bool>> ask_storage(Request* request) {
  return on_pool<bool>(&request->services().work, &request->loop(),
                       [storage = &request->services().storage] { return storage->exists("main", "/_health"); });
}

net::ServerResponse answer(bool up, const MapBuilder& details) {
  MapBuilder map;
  map.set("name", Value::string("gyrfalcon"));
  map.set("status", Value::string(up ? "UP" : "DOWN"));
  MapBuilder copy = details;
  map.set("details", copy.build());
  auto response = json_answer(map.build(), up ? 200 : 503);
  response.headers.add("Cache-Control", "no-cache");
  return response;
}

base::Task<Outcome> health(Request* request) {
  const auto database = co_await ask_database(request);
  const auto files = co_await ask_storage(request);
  const bool writable = request->services().store.writable();
  MapBuilder details;
  details.set("database", indicator(database, "database"));
  details.set("storage", indicator(files, "storage"));
  details.set("disk", indicator(writable, writable ? "" : "no disk space is left to store new work"));
  const bool stopping = request->http().stopping.cancelled();
  details.set("service", indicator(!stopping, stopping ? "the server is shutting down" : ""));
  co_return answer(database && files && writable && !stopping, details);
}

/// The process is alive as long as it answers: a full disk is not a reason to restart it.
base::Task<Outcome> liveness(Request*) {
  MapBuilder details;
  details.set("service", indicator(true, ""));
  co_return answer(true, details);
}

base::Task<Outcome> readiness(Request* request) {
  const auto database = co_await ask_database(request);
  const bool stopping = request->http().stopping.cancelled();
  MapBuilder details;
  details.set("database", indicator(database, "database"));
  details.set("service", indicator(!stopping, stopping ? "the server is shutting down" : ""));
  const executor::OperatorHolds* operator_holds = request->services().operator_holds;
  const bool rests = operator_holds != nullptr && operator_holds->maintenance().on;
  if (rests) details.set("maintenance", indicator(false, "maintenance mode is on"));
  co_return answer(database && !stopping && !rests, details);
}

base::Task<Outcome> version(Request* request) {
  const Settings& settings = request->settings();
  co_return json_answer(Value::map({{"version", Value::string(settings.version)},
                                    {"commit", Value::string(settings.commit)},
                                    {"commitDate", Value::string(settings.commit_date)},
                                    {"type", Value::string("standalone")}}));
}

}  // namespace

std::vector<Route> health_routes() {
  return {
      {.method = Method::get,
       .path = "/health",
       .operation = "health",
       .summary = "Health of the server and its parts",
       .rule = Rule::open(),
       .handler = health,
       .answer = answers<json::Health>,
       .also_answers = {503}},
      {.method = Method::get,
       .path = "/health/liveness",
       .operation = "healthLiveness",
       .summary = "Whether the process is alive",
       .rule = Rule::open(),
       .handler = liveness,
       .answer = answers<json::Health>},
      {.method = Method::get,
       .path = "/health/readiness",
       .operation = "healthReadiness",
       .summary = "Whether the server accepts requests",
       .rule = Rule::open(),
       .handler = readiness,
       .answer = answers<json::Health>,
       .also_answers = {503}},
      {.method = Method::get,
       .path = "/version",
       .operation = "version",
       .summary = "The version of the program",
       .rule = Rule::open(),
       .handler = version,
       .answer = answers<Object>},
  };
}

}  // namespace gyr::web
