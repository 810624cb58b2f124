// One attempt of one task on a worker: what is to be run, and what ends it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/value.h"
#include "engine/compiled_flow.h"
#include "link/frames.h"

namespace gyr::worker {

/// A running attempt, as kill, timeout and shutdown see it. Worker's loop.
struct Attempt {
  base::CancelSource cancel;
  bool killed = false;
  bool timed_out = false;
  bool handed_over = false;  ///< the worker ends; the job will be given to another one
};

/// What to run: a job of its own, or a child of a directory's job (TASK-40).
struct AttemptOrder {
  std::shared_ptr<const engine::CompiledFlow> flow;
  const engine::CompiledTask* task = nullptr;
  link::AttemptKey job;  ///< on whose behalf the server is asked
  base::Id task_run;
  int32_t attempt = 0;
  std::optional<std::string> value;
  base::Value context;
  uint32_t log_sequence = 0;
  int32_t resumed_attempt = 0;      ///< see link::Job; of a directory's child its own number: it is never resumed
  std::filesystem::path directory;  ///< shared with others and theirs to remove; empty: one of its own
};

}  // namespace gyr::worker
