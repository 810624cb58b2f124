// What one simulated history is made of, as data: flows, requests of clients, faults, bounds. Everything follows from
// the seed; what is data can be made smaller when it fails (shrink.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gyr::simulation {

/// How the attempts of one task fare on a worker.
struct Behaviour {
  static constexpr uint32_t always = UINT32_MAX;
  int64_t min_ms = 1;
  int64_t max_ms = 50;
  uint32_t fails = 0;    ///< so many attempts fail before one succeeds
  bool warning = false;  ///< success is a WARNING
  uint32_t lines = 1;    ///< of log, an attempt
};

struct PlannedTask;

/// A list of tasks under a property, `tasks` or `cases/a`.
struct PlannedList {
  /// How it stands in the YAML: a list, each task in an entry with what it waits for (Dag), one task (onPause), or not
  /// at all because the type makes its tasks by itself (ForEachItem), though the author may have written what is inside
  /// (Loop).
  enum class Form : uint8_t { tasks, entries, single, made, around };
  std::string key;
  std::vector<PlannedTask> tasks;
  Form form = Form::tasks;
};

/// What a flowable comes to by its own rules, when all of its tasks have ended well.
enum class Aim : uint8_t {
  success,
  warning,
  failure,
  strict_failure,  ///< which allowFailure does not cover (TASK-38, TASK-39)
  cancelling,      ///< the whole execution is CANCELLED
};

/// How a failure is tried again, as far as it matters to whoever runs a directory (EXEC-50).
struct PlannedRetry {
  uint32_t retries = 0;
  bool gives_way = false;  ///< by a new execution (EXEC-52)
};

/// One task of a generated flow: what stands in its YAML, and what the auditor has to know of it.
struct PlannedTask {
  std::string id;
  std::string type;
  std::vector<std::string> properties;  ///< lines of YAML, without indentation
  std::vector<PlannedList> lists;
  std::optional<Behaviour> behaviour;  ///< of what a worker may be given
  bool disabled = false;
  bool allow_failure = false;
  bool allow_warning = false;
  bool skipped = false;  ///< its runIf does not hold
  bool flowable = false;
  bool own_model = false;        ///< its state follows rules of its own: the model of TASK-23 does not speak of it
  std::string branch = "tasks";  ///< which of its lists stands for T; empty: none
  size_t repeats = 1;            ///< of a loop: so many values
  bool concurrent = false;       ///< several children run at a time
  bool may_fail = false;         ///< it, or something below it
  std::string starts;            ///< the flow it starts
  std::vector<std::string> waits_for;  ///< in a Dag: siblings
  Aim aim = Aim::success;
  size_t rounds = 0;                  ///< of a LoopUntil: so many, unless something fails
  bool by_person = false;             ///< a Pause that somebody resumes
  bool forgives = false;              ///< a Loop that goes on behind iterations that failed
  bool breaks = false;                ///< a Loop that ends behind the first iteration that ended well
  std::optional<PlannedRetry> retry;  ///< of its own; those below it have it, too
};

/// One generated flow.
struct PlannedFlow {
  std::string id;
  std::vector<std::string> head;   ///< lines of YAML at the top
  std::vector<PlannedList> lists;  ///< tasks, errors, finally, afterExecution
  size_t limit = 0;                ///< of executions at a time (EXEC-60); 0: none
  std::string over_limit;          ///< QUEUE, CANCEL, FAIL
  std::optional<PlannedRetry> retry;
  int64_t sla_seconds = 0;   ///< MAX_DURATION (EXEC-70); 0: none
  std::string sla_behavior;  ///< FAIL, CANCEL, NONE; empty: it has no SLA
  /// Of a schedule, in seconds from the begin, ascending; none: it has no schedule.
  std::vector<int64_t> dates;
  std::string missed_dates;    ///< recoverMissedSchedules: ALL, LAST, NONE
  bool dates_overlap = false;  ///< allowConcurrent
  bool polls = false;          ///< a polling trigger looks until it has started one execution, which has ended
};

/// What a client asks for.
struct Action {
  enum class Kind : uint8_t {
    create,
    kill,
    restart,
    pause,
    replay,
    replay_run,
    change_run,
    change_state,
    unqueue,
    force_run,
    remove,
    restart_trigger  ///< of a flow that polls, a few times at once
  };
  Kind kind = Kind::create;
  int64_t at_ms = 0;
  std::string flow;        ///< of create, and of a trigger
  size_t target = 0;       ///< of the others: number of a create action
  size_t child = 0;        ///< above 0: not what it created, but one of those below it, as soon as there is one
  bool keyed = false;      ///< create with an idempotency key, repeated until it is answered
  std::string breakpoint;  ///< create: a task to stop before (EXEC-91)
};
std::string_view to_text(Action::Kind kind);
/// It is about what another one has created.
bool names_request(const Action& action);

