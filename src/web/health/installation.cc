// The health of the whole installation, from what all servers report in the database (UI-891).
#include <algorithm>

#include "base/clock.h"
#include "base/log.h"
#include "dispatch/worker_hub.h"
#include "model/service.h"
#include "web/health/checks.h"
#include "web/health/values.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using model::Service;
using model::ServiceState;
using model::ServiceType;

constexpr size_t max_health_services = 10'000;
/// A slower answer is shown as degraded.
constexpr std::chrono::seconds slow_answer{1};

constexpr std::string_view is_ok = "ok", is_degraded = "degraded", is_down = "down";
constexpr std::string_view no_database = "the database does not respond";

/// A part that was asked a question.
json::HealthPart asked(std::string_view name, const base::Result<bool>& outcome, std::chrono::nanoseconds took,
                       base::Instant now) {
  json::HealthPart part{.name = std::string(name), .state = std::string(is_ok), .text = {}, .figures = {}, .at = now};
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  part.figures.emplace_back("answeredAfterMillis", static_cast<uint64_t>(millis));
  part.text = fmt::format("it answered within {} ms", millis + 1);
  if (took >= slow_answer) part.state = is_degraded;
  if (!outcome) {
    base::log::warn("health: the {} does not respond: {}", name, outcome.error().to_string());
    part.state = is_down;
    part.text =
        fmt::format("it does not respond ({}); the log of the server has the reason", outcome.error().code().text);
  }
  return part;
}

bool has_ended(ServiceState state) {
  return state == ServiceState::inactive || state == ServiceState::not_running ||
         state == ServiceState::terminated_gracefully || state == ServiceState::terminated_forced;
}

/// Whether it works: other servers may not have noticed yet that its heartbeats are missing.
bool works(const Service& service, base::Instant now) {
  return model::is_running(service.state) && now - service.updated <= service.liveness.timeout;
}

/// The services of one type. Some that do not respond are degraded, none that works is down.
json::HealthPart part_of(std::string_view name, ServiceType type, const base::Result<std::vector<Service>>& services,
                         base::Instant now) {
  json::HealthPart part{.name = std::string(name), .state = std::string(is_ok), .text = {}, .figures = {}, .at = now};
  if (!services) {
    part.state = is_down;
    part.text = no_database;
    return part;
  }
  uint64_t known = 0, working = 0, resting = 0;
  std::optional<base::Instant> last;
  for (const Service& service : *services) {
    if (service.type != type || has_ended(service.state)) continue;
    known += 1;
    working += works(service, now) ? 1 : 0;
    resting += service.state == ServiceState::maintenance ? 1 : 0;
    last = std::max(last.value_or(service.updated), service.updated);
  }
  part.at = last.value_or(now);
  part.figures = {{"known", known}, {"working", working}, {"inMaintenance", resting}};
  part.text = known == 0 ? "none is registered" : fmt::format("{} of {} work", working, known);
  if (resting > 0) part.text += fmt::format(", {} in maintenance mode", resting);
  if (working == 0) {
    part.state = is_down;
  } else if (working < known || resting > 0) {
    part.state = is_degraded;
  }
  return part;
}

/// What waits: executions for their turn, and tasks of this server for a worker.
struct Waiting {
  uint64_t executions = 0;
  std::optional<base::Instant> oldest;
};

base::Result<Waiting> waiting_executions(store::Reader& reader, const store::Visible& visible,
                                         const std::string& tenant) {
  store::ExecutionQuery query{visible};
  query.tenant = tenant;
  query.states = {model::State::queued};
  query.order = {{"state.startDate", false}};
  query.paging = {.page = 1, .size = 1};
  GYR_TRY(const auto page, reader.search_executions(query));
  Waiting waiting{.executions = page.total, .oldest = {}};
  if (!page.results.empty()) waiting.oldest = page.results.front().execution.state.started();
  return waiting;
}

json::HealthPart queue_part(const base::Result<Waiting>& waiting, const executor::WorkerHub* hub, bool has_workers,
                            base::Instant now) {
  json::HealthPart part{
      .name = "queue", .state = std::string(is_ok), .text = "nothing waits", .figures = {}, .at = now};
  if (!waiting) {
    part.state = is_down;
    part.text = no_database;
    return part;
  }
  part.figures.emplace_back("queuedExecutions", waiting->executions);
  if (waiting->oldest) {
    const int64_t seconds = std::max<int64_t>(0, (now - *waiting->oldest).to_millis() / 1'000);
    part.figures.emplace_back("oldestQueuedSeconds", static_cast<uint64_t>(seconds));
    part.text = fmt::format("{} executions wait for their turn, the first one for {} s", waiting->executions, seconds);
  }
  if (hub == nullptr) return part;
  const uint64_t tasks = hub->queued();
  part.figures.emplace_back("waitingTasks", tasks);
  part.figures.emplace_back("runningTasks", hub->running());
  if (tasks == 0) return part;
  part.text = fmt::format("{} tasks wait for a worker", tasks);
  if (!has_workers) {
    part.state = is_down;
    part.text += ", and no worker works";
  }
  return part;
}

base::Task<base::Result<json::InstallationHealth>> installation_health(Request* request) {
  const base::Clock& clock = request->services().clock;
  json::InstallationHealth health;
  auto begun = request->loop().now();
  const auto database = co_await ask_database(request);
  health.parts.push_back(asked("database", database, request->loop().now() - begun, clock.now()));
  if (!request->services().store.writable()) {
    health.parts.back().state = is_down;
    health.parts.back().text = "it cannot be written: the disk is full or read-only";
  }
  begun = request->loop().now();
  const auto storage = co_await ask_storage(request);
  health.parts.push_back(asked("storage", storage, request->loop().now() - begun, clock.now()));
  const auto services =
      co_await request->read([](store::Reader& reader) { return reader.services(false, max_health_services); });
  const base::Instant now = clock.now();
  health.parts.push_back(part_of("scheduler", ServiceType::scheduler, services, now));
  health.parts.push_back(part_of("executor", ServiceType::executor, services, now));
  health.parts.push_back(part_of("workers", ServiceType::worker, services, now));
  const bool has_workers = !services || health.parts.back().state != is_down;
  const auto waiting = co_await request->read(
      [visible = request->visible()](store::Reader& reader) { return waiting_executions(reader, visible, "main"); });
  health.parts.push_back(queue_part(waiting, request->services().workers, has_workers, now));
  co_return health;
}

}  // namespace

std::vector<Route> installation_health_routes() {
  return {
      {.method = Method::get,
       .path = "$/instance/health",
       .operation = "getInstallationHealth",
       .summary = "Get the health of the whole installation: database, storage, services and queues",
       .rule = {{"INFRASTRUCTURE", Action::read}, tenant_wide},
       .handler = typed<installation_health>},
  };
}

}  // namespace gyr::web
