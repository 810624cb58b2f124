// Executions as JSON text, written in parts: an execution with 100,000 task runs is never completely in memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "net/http.h"
#include "store/store.h"

namespace gyr::web {

/// The parts of an execution to write.
struct ExecutionTextOptions {
  base::Instant now;  ///< the current time, for the durations of running tasks
  std::string url;    ///< the URL of its page; empty: omitted
  /// Values above this size are omitted, and the object contains `omitted`; 0: all values are written.
  uint64_t max_value = 0;
};

/// Everything of an execution except its task runs: `{…` without the closing brace.
void append_execution_head(std::string& out, const model::Execution& execution, const ExecutionTextOptions& options);
void append_task_run(std::string& out, const model::TaskRun& run, const model::Execution& execution,
                     const ExecutionTextOptions& options);
/// The complete object with these runs; without `taskRunList` if there are none.
std::string execution_text(const model::Execution& execution, const std::vector<store::TaskRunRow>& runs,
                           const ExecutionTextOptions& options);

/// An execution with its first task runs, read from one snapshot.
struct LoadedExecution {
  store::ExecutionRow row;
  std::vector<store::TaskRunRow> runs;
  bool has_more = false;  ///< there are more runs
};
base::Result<std::optional<LoadedExecution>> load_execution(store::Reader& reader, std::string_view tenant, base::Id id,
                                                            size_t runs);

/// The answer with a complete execution: immediately if it is small, otherwise a stream that reads the runs page by
/// page.
net::ServerResponse execution_answer(store::Store* store, base::Loop* loop, LoadedExecution loaded,
                                     ExecutionTextOptions options);

/// 404 `Execution 'x' not found`.
base::Error no_execution(std::string_view id);
/// The URL of the page of an execution (API-81).
std::string execution_url(const std::string& own_url, const model::Execution& execution);

}  // namespace gyr::web
