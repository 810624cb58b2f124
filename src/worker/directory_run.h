// A WorkingDirectory on its worker: one folder, and its tasks one after another (TASK-40, SCRIPT-41).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/task.h"
#include "engine/flowable/working_directory.h"
#include "worker/attempt.h"
#include "worker/attempt_context.h"

namespace gyr::worker {

/// What a directory asks of its worker.
struct DirectoryHost {
  AttemptServices services;
  std::function<base::Task<link::Result>(std::shared_ptr<Attempt>, AttemptOrder)> run_attempt;
  /// Gives the state that was told in the end: FAILED where the outputs were too large to be sent.
  std::function<model::State(link::ChildReport)> report;
};

/// One run of a directory. Lives in the frame of the worker's coroutine and on its loop; killed by way of `attempt`.
/// Where the worker is shut down in the middle it stops without a further report: the job is run again, from the start,
/// by another.
class DirectoryRun {
 public:
  DirectoryRun(DirectoryHost host, std::shared_ptr<const engine::CompiledFlow> flow, link::Job job,
               std::shared_ptr<Attempt> attempt);

  base::Task<link::Result> run();

 private:
  /// How a child, or all of them, came to an end.
  enum class End : uint8_t { done, failed, killed, cut_off };
  struct Child {
    const engine::CompiledTask* task;
    base::Id run;
    base::Instant first_start = {};
    int32_t attempts = 0;
    uint32_t log_sequence = 0;
  };

  base::Task<base::Result<void>> prepare();
  base::Task<base::Result<base::Value>> collect();
  base::Task<End> run_children();
  base::Task<End> run_child(Child child);
  /// Nothing where the child is to run.
  base::Task<std::optional<End>> admit(Child* child);
  /// The end of an attempt: told, remembered for the next children.
  End settle(const Child& child, link::Result result);
  std::optional<base::Instant> next_attempt(const Child& child, const link::Result& result) const;
  AttemptOrder order(const Child& child) const;
  plugin::RunInfo info_of(const Child& child) const;
  base::Value context_of(const Child& child) const;
  link::ChildReport report_about(const Child& child, link::ChildReport::Kind kind) const;
  void remember(const Child& child, const base::Value& outputs, model::State state);
  bool cancelled() const { return attempt_->cancel.cancelled(); }
  End cancelled_end() const { return attempt_->killed ? End::killed : End::cut_off; }

  DirectoryHost host_;
  std::shared_ptr<const engine::CompiledFlow> flow_;
  const engine::CompiledTask& task_;
  const engine::WorkingDirectory& properties_;
  link::Job job_;
  std::shared_ptr<Attempt> attempt_;
  AttemptContext context_;  // of the directory's own run
  std::filesystem::path directory_;
  base::Value roots_;  // of the job, with what the children gave so far
  std::optional<base::Instant> cache_restored_;
};

}  // namespace gyr::worker
