// The batch that a partition builds in a turn, and the work to do when it is durable.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/trigger/window_state.h"
#include "executor/partition.h"

namespace gyr::executor {

/// The content of a window of a Flow trigger after this batch.
struct PendingWindow {
  std::shared_ptr<const model::FlowKey> flow;
  int64_t start = 0;
  base::Instant expires;
  engine::WindowState state;
  bool is_stored = false;
  bool is_changed = false;
  bool is_gone = false;
};

struct Partition::Pending {
  store::Batch batch;
  std::vector<Message> messages;  ///< the applied messages: kept until the commit, applied again if it fails
  struct Replying {
    Reply reply;
    base::Result<Answer> answer;
    bool is_final = false;  ///< it is sent even if the batch is rolled back
  };
  std::vector<Replying> replies;
  std::vector<base::Id> touched;
  bool thrown = false;   ///< an exception was thrown while it was built
  bool durable = false;  ///< it is committed: only its effects remain
  uint64_t bytes = 0;    ///< the approximate size of the complete batch
  struct Work {
    WorkOrigin origin;
    engine::Effect effect;
  };
  std::vector<Work> work;                  ///< for workers
  std::vector<store::InboxMessage> hints;  ///< committed messages to deliver
  std::vector<base::Id> continuations;
  std::vector<base::Id> reviewed;  ///< checks of open executions that continue after these
  struct Acknowledgement {
    WorkOrigin origin;
    engine::AttemptRef attempt;
  };
  std::vector<Acknowledgement> acknowledgements;
  struct Evaluation {
    WorkOrigin origin;
    std::string trigger_id;
    engine::trigger::Evaluation evaluation;
  };
  std::vector<Evaluation> evaluations;        ///< for workers
  std::vector<WorkOrigin> ended_evaluations;  ///< evaluations that workers must end
  struct HeardEvent {
    WorkOrigin listener;
    uint64_t number = 0;
    std::string problem;
  };
  std::vector<HeardEvent> heard;     ///< events of listeners that wait for the commit
  std::vector<LoadedFlowPtr> flows;  ///< saved flows
  /// By flow, trigger and window id: the windows that an event of this batch changed.
  std::map<std::tuple<model::FlowKey, std::string, std::string>, std::deque<PendingWindow>> windows;
  /// The states of the triggers of this batch, after it.
  struct Trigger {
    std::optional<store::TriggerRow> row;  ///< none: it does not exist (any more)
    bool changed = false;
    bool deleted = false;
  };
  std::map<TriggerKey, Trigger, TriggerKey::Less> triggers;
  struct Measured {
    std::string task_type;
    model::MetricEntry metric;
  };
  std::vector<Measured> measured;  ///< for the metrics of the server
  std::vector<std::string> server_log;
};

/// The approximate size of a row without its values and texts.
inline constexpr uint64_t small_row_bytes = 200;
/// The first number of log lines that the executor writes for an execution; higher than those of the execution itself.
inline constexpr uint32_t line_of_executor = 1'000'000;
inline constexpr uint32_t line_of_quarantine = 2'000'000;

/// The execution of a message; none for commands on flows.
base::Id target_of(const Partition::Message& message);
/// The error for a command on a partition that another server owns.
base::Error taken_over();
/// The flow of the execution that waits for this one; null if there is none. The trigger contains its name (TASK-51).
std::shared_ptr<const model::FlowKey> caller_flow(const model::Execution& execution);
/// The current execution.
ExecutionAnswer answer_of(const LiveExecution& live);
/// The same with its runs if there are few of them.
ExecutionWithRuns answer_with_runs(const LiveExecution& live);

}  // namespace gyr::executor
