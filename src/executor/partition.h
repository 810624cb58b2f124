// A partition: the state of a range of flows, processed by one thread at a time (principle: group commit).
//
// A turn drains the mailbox, processes the executions and triggers of the messages, and gives one batch to the store.
// Effects follow when the batch is durable. During a commit the partition processes nothing else: new messages form the
// next batch.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/invariant.h"
#include "engine/event.h"
#include "engine/settings.h"
#include "engine/trigger/machine.h"
#include "executor/change_hub.h"
#include "executor/command.h"
#include "executor/flow_cache.h"
#include "executor/gates.h"
#include "executor/host_service.h"
#include "executor/in_flight.h"
#include "executor/inbox_message.h"
#include "executor/input_resolver.h"
#include "executor/live_executions.h"
#include "executor/mailbox.h"
#include "executor/operator_holds.h"
#include "executor/task_meters.h"
#include "executor/timer_index.h"
#include "executor/workers.h"
#include "store/store.h"

namespace gyr::executor {

class FlowTriggerEvaluation;
class TriggerMeters;
struct JudgedTrigger;
struct PendingWindow;

/// The services that all partitions share.
struct PartitionServices {
  store::Store& store;
  FlowCache& flows;
  const engine::Settings& settings;
  const base::Clock& clock;
  ChangeHub& changes;
  Workers& workers;
  InputResolver& inputs;
  /// Delivers a committed message to the partition of its slot.
  std::function<void(store::InboxMessage)> route;
  /// Answers the host calls of triggers; null: every host call is an error (tests).
  HostService* host = nullptr;
  engine::TriggerSettings triggers = {};
  /// Sums of the metrics of tasks; null: not collected (tests).
  TaskMeters* task_meters = nullptr;
  /// The executor sets it; null: nothing is counted.
  TriggerMeters* trigger_meters = nullptr;
  /// The holds of operators; null: there are none (tests).
  const OperatorHolds* operator_holds = nullptr;
};

/// The limits of the turns and the memory of a partition. Idle executions beyond `live_executions` and dates beyond
/// `wakes` and `trigger_wakes` are only in the store.
struct PartitionLimits {
  size_t drain = 512;                    ///< maximum number of messages per turn
  size_t batch_bytes = 4 * 1024 * 1024;  ///< a larger batch is committed before the mailbox is empty
  size_t live_executions = 10'000;
  size_t wakes = 100'000;
  size_t trigger_wakes = 10'000;
  base::Duration retry_after_failure = base::Duration::of_millis(250);
};

/// A partition as described above. push() and waiting() are thread-safe; everything else runs on the executor thread of
/// the partition. Lives as long as the executor. After a failed commit it pauses for `retry_after_failure`.
class Partition {
 public:
  // The messages of a partition.
  struct CommandMessage {
    Command command;
    Reply reply;
  };
  struct WorkerMessage {
    base::Id execution;
    engine::EventBody body;
    std::optional<engine::AttemptRef> acknowledge;  ///< set if a result waits for its commit
  };
  struct InboxHint {
    store::InboxMessage message;
    int64_t sequence = 0;  ///< 0: written by a commit of this process and deleted by its id
  };
  struct InputsResolved {
    store::InboxMessage origin;
    int64_t sequence = 0;
    StartChildMessage start;
    base::Result<base::Value> inputs;
  };
  /// An evaluated event for a listening flow. Without `judging`: an event that cannot be stored and is dropped.
  struct FlowEventJudged {
    store::InboxMessage origin;
    int64_t sequence = 0;
    std::shared_ptr<const FlowTriggerEvaluation> judging;
  };
  /// The outputs of an execution of a ForEachItem are stored as a file, so its end can be counted (TASK-55).
  struct OutputsStored {
    store::InboxMessage origin;
    int64_t sequence = 0;
    ChildEndedMessage ended;
    base::Result<void> stored;
  };
  struct ContinueMessage {
    base::Id execution;
  };
  struct RecoverMessage {
    base::Id execution;
  };
  struct WakeMessage {
    base::Id execution;
    base::Instant due;  ///< its date in the index; if the clock is set back, it is added again with this date
  };
  struct QuarantineMessage {
    base::Id execution;
    std::string reason;
  };
  /// Two exceptions have ended a step of the execution: it fails.
  struct FailMessage {
    base::Id execution;
    std::string reason;
    std::optional<InboxHint> origin;  ///< the message that caused it, if it is a row: it is not applied again
    std::optional<engine::AttemptRef> acknowledge;  ///< as above
  };
  /// A slot of the flow may be free for a waiting execution. Not stored: recover() finds the flows with a queue.
  struct AdmitMessage {
    std::shared_ptr<const model::FlowKey> flow;
    base::Id admitted;  ///< the admitted execution, after the message has been applied
  };
  /// A trigger of a flow.
  struct TriggerKey {
    std::shared_ptr<const model::FlowKey> flow;
    std::string id;
    struct Less {
      bool operator()(const TriggerKey& a, const TriggerKey& b) const {
        return a.flow == b.flow ? a.id < b.id : std::tie(*a.flow, a.id) < std::tie(*b.flow, b.id);
      }
    };
  };
  /// The date of a trigger has come; with the answers of the host so far. Not stored: its row has the date.
  struct TriggerMessage {
    TriggerKey trigger;
    engine::trigger::Answers answers = {};
    base::Instant due{};  ///< as above; none if no date was waiting
  };
  /// A report of a worker about the evaluation of a trigger; with the answers of the host so far.
  struct TriggerReported {
    TriggerKey trigger;
    TriggerReport report;
    engine::trigger::Answers answers = {};
  };
  /// Checks all open executions after a change of operator_holds (EXEC-99). Not stored: recover() requests it.
  struct ReviewMessage {
    base::Id after;  ///< the last execution that was checked
  };
  using Message = std::variant<CommandMessage, WorkerMessage, InboxHint, InputsResolved, OutputsStored, ContinueMessage,
                               RecoverMessage, WakeMessage, QuarantineMessage, AdmitMessage, FlowEventJudged,
                               TriggerMessage, TriggerReported, ReviewMessage, FailMessage>;

