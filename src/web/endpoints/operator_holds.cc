// What operators hold back: kill switches (OPS-13) and maintenance mode (OPS-12).
#include "cluster/operator_holds.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "dispatch/worker_hub.h"
#include "model/service.h"
#include "web/answers.h"
#include "web/await.h"
#include "web/errors.h"
#include "web/kill_switches.h"
#include "web/request.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;
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
  GYR_CO_CHECK(co_await commit(&request->services().store, &request->loop(), std::move(batch)));
  base::log::info("{} by {}", told, caller_of(request));
  GYR_CO_CHECK(co_await read<bool>(
      &request->services().store, &request->loop(),
      [operator_holds = request->services().operator_holds](store::Reader& reader) -> base::Result<bool> {
        if (operator_holds != nullptr) GYR_CHECK(operator_holds->read(reader));
        return true;
      }));
  co_return base::Result<void>();
}

// ---------------------------------------------------------------------------------------------- kill switches

base::Task<base::Result<Switches>> stored_switches(Request* request) {
  return read<Switches>(&request->services().store, &request->loop(),
                        [](store::Reader& reader) { return reader.kill_switches(); });
}

base::Task<Outcome> write_switch(Request* request, KillSwitchRow row, std::string_view what) {
  const Value shown = kill_switch_value(row);
  std::string told = fmt::format("kill switch {} is {}", row.id, what);
  store::Batch batch;
  batch.kill_switches.push_back(std::move(row));
  GYR_CO_CHECK(co_await store_change(request, std::move(batch), std::move(told)));
  co_return json_answer(shown);
}

base::Task<Outcome> create_switch(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  const base::Instant now = request->services().clock.now();
  KillSwitchRow fresh;
  fresh.start = now;
  GYR_CO_TRY(KillSwitchRow row, kill_switch_of(body, std::move(fresh)));
  const Value* id = body.find("id");
  const bool has_id = id != nullptr && !id->is_null();
  if (has_id && (!id->is_string() || !is_plain_id(id->text())))
    co_return base::fail(bad_body, "id: must consist of letters, digits, `.`, `_` and `-`");
  row.id = has_id ? std::string(id->text()) : base::make_id(now).to_text();
  GYR_CO_TRY(Switches switches, co_await stored_switches(request));
  if (std::ranges::find(switches, row.id, &KillSwitchRow::id) != switches.end())
    co_return base::fail(illegal_state, fmt::format("Kill switch '{}' already exists", row.id));
  if (switches.size() >= max_kill_switches)
    co_return base::fail(illegal_state, fmt::format("there are {} kill switches, the maximum", switches.size()));
  co_return co_await write_switch(request, std::move(row), "created");
}

base::Task<base::Result<KillSwitchRow>> find_switch(Request* request) {
  GYR_CO_TRY(Switches switches, co_await stored_switches(request));
  const auto found = std::ranges::find(switches, request->path("id"), &KillSwitchRow::id);
  if (found == switches.end())
    co_return base::fail(not_found, fmt::format("Kill switch '{}' not found", request->path("id")));
  co_return std::move(*found);
}

base::Task<Outcome> update_switch(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(KillSwitchRow before, co_await find_switch(request));
  const Value* id = body.find("id");
  if (id != nullptr && !id->is_null() && (!id->is_string() || id->text() != before.id))
    co_return base::fail(bad_body, "id: must be equal to the id in the path");
  if (before.deleted) co_return base::fail(illegal_state, fmt::format("Kill switch '{}' is archived", before.id));
  const bool was_enabled = before.enabled;
  GYR_CO_TRY(KillSwitchRow row, kill_switch_of(body, std::move(before)));
  const bool is_enabled = row.enabled;
  const std::string_view what = is_enabled == was_enabled ? "changed" : is_enabled ? "enabled" : "disabled";
  co_return co_await write_switch(request, std::move(row), what);
}

base::Task<Outcome> archive_switch(Request* request) {
  GYR_CO_TRY(KillSwitchRow row, co_await find_switch(request));
  if (row.deleted) co_return empty_answer(200);
  row.deleted = true;
  GYR_CO_CHECK(co_await write_switch(request, std::move(row), "archived"));
  co_return empty_answer(200);
}

base::Task<Outcome> search_switches(Request* request) {
  GYR_CO_TRY(Switches switches, co_await stored_switches(request));
  base::ListBuilder list;
  for (const KillSwitchRow& row : switches) list.push(kill_switch_value(row));
  co_return json_answer(list.build());
}

// ---------------------------------------------------------------------------------------------- maintenance mode

