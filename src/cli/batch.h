// Commands that evaluate many cases, one JSON object per line.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "base/value.h"
#include "cli/command.h"

namespace gyr::cli {

/// Reads JSON lines from a file (`-`: standard input) and prints one JSON line for each at once, so that two programs
/// can communicate line by line. `answer` gets the object, or the error of a line that is not an object
/// (bad_batch_line, with its number). Returns exit_usage if a line was not an object. Blank lines are skipped.
int run_batch(Session& session, const std::string& file,
              const std::function<base::Value(const base::Result<base::Value>& line)>& answer);

/// A member of such an object; null if it is absent.
base::Value member(const base::Value& line, std::string_view name);

}  // namespace gyr::cli
