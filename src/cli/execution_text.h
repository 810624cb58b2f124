// Writes an execution with its task runs and log lines as one JSON document.
#pragma once

#include "base/error.h"
#include "base/instant.h"
#include "cli/console.h"
#include "store/store.h"

namespace gyr::cli {

/// Writes the execution as in the REST API (API-62), with `taskRunList`, and with `logs` as in API-65, sorted by time.
/// Reads page by page, so that an execution of any size is never completely in memory.
base::Result<void> write_execution(Output& output, store::Reader& reader, const store::ExecutionRow& row,
                                   base::Instant now);

}  // namespace gyr::cli