  Partition(PartitionServices services, PartitionLimits limits, uint16_t first_slot, uint16_t last_slot,
            InFlight* in_flight, size_t in_flight_place, std::function<void()> wake_thread);
  ~Partition();

  // ---- thread-safe
  void push(Message message);
  size_t waiting() const { return mailbox_.count(); }
  /// Another server now owns its slots: the partition stops here, and its commands are refused.
  bool is_lost() const { return lost_.load(std::memory_order_acquire); }

  // ---- only on the executor thread
  /// Finds all open executions and triggers in the store and queues them. Call it before the first turn and after the
  /// lease was acquired, with which all batches are written; tests of an unshared store have no lease.
  base::Result<void> recover(store::Lease lease = {});
  /// Another server owns the slots, or will own them: drops everything, immediately or after the current commit. A
  /// refused commit has the same effect.
  void hand_over();
  /// Does the work that is possible now; returns true if there was any. Does not throw.
  bool turn();
  /// Applies the result of a commit and refuses waiting commands; returns true while a commit is in progress.
  bool wind_up();
  /// The time of the next work if no message arrives.
  std::optional<base::Instant> next_wake() const;
  /// Whether a message has arrived or a commit has ended since the last turn.
  bool has_news() const {
    return commit_done_.load(std::memory_order_acquire) ||
           (!committing_ && !paused_until_ && (!mailbox_.empty() || operator_holds_changed()));
  }

 private:
  struct Pending;  // the batch that is being built or committed

  // one function per message (partition_messages.cc)
  void process(Message& message);
  void process(CommandMessage& message);
  void process(WorkerMessage& message);
  void process(ContinueMessage& message);
  void process(RecoverMessage& message);
  void process(WakeMessage& message);
  void process(QuarantineMessage& message);
  void process(FailMessage& message);
  void process(InboxHint& message);
  /// Deletes its row with this batch.
  void applied(const store::InboxMessage& message, int64_t sequence);

