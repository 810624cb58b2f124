// Many flows at once, to change: whole namespaces, enable and disable, delete (API-89, API-92).
#include <set>

#include "command/errors.h"
#include "model/errors.h"
#include "syntax/yaml.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/forms.h"
#include "web/http/older_parameters.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using executor::SaveFlow;
using Flow = JsonOf<json::FlowWithSource>;
using Written = OrProblem<std::vector<Flow>>;
using Rows = std::vector<store::FlowRow>;
using Bulk = json::BulkResponse;

// ---------------------------------------------------------------------------------------------- by ids or by filter

/// Those that the filters of the request select.
base::Task<base::Result<Rows>> matching_flows(Request* request) {
  GYR_CO_TRY(auto selection, select_flows(*request));
  if (selection.nothing) co_return Rows();
  co_return co_await request->read(
      [query = std::move(selection.query)](store::Reader& reader) { return all_flows(reader, query, max_flows); });
}

/// Those of the body; missing ones are left out.
base::Task<base::Result<Rows>> named_flows(Request* request, FlowIds body) {
  GYR_CO_TRY(auto keys, flow_keys_of(body, request->tenant()));
  co_return co_await request->read(
      [access = request->access(), keys = std::move(keys)](store::Reader& reader) -> base::Result<Rows> {
        Rows rows;
        for (const auto& key : keys) {
          GYR_TRY(auto row, reader.flow(key, 0));
          if (row && !row->deleted && access.allows(key.namespace_)) rows.push_back(*std::move(row));
        }
        return rows;
      });
}

base::Task<base::Result<Bulk>> delete_all(Request* request, Rows rows) {
  std::vector<executor::Command> commands;
  for (const auto& row : rows)
    commands.emplace_back(executor::DeleteFlow{std::make_shared<const model::FlowKey>(row.key)});
  GYR_CO_TRY(uint64_t count, co_await submit_all(request, std::move(commands)));
  co_return bulk_response(*request, count);
}

base::Task<base::Result<Bulk>> delete_named(Request* request, FlowIds body) {
  GYR_CO_TRY(Rows rows, co_await named_flows(request, std::move(body)));
  co_return co_await delete_all(request, std::move(rows));
}
base::Task<base::Result<Bulk>> delete_matching(Request* request) {
  GYR_CO_TRY(Rows rows, co_await matching_flows(request));
  co_return co_await delete_all(request, std::move(rows));
}

/// Edits the `disabled:` line; only flows that change count (API-92).
base::Task<base::Result<OrProblem<Bulk>>> set_disabled(Request* request, Rows rows, bool disabled) {
  std::vector<std::string> edited;
  for (const auto& row : rows) {
    if (row.disabled == disabled || row.draft) continue;  // a draft is never executed, and is not published here
    // A source that is not a mapping cannot be executed anyway.
    if (auto text = with_property(row.source, "disabled", disabled ? "true" : "false"))
      edited.push_back(*std::move(text));
  }
  uint64_t count = 0;
  for (auto& saved : co_await save_flows(request, std::move(edited), SaveFlow::Mode::update, true)) {
    if (auto* problem = std::get_if<Problem>(&saved)) co_return std::move(*problem);
    count += std::get<SavedFlow>(saved).unchanged ? 0 : 1;
  }
  co_return bulk_response(*request, count);
}

template <bool disabled>
base::Task<base::Result<OrProblem<Bulk>>> switch_named(Request* request, FlowIds body) {
  GYR_CO_TRY(Rows rows, co_await named_flows(request, std::move(body)));
  co_return co_await set_disabled(request, std::move(rows), disabled);
}
template <bool disabled>
base::Task<base::Result<OrProblem<Bulk>>> switch_matching(Request* request) {
  GYR_CO_TRY(Rows rows, co_await matching_flows(request));
  co_return co_await set_disabled(request, std::move(rows), disabled);
}

// ---------------------------------------------------------------------------------------------- whole namespaces

/// The request of a namespace update.
struct Update {
  std::vector<std::string> sources;
  std::optional<std::string> namespace_;  ///< all flows must be of it
  bool rewrite = false;                   ///< flows of other namespaces become this one's
  bool children = false;                  ///< flows of child namespaces are welcome
  bool remove = true;                     ///< flows that are not in the body go
};

