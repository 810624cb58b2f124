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

/// What a WorkingDirectory needs from its worker.
struct DirectoryHost {
  AttemptServices services;
  std::function<base::Task<protocol::Result>(std::shared_ptr<Attempt>, AttemptOrder)> run_attempt;
  /// Returns the reported state: FAILED if the outputs were too large to be sent.
  std::function<model::State(protocol::ChildReport)> report;
};

/// One run of a WorkingDirectory. Lives in the coroutine frame and on the loop of the worker; `attempt` cancels it. If
/// the worker shuts down during the run, the run stops without another report, and another worker runs the job again
/// from the start.
class DirectoryRun {
 public:
  DirectoryRun(DirectoryHost host, std::shared_ptr<const engine::CompiledFlow> flow, protocol::Job job,
               std::shared_ptr<Attempt> attempt);

  base::Task<protocol::Result> run();

 private:
  /// The result of a child, or of all children.
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
  /// Returns nothing if the child has to run.
  base::Task<std::optional<End>> admit(Child* child);
  /// Reports the end of an attempt and remembers its result for the next children.
  End settle(const Child& child, protocol::Result result);
  std::optional<base::Instant> next_attempt(const Child& child, const protocol::Result& result) const;
  AttemptOrder order(const Child& child) const;
  plugin::RunInfo info_of(const Child& child) const;
  base::Value context_of(const Child& child) const;
  protocol::ChildReport report_about(const Child& child, protocol::ChildReport::Kind kind) const;
  void remember(const Child& child, const base::Value& outputs, model::State state);
  bool cancelled() const { return attempt_->cancel.cancelled(); }
  End cancelled_end() const { return attempt_->killed ? End::killed : End::cut_off; }

  DirectoryHost host_;
  std::shared_ptr<const engine::CompiledFlow> flow_;
  const engine::CompiledTask& task_;
  const engine::WorkingDirectory& properties_;
  protocol::Job job_;
  std::shared_ptr<Attempt> attempt_;
  AttemptContext context_;  // of the run of the WorkingDirectory itself
  std::filesystem::path directory_;
  base::Value roots_;  // of the job, with the outputs of the children so far
  std::optional<base::Instant> cache_restored_;
};

}  // namespace gyr::worker
