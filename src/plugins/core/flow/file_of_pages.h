// Joins outputs that the server returns in pages into one file (TASK-55).
#pragma once

#include <string>
#include <string_view>

#include "base/task.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {

/// Calls `function` with {from} until the result {outputs: list, or lines: Ion text, next} has no `next`, and stores a
/// file with one output per line. Returns its URI; empty if there are no outputs.
base::Task<base::Result<std::string>> file_of_pages(plugin::RunContext& context, std::string_view function);

}  // namespace gyr::plugins::core
