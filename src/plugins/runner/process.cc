#include "plugins/runner/process.h"

#include <cmath>

#include "model/bind.h"
#include "plugin/render.h"
#include "plugin/run_context.h"
#include "plugins/runner/command_line.h"
#include "plugins/runner/docker/container_plan.h"
#include "plugins/runner/limiting_processes.h"

namespace gyr::plugins::runner {

const model::Schema& ProcessMemory::schema() {
  static const model::Schema schema =
      model::describe<ProcessMemory>("io.kestra.plugin.core.runner.Process$Memory")
          .property("memory", &ProcessMemory::memory,
                    {.title = "Memory it may use at most, such as 512MB; nothing is swapped out"})
          .build();
  return schema;
}

const model::Schema& ProcessCpu::schema() {
  static const model::Schema schema =
      model::describe<ProcessCpu>("io.kestra.plugin.core.runner.Process$Cpu")
          .property("cpus", &ProcessCpu::cpus, {.title = "Processors it may use at most, such as 1.5"})
          .build();
  return schema;
}

namespace {

base::Task<base::Result<process::Limits>> limits_of(plugin::RunContext& context, const Process& runner) {
  process::Limits limits;
  if (runner.memory) {
    GYR_CO_TRY(auto text, co_await context.render(runner.memory->memory));
    if (text) {
      auto size = parse_size(*text);
      if (!size || *size <= 0) {
        co_return base::fail(bad_limit,
                             fmt::format("`memory.memory` must be a size above 0 such as 512MB, not `{}`", *text));
      }
      limits.memory = *size;
    }
  }
  if (runner.cpu) {
    GYR_CO_TRY(auto cpus, co_await context.render(runner.cpu->cpus));
    if (cpus) {
      if (!(*cpus >= 0.01) || *cpus > 1e6)
        co_return base::fail(bad_limit, fmt::format("`cpu.cpus` must be 0.01 at least, not {}", *cpus));
      limits.millicpus = std::llround(*cpus * 1000);
    }
  }
  GYR_CO_TRY(limits.pids, co_await context.render(runner.pids));
  if (limits.pids && *limits.pids <= 0)
    co_return base::fail(bad_limit, fmt::format("`pids` must be above 0, not {}", *limits.pids));
  co_return limits;
}

}  // namespace

plugin::TaskRunnerType Process::describe() {
  return plugin::task_runner_type<Process>("io.kestra.plugin.core.runner.Process")
      .title("Runs commands as processes of the worker")
      .documentation(
          "The working directory is that of the task, the environment that of the worker with the task's `env` laid "
          "over it. "
          "Ending the task ends every process it started. Programs must be installed on the worker. Limits hold for "
          "all "
          "processes of the task together. They need cgroup v2 and a server that may divide its group; where a limit "
          "cannot be kept the task fails.")
      .property("memory", &Process::memory,
                {.title = "Limit of memory; a task that needs more fails", .group = "execution"})
      .property("cpu", &Process::cpu, {.title = "Limit of processors", .group = "execution"})
      .property("pids", &Process::pids, {.title = "Processes and threads it may have at a time", .group = "execution"})
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
  GYR_CO_TRY(process::Limits limits, co_await limits_of(context, *this));
  auto* limiting = dynamic_cast<LimitingProcesses*>(processes);
  if (limits.any() && limiting == nullptr) {
    co_return base::fail(process::limits_unavailable, "processes cannot be limited here");
  }
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
  auto ended = limits.any() ? co_await limiting->run_limited(std::move(request), limits, context.cancel_token())
                            : co_await processes->run(std::move(request), context.cancel_token());
  if (!ended) co_return base::fail(ended.error());
  const plugin::ProcessExit& exit = *ended;
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