base::Task<Outcome> set_maintenance(Request* request, bool on) {
  store::Batch batch;
  batch.maintenance = {on, request->services().clock.now()};
  std::string told = fmt::format("maintenance mode is {}", on ? "entered" : "left");
  GYR_CO_CHECK(co_await store_change(request, std::move(batch), std::move(told)));
  co_return json_answer(Value::empty_map());
}

base::Task<Outcome> enter_maintenance(Request* request) { return set_maintenance(request, true); }
base::Task<Outcome> exit_maintenance(Request* request) { return set_maintenance(request, false); }

base::Task<Outcome> maintenance_status(Request* request) {
  struct Stored {
    store::MaintenanceRow maintenance;
    std::vector<model::Service> services;
  };
  GYR_CO_TRY(Stored stored, co_await read<Stored>(&request->services().store, &request->loop(),
                                                  [](store::Reader& reader) -> base::Result<Stored> {
                                                    Stored found;
                                                    GYR_TRY(found.maintenance, reader.maintenance());
                                                    GYR_TRY(found.services,
                                                            reader.services(false, max_services_counted));
                                                    return found;
                                                  }));
  struct Counts {
    int64_t total = 0;
    int64_t resting = 0;
  };
  std::map<std::string_view, Counts> counts;
  // Ready: all services have stopped processing, and no task runs on a worker any more.
  const executor::WorkerHub* workers = request->services().workers;
  bool ready = stored.maintenance.on && (workers == nullptr || workers->is_idle());
  for (const model::Service& service : stored.services) {
    if (!model::is_running(service.state)) continue;
    const bool rests = service.state == model::ServiceState::maintenance;
    Counts& count = counts[to_text(service.type)];
    count.total += 1;
    count.resting += rests ? 1 : 0;
    if (model::goes_into_maintenance(service.type) && !rests) ready = false;
  }
  base::MapBuilder services;
  for (const auto& [type, count] : counts) {
    services.set(
        type, Value::map({{"total", Value::integer(count.total)}, {"inMaintenance", Value::integer(count.resting)}}));
  }
  co_return json_answer(Value::map({{"maintenance", Value::boolean(stored.maintenance.on)},
                                    {"ready", Value::boolean(ready)},
                                    {"services", services.build()}}));
}

}  // namespace

std::vector<Route> operator_hold_routes() {
  const auto switches = [](Action action) { return Permission{"KILL_SWITCH", action}; };
  return {
      {.method = Method::post,
       .path = "$/kill-switches",
       .operation = "createKillSwitch",
       .summary = "Create a kill switch",
       .permission = switches(Action::create),
       .handler = create_switch,
       .body = json_body,
       .answer = "KillSwitch",
       .also_answers = {409}},
      {.method = Method::get,
       .path = "$/kill-switches/search",
       .operation = "searchKillSwitches",
       .summary = "List all kill switches, including the archived ones",
       .permission = switches(Action::read),
       .handler = search_switches,
       .answer = "[KillSwitch]"},
      {.method = Method::put,
       .path = "$/kill-switches/{id}",
       .operation = "updateKillSwitch",
       .summary = "Change a kill switch",
       .permission = switches(Action::update),
       .handler = update_switch,
       .body = json_body,
       .answer = "KillSwitch",
       .also_answers = {409}},
      {.method = Method::del,
       .path = "$/kill-switches/{id}",
       .operation = "deleteKillSwitch",
       .summary = "Archive a kill switch: it no longer has an effect, but is still listed",
       .permission = switches(Action::remove),
       .handler = archive_switch},
      {.method = Method::post,
       .path = "$/instance/maintenance/enter",
       .operation = "enterMaintenance",
       .summary = "Enter maintenance mode: running tasks end, no new task starts",
       .permission = {"INFRASTRUCTURE", Action::update},
       .handler = enter_maintenance,
       .answer = "object",
       .also = {"$/cluster/maintenance/enter"}},
      {.method = Method::post,
       .path = "$/instance/maintenance/exit",
       .operation = "exitMaintenance",
       .summary = "Leave maintenance mode: waiting executions continue",
       .permission = {"INFRASTRUCTURE", Action::update},
       .handler = exit_maintenance,
       .answer = "object",
       .also = {"$/cluster/maintenance/exit"}},
      {.method = Method::get,
       .path = "$/instance/maintenance/status",
       .operation = "maintenanceStatus",
       .summary = "Get whether maintenance mode is on, and whether all tasks have ended",
       .permission = {"INFRASTRUCTURE", Action::read},
       .handler = maintenance_status,
       .answer = "MaintenanceStatusResponse",
       .also = {"$/cluster/maintenance/status"}},
  };
}

}  // namespace gyr::web