/// What an operator holds back for a while: by a kill switch, or by maintenance mode (EXEC-99, OPS-12, OPS-13).
struct Intervention {
  enum class Kind : uint8_t { ignore, cancel, kill, maintenance };
  enum class Scope : uint8_t { namespace_, flow, execution };
  Kind kind = Kind::ignore;
  Scope scope = Scope::namespace_;  ///< of a switch
  int64_t at_ms = 0;
  int64_t length_ms = 0;
  bool has_end = false;  ///< the switch says when it ends, and nobody takes it away
  std::string flow;      ///< of scope flow
  size_t target = 0;     ///< of scope execution: number of a create action
};
bool is_stop(Intervention::Kind kind);
std::string_view to_text(Intervention::Kind kind);

/// What the author of a flow does to it for a while; then it is saved again as it was.
struct Edit {
  enum class Kind : uint8_t {
    touch,   ///< a new revision that says the same
    break_,  ///< one that is invalid
    disable,
    remove
  };
  Kind kind = Kind::touch;
  std::string flow;
  int64_t at_ms = 0;
  int64_t length_ms = 0;
};
std::string_view to_text(Edit::Kind kind);

/// How often things go wrong, each in so many of a thousand cases.
struct Faults {
  uint32_t crash_before_commit = 0;
  uint32_t crash_after_commit = 0;
  uint32_t refused_commit = 0;
  uint32_t unknown_commit = 0;  ///< the server stops and never learns the outcome
  uint32_t slow_commit = 0;
  uint32_t full_disk = 0;      ///< a commit finds it full, and it stays so for a while
  uint32_t crash_at_once = 0;  ///< at some moment between two events
  uint32_t lost_worker = 0;    ///< at the begin of a job: the process dies on it
  uint32_t cut_link = 0;       ///< at a frame of a worker: the link breaks, the worker goes on
  uint32_t doubled_result = 0;
  uint32_t late_result = 0;
  uint32_t clock_jump = 0;
  uint32_t surviving_worker = 0;  ///< at a crash of the server
  uint32_t sleeping_server = 0;   ///< of two: its process stops for a while, between two events
  uint32_t lost_renewal = 0;      ///< of a lease
  uint32_t unreadable = 0;        ///< rows that a turn of a partition asks for
  uint32_t thrown = 0;            ///< and what is asked for ends with an exception that nobody expected
  uint32_t rejected_batch = 0;    ///< for what is in it: an execution that cannot be stored for a while
  uint32_t failed_file = 0;       ///< a file cannot be written
  uint32_t slow_turn = 0;         ///< a thread of the server does something else for a while
  uint32_t slow_worker = 0;       ///< at a kill or a rendering
  bool any() const;
};

/// Sizes that are constants in the product and must bear any value.
struct Bounds {
  uint32_t servers = 1;  ///< that share the store; 2: under leases
  uint32_t partitions = 2;
  uint32_t workers = 2;
  uint32_t capacity = 4;
  uint32_t drain = 512;
  uint64_t batch_bytes = 4 << 20;
  uint32_t live_executions = 10'000;
  uint32_t wakes = 100'000;
  uint32_t step_runs = 250;
  uint64_t step_bytes = 1 << 20;
};

/// One history before it happens.
struct Scenario {
  uint64_t seed = 0;
  std::vector<PlannedFlow> flows;  ///< a flow starts only those behind it
  std::vector<Action> actions;
  std::vector<Intervention> interventions;
  std::vector<Edit> edits;
  Faults faults;
  Bounds bounds;

  const PlannedFlow* find(const std::string& flow) const;
  /// Some intervention ends executions.
  bool stops_any() const;
};

/// The trigger of a flow that polls.
inline constexpr std::string_view poll_id = "poll";
/// The one of a flow with dates.
inline constexpr std::string_view schedule_id = "dates";
/// When a history begins, in microseconds.
inline constexpr int64_t start_us = 1'767'600'000'000'000;
/// One of the dates of a flow, as its author and the log write it.
std::string date_text(int64_t seconds);

/// The task with this id, at any depth; null where there is none.
const PlannedTask* find_task(const PlannedFlow& flow, const std::string& id);
/// The retry that counts for it: its own, else the nearest one above it, else the flow's.
std::optional<PlannedRetry> retry_of(const PlannedFlow& flow, const std::string& id);
/// Whether that is its own or one of those above it, not the flow's.
bool has_retry_below_flow(const PlannedFlow& flow, const std::string& id);
/// Whether it stands in `afterExecution`, at any depth.
bool is_behind_the_end(const PlannedFlow& flow, const std::string& id);
const PlannedList* find_list(const std::vector<PlannedList>& lists, const std::string& key);
size_t count_tasks(const std::vector<PlannedList>& lists);

/// The flow as its author would write it.
std::string to_yaml(const PlannedFlow& flow);
/// Flows, requests and faults, to be read by a person.
std::string describe(const Scenario& scenario);

/// The scenario of a seed.
Scenario generate(uint64_t seed);

}  // namespace gyr::simulation