  // commands on executions and flows (partition_commands.cc)
  base::Result<ExecutionCreated> apply(CreateExecution& command);
  base::Result<ExecutionAnswer> apply(KillExecution& command);
  base::Result<ExecutionWithRuns> apply(RestartExecution& command);
  base::Result<ExecutionAnswer> apply(DeleteExecution& command);
  base::Result<ExecutionAnswer> apply(ReleaseExecution& command);
  base::Result<ExecutionAnswer> apply(UnqueueExecution& command);
  base::Result<ExecutionAnswer> apply(ForceRunExecution& command);
  base::Result<FlowSaved> apply(SaveFlow& command);
  base::Result<FlowDeleted> apply(DeleteFlow& command);
  LiveExecution& create(LoadedFlowPtr flow, model::Execution execution, bool failed_checks, uint32_t subflow_depth);
  /// The execution of a command; an error if it does not exist.
  base::Result<LiveExecution*> load_known(base::Id execution);
  /// Why it cannot be restarted; nothing if it can (EXEC-84).
  static std::optional<base::Error> restart_problem(const LiveExecution& live);
  static void end_quarantine(LiveExecution& live);

  // changes of users to ended executions (partition_changes.cc)
  base::Result<ExecutionWithRuns> apply(ChangeRunState& command);
  base::Result<ExecutionWithRuns> apply(ChangeState& command);
  base::Result<ExecutionWithRuns> apply(SetLabels& command);

  // pauses and breakpoints (partition_pauses.cc)
  base::Result<ExecutionAnswer> apply(PauseExecution& command);
  base::Result<ExecutionAnswer> apply(ResumeExecution& command);
  base::Result<ExecutionAnswer> apply(ResumeFromBreakpoint& command);

  // holds of operators (partition_operator_holds.cc)
  struct Holder;
  bool operator_holds_changed() const {
    return !is_lost() && services_.operator_holds != nullptr &&
           services_.operator_holds->version() != operator_holds_->version();
  }
  void follow_operator_holds();
  base::Result<void> change_operator_holds(HoldSetPtr next);
  void process(ReviewMessage& message);
  bool holds_back(Message& message);
  /// The rule that ignores an execution of which only the id is known.
  const Hold* ignoring(base::Id execution);
  /// Call it before a step. True if there is no step, because the execution must not start or a kill switch has ended
  /// it.
  bool is_held_back(LiveExecution& live, const engine::EventBody& body);
  void stop_by_switch(LiveExecution& live);
  /// Dates before this time were missed (TRIG-202).
  base::Instant life_of_trigger(const model::FlowKey& flow) const;
  base::Result<std::vector<store::StoredMessage>> released_messages(const HoldSet& before, const HoldSet& next);
  void take_up(std::vector<store::StoredMessage> messages);
  void let_go();
  base::Result<void> end_listeners(const HoldSet& before, const HoldSet& next);

  // triggers (partition_triggers.cc)
  void process(TriggerMessage& message);
  base::Result<TriggerChanged> apply(ChangeTrigger& command);
  base::Result<TriggerDeleted> apply(DeleteTrigger& command);
  /// The state of a trigger including the current batch; null if there is none. Valid until the next call.
  base::Result<const store::TriggerRow*> trigger_row(const TriggerKey& trigger);
  void put_trigger(store::TriggerRow row);
  base::Result<void> refill_trigger_wakes();
  /// Reads the rows of many dates that are due at the same time.
  void read_due_triggers(base::Instant earliest);
  base::Result<void> remove_trigger(const TriggerKey& trigger);
  /// The definition of a trigger in the current revision; nothing if it cannot be evaluated because it is deleted,
  /// invalid or missing.
  struct TriggerDefinition {
    LoadedFlowPtr flow;
    const model::TriggerSpec* spec = nullptr;
  };
  base::Result<std::optional<TriggerDefinition>> trigger_definition(const TriggerKey& trigger);
  engine::trigger::Effects advance_trigger(const TriggerDefinition& definition, store::TriggerRow row,
                                           const engine::trigger::Event& event,
                                           const engine::trigger::Answers& answers);
  void start_of_trigger(const TriggerDefinition& definition, engine::trigger::StartExecution start);
  void log_of_trigger(const std::shared_ptr<const model::FlowKey>& flow, const std::string& trigger_id,
                      model::LogLevel level, std::string message);
  /// Sends the question, and applies the event again with the answer: `again` is the message without it.
  void ask_host(engine::trigger::Question question, std::variant<TriggerMessage, TriggerReported> again);
  void could_not_read(const TriggerKey& trigger, const base::Error& error);
  base::Result<void> define_triggers(const LoadedFlowPtr& flow, bool was_disabled);
  /// For several changes of one command: after a failure the current batch is not committed, because it contains the
  /// changes before the failure.
  base::Result<void> all_or_nothing(base::Result<void> change);
  base::Result<void> define_trigger(const TriggerDefinition& definition, model::TriggerKind kind, bool was_disabled);
  base::Result<void> remove_triggers(const std::shared_ptr<const model::FlowKey>& flow,
                                     const std::vector<model::TriggerSpec>& but);
  /// An execution has ended or was deleted: the trigger that started it can continue. `spec`: from the revision of the
  /// execution.
  void tell_trigger(const model::Execution& execution, const model::TriggerSpec* spec,
                    std::optional<model::State> state);
  base::Result<void> end_for_trigger(const model::Execution& execution, std::optional<model::State> state);
  base::Result<void> check_lock(const TriggerKey& trigger, const TriggerDefinition& definition,
                                const store::TriggerRow& row);

