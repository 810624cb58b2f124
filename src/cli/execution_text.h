// An execution with its task runs and log lines as one JSON document, written piece by piece.
#pragma once

#include "base/error.h"
#include "base/instant.h"
#include "cli/console.h"
#include "store/store.h"

namespace gyr::cli {

/// The execution as the REST interface gives it (API-62), with `taskRunList`, and `logs` as API-65 has its lines, in
/// order of time. Reads by pages, so an execution of any size is never whole in memory.
base::Result<void> write_execution(Output& output, store::Reader& reader, const store::ExecutionRow& row,
                                   base::Instant now);

}  // namespace gyr::cli
