// The properties of the task runner for containers, and the container engine of an installation (RUNNER-20 to
// RUNNER-27).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/bind.h"
#include "model/dynamic.h"
#include "model/schema.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::runner {

inline constexpr std::string_view docker_type = "io.kestra.plugin.scripts.runner.docker.Docker";

enum class PullPolicy : uint8_t { if_not_present, always, never };
/// How the files of the working directory come into the container and back.
enum class FileHandling : uint8_t { volume, mount };

/// `cpu` of a container.
struct DockerCpu {
  model::Dynamic<double> cpus;
  static const model::Schema& schema();
};

/// `memory` of a container; sizes such as `512MB`.
struct DockerMemory {
  model::Dynamic<std::string> memory;
  model::Dynamic<std::string> swap;
  model::Dynamic<std::string> swappiness;
  model::Dynamic<std::string> reservation;
  model::Dynamic<std::string> kernel;
  model::Dynamic<bool> oom_kill_disable;
  static const model::Schema& schema();
};

/// One of `deviceRequests`: devices such as graphics processors.
struct DockerDevices {
  model::Dynamic<std::string> driver;
  model::Dynamic<int64_t> count;
  model::Dynamic<std::vector<std::string>> device_ids;
  model::Dynamic<std::vector<std::vector<std::string>>> capabilities;
  model::Dynamic<std::map<std::string, std::string>> options;
  static const model::Schema& schema();
};

/// `credentials` of a registry.
struct DockerCredentials {
  model::Dynamic<std::string> registry;
  model::Dynamic<std::string> username;
  model::Dynamic<std::string> password;
  model::Dynamic<std::string> auth;
  model::Dynamic<std::string> identity_token;
  model::Dynamic<std::string> registry_token;
  static const model::Schema& schema();
};

/// What the runner and the former property `docker` of script tasks have in common.
struct DockerProperties {
  model::Dynamic<std::string> host;
  model::Dynamic<base::Value> config;
  std::optional<DockerCredentials> credentials;
  model::Dynamic<std::string> image;  ///< former place of the task's `containerImage`
  model::Dynamic<std::string> user;
  model::Dynamic<std::vector<std::string>> entry_point;
  model::Dynamic<std::vector<std::string>> extra_hosts;
  model::Dynamic<std::vector<std::string>> volumes;
  model::Dynamic<std::string> network_mode;
  model::Dynamic<PullPolicy> pull_policy;
  std::vector<DockerDevices> device_requests;
  std::optional<DockerCpu> cpu;
  std::optional<DockerMemory> memory;
  model::Dynamic<std::string> shm_size;
  model::Dynamic<bool> privileged;
};

/// All properties of the runner.
struct DockerOptions : DockerProperties {
  model::Dynamic<std::vector<std::string>> port_bindings;
  model::Dynamic<FileHandling> file_handling;
  model::Dynamic<bool> delete_after;
  model::Dynamic<bool> wait;
  model::Dynamic<bool> resume;
  base::Duration kill_grace_period = {};
};

/// The default container engine of this installation: the one that is configured for the type, or the socket of this
/// machine. Nothing if no engine was found.
std::optional<std::string> default_engine(const plugin::RunContext& context);

}  // namespace gyr::plugins::runner

namespace gyr::model {

GYR_NAMED_ENUM(plugins::runner::PullPolicy, "io.kestra.plugin.scripts.runner.docker.PullPolicy");
GYR_NAMED_ENUM(plugins::runner::FileHandling, "io.kestra.plugin.scripts.runner.docker.Docker$FileHandlingStrategy");

}  // namespace gyr::model
