// Expressions: evaluate in an execution, render several, list filters and functions (EXPR-420 to EXPR-424).
#include "web/routes.h"

#include "expression/registry.h"
#include "web/evaluation.h"
#include "web/executions/executions.h"
#include "web/expressions/expression_context.h"
#include "web/http/errors.h"
#include "web/http/typed.h"

namespace gyr::web {
namespace {

using base::Value;
using Evaluated = base::Task<base::Result<json::EvalResult>>;

/// EXPR-424.
constexpr size_t max_expressions = 500;

std::shared_ptr<const expression::ValueTemplate> template_of(std::string_view text) {
  return std::make_shared<const expression::ValueTemplate>(Value::string(text));
}

std::string text_of(const Value& value) { return value.is_null() ? "" : expression::to_text(value); }

/// Both with 200: an error of an expression is a valid answer.
json::EvalResult result_of(const base::Result<Value>& rendered) {
  json::EvalResult result;
  if (rendered) {
    result.result = text_of(*rendered);
  } else {
    result.error = rendered.error().message();
    result.stack_trace = rendered.error().to_string();
  }
  return result;
}

Evaluated evaluate_text(Request* request, base::Id task_run) {
  const auto id = base::Id::parse(request->path("executionId"));
  if (!id) co_return base::fail(no_execution(request->path("executionId")));
  GYR_CO_TRY(std::string text, co_await request->read_text(request->settings().limits.text_bytes));
  GYR_CO_TRY(auto state, co_await load_state(request, *id));
  if (!task_run.is_none() && state->find(task_run) == nullptr) {
    co_return base::fail(not_found, fmt::format("TaskRun '{}' not found", task_run.to_text()));
  }
  auto rendered = co_await evaluate(request, state, task_run, template_of(text), false);
  co_return result_of(rendered);
}

Evaluated eval_expression(Request* request) { return evaluate_text(request, {}); }

Evaluated eval_task_run_expression(Request* request) {
  const auto run = base::Id::parse(request->path("taskRunId"));
  if (!run || run->is_none())
    co_return base::fail(not_found, fmt::format("TaskRun '{}' not found", request->path("taskRunId")));
  co_return co_await evaluate_text(request, *run);
}

base::Task<base::Result<json::RenderedExpressions>> render_expressions(Request* request,
                                                                       json::ExpressionsToRender body) {
  if (body.expressions.empty() || body.expressions.size() > max_expressions)
    co_return base::fail(bad_body, fmt::format("expressions: must be a list of 1 to {} strings", max_expressions));
  if (!body.execution_id)
    co_return base::fail(bad_body, "executionId: is required, because expressions are rendered in an execution");
  const auto id = base::Id::parse(*body.execution_id);
  if (!id) co_return base::fail(no_execution(*body.execution_id));
  GYR_CO_TRY(auto state, co_await load_state(request, *id));
  json::RenderedExpressions answer;
  for (const std::string& text : body.expressions) {
    if (std::ranges::find(answer.rendered, text, &std::pair<std::string, std::string>::first) != answer.rendered.end())
      continue;
    auto value = co_await evaluate(request, state, {}, template_of(text), false);
    if (!value) co_return base::fail(value.error());
    answer.rendered.emplace_back(text, text_of(*value));
  }
  co_return answer;
}

base::Task<base::Result<std::vector<std::string>>> list_filters(Request*) {
  std::vector<std::string> names;
  for (const expression::Entry* entry : expression::all_filters()) {
    if (!entry->has(expression::hidden)) names.emplace_back(entry->name);
  }
  co_return names;
}

base::Task<base::Result<std::vector<json::PebbleFunction>>> list_functions(Request*) {
  std::vector<json::PebbleFunction> functions;
  for (const expression::Entry* entry : expression::all_functions()) {
    if (entry->has(expression::hidden)) continue;
    json::PebbleFunction& function = functions.emplace_back();
    function.name = entry->name;
    for (const auto& parameter : entry->parameters) {
      json::PebbleArgument& argument = function.arguments.emplace_back();
      argument.name = parameter.name;
      if (!parameter.default_value.empty()) argument.default_value = parameter.default_value;
    }
  }
  co_return functions;
}

}  // namespace

std::vector<Route> expression_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/eval",
       .operation = "evalExpression",
       .summary = "Evaluate an expression in an execution",
       .rule = {may_read, of_entity},
       .handler = typed<eval_expression>,
       .body = text_body | json_body | urlencoded_body | optional_body,
       .also = {"~/executions/{executionId}/eval"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/eval/{taskRunId}",
       .operation = "evalTaskRunExpression",
       .summary = "Evaluate an expression in a task run",
       .rule = {may_read, of_entity},
       .handler = typed<eval_task_run_expression>,
       .body = text_body | json_body | urlencoded_body | optional_body,
       .also = {"~/executions/{executionId}/eval/{taskRunId}"}},
      {.method = Method::post,
       .path = "~/expressions/render",
       .operation = "renderExpressions",
       .summary = "Render expressions in an execution",
       .rule = {may_read, of_entity},
       .handler = typed<render_expressions>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/flows/expressions",
       .operation = "expressions",
       .summary = "List the completions for expressions of a flow",
       .rule = {{"FLOW", Action::read}, in_body},
       .handler = typed<expressions_of_flow>,
       .query = {{"taskId", ValueKind::text, "Only the outputs of tasks that can run before this task"}},
       .body = yaml_body | text_body},
      {.method = Method::get,
       .path = "$/pebble/filters",
       .operation = "getExpressionFilters",
       .summary = "List the filters of expressions",
       .rule = {{"PLUGIN", Action::read}, tenant_wide},
       .handler = typed<list_filters>},
      {.method = Method::get,
       .path = "$/pebble/functions",
       .operation = "getExpressionFunctions",
       .summary = "List the functions of expressions",
       .rule = {{"PLUGIN", Action::read}, tenant_wide},
       .handler = typed<list_functions>},
  };
}

}  // namespace gyr::web
