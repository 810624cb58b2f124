// Commands that answer many questions, one JSON object a line.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "base/value.h"
#include "cli/command.h"

namespace gyr::cli {

/// Reads JSON lines from a file (`-`: standard input) and prints one JSON line for each, as soon as it has come, so
/// that two programs can talk line by line. `answer` gets the object, or why a line is none (bad_batch_line, with its
/// number). Ends with exit_usage where a line was no object; blank lines are passed over.
int run_batch(Session& session, const std::string& file,
              const std::function<base::Value(const base::Result<base::Value>& line)>& answer);

/// A member of such an object, null where it is absent.
base::Value member(const base::Value& line, std::string_view name);

}  // namespace gyr::cli
