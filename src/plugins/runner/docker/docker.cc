#include "plugins/runner/docker/docker.h"

#include "expression/convert.h"
#include "plugins/runner/docker/container_plan.h"
#include "plugins/runner/docker/container_run.h"
#include "plugins/runner/docker/docker_engine.h"

namespace gyr::model {

using plugins::runner::FileHandling;
using plugins::runner::PullPolicy;

std::span<const std::pair<std::string_view, PullPolicy>> EnumNames<PullPolicy>::names() {
  static constexpr std::pair<std::string_view, PullPolicy> all[] = {
      {"IF_NOT_PRESENT", PullPolicy::if_not_present}, {"ALWAYS", PullPolicy::always}, {"NEVER", PullPolicy::never}};
  return all;
}

std::span<const std::pair<std::string_view, FileHandling>> EnumNames<FileHandling>::names() {
  static constexpr std::pair<std::string_view, FileHandling> all[] = {{"MOUNT", FileHandling::mount},
                                                                      {"VOLUME", FileHandling::volume}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugins::runner {

using base::Value;
using model::describe;
using model::Schema;

const Schema& DockerCpu::schema() {
  static const Schema schema =
      describe<DockerCpu>("io.kestra.plugin.scripts.runner.docker.Cpu")
          .property("cpus", &DockerCpu::cpus, {.title = "Processors it may use at most, such as 1.5"})
          .build();
  return schema;
}

const Schema& DockerMemory::schema() {
  using M = DockerMemory;
  static const Schema schema =
      describe<M>("io.kestra.plugin.scripts.runner.docker.Memory")
          .property("memory", &M::memory, {.title = "Memory it may use at most, such as 512MB"})
          .property("memorySwap", &M::swap, {.title = "Memory and swap together; -1 for no limit"})
          .property("memorySwappiness", &M::swappiness, {.title = "How readily it is swapped out, 0 to 100"})
          .property("memoryReservation", &M::reservation,
                    {.title = "Memory it should stay below when the machine is short of it"})
          .property("kernelMemory", &M::kernel, {.title = "Memory of the kernel it may use; newer engines ignore it"})
          .property("oomKillDisable", &M::oom_kill_disable, {.title = "Whether it is not killed when it needs more"})
          .build();
  return schema;
}

const Schema& DockerDevices::schema() {
  using D = DockerDevices;
  static const Schema schema = describe<D>("io.kestra.plugin.scripts.runner.docker.DeviceRequest")
                                   .property("driver", &D::driver, {.title = "Driver, such as nvidia"})
                                   .property("count", &D::count, {.title = "How many; -1 for all"})
                                   .property("deviceIds", &D::device_ids, {.title = "Which ones, instead of a number"})
                                   .property("capabilities", &D::capabilities,
                                             {.title = "What they must be able to do; the lists are alternatives"})
                                   .property("options", &D::options, {.title = "Options of the driver"})
                                   .build();
  return schema;
}

const Schema& DockerCredentials::schema() {
  using C = DockerCredentials;
  static const Schema schema =
      describe<C>("io.kestra.plugin.scripts.runner.docker.Credentials")
          .property("registry", &C::registry, {.title = "Registry they are for; that of the image without"})
          .property("username", &C::username, {.title = "User"})
          .property("password", &C::password, {.title = "Password", .secret = true})
          .property("auth", &C::auth,
                    {.title = "User and password as `user:password` in base 64, instead of the two", .secret = true})
          .property("identityToken", &C::identity_token, {.title = "Token of a login", .secret = true})
          .property("registryToken", &C::registry_token,
                    {.title = "Token that the registry takes as it is", .secret = true})
          .build();
  return schema;
}

namespace {

template <class Builder>
void describe_common(Builder& builder, std::vector<std::string_view> names_of_config) {
  using P = DockerProperties;
  builder
      .property("config", &P::config,
                {.title = "Content of Docker's config.json, as a map or as its text",
                 .documentation = "Its `auths` are the credentials of registries.",
                 .aliases = std::move(names_of_config),
                 .group = "connection"})
      .property("credentials", &P::credentials, {.title = "Credentials of a private registry", .group = "connection"})
      .property("user", &P::user, {.title = "User, and group behind a colon, in the container", .group = "execution"})
      .property("entryPoint", &P::entry_point,
                {.title = "Program that gets the command; the image's is not used",
                 .default_value = Value::list({Value::string("")}),
                 .group = "execution"})
      .property("extraHosts", &P::extra_hosts,
                {.title = "Further names of hosts, as `name:address`", .group = "execution"})
      .property(
          "volumes", &P::volumes,
          {.title = "Folders of the engine's machine, as `/there:/in/the/container:ro`",
           .documentation =
               "Only where the installation allows it: plugin configuration `volume-enabled: true`. Ignored otherwise.",
           .group = "execution"})
      .property("networkMode", &P::network_mode, {.title = "Network, such as host or none", .group = "execution"})
      .property("pullPolicy", &P::pull_policy,
                {.title = "When the image is fetched",
                 .default_value = Value::string("IF_NOT_PRESENT"),
                 .group = "execution"})
      .property("deviceRequests", &P::device_requests,
                {.title = "Devices, such as graphics processors", .group = "execution"})
      .property("cpu", &P::cpu, {.title = "Limit of processors", .group = "execution"})
      .property("memory", &P::memory, {.title = "Limits of memory", .group = "execution"})
      .property("shmSize", &P::shm_size, {.title = "Size of /dev/shm, such as 64MB", .group = "execution"})
      .property("privileged", &P::privileged,
                {.title = "Whether the container may do everything on the engine's machine", .group = "execution"});
}

}  // namespace

const Schema& FormerDockerOptions::schema() {
  using F = FormerDockerOptions;
  static const Schema schema = [] {
    auto builder = describe<F>("io.kestra.plugin.scripts.exec.scripts.models.DockerOptions");
    builder.property("host", &F::host, {.title = "Address of the engine", .aliases = {"dockerHost"}});
    builder.property("image", &F::image, {.title = "Image of the container; that of the language without"});
    describe_common(builder, {"dockerConfig"});
    return builder.build();
  }();
  return schema;
}

std::optional<std::string> default_engine(const plugin::RunContext& context) {
  Value configured = context.plugin_setting(docker_type, "host");
  if (configured.is_null()) return engine_of_this_machine();
  if (!configured.is_string() || configured.size() == 0) return std::nullopt;
  return std::string(configured.text());
}

plugin::TaskRunnerType Docker::describe() {
  return plugin::task_runner_type<Docker>(docker_type)
      .title("Runs commands in a container")
      .documentation(
          "Every run gets a container of its own, made from the task's `containerImage` and removed when it has ended. "
          "The working "
          "directory has the same path in the container; its files are copied in before and back after the run. A "
          "container outlives "
          "the worker that started it: the next worker goes on with it.")
      .property("host", &Docker::host,
                {.title = "Address of the engine; its socket on this machine without",
                 .documentation = "`unix:///path/of/the/socket`, `tcp://host:port` or `https://host:port`.",
                 .group = "connection"})
      .property("image", &Docker::image, {.title = "Former place of `containerImage`", .hidden = true})
      .with([](auto& builder) { describe_common(builder, {}); })
      .property("portBindings", &Docker::port_bindings,
                {.title = "Ports that are reached from outside, as `8080:80`", .group = "execution"})
      .property(
          "fileHandlingStrategy", &Docker::file_handling,
          {.title = "How files come into the container",
           .documentation =
               "`VOLUME` copies them into a volume and back. `MOUNT` shares the folder itself: engine and worker must "
               "see the same file system.",
           .default_value = Value::string("VOLUME"),
           .group = "files"})
      .property("delete", &Docker::delete_after,
                {.title = "Whether the container is removed afterwards",
                 .default_value = Value::boolean(true),
                 .group = "execution"})
      .property(
          "wait", &Docker::wait,
          {.title = "Whether the task lasts as long as the container",
           .documentation =
               "With false it ends with success once the container has started; the engine removes it when it ends.",
           .default_value = Value::boolean(true),
           .group = "execution"})
      .property("killGracePeriod", &Docker::kill_grace_period,
                {.title = "Time a killed container has to end by itself",
                 .default_value = Value::string("PT0S"),
                 .group = "execution"})
      .property("resume", &Docker::resume,
                {.title = "Whether the container of a lost worker is gone on with",
                 .default_value = Value::boolean(true),
                 .group = "execution"})
      .output("containerId", {.type = model::ValueType::string, .title = "Id of the container"})
      .example("A limit of processors", R"(id: limited
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