  // evaluations by workers (partition_evaluations.cc)
  void process(TriggerReported& message);
  base::Result<void> recover_evaluations();
  void ask_worker(const TriggerDefinition& definition, engine::trigger::Evaluation evaluation);
  void end_evaluation(const std::shared_ptr<const model::FlowKey>& flow, base::Id evaluation);
  /// Ends the evaluation of a trigger that cannot be evaluated any more, without regard to its worker.
  void free_of_evaluation(const store::TriggerRow& row);
  void quarantine_report(const TriggerReported& message, const base::Error& error);

  // copies of executions (partition_copies.cc)
  base::Result<ExecutionWithRuns> apply(ReplayExecution& command);
  base::Result<LoadedFlowPtr> revision_of(const model::Execution& execution, int32_t revision,
                                          const std::optional<std::string>& templates = std::nullopt);
  base::Result<LiveExecution*> copy(LiveExecution& original, const LoadedFlowPtr& flow, model::Execution execution,
                                    base::Id replayed, base::Id& replayed_copy);
  base::Result<ExecutionWithRuns> restart_with_revision(RestartExecution& command, LiveExecution& original);
  base::Result<ExecutionWithRuns> replay_from_start(LiveExecution& original, const LoadedFlowPtr& flow,
                                                    model::Execution execution);
  void note_change(LiveExecution& live);

