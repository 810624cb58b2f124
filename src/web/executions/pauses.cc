// Holding executions and letting them go on: pause, resume with its inputs, breakpoints (API-84, API-85, EXEC-83,
// EXEC-91).
#include "intake/resumer.h"
#include "storage/storage.h"
#include "web/executions/executions.h"
#include "web/executions/start.h"
#include "web/holds/kill_switches.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/older_parameters.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// Which pause is resumed.
struct ResumeQuery {
  std::string task_run;
};
/// Where an execution stops next.
struct BreakpointsQuery {
  std::string breakpoints;
};

}  // namespace

template <>
struct DescribedQuery<ResumeQuery> {
  static constexpr auto parameters = std::tuple(
      parameter("taskRunId", &ResumeQuery::task_run,
                {.documentation = "The Pause task to resume if several branches are paused; default: the first"}));
};
template <>
struct DescribedQuery<BreakpointsQuery> {
  static constexpr auto parameters = std::tuple(
      parameter("breakpoints", &BreakpointsQuery::breakpoints,
                {.documentation = "Tasks to stop at next, as `taskId` or `taskId.value`, separated by commas"}));
};

namespace {

base::Task<base::Result<ExecutionAnswer>> pause_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const base::Id id = loaded.row.execution.id;
  GYR_CO_CHECK(co_await submit(request, executor::PauseExecution{id}));
  co_return co_await show_execution(request, id);
}

// ---------------------------------------------------------------------------------------------- resume

std::string caller_of(const Request* request) {
  return request->identity().anonymous ? std::string() : request->identity().username;
}

/// The pause of the execution; of one task run if the request names it.
base::Task<base::Result<executor::PausedExecution>> find_pause(Request* request, base::Id execution,
                                                               base::Id task_run) {
  co_return co_await answer_of<executor::PausedExecution>(
      &request->loop(), [resumer = &request->services().resumer, tenant = request->tenant(), execution,
                         task_run](auto done) { resumer->find(tenant, execution, task_run, std::move(done)); });
}

base::Task<base::Result<executor::PausedExecution>> pause_of(Request* request, const ResumeQuery& query) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  // An ignored execution is not loaded.
  GYR_CO_CHECK(check_not_ignored(request, loaded.row.execution));
  base::Id task_run;
  if (!query.task_run.empty()) {
    const auto parsed = base::Id::parse(query.task_run);
    if (!parsed) co_return base::fail(bad_argument, fmt::format("taskRunId: `{}` is not an id", query.task_run));
    task_run = *parsed;
  }
  co_return co_await find_pause(request, loaded.row.execution.id, task_run);
}

base::Task<base::Result<ExecutionAnswer>> resume_execution(Request* request, ResumeQuery query) {
  GYR_CO_TRY(auto paused, co_await pause_of(request, query));
  const model::FlowKey key = *paused.flow->key();
  const base::Id id = paused.execution;
  InputForm form{key, paused.inputs, {}};
  if (paused.task_run) {
    // A folder of this request's own: of two resumes at once the one that comes too late takes only its own files back.
    form.folder = storage::task_run_path(key.namespace_, key.id, id, paused.task_id, paused.task_run,
                                         base::make_id(request->services().clock.now()).to_text());
  }
  const std::string folder = form.folder;
  GYR_CO_TRY(auto sent, co_await read_inputs(request, std::move(form)));
  auto answer = co_await answer_of<executor::ExecutionAnswer>(
      &request->loop(), [resumer = &request->services().resumer, paused = std::move(paused), given = sent.values,
                         by = caller_of(request)](executor::ReplyTo<executor::ResumeExecution> reply) mutable {
        resumer->resume(std::move(paused), std::move(given), std::move(by), std::move(reply));
      });
  if (!answer && sent.stored_files) co_await remove_folder(request, key.tenant, folder);
  if (!answer) co_return base::fail(answer.error());
  co_return co_await show_execution(request, id);
}

base::Task<base::Result<json::InputsValidation>> validate_resume(Request* request, ResumeQuery query) {
  GYR_CO_TRY(auto paused, co_await pause_of(request, query));
  const model::FlowKey key = *paused.flow->key();
  GYR_CO_TRY(auto sent, co_await read_inputs(request, InputForm{key, paused.inputs, {}}));
  GYR_CO_TRY(auto resolved, co_await answer_of<model::ResolvedInputs>(
                                &request->loop(),
                                [resumer = &request->services().resumer, &paused, given = sent.values](
                                    auto done) mutable { resumer->check(paused, std::move(given), std::move(done)); }));
  co_return json::InputsValidation{key.id, key.namespace_, input_reports(resolved.inputs), {}};
}

// ---------------------------------------------------------------------------------------------- breakpoints

