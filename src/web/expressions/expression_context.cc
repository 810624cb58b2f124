// Completions for an expression at a position of a flow (EXPR-423, API-74).
#include "web/expressions/expression_context.h"

#include <algorithm>

#include "base/text.h"
#include "catalog/flow_cache.h"
#include "engine/settings.h"
#include "expression/registry.h"
#include "model/flow_parser.h"
#include "model/task_order.h"
#include "plugin_api/registry.h"
#include "security/secrets.h"
#include "web/flows.h"
#include "web/http/await.h"

namespace gyr::web {
namespace {

using base::Value;
using syntax::NodePtr;

/// Keys and files that are offered; an editor shows no more.
constexpr size_t max_offered = 500;

/// EXPR-380 to EXPR-393: what every task sees.
constexpr std::string_view context_names[] = {"flow.id",
                                              "flow.namespace",
                                              "flow.revision",
                                              "flow.tenantId",
                                              "execution.id",
                                              "execution.startDate",
                                              "execution.state",
                                              "execution.originalId",
                                              "task.id",
                                              "task.type",
                                              "taskrun.id",
                                              "taskrun.startDate",
                                              "taskrun.attemptsCount",
                                              "taskrun.parentId",
                                              "taskrun.value",
                                              "taskrun.iteration",
                                              "parent.taskrun.value",
                                              "parent.outputs",
                                              "parents",
                                              "item.value",
                                              "item.index",
                                              "item.key",
                                              "item.parent.value",
                                              "trigger",
                                              "labels",
                                              "kestra.environment",
                                              "kestra.url"};

/// `root.name`, or `root['name']` if the name is not an identifier (EXPR-33).
std::string member(std::string_view root, std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_plain = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  const bool is_identifier = !name.empty() && std::ranges::all_of(name, is_plain) && is_letter(name.front());
  return is_identifier ? fmt::format("{}.{}", root, name) : fmt::format("{}['{}']", root, name);
}

/// The ids of inputs as expressions use them; read from the text, because a source that is being edited can be invalid.
std::vector<std::string> inputs_of(const NodePtr& flow) {
  std::vector<std::string> names;
  const NodePtr inputs = flow->find_shared("inputs");
  if (inputs == nullptr) return names;
  for (const NodePtr& input : inputs->items()) {
    const NodePtr id = input->is_mapping() ? input->find_shared("id") : nullptr;
    if (id == nullptr || !id->is_scalar()) continue;
    std::string name = "inputs";
    for (std::string_view part : base::split(id->text(), '.')) name = member(name, part);
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> variables_of(const NodePtr& flow) {
  std::vector<std::string> names;
  const NodePtr variables = flow->find_shared("variables");
  if (variables == nullptr) return names;
  for (const syntax::NodeEntry& entry : variables->entries()) names.push_back(member("vars", entry.key));
  return names;
}

/// Each output of each task before this one; only the task if its type declares no outputs.
std::vector<std::string> outputs_of(const model::Flow& flow, std::string_view task_id,
                                    const plugin::Registry& registry) {
  std::vector<std::string> names;
  for (const std::string& id : model::TaskOrder(flow).before(task_id)) {
    const model::TaskSpec* task = flow.find_task(id);
    const std::string root = member("outputs", id);
    if (task == nullptr || task->found == nullptr) continue;
    const auto& outputs = registry.type_of(*task).outputs;
    if (outputs.empty()) names.push_back(root);
    for (const auto& [name, info] : outputs) names.push_back(member(root, name));
  }
  return names;
}

std::vector<std::string> context_of(const engine::Settings& settings, std::string_view tenant,
                                    std::string_view namespace_) {
  std::vector<std::string> names(std::begin(context_names), std::end(context_names));
  for (const auto& entry : settings.envs.entries()) names.push_back(member("envs", entry.name()));
  for (const auto& entry : settings.globals.entries()) names.push_back(member("globals", entry.name()));
  if (settings.namespaces != nullptr) {
    const Value variables = settings.namespaces->variables(tenant, namespace_);
    if (variables.is_map()) {
      for (const auto& entry : variables.entries()) names.push_back(member("namespace", entry.name()));
    }
  }
  return names;
}

/// Keys of the namespace and its parents, which kv() looks through (EXPR-272).
base::Result<std::vector<std::string>> keys_of(store::Reader& reader, const store::Visible& visible,
                                               const std::string& tenant, std::string_view namespace_,
                                               base::Instant now) {
  std::vector<std::string> names;
  while (!namespace_.empty()) {
    store::KvQuery query{visible};
    query.tenant = tenant;
    query.namespaces.push_back({store::Operator::equals, {std::string(namespace_)}});
    query.now = now;
    query.paging.size = max_offered;
    GYR_TRY(auto page, reader.search_kv(query));
    for (const auto& row : page.results) names.push_back(fmt::format("kv('{}')", row.key));
    const size_t dot = namespace_.rfind('.');
    namespace_ = namespace_.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  return names;
}

base::Result<std::vector<std::string>> files_of(store::Reader& reader, const store::Visible& visible,
                                                const std::string& tenant, std::string_view namespace_) {
  GYR_TRY(auto rows, reader.namespace_files(visible, tenant, namespace_, "/"));
  std::vector<std::string> names;
  for (const auto& row : rows) {
    if (names.size() == max_offered) break;
    if (!row.path.ends_with('/')) names.push_back(fmt::format("read('{}')", row.path.substr(1)));
  }
  return names;
}

base::Result<json::ExpressionContext> context_at(store::Reader& reader, const store::Visible& visible,
                                                 const model::ParsedFlow& parsed, const std::string& tenant,
                                                 std::string_view task_id, const Services& services) {
  using Names = std::vector<std::string>;
  const bool is_flow = parsed.node != nullptr && parsed.node->is_mapping();
  Names secrets, filters, functions;
  for (const std::string& name : services.secrets.names()) secrets.push_back(fmt::format("secret('{}')", name));
  for (const expression::Entry* entry : expression::all_filters()) {
    if (!entry->has(expression::hidden)) filters.emplace_back(entry->name);
  }
  for (const expression::Entry* entry : expression::all_functions()) {
    if (!entry->has(expression::hidden)) functions.push_back(fmt::format("{}()", entry->name));
  }
  GYR_TRY(Names keys, keys_of(reader, visible, tenant, parsed.namespace_, services.clock.now()));
  GYR_TRY(Names files, files_of(reader, visible, tenant, parsed.namespace_));
  json::ExpressionContext context;
  context.categories = {
      {"taskOutputs", parsed.flow ? outputs_of(*parsed.flow, task_id, services.registry) : Names()},
      {"executionContext", context_of(services.engine, tenant, parsed.namespace_)},
      {"inputs", is_flow ? inputs_of(parsed.node) : Names()},
      {"variables", is_flow ? variables_of(parsed.node) : Names()},
      {"secrets", std::move(secrets)},
      {"kvPairs", std::move(keys)},
      {"namespaceFiles", std::move(files)},
      {"filters", std::move(filters)},
      {"functions", std::move(functions)},
      {"appContext", {"app.id", "app.url"}},
  };
  return context;
}

}  // namespace

base::Task<base::Result<json::ExpressionContext>> expressions_of_flow(Request* request) {
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  co_return co_await request->read([source = std::move(source), visible = request->visible(),
                                    tenant = request->tenant(), services = &request->services(),
                                    task = std::string(request->text("taskId").value_or(""))](store::Reader& reader) {
    const auto parsed = model::parse_flow(source, services->registry, parse_options(*services, tenant));
    return context_at(reader, visible, parsed, tenant, task, *services);
  });
}

}  // namespace gyr::web