  // messages from other executions (partition_inbox.cc)
  void process(InputsResolved& message);
  void process(OutputsStored& message);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const StartChildMessage& start);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const ChildStartedMessage& started);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const ChildEndedMessage& ended);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const KillMessage& kill);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const RestartMessage& restart);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const ChildNotRestartedMessage& not_restarted);
  /// Starts to store its outputs; returns false if the end is counted immediately.
  bool store_outputs(const store::InboxMessage& message, int64_t sequence, const ChildEndedMessage& ended,
                     const engine::ExecutionState& state);
  void create_child(const StartChildMessage& start, const LoadedFlowPtr& flow, base::Value inputs);
  void refuse_child(const StartChildMessage& start, std::string message);

  // replacements of executions (partition_replacement.cc)
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const ReplaceMessage& replace);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const ChildReplacedMessage& replaced);
  void create_replacement(base::Id id, const LiveExecution& origin);

  // Flow triggers (partition_events.cc)
  void process(FlowEventJudged& message);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const FlowEventMessage& told);
  /// Sends the changes since the given lengths of its history and runs to the listening flows, with this commit
  /// (TRIG-115).
  void notify_flow_triggers(const engine::ExecutionState& state, size_t changes_before, size_t runs_before);
  /// The same for the last change, if it was not made by a step.
  void notify_flow_triggers_of_end(const model::Execution& execution);
  base::Result<void> hear(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger);
  /// Adds an event to the windows of a trigger. Returns the outputs of all collected executions if it fires.
  base::Result<std::optional<base::Value>> gather(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger);
  base::Result<PendingWindow*> window_of(const std::shared_ptr<const model::FlowKey>& flow, const std::string& trigger,
                                         const std::string& id, int64_t start, base::Instant moment);
  void start_by_flow_trigger(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger,
                             const base::Value& outputs);
  void warn_of_trigger(const std::shared_ptr<const model::FlowKey>& flow, const model::TriggerSpec& trigger,
                       std::string message);
  void collect_windows();

  // the concurrency gate (partition_gate.cc)
  void process(AdmitMessage& message);
  /// The gate of a flow whose latest revision has a limit, derived from the rows if necessary; null for other flows.
  base::Result<Gate*> gate_of(const std::shared_ptr<const model::FlowKey>& flow);
  base::Result<Gate*> make_gate(const std::shared_ptr<const model::FlowKey>& flow,
                                std::optional<model::Concurrency> concurrency);
  base::Result<std::optional<model::Concurrency>> concurrency_of(const model::FlowKey& flow);
  base::Result<int64_t> stored_slots(const model::FlowKey& flow);
  base::Result<void> read_queue(const model::FlowKey& flow, Gate& gate);
  bool changes_in_batch(base::Id execution) const;
  /// The answer for an execution that has not passed its gate.
  base::Result<engine::Admission> admission(const engine::ExecutionState& state);
  /// Call it after a step: updates the used slots and the queue.
  void note_progress(const engine::ExecutionState& state, bool held, model::State before);
  void ask_to_admit(const std::shared_ptr<const model::FlowKey>& flow, Gate& gate);
  /// For an execution that ends or is deleted without a step.
  base::Result<void> forget_slot(const std::shared_ptr<const model::FlowKey>& flow, const model::Execution& execution,
                                 bool admitted);

  // exceptions (partition_exceptions.cc)
  /// The message, or the common part of the batch, has thrown: the batch will be rolled back.
  void escaped(Message* message, const base::Error& error);
  /// A similar message has thrown: this one gets its own batch, so that no other message is rolled back with it.
  bool goes_alone(const Message& message) const;
  /// It has thrown for the first time in its own batch.
  bool deserves_another_try(const Message& message);
  void clear_suspects();
  /// Queues the failure of the execution; returns false if there is no execution that can fail.
  bool fail_target(const Message& message, const base::Error& error);
  /// Handles an exception outside of messages.
  void start_over(const base::Error& error);
  bool begin_again();

  // turns: dates and steps (partition.cc)
  bool take_turn();
  void queue_due_dates();
  base::Result<void> refill_wakes();
  base::Result<LiveExecution*> load(base::Id execution);
  bool is_deleted_in_batch(base::Id execution) const;
  void fail_unloadable(Unloadable unloadable);
  void step(LiveExecution& live, engine::EventBody body);
  /// The effects of a step: messages with this commit, work after it.
  void act_on(LiveExecution& live, std::vector<engine::Effect> effects);
  /// The message of an execution at its end to the execution that waits for it, if any.
  void tell_caller(const LiveExecution& live, const engine::Effect& effect);
  void send(const std::shared_ptr<const model::FlowKey>& flow, base::Id target, const InboxBody& body);
  /// The stored messages to one execution or to all; nothing else of these executions is in memory.
  base::Result<void> queue_inbox(std::optional<base::Id> target);
  /// Drops waiting messages and answers commands with the error; returns true if there were any.
  bool refuse_waiting(const base::Error& error);
  base::Instant now();

  // commits and their effects (partition_commit.cc)
  void collect(LiveExecution& live);
  bool is_overtaken(const engine::Dispatch& job, base::Id execution);
  void begin_commit();
  /// Completes the batch with all changes.
  void gather();
  void give_to_store();
  /// Returns false while a commit is in progress.
  bool take_outcome();
  void finish_commit(base::Result<void> outcome);
  void release();
  void roll_back(const base::Error& error);
  /// The only message of a batch cannot be stored: its execution is quarantined.
  void quarantine(const Message& message, const base::Error& error);
  /// Applies the current message again a little later.
  void failed_to_read(const base::Error& error, base::Id execution);
  // broken invariants (partition_faults.cc)
  void collect_touched();
  /// An invariant is broken: rolls back the batch and quarantines the execution. `of_message`: it was detected while
  /// the last message of the batch was applied.
  void note_fault(base::Id execution, const base::BrokenInvariant& broken, bool of_message);
  /// The message that must not be applied again.
  std::optional<Message> take_faulty();
  void settle_fault(std::optional<Message> faulty);
  /// A row that a step needs could not be read: the batch is not committed but applied again.
  void abandon_batch(const base::Error& error, base::Id execution);

  // slots that another server owns (partition_lease.cc)
  void drop_everything(const base::Result<void>& outcome);
  /// Drops the state in memory, except messages.
  void forget_everything();

  PartitionServices services_;
  PartitionLimits limits_;
  uint16_t first_slot_;
  uint16_t last_slot_;
  store::Lease lease_;
  InFlight* in_flight_;
  size_t in_flight_place_;
  std::function<void()> wake_thread_;

  Mailbox<Message> mailbox_;
  std::deque<Message> waiting_;  // taken from the mailbox and not processed yet
  std::unique_ptr<store::Reader> reader_;
  LiveExecutions live_executions_;
  TimerIndex<base::Id> wakes_;
  TimerIndex<TriggerKey> trigger_wakes_;
  std::set<TriggerKey, TriggerKey::Less> asking_;  // triggers with an open host call
  base::Instant life_began_;                       // when this owner took over
  base::Instant now_;                              // of the turn
  Gates gates_;
  std::shared_ptr<const engine::CompiledFlow>
      unlimited_;  // the last flow without a limit: the fast path of most executions
  std::unique_ptr<Pending> pending_;
  struct Fault {
    base::Id execution;  ///< none: the work did not belong to a single execution
    std::string rule;
    bool of_message = false;
  };
  std::optional<Fault> fault_;              // the reason, if an invariant is broken
  base::Id stepping_;                       // the execution of the step in progress
  std::optional<base::Error> abandoned_;    // the reason why the current batch will not be committed
  std::unordered_set<base::Id> suspects_;   // whose message has thrown once
  std::set<model::FlowKey> suspect_flows_;  // for which the creation of an execution has thrown
  bool begin_again_ = false;                // from the rows, before the next turn
  bool committing_ = false;
  bool end_batch_ = false;  // a flow was saved: the following messages must see it
  bool unread_ = false;     // the store could not be read: the message is applied again
  size_t one_by_one_ = 0;   // the number of messages that get a batch each, because one of them cannot be stored
  std::optional<base::Instant> paused_until_;  // after a failed commit
  std::atomic<bool> lost_{false};
  std::atomic<bool> commit_done_{false};
  base::Result<void> commit_outcome_;
  std::unordered_set<base::Id> starting_children_;  // their inputs are being resolved
  struct StoringOutputs {
    base::Id message;               ///< the message with the end
    std::vector<InboxHint> behind;  ///< later messages of the same execution
  };
  std::unordered_map<base::Id, StoringOutputs> storing_outputs_;  // by ended execution
  std::unordered_set<base::Id> evaluating_events_;                // messages that are being evaluated for Flow triggers
  std::unordered_map<base::Id, std::vector<InboxHint>> early_kills_;  // kills of children that do not exist yet
  HoldSetPtr operator_holds_ = std::make_shared<const HoldSet>();
  HoldSetPtr released_;  // the rules before the last release
  base::Instant released_at_;
  bool refill_dates_ = false;  // dates were taken from the indexes without being processed
  /// For an ignored execution: the data that is only in memory.
  struct HeldBack {
    std::vector<WorkerMessage> reports;  ///< bounded by the jobs on workers when the execution became ignored
    bool recovers = false;
    bool goes_on = false;
  };
  std::unordered_map<base::Id, HeldBack> held_back_;
  std::set<TriggerKey, TriggerKey::Less> held_triggers_;  // triggers on workers whose evaluation must start again
  std::unordered_set<base::Id> read_again_;               // messages whose hint can still arrive
};

/// The log line of an execution in quarantine.
model::LogEntry quarantine_line(const model::Execution& execution, base::Instant now);

}  // namespace gyr::executor
