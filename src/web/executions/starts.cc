// Starting executions, and checking inputs without starting (API-80 to API-82).
#include "web/executions/executions.h"
#include "web/executions/start.h"
#include "web/executions/values.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/http/limits.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// What inputs are checked for.
struct CheckQuery {
  std::vector<std::string> labels;
  std::optional<int32_t> revision;
};
/// How an execution is started.
struct StartQuery : CheckQuery {
  bool wait = false;
  std::optional<base::Instant> schedule_date;
  std::optional<std::string> breakpoints;
  model::ExecutionKind kind = model::ExecutionKind::normal;
};

constexpr auto labels_parameter = parameter("labels", &CheckQuery::labels, {.documentation = "Labels as `key:value`"});
constexpr auto revision_parameter =
    parameter("revision", &CheckQuery::revision,
              {.documentation = "The revision of the flow; default: the current revision", .least = 1});

}  // namespace

template <>
struct DescribedQuery<CheckQuery> {
  static constexpr auto parameters = std::tuple(labels_parameter, revision_parameter);
};
template <>
struct DescribedQuery<StartQuery> {
  using T = StartQuery;
  static constexpr auto parameters = std::tuple(
      labels_parameter, parameter("wait", &T::wait, {.documentation = "Respond only when the execution has ended"}),
      revision_parameter, parameter("scheduleDate", &T::schedule_date, {.documentation = "When to start"}),
      parameter("breakpoints", &T::breakpoints,
                {.documentation = "Tasks to stop at, as `taskId` or `taskId.value`, separated by commas"}),
      parameter("kind", &T::kind, {.documentation = "NORMAL, TEST or PLAYGROUND"}));
};

namespace {

base::Result<executor::StartRequest> start_of(Request* request, const StartQuery& query) {
  executor::StartRequest start;
  start.flow = flow_of_path(*request);
  start.id = model::make_execution_id(start.flow, request->services().clock.now());
  start.revision = query.revision.value_or(0);
  GYR_TRY(start.labels, labels_of(query.labels));
  start.schedule_date = query.schedule_date;
  start.kind = query.kind;
  GYR_TRY(start.idempotency_key, idempotency_key_of(*request));
  return start;
}

/// The execution as it is at its end; a client that went away changes nothing for it.
base::Task<base::Result<ExecutionResponseAnswer>> answer_at_end(Request* request, TerminationWait* wait, base::Id id) {
  GYR_CO_CHECK(co_await wait->wait(max_wait));
  GYR_CO_TRY(auto loaded, co_await find_execution(request, id.to_text()));
  co_return execution_response(request, loaded);
}

base::Task<base::Result<ExecutionResponseAnswer>> create_execution(Request* request, StartQuery query) {
  GYR_CO_TRY(auto start_request, start_of(request, query));
  const base::Id id = start_request.id;
  const model::FlowKey key = start_request.flow;
  // Before the body is read: a large upload must not be transferred if the flow does not exist.
  GYR_CO_TRY(auto flow, co_await runnable_flow(request, key, start_request.revision));
  if (query.breakpoints) {
    GYR_CO_TRY(start_request.breakpoints, breakpoints_of(*query.breakpoints, *flow->compiled));
  }
  GYR_CO_TRY(auto sent, co_await read_inputs(request, flow, id, true));
  start_request.inputs = std::move(sent.values);
  std::optional<TerminationWait> wait;
  if (query.wait) wait.emplace(request, id);
  auto answer = co_await start(request, std::move(start_request));
  const bool used = answer && !answer->existed;
  if (sent.stored_files && !used) co_await remove_files(request, key, id);
  if (!answer) co_return base::fail(answer.error());
  if (!wait) co_return execution_response(request, LoadedExecution{{.execution = std::move(answer->execution)}, {}});
  if (answer->existed) wait.emplace(request, answer->execution.id);
  co_return co_await answer_at_end(request, &*wait, answer->execution.id);
}

// ---------------------------------------------------------------------------------------------- checking

base::Task<base::Result<json::InputsValidation>> validate_inputs(Request* request, CheckQuery query) {
  executor::StartRequest start_request;
  start_request.flow = flow_of_path(*request);
  start_request.id = model::make_execution_id(start_request.flow, request->services().clock.now());
  start_request.revision = query.revision.value_or(0);
  GYR_CO_TRY(start_request.labels, labels_of(query.labels));
  GYR_CO_TRY(auto flow, co_await runnable_flow(request, start_request.flow, start_request.revision));
  GYR_CO_TRY(auto sent, co_await read_inputs(request, flow, start_request.id, false));
  start_request.inputs = std::move(sent.values);
  GYR_CO_TRY(auto report, co_await answer_of<executor::InputReport>(
                              &request->loop(), [starter = &request->services().starter,
                                                 start_request = std::move(start_request)](auto done) mutable {
                                starter->validate(std::move(start_request), std::move(done));
                              }));
  json::InputsValidation validation{flow->key->id, flow->key->namespace_, input_reports(report.inputs.inputs), {}};
  for (const auto& failed : report.checks) {
    validation.checks.push_back({failed.message, std::string(model::to_text(failed.check->style)),
                                 std::string(model::to_text(failed.check->behavior))});
  }
  co_return validation;
}

}  // namespace

std::vector<Route> execution_start_routes() {
  constexpr Body form = multipart_body | urlencoded_body | optional_body;
  return {
      {.method = Method::post,
       .path = "~/executions/{namespace}/{id}",
       .operation = "createExecution",
       .summary = "Start an execution of a flow",
       .rule = {{"EXECUTION", Action::create}, in_path("namespace")},
       .handler = typed<create_execution>,
       .body = form,
       .also_answers = {409, 429, 503},
       .also = {"~/executions/trigger/{namespace}/{id}"}},
      {.method = Method::post,
       .path = "~/executions/{namespace}/{id}/validate",
       .operation = "validateNewExecutionInputs",
       .summary = "Check the inputs of a new execution",
       .rule = {{"EXECUTION", Action::create}, in_path("namespace")},
       .handler = typed<validate_inputs>,
       .body = form,
       .also_answers = {409}},
  };
}

}  // namespace gyr::web
