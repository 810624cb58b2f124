#include "plugins/runner/process.h"

#include <cmath>

#include "model/bind.h"
#include "plugin_api/render.h"
#include "plugin_api/run_context.h"
#include "plugins/runner/command_line.h"
#include "plugins/runner/docker/container_plan.h"
#include "plugins/runner/limiting_processes.h"

namespace gyr::plugins::runner {

const model::Schema& ProcessMemory::schema() {
  static const model::Schema schema =
      model::describe<ProcessMemory>("io.kestra.plugin.core.runner.Process$Memory")
          .property("memory", &ProcessMemory::memory,
                    {.title = "Maximum memory, such as 512MB", .documentation = "Memory is not swapped."})
          .build();
  return schema;
}

const model::Schema& ProcessCpu::schema() {
  static const model::Schema schema =
      model::describe<ProcessCpu>("io.kestra.plugin.core.runner.Process$Cpu")
          .property("cpus", &ProcessCpu::cpus, {.title = "Maximum number of CPUs, such as 1.5"})
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
      .title("Runs commands as processes on the worker")
      .documentation(
          "The processes run in the working directory of the task, with the environment of the worker and the "
          "variables of `env`. When the task ends, all its processes are killed. The programs must be installed on the "
          "worker. Limits apply to all processes of the task together. They require cgroup v2 and permission to create "
          "child groups; if a limit cannot be applied, the task fails.")
      .property(
          "memory", &Process::memory,
          {.title = "Memory limit", .documentation = "The task fails if it exceeds the limit.", .group = "execution"})
      .property("cpu", &Process::cpu, {.title = "CPU limit", .group = "execution"})
      .property("pids", &Process::pids, {.title = "Maximum number of processes and threads", .group = "execution"})
      .example("Runs a shell script on the worker", R"(id: hello
type: io.kestra.plugin.scripts.shell.Script
taskRunner:
  type: io.kestra.plugin.core.runner.Process
script: echo "Hello from $WORKING_DIR"
)")
      .build();
}

base::Task<base::Result<plugin::RunnerExit>> Process::run(plugin::RunContext& context, plugin::RunnerJob job) const {
  plugin::Processes* processes = context.processes();
  if (processes == nullptr) co_return base::fail(plugin::task_failed, "processes are not available");
  GYR_CO_TRY(process::Limits limits, co_await limits_of(context, *this));
  auto* limiting = dynamic_cast<LimitingProcesses*>(processes);
  if (limits.any() && limiting == nullptr) {
    co_return base::fail(process::limits_unavailable, "limits of processes are not available");
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
  request.kill_grace = job.kill_grace;
  request.share = fmt::format("{}/{}/{}", context.info().tenant, context.info().namespace_, context.info().flow_id);
  auto ended = limits.any() ? co_await limiting->run_limited(std::move(request), limits, context.cancel_token())
                            : co_await processes->run(std::move(request), context.cancel_token());
  if (!ended) co_return base::fail(ended.error());
  const plugin::ProcessExit& exit = *ended;
  if (exit.leftovers) {
    context.log(model::LogLevel::warn,
                "background processes of the command were killed; run long-lived processes as a separate service");
  }
  if (exit.survivors) {
    context.log(
        model::LogLevel::error,
        "cannot kill all processes of the command; a process may be blocked by a disk or belong to another user");
  }
  co_return plugin::RunnerExit{.exit_code = exit.exit_code, .killed = exit.killed, .details = {}};
}

}  // namespace gyr::plugins::runner
