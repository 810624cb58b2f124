// One flow: create, read, update, delete, its revisions and tasks (API-88, API-92).
#include "web/routes.h"

#include <algorithm>

#include "catalog/flow_cache.h"
#include "command/errors.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/typed.h"

namespace gyr::web {
namespace {

using executor::SaveFlow;
using Flow = JsonOf<json::FlowWithSource>;
using Saved = OrProblem<Flow>;

/// The number of open executions that are checked before revisions are deleted.
constexpr size_t max_open_executions = 1'000;

base::Task<base::Result<Saved>> save(Request* request, SaveFlow::Mode mode, std::optional<model::FlowKey> expected) {
  GYR_CO_TRY(std::string source, co_await read_flow_source(request));
  auto saved = co_await save_flow(request, std::move(source), mode, std::move(expected), request->flag("draft"));
  if (auto* problem = std::get_if<Problem>(&saved)) co_return std::move(*problem);
  // Showing a flow can require parsing.
  co_return co_await on_pool<Flow>(
      &request->services().work, &request->loop(),
      [row = std::move(std::get<SavedFlow>(saved).row), services = &request->services()]() -> base::Result<Flow> {
        return flow_json<json::FlowWithSource>(row, *services);
      });
}

base::Task<base::Result<Saved>> create_flow(Request* request) {
  co_return co_await save(request, SaveFlow::Mode::create, std::nullopt);
}

base::Task<base::Result<Saved>> update_flow(Request* request) {
  co_return co_await save(request, SaveFlow::Mode::update, flow_of_path(*request));
}

base::Task<base::Result<void>> delete_flow(Request* request) {
  GYR_CO_CHECK(
      co_await submit(request, executor::DeleteFlow{std::make_shared<const model::FlowKey>(flow_of_path(*request))}));
  co_return base::Result<void>();
}

/// A revision that can be shown; 404 otherwise.
base::Result<store::FlowRow> find_row(store::Reader& reader, const model::FlowKey& key, int32_t revision,
                                      bool allow_deleted) {
  GYR_TRY(auto row, reader.flow(key, revision));
  if (!row) return base::fail(no_flow(key));
  if (row->deleted && !allow_deleted) return base::fail(no_flow(key));
  return *std::move(row);
}

base::Task<base::Result<Flow>> get_flow(Request* request) {
  const auto text = request->flag("source") ? FlowText::with_source : FlowText::plain;
  const auto revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  // A revision that is asked for by number was not deleted itself.
  const bool allow_deleted = request->flag("allowDeleted");
  co_return co_await request->read([key = flow_of_path(*request), revision, allow_deleted, text,
                                    services = &request->services()](store::Reader& reader) -> base::Result<Flow> {
    GYR_TRY(auto row, find_row(reader, key, revision, allow_deleted));
    return json_of<json::FlowWithSource>(flow_value(row, *services, text));
  });
}

/// Those of a deleted flow, too; the deletion itself only on request (API-88).
base::Task<base::Result<std::vector<Flow>>> list_flow_revisions(Request* request) {
  co_return co_await request->read(
      [key = flow_of_path(*request), with_deleted = request->flag("allowDelete"),
       services = &request->services()](store::Reader& reader) -> base::Result<std::vector<Flow>> {
        GYR_TRY(auto rows, reader.flow_revisions(key));
        if (rows.empty()) return base::fail(no_flow(key));
        if (!with_deleted) std::erase_if(rows, [](const store::FlowRow& row) { return row.deleted; });
        return flows_json<json::FlowWithSource>(rows, *services);
      });
}

/// Why one of these revisions cannot be deleted; nothing if all can. A running execution uses its own revision.
base::Result<std::optional<std::string>> needed_revision(store::Reader& reader, const store::Visible& visible,
                                                         const model::FlowKey& key,
                                                         const std::vector<int64_t>& wanted) {
  GYR_TRY(auto current, find_row(reader, key, 0, true));
  if (std::ranges::find(wanted, int64_t{current.revision}) != wanted.end())
    return fmt::format("revision {} is the current revision", current.revision);
  store::ExecutionQuery query{visible};
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

base::Task<base::Result<void>> delete_revisions(Request* request) {
  const model::FlowKey key = flow_of_path(*request);
  const std::vector<int64_t> wanted = request->integers("revisions");
  GYR_CO_TRY(auto needed, co_await request->read([visible = request->visible(), key, wanted](store::Reader& reader) {
    return needed_revision(reader, visible, key, wanted);
  }));
  if (needed) co_return base::fail(illegal_state, "revisions: " + *needed);
  store::Batch batch;
  for (int64_t revision : wanted) batch.deleted_revisions.push_back({key, static_cast<int32_t>(revision)});
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  for (int64_t revision : wanted) request->services().flows.forget(key, static_cast<int32_t>(revision));
  co_return base::Result<void>();
}

}  // namespace

std::vector<Route> flow_routes() {
  constexpr Body source = yaml_body | json_body | text_body;
  const QueryParameter draft{"draft", ValueKind::boolean,
                             "Store a draft, which is never executed; what runs stays as it is", false, "false"};
  const QueryParameter revision{
      "revision", ValueKind::integer, "The revision; default: the current revision", false, {}, 1};
  return {
      {.method = Method::post,
       .path = "~/flows",
       .operation = "createFlow",
       .summary = "Create a flow from its source",
       .rule = {{"FLOW", Action::create}, in_body},
       .handler = typed<create_flow>,
       .query = {draft},
       .body = source},
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}",
       .operation = "getFlow",
       .summary = "Get a flow",
       .rule = {{"FLOW", Action::read}, in_path("namespace")},
       .handler = typed<get_flow>,
       .query = {{"source", ValueKind::boolean, "Include the source", false, "false"},
                 revision,
                 {"allowDeleted", ValueKind::boolean, "Also get a deleted flow", false, "false"}}},
      {.method = Method::put,
       .path = "~/flows/{namespace}/{id}",
       .operation = "updateFlow",
       .summary = "Update a flow",
       .rule = {{"FLOW", Action::update}, in_path("namespace")},
       .handler = typed<update_flow>,
       .query = {draft},
       .body = source},
      {.method = Method::del,
       .path = "~/flows/{namespace}/{id}",
       .operation = "deleteFlow",
       .summary = "Delete a flow",
       .rule = {{"FLOW", Action::remove}, in_path("namespace")},
       .handler = typed<delete_flow>,
       .status = 204},
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}/revisions",
       .operation = "listFlowRevisions",
       .summary = "List the revisions of a flow",
       .rule = {{"FLOW", Action::read}, in_path("namespace")},
       .handler = typed<list_flow_revisions>,
       .query = {{"allowDelete", ValueKind::boolean, "Include deleted revisions", false, "false"}}},
      {.method = Method::del,
       .path = "~/flows/{namespace}/{id}/revisions",
       .operation = "deleteRevisions",
       .summary = "Delete revisions of a flow, except the current one",
       .rule = {{"FLOW", Action::remove}, in_path("namespace")},
       .handler = typed<delete_revisions>,
       .query = {{"revisions", ValueKind::integer_list, "Which", true}},
       .also_answers = {409}},
  };
}

}  // namespace gyr::web
