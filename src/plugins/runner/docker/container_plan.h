// From the properties of the Docker runner to the request for its engine.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "plugin_api/run_context.h"
#include "plugins/runner/docker/docker_options.h"
#include "plugins/runner/docker/image_name.h"
#include "plugins/runner/docker/tar.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode no_image{"GYR-P071"};  ///< neither the task nor its runner sets an image

/// The description of one container, rendered and checked.
struct ContainerPlan {
  std::string host;
  ImageName image;
  std::string image_text;  ///< as the task wrote it
  std::string registry_header;
  PullPolicy pull = PullPolicy::if_not_present;
  FileHandling files = FileHandling::volume;
  bool delete_after = true;
  bool wait = true;
  bool resume = true;
  base::Duration kill_grace;
  TarOwner owner;  ///< of the files it gets
  base::Value labels;
  base::Value create;  ///< body of the request that makes it, without what depends on files
};

/// Renders the properties. Fails with the property's name where a value makes no sense.
base::Task<base::Result<ContainerPlan>> plan_container(plugin::RunContext& context, const DockerOptions& docker,
                                                       const plugin::RunnerJob& job);

// Parts of it.

/// `512MB` in bytes: B, KB, MB, GB, TB in steps of 1024, in any case; also without the B.
base::Result<int64_t> parse_size(std::string_view text);
/// `[[address:]port:]port[/protocol]` as an exposed port (`80/tcp`) and its binding.
base::Result<std::pair<std::string, base::Value>> parse_port_binding(std::string_view text);
/// Names of the run on containers and volumes (RUNNER-4).
std::vector<std::pair<std::string, std::string>> run_labels(const plugin::RunInfo& info, std::string_view prefix);

}  // namespace gyr::plugins::runner
