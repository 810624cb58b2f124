// The batch a partition builds in a turn, and what is to be done when it is durable.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/trigger/window_state.h"
#include "executor/partition.h"

namespace gyr::executor {

/// A window of a Flow trigger as this batch leaves it.
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
  std::vector<Message> messages;  ///< what was applied: kept until the commit, applied again if it fails
  struct Replying {
    Reply reply;
    base::Result<Answer> answer;
    bool is_final = false;  ///< it stands although the batch is rolled back
  };
  std::vector<Replying> replies;
  std::vector<base::Id> touched;
  bool thrown = false;   ///< an exception has escaped while it was built
  bool durable = false;  ///< it is committed: only its effects are left
  uint64_t bytes = 0;    ///< about what the batch will weigh when all is collected
  struct Work {
    WorkOrigin origin;
    engine::Effect effect;
  };
  std::vector<Work> work;                  ///< for workers
  std::vector<store::InboxMessage> hints;  ///< committed messages to hand over
  std::vector<base::Id> continuations;
  std::vector<base::Id> reviewed;  ///< reviews of what is open go on behind these
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
  std::vector<WorkOrigin> ended_evaluations;  ///< that they are to end
  struct HeardEvent {
    WorkOrigin listener;
    uint64_t number = 0;
    std::string problem;
  };
  std::vector<HeardEvent> heard;     ///< of listeners that wait for the commit
  std::vector<LoadedFlowPtr> flows;  ///< saved
  /// By flow, trigger and window id: those that an event of this batch came into.
  std::map<std::tuple<model::FlowKey, std::string, std::string>, std::deque<PendingWindow>> windows;
  /// States of triggers that were looked at: what this batch makes of them.
  struct Trigger {
    std::optional<store::TriggerRow> row;  ///< none: there is none (any more)
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

/// What a row takes besides its values and texts, about.
inline constexpr uint64_t small_row_bytes = 200;
/// Numbers of lines that the executor writes into the log of an execution: beyond what the execution itself writes.
inline constexpr uint32_t line_of_executor = 1'000'000;
inline constexpr uint32_t line_of_quarantine = 2'000'000;

/// The execution a message is about; none for commands about flows.
base::Id target_of(const Partition::Message& message);
/// What a command hears of a partition that another server has.
base::Error taken_over();
/// The flow of the execution that waits for this one; null where none does. Its name stands in the trigger (TASK-51).
std::shared_ptr<const model::FlowKey> caller_flow(const model::Execution& execution);
/// The execution as it stands now.
Answer answer_of(const LiveExecution& live);
/// The same with its runs where they are few.
Answer answer_with_runs(const LiveExecution& live);

}  // namespace gyr::executor
