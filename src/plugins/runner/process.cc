#include "plugins/runner/process.h"

#include "plugin/run_context.h"
#include "plugins/runner/command_line.h"

namespace gyr::plugins::runner {

plugin::TaskRunnerType Process::describe() {
  return plugin::task_runner_type<Process>("io.kestra.plugin.core.runner.Process")
      .title("Runs commands as processes of the worker")
      .documentation(
          "The working directory is that of the task, the environment that of the worker with the task's `env` laid "
          "over it. "
          "Ending the task ends every process it started. Programs must be installed on the worker.")
      .example("A shell script on the worker", R"(id: hello
type: io.kestra.plugin.scripts.shell.Script
taskRunner:
  type: io.kestra.plugin.core.runner.Process
script: echo "Hello from $WORKING_DIR"
)")
      .build();
}

base::Task<base::Result<plugin::RunnerExit>> Process::run(plugin::RunContext& context, plugin::RunnerJob job) const {
  plugin::Processes* processes = context.processes();
  if (processes == nullptr) co_return base::fail(plugin::task_failed, "processes cannot be started here");
  plugin::ProcessRequest request;
  request.directory = std::move(job.directory);
  request.environment = std::move(job.environment);
  request.on_start = [&context, line = shown_command(job.command)](int pid) {
    context.log(model::LogLevel::debug, fmt::format("Starting command with pid {} [{}]", pid, line));
  };
  request.on_line = std::move(job.on_line);
  request.room = [&context] { return context.log_room(); };
  request.command = std::move(job.command);
  request.warm = std::move(job.warm);
  request.share = fmt::format("{}/{}/{}", context.info().tenant, context.info().namespace_, context.info().flow_id);
  GYR_CO_TRY(auto exit, co_await processes->run(std::move(request), context.cancel_token()));
  if (exit.leftovers) {
    context.log(
        model::LogLevel::warn,
        "processes that the command left running in the background were ended; what must outlive a task belongs into a "
        "service of its own");
  }
  if (exit.survivors) {
    context.log(
        model::LogLevel::error,
        "something that the command started could not be killed (a disk that hangs, or a process of another user)");
  }
  co_return plugin::RunnerExit{.exit_code = exit.exit_code, .killed = exit.killed, .details = {}};
}

}  // namespace gyr::plugins::runner