base::Task<base::Result<std::vector<std::string>>> read_sources(Request* request, bool* rewrite) {
  std::vector<std::string> texts;
  if (request->media_type() == "multipart/form-data") {
    net::MultipartLimits limits;
    limits.file_bytes = request->settings().limits.yaml_bytes;
    GYR_CO_TRY(auto entries, co_await read_entries(request, limits, keep_files(request->settings().limits.yaml_bytes)));
    for (auto& entry : entries) {
      if (entry.file_name) texts.push_back(std::move(entry.value));
      if (entry.name == "override" && !entry.file_name) *rewrite = entry.value == "true";
    }
  } else {
    GYR_CO_TRY(std::string body, co_await read_flow_source(request));
    texts.push_back(std::move(body));
  }
  std::vector<std::string> sources;
  for (const std::string& text : texts) {
    for (const auto& part : syntax::split_yaml_documents(text)) sources.emplace_back(part.text);
  }
  if (sources.size() > max_flows)
    co_return base::fail(bad_body, fmt::format("more than {} flows in one request", max_flows));
  co_return sources;
}

using Checked = std::variant<std::vector<CheckedFlow>, Problem>;

/// Checks all before anything is stored (API-89).
Checked check_all(const Update& update, const std::string& tenant, const Services& services) {
  std::vector<CheckedFlow> flows;
  std::set<model::FlowKey> seen;
  Problem all;
  const auto add = [&all](Problem problem) {
    if (all.violations.empty()) {
      all = std::move(problem);
      return;
    }
    all.message += "\n" + problem.message;
    std::move(problem.violations.begin(), problem.violations.end(), std::back_inserter(all.violations));
  };
  for (const std::string& source : update.sources) {
    std::string text = source;
    if (update.rewrite && update.namespace_)
      text = with_property(source, "namespace", *update.namespace_).value_or(source);
    auto checked = check_flow_source(std::move(text), tenant, services);
    if (auto* problem = std::get_if<Problem>(&checked)) {
      add(std::move(*problem));
      continue;
    }
    auto& flow = std::get<CheckedFlow>(checked);
    const std::string& namespace_ = flow.row.key.namespace_;
    const bool child = update.children && update.namespace_ && namespace_.starts_with(*update.namespace_ + ".");
    if (update.namespace_ && namespace_ != *update.namespace_ && !child) {
      add(refused_flow("flow.namespace",
                       fmt::format("Flow namespace is invalid: `{}` is not `{}`", namespace_, *update.namespace_),
                       model::changed_identity));
    } else if (!seen.insert(flow.row.key).second) {
      add(refused_flow("flow.id", fmt::format("Duplicate flow id: {}", flow.row.key.id), model::duplicate_id));
    } else {
      flows.push_back(std::move(flow));
    }
  }
  if (!all.violations.empty()) return all;
  return flows;
}

base::Task<base::Result<Written>> write_flows(Request* request, Update update) {
  auto shared = std::make_shared<const Update>(std::move(update));
  GYR_CO_TRY(Checked checked, co_await on_pool<Checked>(&request->services().work, &request->loop(),
                                                        [shared, tenant = request->tenant(),
                                                         services = &request->services()]() -> base::Result<Checked> {
                                                          return check_all(*shared, tenant, *services);
                                                        }));
  if (auto* problem = std::get_if<Problem>(&checked)) co_return std::move(*problem);
  auto& flows = std::get<std::vector<CheckedFlow>>(checked);
  // All are judged before any is changed.
  std::set<model::FlowKey> kept;
  for (const auto& flow : flows) {
    GYR_CO_CHECK(judge_command(*request, flow.row.key));
    kept.insert(flow.row.key);
  }

  Rows changed;
  if (shared->remove && shared->namespace_) {
    store::FlowQuery query{request->visible()};
    query.tenant = request->tenant();
    query.namespaces.push_back(
        {shared->children ? store::Operator::prefix : store::Operator::equals, {*shared->namespace_}});
    GYR_CO_TRY(auto rows, co_await request->read([query = std::move(query)](store::Reader& reader) {
      return all_flows(reader, query, max_flows);
    }));
    std::erase_if(rows, [&kept](const store::FlowRow& row) { return kept.contains(row.key); });
    GYR_CO_TRY(changed, co_await delete_flows(request, rows));
  }
  for (auto& answer : co_await store_flows(request, std::move(flows), SaveFlow::Mode::upsert)) {
    if (!answer) co_return base::fail(answer.error());
    changed.push_back(std::move(answer->flow));
  }
  co_return co_await on_pool<std::vector<Flow>>(
      &request->services().work, &request->loop(),
      [changed = std::move(changed), services = &request->services()]() -> base::Result<std::vector<Flow>> {
        return flows_json<json::FlowWithSource>(changed, *services);
      });
}

