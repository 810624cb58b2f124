// One attempt of one task on a worker: its task and its cancellation.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/value.h"
#include "engine/compiled_flow.h"
#include "protocol/frames.h"

namespace gyr::worker {

/// A running attempt, as used by kill, timeout and shutdown. Use it on the loop of the worker.
struct Attempt {
  base::CancelSource cancel;
  bool killed = false;
  bool timed_out = false;
  bool handed_over = false;  ///< the worker shuts down; another worker will get the job
};

/// The task to run: a job of its own, or a child of the job of a WorkingDirectory (TASK-40).
struct AttemptOrder {
  std::shared_ptr<const engine::CompiledFlow> flow;
  const engine::CompiledTask* task = nullptr;
  protocol::AttemptKey job;  ///< requests to the server are made in the name of this job
  base::Id task_run;
  int32_t attempt = 0;
  std::optional<std::string> value;
  base::Value context;
  uint32_t log_sequence = 0;
  /// see protocol::Job; for a child of a WorkingDirectory its own number, because it is never resumed
  int32_t resumed_attempt = 0;
  /// a shared directory that its owner removes; empty: the attempt creates its own directory
  std::filesystem::path directory;
};

}  // namespace gyr::worker
