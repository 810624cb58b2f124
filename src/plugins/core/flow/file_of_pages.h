// Outputs that the server gives a page at a time, joined into one file (TASK-55).
#pragma once

#include <string>
#include <string_view>

#include "base/task.h"
#include "plugin/run_context.h"

namespace gyr::plugins::core {

/// Asks `function` {from} → {outputs: list, or lines: text of Ion, next} until there is no `next`, and stores a file
/// with one of the outputs in each line. Gives its address; empty where there are none.
base::Task<base::Result<std::string>> file_of_pages(plugin::RunContext& context, std::string_view function);

}  // namespace gyr::plugins::core
