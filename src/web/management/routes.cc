// What the program tells about itself on the management port, and how it is stopped from there (API-120, OPS-20).
#include "web/routes.h"

#include "base/log.h"
#include "dispatch/worker_hub.h"
#include "store/store.h"
#include "web/http/await.h"
#include "web/http/core.h"
#include "web/http/errors.h"
#include "web/http/management.h"
#include "web/http/open_api.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/management/threads.h"
#include "web/management/values.h"

namespace gyr::web {

ManagementSettings default_management() {
  ManagementSettings settings;
  for (std::string_view name : guarded_endpoints)
    settings.endpoints.emplace(name, EndpointRule{.enabled = false, .sensitive = true});
  return settings;
}

namespace {

/// `kestra.url: …` for each key below its sections.
void flatten_keys(const base::Value& section, const std::string& path, base::MapBuilder& keys) {
  for (const base::MapEntry& entry : section.entries()) {
    const std::string key = path.empty() ? std::string(entry.name()) : fmt::format("{}.{}", path, entry.name());
    if (entry.value.is_map()) {
      flatten_keys(entry.value, key, keys);
    } else {
      keys.set(key, entry.value);
    }
  }
}

base::Task<base::Result<json::RunningEnvironment>> running_environment(Request* request) {
  base::MapBuilder keys;
  flatten_keys(request->core().management->configuration, {}, keys);
  json::RunningEnvironment shown;
  shown.property_sources.push_back({"configuration", 0, keys.build()});
  co_return shown;
}

base::Task<base::Result<Object>> configuration_in_use(Request* request) {
  co_return Object{request->core().management->configuration};
}

base::Task<base::Result<json::Components>> list_components(Request* request) {
  json::Components shown;
  for (const auto& [name, type] : request->core().management->components)
    shown.beans.emplace(name, json::Component{.type = type});
  co_return shown;
}

base::Task<base::Result<json::ServedRoutes>> list_routes(Request* request) {
  json::ServedRoutes shown;
  const auto add = [&shown](std::string_view port, const std::vector<Route>& routes) {
    for (const Route& route : routes) {
      shown.routes.push_back(
          {std::string(port), std::string(to_text(route.method)), full_path(route.path), std::string(route.operation)});
    }
  };
  add("main", request->core().routes);
  add("management", request->core().management_routes);
  co_return shown;
}

/// The names that the Java virtual machine has for these states.
std::string_view name_of_state(char state) {
  switch (state) {
    case 'R': return "RUNNABLE";
    case 'S':
    case 'I': return "WAITING";
    case 'D': return "BLOCKED";
    case 'T':
    case 't': return "STOPPED";
    default: return "TERMINATED";
  }
}

base::Task<base::Result<std::vector<json::ThreadInfo>>> list_threads(Request* request) {
  GYR_CO_TRY(auto threads, co_await on_pool<std::vector<ThreadState>>(&request->services().work, &request->loop(),
                                                                      [] { return threads_of_process(); }));
  std::vector<json::ThreadInfo> shown;
  for (ThreadState& thread : threads) {
    json::ThreadInfo info{.thread_name = std::move(thread.name),
                          .thread_id = thread.id,
                          .thread_state = std::string(name_of_state(thread.state)),
                          .cpu_time_ms = thread.cpu_time_ms,
                          .waits_in = {}};
    if (!thread.waits_in.empty()) info.waits_in = std::move(thread.waits_in);
    shown.push_back(std::move(info));
  }
  co_return shown;
}

/// Without definitions: they can contain credentials, and this port may need no login.
base::Result<json::Working> working(store::Reader& reader, const executor::WorkerHub::Running& work) {
  json::Working shown;
  shown.worker = work.worker;
  if (!work.trigger_id.empty()) {
    shown.type = "trigger";
    shown.trigger = json::WorkingTrigger{work.flow->tenant, work.flow->namespace_, work.flow->id, work.trigger_id};
    return shown;
  }
  shown.type = "task";
  GYR_TRY(auto row, reader.task_run(work.execution, work.task_run));
  shown.task_run = json::WorkingTaskRun{.id = work.task_run.to_text(),
                                        .execution_id = work.execution.to_text(),
                                        .tenant_id = work.flow->tenant,
                                        .flow_namespace = work.flow->namespace_,
                                        .flow_id = work.flow->id,
                                        .task_id = row ? row->run.task_id : std::string(),
                                        .attempt = work.attempt};
  return shown;
}

base::Task<base::Result<json::RunningWork>> running_work(Request* request) {
  const executor::WorkerHub* workers = request->services().workers;
  if (workers == nullptr) co_return json::RunningWork{};
  auto page = workers->running_page(static_cast<size_t>(request->page() - 1) * request->page_size(),
                                    static_cast<size_t>(request->page_size()));
  co_return co_await request->read([page = std::move(page)](store::Reader& reader) -> base::Result<json::RunningWork> {
    json::RunningWork shown{.running_count = page.total, .runnings = {}};
    for (const auto& work : page.running) {
      GYR_TRY(auto one, working(reader, work));
      shown.runnings.push_back(std::move(one));
    }
    return shown;
  });
}

base::Task<base::Result<json::Begun>> stop_server(Request* request) {
  const auto& stop = request->core().management->stop;
  if (!stop) co_return base::fail(not_found, "this program cannot be stopped by a request");
  base::log::warn("a request from {} to the management port stops the server", request->http().peer);
  stop();
  co_return json::Begun{"Server shutdown started"};
}

base::Task<base::Result<std::vector<std::string>>> refresh_configuration(Request* request) {
  const auto& refresh = request->core().management->refresh;
  if (!refresh) co_return base::fail(not_found, "this program cannot read its configuration again");
  auto changed = co_await on_pool<std::vector<std::string>>(&request->services().work, &request->loop(),
                                                            [&refresh] { return refresh(); });
  if (!changed) co_return base::fail(invalid_entity, changed.error().message());
  co_return changed;
}

}  // namespace

std::vector<Route> management_endpoint_routes() {
  return {
      {.method = Method::get,
       .path = "/env",
       .operation = "environment",
       .summary = "The configuration in use, key by key",
       .rule = Rule::open(),
       .handler = typed<running_environment>},
      {.method = Method::get,
       .path = "/configprops",
       .operation = "configurationProperties",
       .summary = "The configuration in use",
       .rule = Rule::open(),
       .handler = typed<configuration_in_use>},
      {.method = Method::get,
       .path = "/beans",
       .operation = "components",
       .summary = "The parts of the server",
       .rule = Rule::open(),
       .handler = typed<list_components>},
      {.method = Method::get,
       .path = "/routes",
       .operation = "routes",
       .summary = "The operations of the server",
       .rule = Rule::open(),
       .handler = typed<list_routes>},
      {.method = Method::get,
       .path = "/threaddump",
       .operation = "threads",
       .summary = "The threads of the process",
       .rule = Rule::open(),
       .handler = typed<list_threads>},
      {.method = Method::get,
       .path = "/worker",
       .operation = "worker",
       .summary = "What workers do now",
       .rule = Rule::open(),
       .handler = typed<running_work>,
       .page_size = 100},
      {.method = Method::post,
       .path = "/stop",
       .operation = "stop",
       .summary = "Stop the server",
       .rule = Rule::open(),
       .handler = typed<stop_server>},
      {.method = Method::post,
       .path = "/refresh",
       .operation = "refresh",
       .summary = "Read the configuration again and name the keys that have changed",
       .rule = Rule::open(),
       .handler = typed<refresh_configuration>},
  };
}

}  // namespace gyr::web
