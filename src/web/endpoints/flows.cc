// One flow: create, read, update, delete, its revisions and tasks (API-88, API-92).
#include "web/flows.h"

#include <algorithm>

#include "catalog/flow_cache.h"
#include "command/errors.h"
#include "model/flow_json.h"
#include "plugin_api/registry.h"
#include "web/executions.h"
#include "web/flows/values.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;
using executor::SaveFlow;

/// The number of open executions that are checked before revisions are deleted.
constexpr size_t max_open_executions = 1'000;

/// Converts a row; call it on the thread of a reader, because showing a flow can require parsing.
base::Task<Outcome> show(Request* request, store::FlowRow row, FlowText text) {
  GYR_CO_TRY(std::string json, co_await on_pool<std::string>(&request->services().work, &request->loop(),
                                                             [row = std::move(row), services = &request->services(),
                                                              text]() -> base::Result<std::string> {
                                                               return to_json(flow_value(row, *services, text));
                                                             }));
  co_return json_answer(std::move(json));
}

base::Task<Outcome> save(Request* request, SaveFlow::Mode mode, std::optional<model::FlowKey> expected) {
  GYR_CO_TRY(std::string source, co_await read_flow_source(request));
  auto saved = co_await save_flow(request, std::move(source), mode, std::move(expected));
  if (auto* problem = std::get_if<Problem>(&saved)) co_return problem_answer(*problem, request);
  co_return co_await show(request, std::move(std::get<SavedFlow>(saved).row), FlowText::with_source);
}

base::Result<void> refuse_draft(Request* request) {
  if (!request->flag("draft")) return {};
  return base::fail(
      base::Error(bad_argument, "drafts are not supported").with_hint("save the flow with `disabled: true` instead"));
}

base::Task<Outcome> create_flow(Request* request) {
  GYR_CO_CHECK(refuse_draft(request));
  co_return co_await save(request, SaveFlow::Mode::create, std::nullopt);
}

base::Task<Outcome> update_flow(Request* request) {
  GYR_CO_CHECK(refuse_draft(request));
  co_return co_await save(request, SaveFlow::Mode::update, flow_of_path(*request));
}

base::Task<Outcome> delete_flow(Request* request) {
  GYR_CO_CHECK(
      co_await submit(request, executor::DeleteFlow{std::make_shared<const model::FlowKey>(flow_of_path(*request))}));
  co_return empty_answer(204);
}

/// A revision that can be shown; 404 otherwise.
base::Result<store::FlowRow> find_row(store::Reader& reader, const model::FlowKey& key, int32_t revision,
                                      bool allow_deleted) {
  GYR_TRY(auto row, reader.flow(key, revision));
  if (!row) return base::fail(no_flow(key));
  if (row->deleted && !allow_deleted) return base::fail(no_flow(key));
  return *std::move(row);
}

base::Task<Outcome> get_flow(Request* request) {
  const auto text = request->flag("source") ? FlowText::with_source : FlowText::plain;
  const auto revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  // A revision that is asked for by number was not deleted itself.
  const bool allow_deleted = request->flag("allowDeleted");
  GYR_CO_TRY(
      std::string json,
      co_await request->read([key = flow_of_path(*request), revision, allow_deleted, text,
                              services = &request->services()](store::Reader& reader) -> base::Result<std::string> {
        GYR_TRY(auto row, find_row(reader, key, revision, allow_deleted));
        return to_json(flow_value(row, *services, text));
      }));
  co_return json_answer(std::move(json));
}

base::Task<Outcome> list_flow_revisions(Request* request) {
  const bool with_deleted = request->flag("allowDelete");
  GYR_CO_TRY(std::string json,
             co_await request->read([key = flow_of_path(*request), with_deleted, services = &request->services()](
                                        store::Reader& reader) -> base::Result<std::string> {
               GYR_TRY(auto rows, reader.flow_revisions(key));
               if (rows.empty() || (rows.back().deleted && !with_deleted)) return base::fail(no_flow(key));
               std::string list = "[";
               for (const auto& row : rows) {
                 if (row.deleted && !with_deleted) continue;
                 if (list.size() > 1) list += ',';
                 append_json(list, flow_value(row, *services, FlowText::with_source));
               }
               return list + "]";
             }));
  co_return json_answer(std::move(json));
}

/// Why one of these revisions cannot be deleted; nothing if all can. A running execution uses its own revision.
base::Result<std::optional<std::string>> needed_revision(store::Reader& reader, const model::FlowKey& key,
                                                         const std::vector<int64_t>& wanted) {
  GYR_TRY(auto current, find_row(reader, key, 0, true));
  if (std::ranges::find(wanted, int64_t{current.revision}) != wanted.end())
    return fmt::format("revision {} is the current revision", current.revision);
  store::ExecutionQuery query;
  query.tenant = key.tenant;
  query.namespaces.push_back({store::Operator::equals, {key.namespace_}});
  query.flow_ids.push_back({store::Operator::equals, {key.id}});
  query.kinds = {model::ExecutionKind::normal, model::ExecutionKind::test, model::ExecutionKind::playground};
  for (size_t i = 0; i < model::state_count; ++i) {
    if (model::is_terminated(static_cast<model::State>(i))) query.not_states.push_back(static_cast<model::State>(i));
  }
  query.paging.size = max_open_executions;
  GYR_TRY(auto open, reader.search_executions(query));
  for (const auto& row : open.results) {
    if (std::ranges::find(wanted, int64_t{row.execution.revision}) == wanted.end()) continue;
    return fmt::format("execution {} runs on revision {}", row.execution.id.to_text(), row.execution.revision);
  }
  if (open.total > open.results.size()) return fmt::format("{} executions of the flow have not ended", open.total);
  return std::nullopt;
}

