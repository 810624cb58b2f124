// Single tasks of a flow: read, replace in the source (API-92).
#include "catalog/flow_cache.h"
#include "model/flow_json.h"
#include "plugin_api/registry.h"
#include "web/flows.h"
#include "web/flows/task_edit.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

base::Task<base::Result<JsonOf<json::Task>>> get_task(Request* request) {
  const auto revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  co_return co_await request->read(
      [key = flow_of_path(*request), revision, task_id = std::string(request->path("taskId")),
       services = &request->services()](store::Reader& reader) -> base::Result<JsonOf<json::Task>> {
        GYR_TRY(auto row, reader.flow(key, revision));
        if (!row || row->deleted) return base::fail(no_flow(key));
        GYR_TRY(auto flow, services->flows.get(reader, key, row->revision));
        const auto* compiled = flow && flow->compiled ? flow->compiled.get() : nullptr;
        if (compiled == nullptr)
          return base::fail(illegal_state, "cannot read the flow: " + (flow ? flow->exception : ""));
        const model::TaskSpec* task = compiled->flow().find_task(task_id);
        if (task == nullptr) return base::fail(not_found, fmt::format("Task '{}' not found", task_id));
        return json_of<json::Task>(model::task_to_value(*task, services->registry));
      });
}

base::Task<base::Result<OrProblem<JsonOf<json::Flow>>>> update_task(Request* request, Object body) {
  const model::FlowKey key = flow_of_path(*request);
  const std::string task_id(request->path("taskId"));
  const base::Value* id = body.value.find("id");
  if (id == nullptr || !id->is_string() || id->text() != task_id)
    co_return refused_flow("task.id", "Illegal task id update", invalid_entity);
  GYR_CO_TRY(auto row, co_await request->read([key](store::Reader& reader) { return reader.flow(key, 0); }));
  if (!row || row->deleted) co_return base::fail(no_flow(key));
  using Edited = std::optional<std::string>;
  GYR_CO_TRY(Edited edited, co_await on_pool<Edited>(&request->services().work, &request->loop(),
                                                     [source = row->source, task_id, task = std::move(body.value)] {
                                                       return with_task(source, task_id, task);
                                                     }));
  if (!edited) co_return base::fail(not_found, fmt::format("Task '{}' not found", task_id));
  auto saved = co_await save_flow(request, *std::move(edited), executor::SaveFlow::Mode::update, key, row->draft);
  if (auto* problem = std::get_if<Problem>(&saved)) co_return std::move(*problem);
  using Flow = JsonOf<json::Flow>;
  co_return co_await on_pool<Flow>(
      &request->services().work, &request->loop(),
      [row = std::move(std::get<SavedFlow>(saved).row), services = &request->services()]() -> base::Result<Flow> {
        return flow_json<json::Flow>(row, *services);
      });
}

}  // namespace

std::vector<Route> flow_task_routes() {
  const QueryParameter revision{
      "revision", ValueKind::integer, "The revision; default: the current revision", false, {}, 1};
  return {
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}/tasks/{taskId}",
       .operation = "getTaskFromFlow",
       .summary = "Get a task of a flow, at any depth",
       .rule = {{"FLOW", Action::read}, in_path("namespace")},
       .handler = typed<get_task>,
       .query = {revision}},
      {.method = Method::patch,
       .path = "~/flows/{namespace}/{id}/{taskId}",
       .operation = "updateTask",
       .summary = "Replace a task in the source of a flow; everything around it stays as it is",
       .rule = {{"FLOW", Action::update}, in_path("namespace")},
       .handler = typed<update_task>,
       .body = json_body,
       .takes = json_type<json::Task>,
       .also_answers = {409}},
  };
}

}  // namespace gyr::web
