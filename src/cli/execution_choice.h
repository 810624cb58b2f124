// Which executions a command means: ids, or a search.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/console.h"

namespace gyr::cli {

/// Options of a search, as parameters of the server (API-29, API-30).
class ExecutionFilters {
 public:
  void declare(Arguments& arguments);
  bool is_empty() const;
  /// The path with `filters[…]` for each option.
  base::Result<std::string> on(std::string path) const;

 private:
  std::optional<std::string> namespace_, flow_, since_;
  std::vector<std::string> states_, labels_, queries_;
};

/// Ids on the command line, ids in a file, or a search; exactly one of them.
class ExecutionChoice {
 public:
  void declare(Arguments& arguments);
  /// Reads and checks what was given. Empty for a search.
  base::Result<std::vector<std::string>> ids(const Console& console) const;
  const ExecutionFilters& filters() const { return filters_; }

 private:
  std::vector<std::string> given_;
  std::optional<std::string> file_;
  ExecutionFilters filters_;
};

/// Fails with GYR-C011 if this cannot be an id of an execution.
base::Result<void> check_execution_id(const std::string& id);

}  // namespace gyr::cli
