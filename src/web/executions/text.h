// Executions as JSON text, written in parts: an execution with 100,000 task runs is never completely in memory.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "store/store.h"
#include "web/executions/values.h"
#include "web/http/request.h"

namespace gyr::web {

/// An execution with its first task runs, read from one snapshot.
struct LoadedExecution {
  store::ExecutionRow row;
  std::vector<store::TaskRunRow> runs;
  bool has_more = false;  ///< there are more runs
};
base::Result<std::optional<LoadedExecution>> load_execution(store::Reader& reader, const store::Access& access,
                                                            std::string_view tenant, base::Id id, size_t runs);

/// A complete execution: at once if it is small, otherwise a stream that reads the runs page by page.
using ExecutionAnswer = std::variant<JsonOf<json::Execution>, net::ServerResponse>;
using ExecutionResponseAnswer = std::variant<JsonOf<json::ExecutionResponse>, net::ServerResponse>;
ExecutionAnswer execution_answer(Request* request, const LoadedExecution& loaded);
/// The same with the address of its page.
ExecutionResponseAnswer execution_response(Request* request, const LoadedExecution& loaded);

/// 404 `Execution 'x' not found`.
base::Error no_execution(std::string_view id);
/// The URL of the page of an execution (API-81).
std::string execution_url(const std::string& own_url, const model::Execution& execution);

}  // namespace gyr::web
