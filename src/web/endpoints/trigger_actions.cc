// What people do to triggers: switch, unlock, restart, delete, backfills; one or many (TRIG-222 to TRIG-235).
#include <algorithm>

#include "base/text.h"
#include "command/commands.h"
#include "command/errors.h"
#include "engine/trigger/errors.h"
#include "syntax/json.h"
#include "web/executions.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/limits.h"
#include "web/http/values.h"
#include "web/routes.h"
#include "web/trigger_values.h"
#include "web/triggers/values.h"

namespace gyr::web {
namespace {

namespace trigger = engine::trigger;
using base::Value;

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

base::Task<Outcome> change_and_show(Request* request, TriggerName name, trigger::Event event) {
  GYR_CO_TRY(auto row, co_await change(request, std::move(name), std::move(event)));
  co_return json_answer(trigger_state_value(row));
}

base::Result<bool> flag_of(const Value& body, std::string_view name) {
  const Value* value = body.is_map() ? body.find(name) : nullptr;
  if (value == nullptr || !value->is_boolean())
    return base::fail(bad_argument, fmt::format("{}: must be true or false", name));
  return value->as_boolean();
}

// ---------------------------------------------------------------------------------------------- one

/// TRIG-222: 1.x sends the whole row back, changed.
base::Task<Outcome> update_trigger(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(TriggerName name, trigger_name_of(body));
  const auto key = flow_key(request, name);
  GYR_CO_TRY(auto row, co_await request->read(
                           [key, id = name.trigger_id](store::Reader& reader) { return reader.trigger(*key, id); }));
  std::vector<trigger::Event> changes;
  if (const Value* backfill = body.find("backfill"); backfill != nullptr && !backfill->is_null()) {
    GYR_CO_TRY(auto wanted, backfill_of(*backfill));
    const bool same = row && row->backfill && row->backfill->start == wanted.start;
    const Value* paused = backfill->find("paused");
    if (!same) {
      changes.emplace_back(std::move(wanted));
    } else if (paused != nullptr && paused->is_boolean() && paused->as_boolean() != row->backfill->paused) {
      changes.emplace_back(trigger::PauseBackfill{paused->as_boolean()});
    }
  }
  if (const Value* disabled = body.find("disabled"); disabled != nullptr && disabled->is_boolean()) {
    changes.emplace_back(trigger::SetDisabled{disabled->as_boolean()});
  }
  if (changes.empty()) {
    if (!row)
      co_return base::fail(executor::trigger_not_found,
                           fmt::format("Flow {} has no trigger {}", name.flow_id, name.trigger_id));
    co_return json_answer(trigger_state_value(*row));
  }
  Value shown;
  for (trigger::Event& event : changes) {
    GYR_CO_TRY(auto changed, co_await change(request, name, std::move(event)));
    shown = trigger_state_value(changed);
  }
  co_return json_answer(shown);
}

base::Task<Outcome> set_disabled(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(TriggerName name, trigger_name_of(body));
  GYR_CO_TRY(bool disabled, flag_of(body, "disabled"));
  co_return co_await change_and_show(request, std::move(name), trigger::SetDisabled{disabled});
}

base::Task<Outcome> unlock_trigger(Request* request) {
  return change_and_show(request, name_in_path(request), trigger::Unlock{});
}
base::Task<Outcome> restart_trigger(Request* request) {
  return change_and_show(request, name_in_path(request), trigger::Restart{});
}

base::Task<Outcome> delete_trigger(Request* request) {
  TriggerName name = name_in_path(request);
  GYR_CO_CHECK(co_await submit(request, executor::DeleteTrigger{flow_key(request, name), name.trigger_id}));
  co_return empty_answer(204);
}

base::Task<Outcome> create_backfill(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(TriggerName name, trigger_name_of(body));
  const Value* wanted = body.find("backfill");
  GYR_CO_TRY(auto backfill, backfill_of(wanted == nullptr ? Value() : *wanted));
  co_return co_await change_and_show(request, std::move(name), std::move(backfill));
}

base::Task<Outcome> change_named(Request* request, trigger::Event event) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(TriggerName name, trigger_name_of(body));
  co_return co_await change_and_show(request, std::move(name), std::move(event));
}

base::Task<Outcome> pause_backfill(Request* request) { return change_named(request, trigger::PauseBackfill{true}); }
base::Task<Outcome> unpause_backfill(Request* request) { return change_named(request, trigger::PauseBackfill{false}); }
base::Task<Outcome> delete_backfill(Request* request) { return change_named(request, trigger::DeleteBackfill{}); }

// ---------------------------------------------------------------------------------------------- many

base::Result<std::vector<TriggerName>> names_of(const Value& list) {
  if (!list.is_list()) return base::fail(bad_argument, "the body must be a list of triggers");
  if (list.size() > bulk_ids) return base::fail(bad_argument, fmt::format("more than {} triggers", bulk_ids));
  std::vector<TriggerName> names;
  for (const Value& item : list.items()) {
    GYR_TRY(TriggerName name, trigger_name_of(item));
    names.push_back(std::move(name));
  }
  return names;
}

base::Task<base::Result<std::vector<TriggerName>>> names_by_query(Request* request, net::QueryList more) {
  GYR_CO_TRY(auto selection, select_triggers(*request, more));
  std::vector<TriggerName> names;
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

base::Task<Outcome> act_on_all(Request* request, std::vector<TriggerName> names, CommandOf command_of) {
  uint64_t count = 0;
  for (size_t begin = 0; begin < names.size(); begin += bulk_commands) {
    const size_t end = std::min(begin + bulk_commands, names.size());
    std::vector<base::OneShot<base::Result<executor::Answer>>> answers;
    for (size_t i = begin; i < end; ++i) {
      auto& slot = answers.emplace_back(request->loop());
      request->services().commands.submit(
          command_of(flow_key(request, names[i]), names[i].trigger_id),
          [answer = AnswerSlot<executor::Answer>(slot)](base::Result<executor::Answer> given) mutable {
            answer.give(std::move(given));
          });
    }
    for (auto& slot : answers) {
      auto answer = co_await slot.wait();
      if (answer) {
        count += 1;
      } else if (!is_left_out(answer.error())) {
        co_return base::fail(
            answer.error().with_hint(fmt::format("{} of {} were processed before", count, names.size())));
      }
    }
  }
  co_return bulk_answer(count, request->services().clock.now());
}

CommandOf changing(trigger::Event event) {
  return [event = std::move(event)](std::shared_ptr<const model::FlowKey> flow, std::string id) -> executor::Command {
    return executor::ChangeTrigger{std::move(flow), std::move(id), event};
  };
}

executor::Command deleting(std::shared_ptr<const model::FlowKey> flow, std::string id) {
  return executor::DeleteTrigger{std::move(flow), std::move(id)};
}

base::Task<Outcome> act_on_listed(Request* request, CommandOf command_of) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(auto names, names_of(body));
  co_return co_await act_on_all(request, std::move(names), std::move(command_of));
}

base::Task<Outcome> act_on_matching(Request* request, CommandOf command_of, net::QueryList more = {}) {
  GYR_CO_TRY(auto names, co_await names_by_query(request, std::move(more)));
  co_return co_await act_on_all(request, std::move(names), std::move(command_of));
}

base::Task<Outcome> set_disabled_by_triggers(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(bool disabled, flag_of(body, "disabled"));
  const Value* list = body.find("triggers");
  GYR_CO_TRY(auto names, names_of(list == nullptr ? Value() : *list));
  co_return co_await act_on_all(request, std::move(names), changing(trigger::SetDisabled{disabled}));
}
base::Task<Outcome> set_disabled_by_query(Request* request) {
  return act_on_matching(request, changing(trigger::SetDisabled{request->flag("disabled")}));
}

base::Task<Outcome> unlock_by_triggers(Request* request) { return act_on_listed(request, changing(trigger::Unlock{})); }
base::Task<Outcome> unlock_by_query(Request* request) { return act_on_matching(request, changing(trigger::Unlock{})); }
base::Task<Outcome> delete_by_triggers(Request* request) { return act_on_listed(request, deleting); }
base::Task<Outcome> delete_by_query(Request* request) {
  // Newer clients name the filters in the body (TRIG-235).
  GYR_CO_TRY(std::string text, co_await request->read_text(request->settings().limits.json_bytes));
  net::QueryList filters;
  if (!base::trim(text).empty()) {
    GYR_CO_TRY(Value body, syntax::parse_json(text));
    GYR_CO_TRY(filters, filters_of_body(body));
  }
  co_return co_await act_on_matching(request, deleting, std::move(filters));
}
base::Task<Outcome> pause_by_triggers(Request* request) {
  return act_on_listed(request, changing(trigger::PauseBackfill{true}));
}
base::Task<Outcome> pause_by_query(Request* request) {
  return act_on_matching(request, changing(trigger::PauseBackfill{true}));
}
base::Task<Outcome> unpause_by_triggers(Request* request) {
  return act_on_listed(request, changing(trigger::PauseBackfill{false}));
}
base::Task<Outcome> unpause_by_query(Request* request) {
  return act_on_matching(request, changing(trigger::PauseBackfill{false}));
}
base::Task<Outcome> delete_backfill_by_triggers(Request* request) {
  return act_on_listed(request, changing(trigger::DeleteBackfill{}));
}
base::Task<Outcome> delete_backfill_by_query(Request* request) {
  return act_on_matching(request, changing(trigger::DeleteBackfill{}));
}

constexpr Right may_change{"EXECUTION", Action::update};

/// A change of one trigger: the path or the body names it.
Route one(Method method, std::string_view path, std::string_view operation, std::string_view summary, Handler handler,
          JsonTypeSource takes = nullptr) {
  return {.method = method,
          .path = path,
          .operation = operation,
          .summary = summary,
          .rule = {may_change, takes == nullptr ? in_path("namespace") : in_body},
          .handler = handler,
          .body = takes == nullptr ? no_body : json_body,
          .takes = takes,
          .answer = answers<json::TriggerState>,
          .also_answers = {400, 409}};
}
Route listed(Method method, std::string_view path, std::string_view operation, std::string_view summary,
             Handler handler, JsonTypeSource takes = json_type<std::vector<json::TriggerName>>) {
  return {.method = method,
          .path = path,
          .operation = operation,
          .summary = summary,
          .rule = {may_change, of_each},
          .handler = handler,
          .body = json_body,
          .takes = takes,
          .answer = answers<json::BulkResponse>,
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
          .answer = answers<json::BulkResponse>,
          .also_answers = {400}};
}

}  // namespace

