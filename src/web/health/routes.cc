// The health of the server and of its dependencies (API-120).
#include "web/routes.h"

#include "base/log.h"
#include "cluster/operator_holds.h"
#include "web/health/checks.h"
#include "web/health/values.h"
#include "web/http/answers.h"
#include "web/http/management.h"
#include "web/http/request.h"
#include "web/http/typed.h"

namespace gyr::web {
namespace {

json::HealthIndicator indicator(bool up, std::string_view reason = {}) {
  json::HealthIndicator shown{up ? "UP" : "DOWN", {}};
  if (!reason.empty()) shown.details = json::HealthError{std::string(reason)};
  return shown;
}

/// The answer is public, so the reason is only in the log, and the answer has its code.
json::HealthIndicator indicator_of(const base::Result<bool>& outcome, std::string_view part) {
  if (outcome) return indicator(true);
  base::log::warn("health: the {} does not respond: {}", part, outcome.error().to_string());
  return indicator(false, outcome.error().code().text);
}

json::HealthIndicator service_indicator(bool stopping) {
  return indicator(!stopping, stopping ? "the server is shutting down" : "");
}

/// 503 where the server is down. No cache may keep it.
net::ServerResponse health_answer(Request* request, bool up, json::HealthDetails details) {
  const HealthAudience audience = request->core().management->health_details;
  const bool shows_details = audience == HealthAudience::everybody ||
                             (audience == HealthAudience::signed_in && !request->identity().anonymous);
  if (!shows_details) details = {};
  const json::Health health{.status = up ? "UP" : "DOWN", .details = std::move(details)};
  auto response = json_answer(to_json(health), up ? 200 : 503);
  response.headers.add("Cache-Control", "no-cache");
  return response;
}

base::Task<Outcome> health(Request* request) {
  const auto database = co_await ask_database(request);
  const auto files = co_await ask_storage(request);
  const bool writable = request->services().store.writable();
  const bool stopping = request->http().stopping.cancelled();
  json::HealthDetails details;
  details.database = indicator_of(database, "database");
  details.storage = indicator_of(files, "storage");
  details.disk = indicator(writable, writable ? "" : "no disk space is left to store new work");
  details.service = service_indicator(stopping);
  co_return health_answer(request, database && files && writable && !stopping, std::move(details));
}

/// The process is alive as long as it answers: a full disk is not a reason to restart it.
base::Task<Outcome> liveness(Request* request) { co_return health_answer(request, true, {.service = indicator(true)}); }

base::Task<Outcome> readiness(Request* request) {
  const auto database = co_await ask_database(request);
  const bool stopping = request->http().stopping.cancelled();
  json::HealthDetails details;
  details.database = indicator_of(database, "database");
  details.service = service_indicator(stopping);
  const executor::OperatorHolds* operator_holds = request->services().operator_holds;
  const bool rests = operator_holds != nullptr && operator_holds->maintenance().on;
  if (rests) details.maintenance = indicator(false, "maintenance mode is on");
  co_return health_answer(request, database && !stopping && !rests, std::move(details));
}

base::Task<base::Result<json::Version>> version(Request* request) {
  const Settings& settings = request->settings();
  co_return json::Version{settings.version, settings.commit, settings.commit_date};
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
       .handler = typed<version>},
  };
}

}  // namespace gyr::web
