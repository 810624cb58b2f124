// What people do to triggers: switch, unlock, restart, delete, backfills; one or many (TRIG-222 to TRIG-235).
#include <algorithm>
#include <span>

#include "base/text.h"
#include "command/commands.h"
#include "command/errors.h"
#include "engine/trigger/errors.h"
#include "syntax/json.h"
#include "web/executions/executions.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/limits.h"
#include "web/http/older_parameters.h"
#include "web/http/typed.h"
#include "web/routes.h"
#include "web/triggers/trigger_values.h"

namespace gyr::web {
namespace {

namespace trigger = engine::trigger;
using json::TriggerName;
using Names = std::vector<TriggerName>;
using Changed = base::Task<base::Result<json::TriggerState>>;
using Bulk = base::Task<base::Result<json::BulkResponse>>;

/// How the matching triggers are switched.
struct SwitchQuery {
  bool disabled = true;
  std::string recover;
};

}  // namespace

template <>
struct DescribedQuery<SwitchQuery> {
  using T = SwitchQuery;
  static constexpr auto parameters =
      std::tuple(parameter("disabled", &T::disabled, {.documentation = "Whether the triggers are disabled"}),
                 parameter("recoverMissedSchedules", &T::recover, {.documentation = json::recover_documentation}));
};

namespace {

std::shared_ptr<const model::FlowKey> flow_key(const Request* request, const TriggerName& name) {
  return std::make_shared<const model::FlowKey>(model::FlowKey{request->tenant(), name.namespace_, name.flow_id});
}

TriggerName name_in_path(const Request* request) {
  return {std::string(request->path("namespace")), std::string(request->path("flowId")),
          std::string(request->path("triggerId"))};
}

base::Task<base::Result<store::TriggerRow>> change(Request* request, TriggerName name, trigger::Event event) {
  auto flow = flow_key(request, name);
  GYR_CO_TRY(auto answer,
             co_await submit(request, executor::ChangeTrigger{std::move(flow), name.trigger_id, std::move(event)}));
  if (!answer.trigger)
    co_return base::fail(executor::trigger_not_found,
                         fmt::format("Flow {} has no trigger {}", name.flow_id, name.trigger_id));
  co_return *std::move(answer.trigger);
}

Changed change_and_show(Request* request, TriggerName name, trigger::Event event) {
  GYR_CO_TRY(auto row, co_await change(request, std::move(name), std::move(event)));
  co_return trigger_state(row);
}

// ---------------------------------------------------------------------------------------------- one

/// TRIG-222: 1.x sends the whole row back, changed.
Changed update_trigger(Request* request, json::TriggerToChange body) {
  const TriggerName name = body;
  const auto key = flow_key(request, name);
  GYR_CO_CHECK(judge_command(*request, *key));
  GYR_CO_TRY(auto row, co_await request->read(
                           [key, id = name.trigger_id](store::Reader& reader) { return reader.trigger(*key, id); }));
  std::vector<trigger::Event> changes;
  if (body.backfill) {
    const std::optional<bool> paused = body.backfill->paused;
    GYR_CO_TRY(auto wanted, backfill_of(*std::move(body.backfill)));
    const bool same = row && row->backfill && row->backfill->start == wanted.start;
    if (!same) {
      changes.emplace_back(std::move(wanted));
    } else if (paused && *paused != row->backfill->paused) {
      changes.emplace_back(trigger::PauseBackfill{*paused});
    }
  }
  if (body.disabled) changes.emplace_back(trigger::SetDisabled{*body.disabled});
  if (changes.empty() && !row)
    co_return base::fail(executor::trigger_not_found,
                         fmt::format("Flow {} has no trigger {}", name.flow_id, name.trigger_id));
  for (trigger::Event& event : changes) {
    GYR_CO_TRY(row, co_await change(request, name, std::move(event)));
  }
  co_return trigger_state(*row);
}

Changed set_disabled(Request* request, json::TriggerToDisable body) {
  return change_and_show(request, body, trigger::SetDisabled{body.disabled, body.recover});
}

Changed unlock_trigger(Request* request) { return change_and_show(request, name_in_path(request), trigger::Unlock{}); }
Changed restart_trigger(Request* request) {
  return change_and_show(request, name_in_path(request), trigger::Restart{});
}

base::Task<base::Result<void>> delete_trigger(Request* request) {
  TriggerName name = name_in_path(request);
  GYR_CO_CHECK(co_await submit(request, executor::DeleteTrigger{flow_key(request, name), name.trigger_id}));
  co_return base::Result<void>();
}

Changed create_backfill(Request* request, json::BackfillOfTrigger body) {
  GYR_CO_TRY(auto backfill, backfill_of(std::move(body.backfill)));
  co_return co_await change_and_show(request, std::move(body), std::move(backfill));
}

Changed pause_backfill(Request* request, TriggerName body) {
  return change_and_show(request, std::move(body), trigger::PauseBackfill{true});
}
Changed unpause_backfill(Request* request, TriggerName body) {
  return change_and_show(request, std::move(body), trigger::PauseBackfill{false});
}
Changed delete_backfill(Request* request, TriggerName body) {
  return change_and_show(request, std::move(body), trigger::DeleteBackfill{});
}

// ---------------------------------------------------------------------------------------------- many

base::Task<base::Result<Names>> names_by_query(Request* request, net::QueryList more) {
  GYR_CO_TRY(auto selection, select_triggers(*request, more));
  Names names;
  if (selection.nothing) co_return names;
  selection.query.paging.size = bulk_matches;
  GYR_CO_TRY(auto page, co_await request->read([query = std::move(selection.query)](store::Reader& reader) {
    return reader.search_triggers(query);
  }));
  if (page.total > bulk_matches)
    co_return base::fail(bad_argument, fmt::format("more than {} triggers match", bulk_matches));
  for (const auto& row : page.results) names.push_back({row.flow->namespace_, row.flow->id, row.trigger_id});
  co_return names;
}

/// A trigger without a change is not an error in a bulk request; it is not counted.
bool is_left_out(const base::Error& error) {
  constexpr std::array codes{executor::flow_not_found.text, executor::flow_invalid.text,
                             executor::trigger_not_found.text, trigger::not_locked.text, trigger::no_backfill.text};
  return std::ranges::find(codes, error.code().text) != codes.end();
}

using CommandOf = std::function<executor::Command(std::shared_ptr<const model::FlowKey> flow, std::string trigger_id)>;

Bulk act_on_all(Request* request, Names names, CommandOf command_of) {
  for (const TriggerName& name : names) GYR_CO_CHECK(judge_command(*request, *flow_key(request, name)));
  uint64_t count = 0;
  for (size_t begin = 0; begin < names.size(); begin += bulk_commands) {
    std::vector<executor::Command> commands;
    for (const TriggerName& name : std::span(names).subspan(begin, std::min(bulk_commands, names.size() - begin)))
      commands.push_back(command_of(flow_key(request, name), name.trigger_id));
    for (auto& answer : co_await submit_chunk(request, commands)) {
      if (answer) {
        count += 1;
      } else if (!is_left_out(answer.error())) {
        co_return base::fail(
            answer.error().with_hint(fmt::format("{} of {} were processed before", count, names.size())));
      }
    }
  }
  co_return bulk_response(*request, count);
}

CommandOf changing(trigger::Event event) {
  return [event = std::move(event)](std::shared_ptr<const model::FlowKey> flow, std::string id) -> executor::Command {
    return executor::ChangeTrigger{std::move(flow), std::move(id), event};
  };
}

executor::Command deleting(std::shared_ptr<const model::FlowKey> flow, std::string id) {
  return executor::DeleteTrigger{std::move(flow), std::move(id)};
}

Bulk act_on_listed(Request* request, Names names, CommandOf command_of) {
  if (names.size() > bulk_ids) co_return base::fail(bad_argument, fmt::format("more than {} triggers", bulk_ids));
  co_return co_await act_on_all(request, std::move(names), std::move(command_of));
}

Bulk act_on_matching(Request* request, CommandOf command_of, net::QueryList more = {}) {
  GYR_CO_TRY(auto names, co_await names_by_query(request, std::move(more)));
  co_return co_await act_on_all(request, std::move(names), std::move(command_of));
}

Bulk set_disabled_by_triggers(Request* request, json::TriggersToDisable body) {
  return act_on_listed(request, std::move(body.triggers), changing(trigger::SetDisabled{body.disabled, body.recover}));
}
Bulk set_disabled_by_query(Request* request, SwitchQuery query) {
  std::optional<plugin::RecoverMissedSchedules> recover;
  if (!query.recover.empty()) {
    const auto all = model::EnumNames<plugin::RecoverMissedSchedules>::names();
    const auto named = std::ranges::find(all, query.recover, [](const auto& one) { return one.first; });
    if (named == all.end()) co_return base::fail(bad_argument, "recoverMissedSchedules: must be ALL, LAST or NONE");
    recover = named->second;
  }
  co_return co_await act_on_matching(request, changing(trigger::SetDisabled{query.disabled, recover}));
}

Bulk unlock_by_triggers(Request* request, Names body) {
  return act_on_listed(request, std::move(body), changing(trigger::Unlock{}));
}
Bulk unlock_by_query(Request* request) { return act_on_matching(request, changing(trigger::Unlock{})); }
Bulk delete_by_triggers(Request* request, Names body) { return act_on_listed(request, std::move(body), deleting); }
/// Newer clients name the filters in the body (TRIG-235).
Bulk delete_by_query(Request* request) {
  GYR_CO_TRY(std::string text, co_await request->read_text(request->settings().limits.json_bytes));
  net::QueryList filters;
  if (!base::trim(text).empty()) {
    GYR_CO_TRY(base::Value body, syntax::parse_json(text));
    GYR_CO_TRY(filters, filters_of_body(body));
  }
  co_return co_await act_on_matching(request, deleting, std::move(filters));
}
Bulk pause_by_triggers(Request* request, Names body) {
  return act_on_listed(request, std::move(body), changing(trigger::PauseBackfill{true}));
}
Bulk pause_by_query(Request* request) { return act_on_matching(request, changing(trigger::PauseBackfill{true})); }
Bulk unpause_by_triggers(Request* request, Names body) {
  return act_on_listed(request, std::move(body), changing(trigger::PauseBackfill{false}));
}
Bulk unpause_by_query(Request* request) { return act_on_matching(request, changing(trigger::PauseBackfill{false})); }
Bulk delete_backfill_by_triggers(Request* request, Names body) {
  return act_on_listed(request, std::move(body), changing(trigger::DeleteBackfill{}));
}
Bulk delete_backfill_by_query(Request* request) {
  return act_on_matching(request, changing(trigger::DeleteBackfill{}));
}

constexpr Right may_change{"EXECUTION", Action::update};

/// A change of one trigger: the path or the body names it.
Route one(Method method, std::string_view path, std::string_view operation, std::string_view summary, Handler handler) {
  const bool takes_state =
      handler.takes == &json_type<TriggerName> || handler.takes == &json_type<json::TriggerToChange>;
  return {.method = method,
          .path = path,
          .operation = operation,
          .summary = summary,
          .rule = {may_change, handler.takes == nullptr ? in_path("namespace") : in_body},
          .handler = handler,
          .body = handler.takes == nullptr ? no_body : json_body,
          .takes = takes_state ? &json_type<json::TriggerSent> : nullptr,
          .also_answers = {400, 409}};
}
/// A change of the triggers that the body lists, by their names or their whole states.
Route listed(Method method, std::string_view path, std::string_view operation, std::string_view summary,
             Handler handler) {
  const bool lists_states = handler.takes == &json_type<Names>;
  return {.method = method,
          .path = path,
          .operation = operation,
          .summary = summary,
          .rule = {may_change, of_each},
          .handler = handler,
          .body = json_body,
          .takes = lists_states ? &json_type<std::vector<json::TriggerSent>> : nullptr,
          .also_answers = {400}};
}
Route matching(Method method, std::string_view path, std::string_view operation, std::string_view summary,
               Handler handler) {
  return {.method = method,
          .path = path,
          .operation = operation,
          .summary = summary,
          .rule = {may_change, of_rows},
          .handler = handler,
          .filters = Resource::trigger,
          .older = older::triggers,
          .also_answers = {400}};
}

}  // namespace

std::vector<Route> trigger_action_routes() {
  std::vector<Route> routes{
      one(Method::put, "~/triggers", "updateTrigger",
          "Enable or disable a trigger, or create its backfill (for 1.x clients)", typed<update_trigger>),
      one(Method::put, "~/triggers/set-disabled", "disableTriggerById", "Enable or disable a trigger",
          typed<set_disabled>),
      listed(Method::post, "~/triggers/set-disabled/by-triggers", "disabledTriggersByIds", "Enable or disable triggers",
             typed<set_disabled_by_triggers>),
      matching(Method::post, "~/triggers/set-disabled/by-query", "disabledTriggersByQuery",
               "Enable or disable the matching triggers", typed<set_disabled_by_query>),
      one(Method::post, "~/triggers/{namespace}/{flowId}/{triggerId}/unlock", "unlockTrigger",
          "Unlock a trigger that waits for an execution", typed<unlock_trigger>),
      listed(Method::post, "~/triggers/unlock/by-triggers", "unlockTriggersByIds", "Unlock triggers",
             typed<unlock_by_triggers>),
      matching(Method::post, "~/triggers/unlock/by-query", "unlockTriggersByQuery", "Unlock the matching triggers",
               typed<unlock_by_query>),
      one(Method::post, "~/triggers/{namespace}/{flowId}/{triggerId}/restart", "restartTrigger",
          "Restart the evaluation or the listener of a trigger", typed<restart_trigger>),
      {.method = Method::del,
       .path = "~/triggers/{namespace}/{flowId}/{triggerId}",
       .operation = "deleteTrigger",
       .summary = "Delete the state of a trigger; it is created again if the flow defines the trigger",
       .rule = {may_change, in_path("namespace")},
       .handler = typed<delete_trigger>,
       .status = 204},
      listed(Method::del, "~/triggers/delete/by-triggers", "deleteTriggersByIds", "Delete the states of triggers",
             typed<delete_by_triggers>),
      matching(Method::del, "~/triggers/delete/by-query", "deleteTriggersByQuery",
               "Delete the states of the matching triggers", typed<delete_by_query>),
      one(Method::put, "~/triggers/backfill/create", "createBackfill",
          "Create a backfill for a range of dates of a schedule", typed<create_backfill>),
      one(Method::put, "~/triggers/backfill/pause", "pauseBackfill", "Pause a backfill", typed<pause_backfill>),
      one(Method::put, "~/triggers/backfill/unpause", "unpauseBackfill", "Resume a backfill", typed<unpause_backfill>),
      one(Method::post, "~/triggers/backfill/delete", "deleteBackfill", "Delete a backfill", typed<delete_backfill>),
      listed(Method::post, "~/triggers/backfill/pause/by-triggers", "pauseBackfillByIds", "Pause backfills",
             typed<pause_by_triggers>),
      matching(Method::post, "~/triggers/backfill/pause/by-query", "pauseBackfillByQuery",
               "Pause the matching backfills", typed<pause_by_query>),
      listed(Method::post, "~/triggers/backfill/unpause/by-triggers", "unpauseBackfillByIds", "Resume backfills",
             typed<unpause_by_triggers>),
      matching(Method::post, "~/triggers/backfill/unpause/by-query", "unpauseBackfillByQuery",
               "Resume the matching backfills", typed<unpause_by_query>),
      listed(Method::post, "~/triggers/backfill/delete/by-triggers", "deleteBackfillByIds", "Delete backfills",
             typed<delete_backfill_by_triggers>),
      matching(Method::post, "~/triggers/backfill/delete/by-query", "deleteBackfillByQuery",
               "Delete the matching backfills", typed<delete_backfill_by_query>),
  };
  const auto deleted = std::ranges::find(routes, "deleteTriggersByQuery", &Route::operation);
  deleted->body = json_body | optional_body;
  deleted->takes = json_type<json::TriggerFilters>;
  return routes;
}

}  // namespace gyr::web
