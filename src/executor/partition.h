// One partition: everything with state of a range of flows, advanced by one thread at a time (principle: group commit).
//
// A turn drains the mailbox, advances what is concerned, and gives the store one batch; effects are released when that
// is durable. While a commit is under way nothing else of the partition is advanced: what arrives forms the next batch.
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

/// What all partitions share.
struct PartitionServices {
  store::Store& store;
  FlowCache& flows;
  const engine::Settings& settings;
  const base::Clock& clock;
  ChangeHub& changes;
  Workers& workers;
  InputResolver& inputs;
  /// Hands a committed message to the partition of its slot.
  std::function<void(store::InboxMessage)> route;
  /// Answers what triggers ask; null: every question is an error (tests).
  HostService* host = nullptr;
  engine::TriggerSettings triggers = {};
  /// Sums of what tasks measure; null: nobody looks (tests).
  TaskMeters* task_meters = nullptr;
  /// Set by the executor; null: nothing is counted.
  TriggerMeters* trigger_meters = nullptr;
  /// What operators hold back; null: nothing ever (tests).
  const OperatorHolds* operator_holds = nullptr;
};

/// Bounds of one partition's turn and memory. Idle executions beyond `live_executions` and dates beyond `wakes` and
/// `trigger_wakes` are in the store alone.
struct PartitionLimits {
  size_t drain = 512;                    ///< messages a turn takes
  size_t batch_bytes = 4 * 1024 * 1024;  ///< a batch of more is committed before the mailbox is empty
  size_t live_executions = 10'000;
  size_t wakes = 100'000;
  size_t trigger_wakes = 10'000;
  base::Duration retry_after_failure = base::Duration::of_millis(250);
};

