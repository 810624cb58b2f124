// Flows with tasks whose types are deprecated (API-88).
#include "plugin_api/registry.h"
#include "web/flows.h"
#include "web/flows/flow_pages.h"
#include "web/http/await.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using Deprecated = std::vector<json::FlowWithDeprecatedTasks>;

std::optional<json::TaskDeprecation> deprecation_of(const model::TaskSpec& task, const plugin::Registry& registry) {
  if (task.found == nullptr) return std::nullopt;
  const auto& type = registry.type_of(task);
  const bool is_former_name = task.written_type != type.type;
  if (!type.deprecated && !is_former_name) return std::nullopt;
  json::TaskDeprecation deprecation{task.id, task.written_type, std::nullopt};
  if (is_former_name) deprecation.replacement = type.type;
  return deprecation;
}

/// A flow that cannot be parsed has none: its validation tells what is wrong with it.
void add_deprecated(const store::FlowRow& row, const Services& services, Deprecated& found) {
  std::string exception;
  const auto parsed = parsed_form(row, services, exception);
  if (parsed == nullptr) return;
  json::FlowWithDeprecatedTasks flow{row.key.namespace_, row.key.id, row.revision, {}};
  parsed->for_each_task([&](const model::TaskSpec& task) {
    if (auto deprecation = deprecation_of(task, services.registry))
      flow.deprecated_tasks.push_back(*std::move(deprecation));
  });
  if (!flow.deprecated_tasks.empty()) found.push_back(std::move(flow));
}

base::Task<base::Result<Deprecated>> list_deprecated(Request* request) {
  store::FlowQuery query{request->visible()};
  query.tenant = request->tenant();
  if (const auto namespace_ = request->text("namespace"); namespace_ && !namespace_->empty())
    query.namespaces.push_back({store::Operator::prefix, {std::string(*namespace_)}});
  FlowPages pages(&request->services(), &request->loop(), std::move(query));
  Deprecated all;
  for (;;) {
    GYR_CO_TRY(auto rows, co_await pages.next());
    if (rows.empty()) co_return all;
    GYR_CO_TRY(Deprecated found,
               co_await on_pool<Deprecated>(
                   &request->services().work, &request->loop(),
                   [rows = std::move(rows), services = &request->services()]() -> base::Result<Deprecated> {
                     Deprecated part;
                     for (const auto& row : rows) add_deprecated(row, *services, part);
                     return part;
                   }));
    std::ranges::move(found, std::back_inserter(all));
  }
}

}  // namespace

std::vector<Route> flow_deprecation_routes() {
  return {{.method = Method::get,
           .path = "~/flows/deprecated",
           .operation = "listDeprecated",
           .summary = "List flows with deprecated tasks",
           .rule = {{"FLOW", Action::read}, of_rows},
           .handler = typed<list_deprecated>,
           .query = {{"namespace", ValueKind::text, "A namespace, including its child namespaces"}}}};
}

}  // namespace gyr::web
