#include "plugins/runner/docker/docker_options.h"

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
  static const Schema schema = describe<DockerCpu>("io.kestra.plugin.scripts.runner.docker.Cpu")
                                   .property("cpus", &DockerCpu::cpus, {.title = "Maximum number of CPUs, such as 1.5"})
                                   .build();
  return schema;
}

const Schema& DockerMemory::schema() {
  using M = DockerMemory;
  static const Schema schema =
      describe<M>("io.kestra.plugin.scripts.runner.docker.Memory")
          .property("memory", &M::memory, {.title = "Maximum memory, such as 512MB"})
          .property("memorySwap", &M::swap,
                    {.title = "Maximum sum of memory and swap", .documentation = "The value -1 means no limit."})
          .property("memorySwappiness", &M::swappiness, {.title = "Swappiness of the memory, from 0 to 100"})
          .property(
              "memoryReservation", &M::reservation,
              {.title = "Soft limit of memory", .documentation = "It applies when the memory of the host is low."})
          .property("kernelMemory", &M::kernel,
                    {.title = "Maximum kernel memory", .documentation = "Current container engines ignore it."})
          .property("oomKillDisable", &M::oom_kill_disable, {.title = "Whether to disable the out-of-memory killer"})
          .build();
  return schema;
}

const Schema& DockerDevices::schema() {
  using D = DockerDevices;
  static const Schema schema =
      describe<D>("io.kestra.plugin.scripts.runner.docker.DeviceRequest")
          .property("driver", &D::driver, {.title = "Driver, such as nvidia"})
          .property("count", &D::count,
                    {.title = "Number of devices", .documentation = "The value -1 means all devices."})
          .property("deviceIds", &D::device_ids, {.title = "Ids of the devices, as an alternative to `count`"})
          .property("capabilities", &D::capabilities,
                    {.title = "Required capabilities",
                     .documentation = "The device must have all capabilities of at least one list."})
          .property("options", &D::options, {.title = "Options of the driver"})
          .build();
  return schema;
}

const Schema& DockerCredentials::schema() {
  using C = DockerCredentials;
  static const Schema schema =
      describe<C>("io.kestra.plugin.scripts.runner.docker.Credentials")
          .property(
              "registry", &C::registry,
              {.title = "Registry of the credentials", .documentation = "The default is the registry of the image."})
          .property("username", &C::username, {.title = "Username"})
          .property("password", &C::password, {.title = "Password", .secret = true})
          .property("auth", &C::auth,
                    {.title = "Base64 encoding of `user:password`, as an alternative to `username` and `password`",
                     .secret = true})
          .property("identityToken", &C::identity_token, {.title = "Identity token of a login", .secret = true})
          .property("registryToken", &C::registry_token, {.title = "Bearer token for the registry", .secret = true})
          .build();
  return schema;
}

std::optional<std::string> default_engine(const plugin::RunContext& context) {
  Value configured = context.plugin_setting(docker_type, "host");
  if (configured.is_null()) return engine_of_this_machine();
  if (!configured.is_string() || configured.size() == 0) return std::nullopt;
  return std::string(configured.text());
}

}  // namespace gyr::plugins::runner
