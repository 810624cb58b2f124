// The batch that a partition builds in a turn, and the work to do when it is durable.
#pragma once

#include <string>
#include <vector>

#include "catalog/flow_cache.h"
#include "command/command.h"
#include "dispatch/workers.h"
#include "engine/effect.h"
#include "executor/message/message.h"
#include "store/store.h"

namespace gyr::executor {

/// The approximate size of a row without its values and texts.
inline constexpr uint64_t small_row_bytes = 200;
/// The first number of log lines that the executor writes for an execution; higher than those of the execution itself.
inline constexpr uint32_t line_of_executor = 1'000'000;
inline constexpr uint32_t line_of_quarantine = 2'000'000;

/// What the messages of one batch have changed. What triggers and windows have changed is added by their parts.
struct Changes {
  store::Batch batch;
  std::vector<Message> messages;  ///< the applied messages: kept until the commit, applied again if it fails
  struct Replying {
    Reply reply;
    base::Result<Answer> answer;
    bool is_final = false;  ///< it is sent even if the batch is rolled back
  };
  std::vector<Replying> replies;
  std::vector<base::Id> touched;  ///< executions to write, or to drop from memory if the batch fails
  bool durable = false;           ///< it is committed: only its effects remain
  uint64_t bytes = 0;             ///< the approximate size of the complete batch
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
  /// The written triggers, if somebody wants to know them.
  std::vector<std::pair<std::shared_ptr<const model::FlowKey>, std::string>> triggers;
  struct Measured {
    std::string task_type;
    model::MetricEntry metric;
  };
  std::vector<Measured> measured;  ///< for the metrics of the server
  std::vector<std::string> server_log;

  /// Adds a line, with its size.
  void log(model::LogEntry line) {
    bytes += line.message.size() + small_row_bytes;
    batch.logs.push_back(std::move(line));
  }
  bool deletes(base::Id execution) const;
};

}  // namespace gyr::executor
