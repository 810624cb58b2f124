// Expressions: evaluate in an execution, render several, list filters and functions (EXPR-420 to EXPR-424).
#include "expression/registry.h"
#include "web/evaluation.h"
#include "web/executions.h"
#include "web/expression_context.h"
#include "web/expressions/values.h"
#include "web/http/answers.h"
#include "web/http/errors.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;

/// EXPR-424.
constexpr size_t max_expressions = 500;

std::shared_ptr<const expression::ValueTemplate> template_of(std::string_view text) {
  return std::make_shared<const expression::ValueTemplate>(Value::string(text));
}

/// `{result}` or `{error, stackTrace}`, both with 200: an error of an expression is a valid answer.
Value result_of(const base::Result<Value>& rendered) {
  if (rendered)
    return Value::map({{"result", Value::string(rendered->is_null() ? "" : expression::to_text(*rendered))}});
  return Value::map({{"error", Value::string(rendered.error().message())},
                     {"stackTrace", Value::string(rendered.error().to_string())}});
}

base::Task<Outcome> evaluate_text(Request* request, base::Id task_run) {
  const auto id = base::Id::parse(request->path("executionId"));
  if (!id) co_return base::fail(no_execution(request->path("executionId")));
  GYR_CO_TRY(std::string text, co_await request->read_text(request->settings().limits.text_bytes));
  GYR_CO_TRY(auto state, co_await load_state(request, *id));
  if (!task_run.is_none() && state->find(task_run) == nullptr) {
    co_return base::fail(not_found, fmt::format("TaskRun '{}' not found", task_run.to_text()));
  }
  auto rendered = co_await evaluate(request, state, task_run, template_of(text), false);
  co_return json_answer(result_of(rendered));
}

base::Task<Outcome> eval_expression(Request* request) { return evaluate_text(request, {}); }

base::Task<Outcome> eval_task_run_expression(Request* request) {
  const auto run = base::Id::parse(request->path("taskRunId"));
  if (!run || run->is_none())
    co_return base::fail(not_found, fmt::format("TaskRun '{}' not found", request->path("taskRunId")));
  co_return co_await evaluate_text(request, *run);
}

base::Task<Outcome> render_expressions(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  const Value* expressions = body.find("expressions");
  const Value* execution = body.find("executionId");
  if (expressions == nullptr || !expressions->is_list() || expressions->size() == 0 ||
      expressions->size() > max_expressions) {
    co_return base::fail(bad_body, fmt::format("expressions: must be a list of 1 to {} strings", max_expressions));
  }
  if (execution == nullptr || !execution->is_string()) {
    co_return base::fail(bad_body, "executionId: is required, because expressions are rendered in an execution");
  }
  const auto id = base::Id::parse(execution->text());
  if (!id) co_return base::fail(no_execution(execution->text()));
  GYR_CO_TRY(auto state, co_await load_state(request, *id));
  MapBuilder rendered;
  for (const Value& text : expressions->items()) {
    if (!text.is_string()) co_return base::fail(bad_body, "expressions: each must be a string");
    auto value = co_await evaluate(request, state, {}, template_of(text.text()), false);
    if (!value) co_return base::fail(value.error());
    rendered.set(text.text(), Value::string(value->is_null() ? "" : expression::to_text(*value)));
  }
  co_return json_answer(Value::map({{"rendered", rendered.build()}}));
}

base::Task<Outcome> list_filters(Request*) {
  base::ListBuilder list;
  for (const expression::Entry* entry : expression::all_filters()) {
    if (!entry->has(expression::hidden)) list.push(Value::string(entry->name));
  }
  co_return json_answer(list.build());
}

base::Task<Outcome> list_functions(Request*) {
  base::ListBuilder list;
  for (const expression::Entry* entry : expression::all_functions()) {
    if (entry->has(expression::hidden)) continue;
    base::ListBuilder arguments;
    for (const auto& parameter : entry->parameters) {
      MapBuilder argument;
      argument.set("name", Value::string(parameter.name));
      if (!parameter.default_value.empty()) argument.set("defaultValue", Value::string(parameter.default_value));
      arguments.push(argument.build());
    }
    list.push(Value::map({{"name", Value::string(entry->name)}, {"arguments", arguments.build()}}));
  }
  co_return json_answer(list.build());
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
       .handler = eval_expression,
       .body = text_body | json_body | urlencoded_body | optional_body,
       .answer = answers<json::EvalResult>,
       .also = {"~/executions/{executionId}/eval"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/eval/{taskRunId}",
       .operation = "evalTaskRunExpression",
       .summary = "Evaluate an expression in a task run",
       .rule = {may_read, of_entity},
       .handler = eval_task_run_expression,
       .body = text_body | json_body | urlencoded_body | optional_body,
       .answer = answers<json::EvalResult>,
       .also = {"~/executions/{executionId}/eval/{taskRunId}"}},
      {.method = Method::post,
       .path = "~/expressions/render",
       .operation = "renderExpressions",
       .summary = "Render expressions in an execution",
       .rule = {may_read, of_entity},
       .handler = render_expressions,
       .body = json_body,
       .takes = json_type<json::ExpressionsToRender>,
       .answer = answers<json::RenderedExpressions>},
      {.method = Method::post,
       .path = "~/flows/expressions",
       .operation = "expressions",
       .summary = "List the completions for expressions of a flow",
       .rule = {{"FLOW", Action::read}, in_body},
       .handler = expressions_of_flow,
       .query = {{"taskId", ValueKind::text, "Only the outputs of tasks that can run before this task"}},
       .body = yaml_body | text_body,
       .answer = answers<json::ExpressionContext>},
      {.method = Method::get,
       .path = "$/pebble/filters",
       .operation = "getExpressionFilters",
       .summary = "List the filters of expressions",
       .rule = {{"PLUGIN", Action::read}, tenant_wide},
       .handler = list_filters,
       .answer = answers<std::vector<std::string>>},
      {.method = Method::get,
       .path = "$/pebble/functions",
       .operation = "getExpressionFunctions",
       .summary = "List the functions of expressions",
       .rule = {{"PLUGIN", Action::read}, tenant_wide},
       .handler = list_functions,
       .answer = answers<std::vector<json::PebbleFunction>>},
  };
}

}  // namespace gyr::web