base::Task<base::Result<ExecutionAnswer>> resume_from_breakpoint(Request* request, BreakpointsQuery query) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const model::Execution& execution = loaded.row.execution;
  executor::ResumeFromBreakpoint command{execution.id, {}};
  if (!query.breakpoints.empty()) {
    // With the revision of the execution; the flow can be disabled or deleted in the meantime.
    GYR_CO_TRY(auto flow, co_await request->read([flows = &request->services().flows, key = *execution.flow,
                                                  revision = execution.revision](store::Reader& reader) {
      return flows->get(reader, key, revision);
    }));
    if (flow == nullptr || flow->compiled == nullptr)
      co_return base::fail(illegal_state, "the flow of this execution can no longer be read");
    GYR_CO_TRY(command.breakpoints, breakpoints_of(query.breakpoints, *flow->compiled));
  }
  GYR_CO_CHECK(co_await submit(request, std::move(command)));
  co_return co_await show_execution(request, execution.id);
}

// ---------------------------------------------------------------------------------------------- many at once

using Ids = std::vector<std::string>;
using Targets = std::vector<BulkTarget>;

BulkRule must_be(model::State state) {
  return [state](const store::ExecutionRow& row) {
    if (row.execution.state.current() == state) return std::string();
    return fmt::format("execution not in state {}", model::to_text(state));
  };
}

base::Task<base::Result<BulkAnswer>> pause_all(Request* request, BulkSelection ids) {
  return bulk(request, std::move(ids), "pause", must_be(model::State::running),
              [](const BulkTarget& target) -> executor::Command { return executor::PauseExecution{target.id}; });
}
base::Task<base::Result<BulkAnswer>> pause_by_ids(Request* request, Ids ids) {
  return pause_all(request, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> pause_by_query(Request* request) { return pause_all(request, {}); }

/// The command that resumes one execution without values: those its pause asks for must have defaults or be optional.
base::Task<base::Result<executor::ResumeExecution>> plain_resume(Request* request, base::Id id) {
  GYR_CO_TRY(auto paused, co_await find_pause(request, id, {}));
  GYR_CO_TRY(auto resolved, co_await answer_of<model::ResolvedInputs>(
                                &request->loop(), [resumer = &request->services().resumer, &paused](auto done) {
                                  resumer->check(paused, base::Value::empty_map(), std::move(done));
                                }));
  if (!resolved.valid()) co_return base::fail(executor::invalid_inputs, resolved.message());
  base::Value inputs = paused.inputs.empty() ? base::Value::empty_map() : resolved.values();
  co_return executor::ResumeExecution{id, paused.task_run, std::move(inputs), caller_of(request)};
}

base::Task<base::Result<BulkAnswer>> resume_all(Request* request, BulkSelection ids) {
  GYR_CO_TRY(auto found, co_await bulk_targets(request, std::move(ids), "resume", must_be(model::State::paused)));
  if (auto* refused = std::get_if<Problem>(&found)) co_return BulkAnswer(std::move(*refused));
  std::vector<executor::Command> commands;
  std::vector<json::InvalidTarget> invalids;
  for (const BulkTarget& target : std::get<Targets>(found)) {
    auto command = co_await plain_resume(request, target.id);
    if (command) {
      commands.emplace_back(*std::move(command));
    } else {
      invalids.push_back({command.error().message(), target.id.to_text()});
    }
  }
  if (!invalids.empty()) co_return BulkAnswer(invalid_targets("resume", invalids));
  co_return co_await run_all(request, std::move(commands));
}
base::Task<base::Result<BulkAnswer>> resume_by_ids(Request* request, Ids ids) {
  return resume_all(request, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> resume_by_query(Request* request) { return resume_all(request, {}); }

}  // namespace

std::vector<Route> execution_pause_routes() {
  const Right may{"EXECUTION", Action::update};
  constexpr Body form = multipart_body | urlencoded_body | optional_body;
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/pause",
       .operation = "pauseExecution",
       .summary = "Pause a running execution",
       .rule = {may, of_entity},
       .handler = typed<pause_execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/pause"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/resume",
       .operation = "resumeExecution",
       .summary = "Resume a paused execution",
       .rule = {may, of_entity},
       .handler = typed<resume_execution>,
       .body = form,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/resume"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/resume/validate",
       .operation = "validateResumeExecutionInputs",
       .summary = "Check the inputs of a resume",
       .rule = {may, of_entity},
       .handler = typed<validate_resume>,
       .body = form,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/resume/validate"}},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/resume-from-breakpoint",
       .operation = "resumeExecutionFromBreakpoint",
       .summary = "Resume an execution that is stopped at a breakpoint",
       .rule = {may, of_entity},
       .handler = typed<resume_from_breakpoint>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/resume-from-breakpoint"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/pause/by-ids",
       .operation = "pauseExecutionsByIds",
       .summary = "Pause executions by their ids",
       .rule = {may, of_each},
       .handler = typed<pause_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/pause/by-query",
       .operation = "pauseExecutionsByQuery",
       .summary = "Pause the executions that match",
       .rule = {may, of_rows},
       .handler = typed<pause_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/resume/by-ids",
       .operation = "resumeExecutionsByIds",
       .summary = "Resume executions by their ids",
       .rule = {may, of_each},
       .handler = typed<resume_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/resume/by-query",
       .operation = "resumeExecutionsByQuery",
       .summary = "Resume the executions that match",
       .rule = {may, of_rows},
       .handler = typed<resume_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
  };
}

}  // namespace gyr::web
