// The script tasks: two types a language (SCRIPT-1).
#pragma once

#include <vector>

#include "plugin_api/task_type.h"

namespace gyr::plugins::script {

plugin::TaskType shell_commands_task();
plugin::TaskType shell_script_task();
plugin::TaskType python_commands_task();
plugin::TaskType python_script_task();
/// Node, Ruby and the other languages that need nothing besides their program.
std::vector<plugin::TaskType> other_language_tasks();

}  // namespace gyr::plugins::script
