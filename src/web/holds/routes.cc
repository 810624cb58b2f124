// What operators hold back: kill switches (OPS-13) and maintenance mode (OPS-12).
#include "web/routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "cluster/operator_holds.h"
#include "dispatch/worker_hub.h"
#include "model/service.h"
#include "web/holds/kill_switches.h"
#include "web/holds/values.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"

namespace gyr::web {
namespace {

using store::KillSwitchRow;
using Switches = std::vector<KillSwitchRow>;

constexpr size_t max_services_counted = 10'000;

std::string caller_of(const Request* request) {
  const Identity& identity = request->identity();
  return identity.anonymous || identity.username.empty() ? "anonymous" : identity.username;
}

/// As a part of a path, and in the log.
bool is_plain_id(std::string_view id) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !id.empty() && id.size() <= max_switch_name && std::ranges::all_of(id, is_plain);
}

/// Commits, logs the change in the log of the server (who, what, which switch), then informs the executor.
base::Task<base::Result<void>> store_change(Request* request, store::Batch batch, std::string told) {
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  base::log::info("{} by {}", told, caller_of(request));
  GYR_CO_CHECK(co_await request->read(
      [operator_holds = request->services().operator_holds](store::Reader& reader) -> base::Result<bool> {
        if (operator_holds != nullptr) GYR_CHECK(operator_holds->read(reader));
        return true;
      }));
  co_return base::Result<void>();
}

// ---------------------------------------------------------------------------------------------- kill switches

base::Task<base::Result<Switches>> stored_switches(Request* request) {
  return request->read([visible = request->visible()](store::Reader& reader) {
    return store::list_entities<KillSwitchRow>(reader, visible, {});
  });
}

base::Task<base::Result<json::KillSwitch>> write_switch(Request* request, KillSwitchRow row, std::string_view what) {
  row.updated = request->services().clock.now();
  json::KillSwitch shown = kill_switch_json(row);
  std::string told = fmt::format("kill switch {} is {}", row.id, what);
  store::Batch batch;
  put_entity(batch, row);
  GYR_CO_CHECK(co_await store_change(request, std::move(batch), std::move(told)));
  co_return shown;
}

base::Task<base::Result<json::KillSwitch>> create_switch(Request* request, json::KillSwitchToWrite body) {
  const base::Instant now = request->services().clock.now();
  if (body.id && !is_plain_id(*body.id))
    co_return base::fail(bad_body, "id: must consist of letters, digits, `.`, `_` and `-`");
  KillSwitchRow fresh;
  fresh.start = fresh.created = now;
  fresh.read_revision = 0;
  fresh.id = body.id ? *body.id : base::make_id(now).to_text();
  GYR_CO_TRY(KillSwitchRow row, kill_switch_of(std::move(body), std::move(fresh)));
  GYR_CO_TRY(Switches switches, co_await stored_switches(request));
  const base::Error exists(illegal_state, fmt::format("Kill switch '{}' already exists", row.id));
  if (std::ranges::find(switches, row.id, &KillSwitchRow::id) != switches.end()) co_return base::fail(exists);
  if (switches.size() >= max_kill_switches)
    co_return base::fail(illegal_state, fmt::format("there are {} kill switches, the maximum", switches.size()));
  // Another request can create it at the same time: the store decides.
  auto written = co_await write_switch(request, std::move(row), "created");
  if (!written && written.error().code() == store::store_stale) co_return base::fail(exists);
  co_return written;
}

base::Task<base::Result<KillSwitchRow>> find_switch(Request* request) {
  GYR_CO_TRY(Switches switches, co_await stored_switches(request));
  const auto found = std::ranges::find(switches, request->path("id"), &KillSwitchRow::id);
  if (found == switches.end())
    co_return base::fail(not_found, fmt::format("Kill switch '{}' not found", request->path("id")));
  co_return std::move(*found);
}

base::Task<base::Result<json::KillSwitch>> update_switch(Request* request, json::KillSwitchToWrite body) {
  GYR_CO_TRY(KillSwitchRow before, co_await find_switch(request));
  if (body.id && *body.id != before.id) co_return base::fail(bad_body, "id: must be equal to the id in the path");
  if (before.archived) co_return base::fail(illegal_state, fmt::format("Kill switch '{}' is archived", before.id));
  const bool was_enabled = before.enabled;
  GYR_CO_TRY(KillSwitchRow row, kill_switch_of(std::move(body), std::move(before)));
  const bool is_enabled = row.enabled;
  const std::string_view what = is_enabled == was_enabled ? "changed" : is_enabled ? "enabled" : "disabled";
  co_return co_await write_switch(request, std::move(row), what);
}

base::Task<base::Result<void>> archive_switch(Request* request) {
  GYR_CO_TRY(KillSwitchRow row, co_await find_switch(request));
  if (row.archived) co_return base::Result<void>();
  row.archived = true;
  GYR_CO_CHECK(co_await write_switch(request, std::move(row), "archived"));
  co_return base::Result<void>();
}

base::Task<base::Result<std::vector<json::KillSwitch>>> search_switches(Request* request) {
  GYR_CO_TRY(Switches switches, co_await stored_switches(request));
  std::vector<json::KillSwitch> all;
  for (const KillSwitchRow& row : switches) all.push_back(kill_switch_json(row));
  co_return all;
}

// ---------------------------------------------------------------------------------------------- maintenance mode

base::Task<base::Result<json::Nothing>> set_maintenance(Request* request, bool on) {
  store::Batch batch;
  batch.maintenance = {on, request->services().clock.now()};
  std::string told = fmt::format("maintenance mode is {}", on ? "entered" : "left");
  GYR_CO_CHECK(co_await store_change(request, std::move(batch), std::move(told)));
  co_return json::Nothing();
}

base::Task<base::Result<json::Nothing>> enter_maintenance(Request* request) { return set_maintenance(request, true); }
base::Task<base::Result<json::Nothing>> exit_maintenance(Request* request) { return set_maintenance(request, false); }

base::Task<base::Result<json::MaintenanceStatus>> maintenance_status(Request* request) {
  struct Stored {
    store::MaintenanceRow maintenance;
    std::vector<model::Service> services;
  };
  GYR_CO_TRY(Stored stored, co_await request->read([](store::Reader& reader) -> base::Result<Stored> {
    Stored found;
    GYR_TRY(found.maintenance, reader.maintenance());
    GYR_TRY(found.services, reader.services(false, max_services_counted));
    return found;
  }));
  json::MaintenanceStatus status;
  status.maintenance = stored.maintenance.on;
  // Ready: all services have stopped processing, and no task runs on a worker any more.
  const executor::WorkerHub* workers = request->services().workers;
  status.ready = stored.maintenance.on && (workers == nullptr || workers->is_idle());
  for (const model::Service& service : stored.services) {
    if (!model::is_running(service.state)) continue;
    const bool rests = service.state == model::ServiceState::maintenance;
    json::ServicesInMaintenance& count = status.services[std::string(to_text(service.type))];
    count.total += 1;
    count.in_maintenance += rests ? 1 : 0;
    if (model::goes_into_maintenance(service.type) && !rests) status.ready = false;
  }
  co_return status;
}

}  // namespace

