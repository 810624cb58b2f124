#include "plugins/runner/docker/docker.h"

#include "plugins/runner/docker/container_plan.h"
#include "plugins/runner/docker/container_run.h"

namespace gyr::plugins::runner {

using base::Value;
using model::describe;
using model::Schema;

namespace {

template <class Builder>
void describe_common(Builder& builder, std::vector<std::string_view> names_of_config) {
  using P = DockerProperties;
  builder
      .property("config", &P::config,
                {.title = "Content of Docker's `config.json`, as a map or as text",
                 .documentation = "The entries in `auths` are the credentials of registries.",
                 .aliases = std::move(names_of_config),
                 .group = "connection"})
      .property("credentials", &P::credentials, {.title = "Credentials of a private registry", .group = "connection"})
      .property("user", &P::user,
                {.title = "User in the container, optionally followed by a colon and the group", .group = "execution"})
      .property("entryPoint", &P::entry_point,
                {.title = "Entry point of the container",
                 .documentation = "It replaces the entry point of the image.",
                 .default_value = Value::list({Value::string("")}),
                 .group = "execution"})
      .property("extraHosts", &P::extra_hosts,
                {.title = "Additional host names, as `name:address`", .group = "execution"})
      .property(
          "volumes", &P::volumes,
          {.title = "Volumes to mount, such as `/host/path:/container/path:ro`",
           .documentation = "The plugin configuration must set `volume-enabled: true`. Otherwise volumes are ignored.",
           .group = "execution"})
      .property("networkMode", &P::network_mode,
                {.title = "Network mode, such as `host` or `none`", .group = "execution"})
      .property(
          "pullPolicy", &P::pull_policy,
          {.title = "Pull policy of the image", .default_value = Value::string("IF_NOT_PRESENT"), .group = "execution"})
      .property("deviceRequests", &P::device_requests,
                {.title = "Devices to attach, such as GPUs", .group = "execution"})
      .property("cpu", &P::cpu, {.title = "CPU limit", .group = "execution"})
      .property("memory", &P::memory, {.title = "Memory limits", .group = "execution"})
      .property("shmSize", &P::shm_size, {.title = "Size of /dev/shm, such as 64MB", .group = "execution"})
      .property("privileged", &P::privileged,
                {.title = "Whether the container is privileged",
                 .documentation = "A privileged container has full access to the host.",
                 .group = "execution"});
}

}  // namespace

const Schema& FormerDockerOptions::schema() {
  using F = FormerDockerOptions;
  static const Schema schema = [] {
    auto builder = describe<F>("io.kestra.plugin.scripts.exec.scripts.models.DockerOptions");
    builder.property("host", &F::host, {.title = "URL of the container engine", .aliases = {"dockerHost"}});
    builder.property("image", &F::image,
                     {.title = "Container image", .documentation = "The default is the image of the script language."});
    describe_common(builder, {"dockerConfig"});
    return builder.build();
  }();
  return schema;
}

plugin::TaskRunnerType Docker::describe() {
  return plugin::task_runner_type<Docker>(docker_type)
      .title("Runs commands in a container")
      .documentation(
          "Each run gets a new container with the image `containerImage`. The container is removed when the run has "
          "ended. The working directory has the same path in the container; its files are copied to the container "
          "before the run and copied back after it. If a worker stops, the container continues to run, and the next "
          "worker resumes it.")
      .property("host", &Docker::host,
                {.title = "URL of the container engine",
                 .documentation = "`unix:///path/to/socket`, `tcp://host:port` or `https://host:port`. The default is "
                                  "the socket on the worker.",
                 .group = "connection"})
      .property("image", &Docker::image, {.title = "Deprecated form of `containerImage`", .hidden = true})
      .with([](auto& builder) { describe_common(builder, {}); })
      .property("portBindings", &Docker::port_bindings,
                {.title = "Ports to publish, such as `8080:80`", .group = "execution"})
      .property("fileHandlingStrategy", &Docker::file_handling,
                {.title = "Method to provide files to the container",
                 .documentation = "`VOLUME` copies the files to a volume and back. `MOUNT` mounts the working "
                                  "directory; the container engine and the worker must share a file system.",
                 .default_value = Value::string("VOLUME"),
                 .group = "files"})
      .property("delete", &Docker::delete_after,
                {.title = "Whether to remove the container after the run",
                 .default_value = Value::boolean(true),
                 .group = "execution"})
      .property("wait", &Docker::wait,
                {.title = "Whether to wait until the container ends",
                 .documentation = "If false, the task succeeds as soon as the container has started, and the container "
                                  "engine removes the container when it ends.",
                 .default_value = Value::boolean(true),
                 .group = "execution"})
      .property("killGracePeriod", &Docker::kill_grace_period,
                {.title = "Time between the termination signal and the kill signal",
                 .default_value = Value::string("PT0S"),
                 .group = "execution"})
      .property("resume", &Docker::resume,
                {.title = "Whether to resume the container of a lost worker",
                 .default_value = Value::boolean(true),
                 .group = "execution"})
      .output("containerId", {.type = model::ValueType::string, .title = "Id of the container"})
      .example("Limits the CPU of a container", R"(id: limited
type: io.kestra.plugin.scripts.shell.Commands
containerImage: ubuntu
taskRunner:
  type: io.kestra.plugin.scripts.runner.docker.Docker
  cpu:
    cpus: 1
commands:
  - echo "Hello from a container"
)")
      .build();
}

base::Task<base::Result<plugin::RunnerExit>> Docker::run(plugin::RunContext& context, plugin::RunnerJob job) const {
  GYR_CO_TRY(ContainerPlan plan, co_await plan_container(context, *this, job));
  co_return co_await run_container(context, std::move(plan), std::move(job));
}

}  // namespace gyr::plugins::runner
