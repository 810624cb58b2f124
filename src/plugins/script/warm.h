// Interpreters that the worker keeps started (process/README.md).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/task.h"
#include "plugin_api/run_context.h"
#include "plugin_api/warm_interpreter.h"

namespace gyr::plugins::script {

/// The interpreter for a Python script, if it is safe to keep it started: `python` is a program and not a script, and
/// no path that it reads at its start depends on the working directory. Otherwise nothing. `environment` overrides that
/// of the worker; later entries win.
base::Task<base::Result<std::optional<plugin::WarmInterpreter>>> warm_python(
    plugin::RunContext& context, const std::vector<std::pair<std::string, std::string>>& environment);

/// The same for Node.
base::Task<base::Result<std::optional<plugin::WarmInterpreter>>> warm_node(
    plugin::RunContext& context, const std::vector<std::pair<std::string, std::string>>& environment);

/// The program that an interpreter runs first, by the name of its file below `starters/`.
std::string_view starter(std::string_view name);

}  // namespace gyr::plugins::script