std::vector<Route> operator_hold_routes() {
  const auto switches = [](Action action) { return Right{"KILL_SWITCH", action}; };
  return {
      {.method = Method::post,
       .path = "$/kill-switches",
       .operation = "createKillSwitch",
       .summary = "Create a kill switch",
       .rule = {switches(Action::create), tenant_wide},
       .handler = typed<create_switch>,
       .body = json_body,
       .also_answers = {409}},
      {.method = Method::get,
       .path = "$/kill-switches/search",
       .operation = "searchKillSwitches",
       .summary = "List all kill switches, including the archived ones",
       .rule = {switches(Action::read), tenant_wide},
       .handler = typed<search_switches>},
      {.method = Method::put,
       .path = "$/kill-switches/{id}",
       .operation = "updateKillSwitch",
       .summary = "Change a kill switch",
       .rule = {switches(Action::update), tenant_wide},
       .handler = typed<update_switch>,
       .body = json_body,
       .also_answers = {409}},
      {.method = Method::del,
       .path = "$/kill-switches/{id}",
       .operation = "deleteKillSwitch",
       .summary = "Archive a kill switch: it no longer has an effect, but is still listed",
       .rule = {switches(Action::remove), tenant_wide},
       .handler = typed<archive_switch>},
      {.method = Method::post,
       .path = "$/instance/maintenance/enter",
       .operation = "enterMaintenance",
       .summary = "Enter maintenance mode: running tasks end, no new task starts",
       .rule = {{"INFRASTRUCTURE", Action::update}, tenant_wide},
       .handler = typed<enter_maintenance>,
       .also = {"$/cluster/maintenance/enter"}},
      {.method = Method::post,
       .path = "$/instance/maintenance/exit",
       .operation = "exitMaintenance",
       .summary = "Leave maintenance mode: waiting executions continue",
       .rule = {{"INFRASTRUCTURE", Action::update}, tenant_wide},
       .handler = typed<exit_maintenance>,
       .also = {"$/cluster/maintenance/exit"}},
      {.method = Method::get,
       .path = "$/instance/maintenance/status",
       .operation = "maintenanceStatus",
       .summary = "Get whether maintenance mode is on, and whether all tasks have ended",
       .rule = {{"INFRASTRUCTURE", Action::read}, tenant_wide},
       .handler = typed<maintenance_status>,
       .also = {"$/cluster/maintenance/status"}},
  };
}

}  // namespace gyr::web
