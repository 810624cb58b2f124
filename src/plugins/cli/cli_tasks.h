// The tasks that run a command line program by a task runner (PLUG-12, PLUG-730).
#pragma once

#include <vector>

#include "plugin_api/task_type.h"

namespace gyr::plugins::cli {

plugin::TaskType ansible_task();
plugin::TaskType git_clone_task();
/// Terraform, OpenTofu and Terragrunt.
std::vector<plugin::TaskType> terraform_tasks();

}  // namespace gyr::plugins::cli