base::Task<Outcome> delete_revisions(Request* request) {
  const model::FlowKey key = flow_of_path(*request);
  const std::vector<int64_t> wanted = request->integers("revisions");
  GYR_CO_TRY(auto needed, co_await request->read(
                              [key, wanted](store::Reader& reader) { return needed_revision(reader, key, wanted); }));
  if (needed) co_return base::fail(illegal_state, "revisions: " + *needed);
  store::Batch batch;
  for (int64_t revision : wanted) batch.deleted_revisions.push_back({key, static_cast<int32_t>(revision)});
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  for (int64_t revision : wanted) request->services().flows.forget(key, static_cast<int32_t>(revision));
  co_return empty_answer(200);
}

base::Task<Outcome> get_task(Request* request) {
  const auto revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  GYR_CO_TRY(
      std::string json,
      co_await request->read([key = flow_of_path(*request), revision, task_id = std::string(request->path("taskId")),
                              services = &request->services()](store::Reader& reader) -> base::Result<std::string> {
        GYR_TRY(auto row, find_row(reader, key, revision, false));
        GYR_TRY(auto flow, services->flows.get(reader, key, row.revision));
        const auto* compiled = flow && flow->compiled ? flow->compiled.get() : nullptr;
        if (compiled == nullptr)
          return base::fail(illegal_state, "cannot read the flow: " + (flow ? flow->exception : ""));
        const model::TaskSpec* task = compiled->flow().find_task(task_id);
        if (task == nullptr) return base::fail(not_found, fmt::format("Task '{}' not found", task_id));
        return to_json(model::task_to_value(*task, services->registry));
      }));
  co_return json_answer(std::move(json));
}

}  // namespace

std::vector<Route> flow_routes() {
  constexpr Body source = yaml_body | json_body | text_body;
  const QueryParameter draft{"draft", ValueKind::boolean, "Store a draft, which is never executed", false, "false"};
  const QueryParameter revision{
      "revision", ValueKind::integer, "The revision; default: the current revision", false, {}, 1};
  return {
      {.method = Method::post,
       .path = "~/flows",
       .operation = "createFlow",
       .summary = "Create a flow from its source",
       .rule = {{"FLOW", Action::create}, in_body},
       .handler = create_flow,
       .query = {draft},
       .body = source,
       .answer = answers<json::FlowWithSource>},
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}",
       .operation = "getFlow",
       .summary = "Get a flow",
       .rule = {{"FLOW", Action::read}, in_path("namespace")},
       .handler = get_flow,
       .query = {{"source", ValueKind::boolean, "Include the source", false, "false"},
                 revision,
                 {"allowDeleted", ValueKind::boolean, "Also get a deleted flow", false, "false"}},
       .answer = answers<json::FlowWithSource>},
      {.method = Method::put,
       .path = "~/flows/{namespace}/{id}",
       .operation = "updateFlow",
       .summary = "Update a flow",
       .rule = {{"FLOW", Action::update}, in_path("namespace")},
       .handler = update_flow,
       .query = {draft},
       .body = source,
       .answer = answers<json::FlowWithSource>},
      {.method = Method::del,
       .path = "~/flows/{namespace}/{id}",
       .operation = "deleteFlow",
       .summary = "Delete a flow",
       .rule = {{"FLOW", Action::remove}, in_path("namespace")},
       .handler = delete_flow,
       .status = 204},
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}/revisions",
       .operation = "listFlowRevisions",
       .summary = "List the revisions of a flow",
       .rule = {{"FLOW", Action::read}, in_path("namespace")},
       .handler = list_flow_revisions,
       .query = {{"allowDelete", ValueKind::boolean, "Include deleted revisions", false, "false"}},
       .answer = answers<std::vector<json::FlowWithSource>>},
      {.method = Method::del,
       .path = "~/flows/{namespace}/{id}/revisions",
       .operation = "deleteRevisions",
       .summary = "Delete revisions of a flow, except the current one",
       .rule = {{"FLOW", Action::remove}, in_path("namespace")},
       .handler = delete_revisions,
       .query = {{"revisions", ValueKind::integer_list, "Which", true}},
       .also_answers = {409}},
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}/tasks/{taskId}",
       .operation = "getTaskFromFlow",
       .summary = "Get a task of a flow, at any depth",
       .rule = {{"FLOW", Action::read}, in_path("namespace")},
       .handler = get_task,
       .query = {revision},
       .answer = answers<json::Task>},
  };
}

}  // namespace gyr::web
