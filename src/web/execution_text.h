// Executions as JSON text, written piece by piece: an execution with 100,000 task runs is never whole in memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "net/http.h"
#include "store/store.h"

namespace gyr::web {

/// How much of an execution is written.
struct ExecutionTextOptions {
  base::Instant now;  ///< durations of what runs are counted until here
  std::string url;    ///< of its page; empty: left out
  /// Values that weigh more are left out, and the object says so (`omitted`); 0: all are written.
  uint64_t max_value = 0;
};

/// Everything of an execution but its task runs: `{…` without the closing brace.
void append_execution_head(std::string& out, const model::Execution& execution, const ExecutionTextOptions& options);
void append_task_run(std::string& out, const model::TaskRun& run, const model::Execution& execution,
                     const ExecutionTextOptions& options);
/// The whole object with these runs; `taskRunList` only where there are some.
std::string execution_text(const model::Execution& execution, const std::vector<store::TaskRunRow>& runs,
                           const ExecutionTextOptions& options);

/// An execution with its first task runs, as read in one snapshot.
struct LoadedExecution {
  store::ExecutionRow row;
  std::vector<store::TaskRunRow> runs;
  bool has_more = false;  ///< there are runs behind these
};
base::Result<std::optional<LoadedExecution>> load_execution(store::Reader& reader, std::string_view tenant, base::Id id,
                                                            size_t runs);

/// The answer with a whole execution: at once where it is small, else a stream that reads the runs page by page.
net::ServerResponse execution_answer(store::Store* store, base::Loop* loop, LoadedExecution loaded,
                                     ExecutionTextOptions options);

/// 404 `Execution 'x' not found`.
base::Error no_execution(std::string_view id);
/// The address of an execution's page (API-81).
std::string execution_url(const std::string& own_url, const model::Execution& execution);

}  // namespace gyr::web