/// One partition as described above. push() and waiting() may be called on any thread, everything else on the executor
/// thread it belongs to. Lives as long as the executor. After a failed commit it takes nothing for
/// `retry_after_failure`.
class Partition {
 public:
  // Messages to a partition.
  struct CommandMessage {
    Command command;
    Reply reply;
  };
  struct WorkerMessage {
    base::Id execution;
    engine::EventBody body;
    std::optional<engine::AttemptRef> acknowledge;  ///< where a result waits for its commit
  };
  struct InboxHint {
    store::InboxMessage message;
    int64_t sequence = 0;  ///< 0: written by a commit of this process, deleted by its id
  };
  struct InputsResolved {
    store::InboxMessage origin;
    int64_t sequence = 0;
    StartChildMessage start;
    base::Result<base::Value> inputs;
  };
  /// An event for a flow that listens, judged; without `judging` one that cannot be stored and is dropped.
  struct FlowEventJudged {
    store::InboxMessage origin;
    int64_t sequence = 0;
    std::shared_ptr<const FlowTriggerEvaluation> judging;
  };
  /// The outputs of an execution of a ForEachItem are a file, so that its end may be counted (TASK-55).
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
    base::Instant due;  ///< for which it was taken from the index: a clock that is set back puts it there again
  };
  struct QuarantineMessage {
    base::Id execution;
    std::string reason;
  };
  /// An exception has ended a step of the execution twice: it fails.
  struct FailMessage {
    base::Id execution;
    std::string reason;
    std::optional<InboxHint> origin;                ///< the message that did it, if it is a row: it is done with
    std::optional<engine::AttemptRef> acknowledge;  ///< as above
  };
  /// A slot of the flow is free and somebody waits, perhaps. Not stored: recover() finds the flows with a queue.
  struct AdmitMessage {
    std::shared_ptr<const model::FlowKey> flow;
    base::Id admitted;  ///< who it was, when it has been applied
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
  /// The date of a trigger has come; with what the host has answered since. Not stored: its row has the date.
  struct TriggerMessage {
    TriggerKey trigger;
    engine::trigger::Answers answers = {};
    base::Instant due{};  ///< as above; none where nobody waited for a date
  };
  /// What a worker says of the evaluation of a trigger; with what the host has answered since.
  struct TriggerReported {
    TriggerKey trigger;
    TriggerReport report;
    engine::trigger::Answers answers = {};
  };
  /// What is open is looked through since other operator_holds hold (EXEC-99). Not stored: recover() asks for it.
  struct ReviewMessage {
    base::Id after;  ///< the last one that was looked at
  };
  using Message = std::variant<CommandMessage, WorkerMessage, InboxHint, InputsResolved, OutputsStored, ContinueMessage,
                               RecoverMessage, WakeMessage, QuarantineMessage, AdmitMessage, FlowEventJudged,
                               TriggerMessage, TriggerReported, ReviewMessage, FailMessage>;

  Partition(PartitionServices services, PartitionLimits limits, uint16_t first_slot, uint16_t last_slot,
            InFlight* in_flight, size_t in_flight_place, std::function<void()> wake_thread);
  ~Partition();

  // ---- any thread
  void push(Message message);
  size_t waiting() const { return mailbox_.count(); }
  /// Another server owns its slots now: nothing of it moves here any more, its commands are refused.
  bool is_lost() const { return lost_.load(std::memory_order_acquire); }

  // ---- the executor thread
  /// Finds what is open in the store and queues it. Before the first turn, and behind the lease under which all its
  /// batches are written; none in tests of a store that nobody shares.
  base::Result<void> recover(store::Lease lease = {});
  /// Another server has the slots, or will have them: everything is dropped, at once or behind the commit under way. A
  /// refused commit does the same.
  void hand_over();
  /// Does what can be done now; true if something was done. No exception leaves it.
  bool turn();
  /// Takes the outcome of a commit under way and refuses commands that still wait; true while a commit is under way.
  bool wind_up();
  /// When there will be something to do although no message comes.
  std::optional<base::Instant> next_wake() const;
  /// Something came in, or a commit has ended, since the last turn.
  bool has_news() const {
    return commit_done_.load(std::memory_order_acquire) ||
           (!committing_ && !paused_until_ && (!mailbox_.empty() || operator_holds_changed()));
  }

 private:
  struct Pending;  // the batch being built or committed

  // message by message (partition_messages.cc)
  void process(Message& message);
  void process(CommandMessage& message);
  void process(WorkerMessage& message);
  void process(ContinueMessage& message);
  void process(RecoverMessage& message);
  void process(WakeMessage& message);
  void process(QuarantineMessage& message);
  void process(FailMessage& message);
  void process(InboxHint& message);
  /// Its row goes with this batch.
  void applied(const store::InboxMessage& message, int64_t sequence);

  // commands on executions and flows (partition_commands.cc)
  base::Result<Answer> apply(CreateExecution& command);
  base::Result<Answer> apply(KillExecution& command);
  base::Result<Answer> apply(RestartExecution& command);
  base::Result<Answer> apply(DeleteExecution& command);
  base::Result<Answer> apply(ReleaseExecution& command);
  base::Result<Answer> apply(UnqueueExecution& command);
  base::Result<Answer> apply(ForceRunExecution& command);
  base::Result<Answer> apply(SaveFlow& command);
  base::Result<Answer> apply(DeleteFlow& command);
  LiveExecution& create(LoadedFlowPtr flow, model::Execution execution, bool failed_checks, uint32_t subflow_depth);
  /// The execution a command is about; an error where there is none.
  base::Result<LiveExecution*> load_known(base::Id execution);
  /// Why it cannot be restarted; nothing where it can (EXEC-84).
  static std::optional<base::Error> restart_problem(const LiveExecution& live);
  static void end_quarantine(LiveExecution& live);

  // what people change about ended executions (partition_changes.cc)
  base::Result<Answer> apply(ChangeRunState& command);
  base::Result<Answer> apply(ChangeState& command);
  base::Result<Answer> apply(SetLabels& command);

  // pauses and breakpoints (partition_pauses.cc)
  base::Result<Answer> apply(PauseExecution& command);
  base::Result<Answer> apply(ResumeExecution& command);
  base::Result<Answer> apply(ResumeFromBreakpoint& command);

  // what operators hold back (partition_operator_holds.cc)
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
  /// Before a step: true where there is none, because the execution may not begin or a kill switch has ended it.
  bool is_held_back(LiveExecution& live, const engine::EventBody& body);
  void stop_by_switch(LiveExecution& live);
  /// From when on its dates count: those before were missed (TRIG-202).
  base::Instant life_of_trigger(const model::FlowKey& flow) const;
  base::Result<std::vector<store::StoredMessage>> released_messages(const HoldSet& before, const HoldSet& next);
  void take_up(std::vector<store::StoredMessage> messages);
  void let_go();
  base::Result<void> end_listeners(const HoldSet& before, const HoldSet& next);

  // triggers (partition_triggers.cc)
  void process(TriggerMessage& message);
  base::Result<Answer> apply(ChangeTrigger& command);
  base::Result<Answer> apply(DeleteTrigger& command);
  /// A trigger's state as it is behind the batch being built; null where there is none. Valid until the next call.
  base::Result<const store::TriggerRow*> trigger_row(const TriggerKey& trigger);
  void put_trigger(store::TriggerRow row);
  base::Result<void> refill_trigger_wakes();
  /// Reads the rows of many dates that come together at once.
  void read_due_triggers(base::Instant earliest);
  base::Result<void> remove_trigger(const TriggerKey& trigger);
  /// The definition of a trigger in the current revision; nothing where it cannot be evaluated: deleted, invalid, not
  /// there.
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
  /// Asks, and applies the event again with the answer: `again` is the message without it.
  void ask_host(engine::trigger::Question question, std::variant<TriggerMessage, TriggerReported> again);
  void could_not_read(const TriggerKey& trigger, const base::Error& error);
  base::Result<void> define_triggers(const LoadedFlowPtr& flow, bool was_disabled);
  /// Of several changes for one command: where one has failed the batch being built is not committed, as those before
  /// it are in it.
  base::Result<void> all_or_nothing(base::Result<void> change);
  base::Result<void> define_trigger(const TriggerDefinition& definition, model::TriggerKind kind, bool was_disabled);
  base::Result<void> remove_triggers(const std::shared_ptr<const model::FlowKey>& flow,
                                     const std::vector<model::TriggerSpec>& but);
  /// An execution has ended, or was deleted: the trigger that started it may go on. `spec`: of its own revision.
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
  /// Of a trigger that cannot be evaluated any more, whatever its worker says.
  void free_of_evaluation(const store::TriggerRow& row);
  void quarantine_report(const TriggerReported& message, const base::Error& error);

  // copies of executions (partition_copies.cc)
  base::Result<Answer> apply(ReplayExecution& command);
  base::Result<LoadedFlowPtr> revision_of(const model::Execution& execution, int32_t revision,
                                          const std::optional<std::string>& templates = std::nullopt);
  base::Result<LiveExecution*> copy(LiveExecution& original, const LoadedFlowPtr& flow, model::Execution execution,
                                    base::Id replayed, base::Id& replayed_copy);
  base::Result<Answer> restart_with_revision(RestartExecution& command, LiveExecution& original);
  base::Result<Answer> replay_from_start(LiveExecution& original, const LoadedFlowPtr& flow,
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
  /// Begins to store what it has given; false where it is counted at once.
  bool store_outputs(const store::InboxMessage& message, int64_t sequence, const ChildEndedMessage& ended,
                     const engine::ExecutionState& state);
  void create_child(const StartChildMessage& start, const LoadedFlowPtr& flow, base::Value inputs);
  void refuse_child(const StartChildMessage& start, std::string message);

  // executions that take another's place (partition_replacement.cc)
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const ReplaceMessage& replace);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const ChildReplacedMessage& replaced);
  void create_replacement(base::Id id, const LiveExecution& origin);

  // Flow triggers (partition_events.cc)
  void process(FlowEventJudged& message);
  void apply_inbox(const store::InboxMessage& message, int64_t sequence, const FlowEventMessage& told);
  /// What changed since its history and its runs were so many goes to the flows that listen, with this commit
  /// (TRIG-115).
  void notify_flow_triggers(const engine::ExecutionState& state, size_t changes_before, size_t runs_before);
  /// The same of the last change of one that did not get there by a step.
  void notify_flow_triggers_of_end(const model::Execution& execution);
  base::Result<void> hear(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger);
  /// Puts an event into the windows of a trigger; the outputs of all that came together where it fires.
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
  /// The gate of a flow whose latest revision has a limit, made from the rows where it is not there; null for others.
  base::Result<Gate*> gate_of(const std::shared_ptr<const model::FlowKey>& flow);
  base::Result<Gate*> make_gate(const std::shared_ptr<const model::FlowKey>& flow,
                                std::optional<model::Concurrency> concurrency);
  base::Result<std::optional<model::Concurrency>> concurrency_of(const model::FlowKey& flow);
  base::Result<int64_t> stored_slots(const model::FlowKey& flow);
  base::Result<void> read_queue(const model::FlowKey& flow, Gate& gate);
  bool changes_in_batch(base::Id execution) const;
  /// What an execution that has not passed its gate is told.
  base::Result<engine::Admission> admission(const engine::ExecutionState& state);
  /// After a step: slots taken and freed, places in the queue.
  void note_progress(const engine::ExecutionState& state, bool held, model::State before);
  void ask_to_admit(const std::shared_ptr<const model::FlowKey>& flow, Gate& gate);
  /// Of an execution that ends or vanishes without a step.
  base::Result<void> forget_slot(const std::shared_ptr<const model::FlowKey>& flow, const model::Execution& execution,
                                 bool admitted);

  // exceptions (partition_exceptions.cc)
  /// One has escaped from the message, or from what all of the batch needs: the batch will be rolled back.
  void escaped(Message* message, const base::Error& error);
  /// A message like it has thrown: it gets a batch of its own, so that no other is rolled back with it.
  bool goes_alone(const Message& message) const;
  /// It has thrown for the first time, alone.
  bool deserves_another_try(const Message& message);
  void clear_suspects();
  /// Queues the failure of the execution; false where there is none that could fail.
  bool fail_target(const Message& message, const base::Error& error);
  /// After an exception outside of messages.
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
  /// What a step wants from others: messages with this commit, work behind it.
  void act_on(LiveExecution& live, std::vector<engine::Effect> effects);
  /// What an execution tells the one that waits for it, if any, at its end.
  void tell_caller(const LiveExecution& live, const engine::Effect& effect);
  void send(const std::shared_ptr<const model::FlowKey>& flow, base::Id target, const InboxBody& body);
  /// Messages in the store, to one execution or to all; nothing else of them is in memory.
  base::Result<void> queue_inbox(std::optional<base::Id> target);
  /// Drops what waits, answering commands with the error; true where there was something.
  bool refuse_waiting(const base::Error& error);
  base::Instant now();

  // commits and what follows them (partition_commit.cc)
  void collect(LiveExecution& live);
  bool is_overtaken(const engine::Dispatch& job, base::Id execution);
  void begin_commit();
  /// Completes the batch from what was touched.
  void gather();
  void give_to_store();
  /// False while a commit is under way.
  bool take_outcome();
  void finish_commit(base::Result<void> outcome);
  void release();
  void roll_back(const base::Error& error);
  /// The one message of a batch that cannot be stored as it is: its execution is left alone from now on.
  void quarantine(const Message& message, const base::Error& error);
  /// The message being processed is to be applied again, a little later.
  void failed_to_read(const base::Error& error, base::Id execution);
  // broken invariants (partition_faults.cc)
  void collect_touched();
  /// An invariant does not hold: the batch is taken back, and the execution put into quarantine. `of_message`: it was
  /// found while the last message of the batch was applied.
  void note_fault(base::Id execution, const base::BrokenInvariant& broken, bool of_message);
  /// The message that is not to be applied again.
  std::optional<Message> take_faulty();
  void settle_fault(std::optional<Message> faulty);
  /// Something needed in the middle of a step could not be read: the batch is not committed but applied again.
  void abandon_batch(const base::Error& error, base::Id execution);

  // slots that another server has (partition_lease.cc)
  void drop_everything(const base::Result<void>& outcome);
  /// Of what is in memory besides messages.
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
  std::deque<Message> waiting_;  // taken from the mailbox, not yet processed
  std::unique_ptr<store::Reader> reader_;
  LiveExecutions live_executions_;
  TimerIndex<base::Id> wakes_;
  TimerIndex<TriggerKey> trigger_wakes_;
  std::set<TriggerKey, TriggerKey::Less> asking_;  // triggers whose question to the host is under way
  base::Instant life_began_;                       // when this owner took over
  base::Instant now_;                              // of the turn
  Gates gates_;
  std::shared_ptr<const engine::CompiledFlow>
      unlimited_;  // the last flow found to have no limit: the way of most executions
  std::unique_ptr<Pending> pending_;
  struct Fault {
    base::Id execution;  ///< none: what was being done is of no single execution
    std::string rule;
    bool of_message = false;
  };
  std::optional<Fault> fault_;              // why, where an invariant is broken
  base::Id stepping_;                       // the execution whose step has begun and not ended
  std::optional<base::Error> abandoned_;    // why the batch being built will not be committed
  std::unordered_set<base::Id> suspects_;   // whose message has thrown once
  std::set<model::FlowKey> suspect_flows_;  // for which making an execution has thrown
  bool begin_again_ = false;                // from the rows, before the next turn
  bool committing_ = false;
  bool end_batch_ = false;                     // a flow was saved: what follows must see it
  bool unread_ = false;                        // the store could not be read: the message is applied again
  size_t one_by_one_ = 0;                      // so many messages get a batch each: one of them cannot be stored
  std::optional<base::Instant> paused_until_;  // after a failed commit
  std::atomic<bool> lost_{false};
  std::atomic<bool> commit_done_{false};
  base::Result<void> commit_outcome_;
  std::unordered_set<base::Id> starting_children_;  // inputs being resolved
  struct StoringOutputs {
    base::Id message;               ///< that tells the end
    std::vector<InboxHint> behind;  ///< what the same execution told since
  };
  std::unordered_map<base::Id, StoringOutputs> storing_outputs_;  // by the execution that has ended
  std::unordered_set<base::Id> evaluating_events_;                // messages that are being judged for Flow triggers
  std::unordered_map<base::Id, std::vector<InboxHint>> early_kills_;  // of children not yet born
  HoldSetPtr operator_holds_ = std::make_shared<const HoldSet>();
  HoldSetPtr released_;  // what held until then, the last time that something was let go
  base::Instant released_at_;
  bool refill_dates_ = false;  // some were taken from the indexes and left alone
  /// Of an execution that is ignored: what is in memory only.
  struct HeldBack {
    std::vector<WorkerMessage> reports;  ///< bounded by what workers had when it began to be ignored
    bool recovers = false;
    bool goes_on = false;
  };
  std::unordered_map<base::Id, HeldBack> held_back_;
  std::set<TriggerKey, TriggerKey::Less> held_triggers_;  // hosted ones whose evaluation is to begin anew
  std::unordered_set<base::Id> read_again_;               // messages whose hint may still come
};

/// What the log of an execution in quarantine says.
model::LogEntry quarantine_line(const model::Execution& execution, base::Instant now);

}  // namespace gyr::executor