std::vector<Route> trigger_action_routes() {
  std::vector<Route> routes{
      one(Method::put, "~/triggers", "updateTrigger",
          "Enable or disable a trigger, or create its backfill (for 1.x clients)", update_trigger,
          json_type<json::TriggerToChange>),
      one(Method::put, "~/triggers/set-disabled", "disableTriggerById", "Enable or disable a trigger", set_disabled,
          json_type<json::TriggerToDisable>),
      listed(Method::post, "~/triggers/set-disabled/by-triggers", "disabledTriggersByIds", "Enable or disable triggers",
             set_disabled_by_triggers, json_type<json::TriggersToDisable>),
      matching(Method::post, "~/triggers/set-disabled/by-query", "disabledTriggersByQuery",
               "Enable or disable the matching triggers", set_disabled_by_query),
      one(Method::post, "~/triggers/{namespace}/{flowId}/{triggerId}/unlock", "unlockTrigger",
          "Unlock a trigger that waits for an execution", unlock_trigger),
      listed(Method::post, "~/triggers/unlock/by-triggers", "unlockTriggersByIds", "Unlock triggers",
             unlock_by_triggers),
      matching(Method::post, "~/triggers/unlock/by-query", "unlockTriggersByQuery", "Unlock the matching triggers",
               unlock_by_query),
      one(Method::post, "~/triggers/{namespace}/{flowId}/{triggerId}/restart", "restartTrigger",
          "Restart the evaluation or the listener of a trigger", restart_trigger),
      {.method = Method::del,
       .path = "~/triggers/{namespace}/{flowId}/{triggerId}",
       .operation = "deleteTrigger",
       .summary = "Delete the state of a trigger; it is created again if the flow defines the trigger",
       .rule = {may_change, in_path("namespace")},
       .handler = delete_trigger,
       .status = 204},
      listed(Method::del, "~/triggers/delete/by-triggers", "deleteTriggersByIds", "Delete the states of triggers",
             delete_by_triggers),
      matching(Method::del, "~/triggers/delete/by-query", "deleteTriggersByQuery",
               "Delete the states of the matching triggers", delete_by_query),
      one(Method::put, "~/triggers/backfill/create", "createBackfill",
          "Create a backfill for a range of dates of a schedule", create_backfill, json_type<json::TriggerToChange>),
      one(Method::put, "~/triggers/backfill/pause", "pauseBackfill", "Pause a backfill", pause_backfill,
          json_type<json::TriggerName>),
      one(Method::put, "~/triggers/backfill/unpause", "unpauseBackfill", "Resume a backfill", unpause_backfill,
          json_type<json::TriggerName>),
      one(Method::post, "~/triggers/backfill/delete", "deleteBackfill", "Delete a backfill", delete_backfill,
          json_type<json::TriggerName>),
      listed(Method::post, "~/triggers/backfill/pause/by-triggers", "pauseBackfillByIds", "Pause backfills",
             pause_by_triggers),
      matching(Method::post, "~/triggers/backfill/pause/by-query", "pauseBackfillByQuery",
               "Pause the matching backfills", pause_by_query),
      listed(Method::post, "~/triggers/backfill/unpause/by-triggers", "unpauseBackfillByIds", "Resume backfills",
             unpause_by_triggers),
      matching(Method::post, "~/triggers/backfill/unpause/by-query", "unpauseBackfillByQuery",
               "Resume the matching backfills", unpause_by_query),
      listed(Method::post, "~/triggers/backfill/delete/by-triggers", "deleteBackfillByIds", "Delete backfills",
             delete_backfill_by_triggers),
      matching(Method::post, "~/triggers/backfill/delete/by-query", "deleteBackfillByQuery",
               "Delete the matching backfills", delete_backfill_by_query),
  };
  const auto switched = std::ranges::find(routes, "disabledTriggersByQuery", &Route::operation);
  std::ranges::find(routes, "deleteTriggersByQuery", &Route::operation)->body = json_body | optional_body;
  switched->query = {{"disabled", ValueKind::boolean, "Whether the triggers are disabled", false, "true"}};
  return routes;
}

}  // namespace gyr::web
