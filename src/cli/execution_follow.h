// Following an execution of a server until it ends.
#pragma once

#include <string>

#include "base/error.h"
#include "base/value.h"
#include "cli/api_client.h"
#include "cli/command.h"

namespace gyr::cli {

/// True if standard output is a terminal that can show a live tree.
inline bool is_live(const Console& console) { return console.out.is_terminal() && console.color_allowed; }

/// What is shown while an execution runs. On a terminal, `states` is a live tree.
struct FollowedParts {
  bool states = false;  ///< a line for each new state of a task run, on standard error if `logs` is not set
  bool logs = false;    ///< log lines
};

/// Waits for the end of an execution and prints its parts. Returns the execution as it ended.
base::Result<base::Value> follow_execution(const Session& session, const ApiClient& client, const std::string& id,
                                           FollowedParts parts);
/// 0 for SUCCESS and WARNING, else 1.
int exit_code_of_execution(const base::Value& execution);
/// `ID STATE`
std::string execution_line(const base::Value& execution, const Console& console);
/// `2026-01-05T02:00:00.000Z INFO  load  message`
std::string log_entry_line(const base::Value& entry, bool color);

}  // namespace gyr::cli