base::Task<base::Result<Written>> update_namespace(Request* request) {
  Update update;
  update.rewrite = request->flag("override");
  GYR_CO_TRY(update.sources, co_await read_sources(request, &update.rewrite));
  update.namespace_ = std::string(request->path("namespace"));
  update.remove = request->flag("delete");
  co_return co_await write_flows(request, std::move(update));
}

base::Task<base::Result<Written>> bulk_update(Request* request) {
  Update update;
  bool ignored = false;
  GYR_CO_TRY(update.sources, co_await read_sources(request, &ignored));
  if (const auto namespace_ = request->text("namespace"); namespace_ && !namespace_->empty())
    update.namespace_ = std::string(*namespace_);
  update.children = request->flag("allowNamespaceChild");
  update.remove = request->flag("delete");
  if (update.remove && !update.namespace_) {
    // Without a namespace everything that is not in the body would go.
    co_return base::fail(base::Error(bad_argument, "delete=true requires a namespace")
                             .with_hint("set the namespace, or send delete=false"));
  }
  co_return co_await write_flows(request, std::move(update));
}

}  // namespace

std::vector<Route> flow_bulk_routes() {
  constexpr Body sources = yaml_body | json_body | text_body | multipart_body;
  const QueryParameter remove{"delete", ValueKind::boolean, "Delete the flows that are not in the body", false, "true"};
  return {
      {.method = Method::post,
       .path = "~/flows/bulk",
       .operation = "bulkUpdateFlows",
       .summary = "Create and update flows from several documents",
       .rule = {{"FLOW", Action::update}, of_each},
       .handler = typed<bulk_update>,
       .query = {remove,
                 {"namespace", ValueKind::text, "The namespace of all flows"},
                 {"allowNamespaceChild", ValueKind::boolean, "Accept flows of child namespaces", false, "false"}},
       .body = sources},
      {.method = Method::post,
       .path = "~/flows/{namespace}",
       .operation = "updateFlowsInNamespace",
       .summary = "Write all flows of a namespace",
       .rule = {{"FLOW", Action::update}, in_path("namespace")},
       .handler = typed<update_namespace>,
       .query = {remove,
                 {"override", ValueKind::boolean, "Move flows of other namespaces to this namespace", false, "false"}},
       .body = sources},
      {.method = Method::del,
       .path = "~/flows/delete/by-ids",
       .operation = "deleteFlowsByIds",
       .summary = "Delete flows by their ids",
       .rule = {{"FLOW", Action::remove}, of_each},
       .handler = typed<delete_named>,
       .body = json_body},
      {.method = Method::del,
       .path = "~/flows/delete/by-query",
       .operation = "deleteFlowsByQuery",
       .summary = "Delete the flows that match",
       .rule = {{"FLOW", Action::remove}, of_rows},
       .handler = typed<delete_matching>,
       .filters = Resource::flow,
       .older = older::flows},
      {.method = Method::post,
       .path = "~/flows/disable/by-ids",
       .operation = "disableFlowsByIds",
       .summary = "Disable flows by their ids",
       .rule = {{"FLOW", Action::update}, of_each},
       .handler = typed<switch_named<true>>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/flows/disable/by-query",
       .operation = "disableFlowsByQuery",
       .summary = "Disable the flows that match",
       .rule = {{"FLOW", Action::update}, of_rows},
       .handler = typed<switch_matching<true>>,
       .filters = Resource::flow,
       .older = older::flows},
      {.method = Method::post,
       .path = "~/flows/enable/by-ids",
       .operation = "enableFlowsByIds",
       .summary = "Enable flows by their ids",
       .rule = {{"FLOW", Action::update}, of_each},
       .handler = typed<switch_named<false>>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/flows/enable/by-query",
       .operation = "enableFlowsByQuery",
       .summary = "Enable the flows that match",
       .rule = {{"FLOW", Action::update}, of_rows},
       .handler = typed<switch_matching<false>>,
       .filters = Resource::flow,
       .older = older::flows},
  };
}

}  // namespace gyr::web
