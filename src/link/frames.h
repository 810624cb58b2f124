// WorkerLink: how a worker and the server talk. The same frames pass through memory in one process and over
// a WebSocket from far away; a worker knows nothing else of the server.
//
// A frame is one encoded message; both sides process frames of a link in order. The server side keeps a job until its
// result is acknowledged to have been committed; the worker keeps a result until that acknowledgement.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "model/execution.h"

namespace gyr::link {

inline constexpr uint16_t protocol_version = 1;
/// Largest frame that is accepted: outputs of a task have to fit (STOR-14), bulk data goes to storage.
inline constexpr size_t max_frame = 64 * 1024 * 1024;

inline constexpr base::ErrorCode bad_frame{"GYR-P020"};  ///< damaged, too long, or of another version
inline constexpr base::ErrorCode frame_too_large{
    "GYR-L001"};  ///< what a task, its context or an answer holds does not fit

/// Names one attempt of one task run: what results, kills and acknowledgements refer to. A result with an older attempt
/// or epoch than the stored one is stale and never applied.
struct AttemptKey {
  base::Id execution_id;
  base::Id task_run_id;
  int32_t attempt = 0;  ///< counts from 0
  int32_t epoch = 0;    ///< raised each time the same attempt is given out again
  friend auto operator<=>(const AttemptKey&, const AttemptKey&) = default;
};

// ---- server to worker

/// Run this attempt.
struct Job {
  AttemptKey key;
  model::FlowKey flow;
  int32_t revision = 0;
  std::string task_id;
  base::Value context;  ///< the roots and members the task's templates refer to (ExecutionView)
  std::optional<std::string> value;
  base::Instant deadline;     ///< 0: none; from the task's timeout where it was constant
  std::string correlation;    ///< for traces
  uint32_t log_sequence = 0;  ///< of the run's last log line: the attempt's lines go on behind it
  /// Of a task whose children the worker runs (WorkingDirectory): values of the run's ancestors and its own, outermost
  /// first.
  std::vector<std::string> values = {};
  /// The first of the attempts before this one that were lost with their worker; without such its own number.
  int32_t resumed_attempt = 0;
  /// Versions of templates that the execution began with (model::Flow::templates).
  std::string templates = {};
};
/// Render these and send the result back: what the engine could not do itself (HostRequest).
struct RenderJob {
  AttemptKey key;
  model::FlowKey flow;
  int32_t revision = 0;
  std::string task_id;
  uint32_t request = 0;  ///< which rendering of that task run (condition, values, runIf …)
  base::Value source;
  bool typed = false;
  base::Value context;
};
/// End this attempt and send its result; one that is unknown or has ended is ignored.
struct Kill {
  AttemptKey key;
};
/// The result of this attempt is committed: the worker may forget it.
struct Acknowledge {
  AttemptKey key;
};
/// Answer to the HostCall of this number.
struct HostReply {
  uint64_t call = 0;
  bool ok = false;
  base::Value value;  ///< or {code, message} where not ok
};

/// Lines of this weight (log_weight.h) are stored: the worker's window opens again (LogChunk).
struct LogStored {
  uint64_t bytes = 0;
};

/// Look once for a trigger, or listen (TRIG-142, TRIG-148). The key names the execution that may come of it; a Kill
/// with the same key ends it.
struct TriggerJob {
  AttemptKey key;
  model::FlowKey flow;
  int32_t revision = 0;
  std::string trigger_id;
  bool listens = false;  ///< until it is killed; else one look
  base::Value context;   ///< root names for the trigger's expressions
};
/// What became of the TriggerEvent of this number: its execution is stored, or the source has to keep it.
struct EventStored {
  AttemptKey key;
  uint64_t number = 0;
  std::string problem;  ///< why not; empty: it is stored
};

// ---- worker to server

/// The first frame of a link: who the worker is and what it is still working on.
struct Hello {
  uint16_t version = protocol_version;
  std::string worker_id;
  std::string group;
  uint32_t capacity = 0;            ///< jobs at once
  std::vector<AttemptKey> running;  ///< after a reconnect
};
/// The attempt has begun to run.
struct Started {
  AttemptKey key;
  base::Instant at;
};
/// How an attempt ended. The worker keeps it until it is acknowledged; the server applies it once.
struct Result {
  AttemptKey key;
  model::State state = model::State::success;  ///< SUCCESS, WARNING, FAILED, KILLED
  base::Value outputs;
  base::Instant at;
  std::vector<model::MetricEntry> metrics;
  uint32_t log_sequence = 0;  ///< last log line of this attempt
  std::string error;          ///< message of a failure, already logged
  std::string log_file;       ///< URI of the log, where the task logs to a file
};
/// What became of a child that the worker runs itself, as part of a job (TASK-40). Reports of one job come in order and
/// before its Result; they are acknowledged with it. One of a job that was given out again meanwhile is stale by its
/// epoch, so that whatever a lost worker did of it is neither lost by halves nor counted twice: the job begins anew,
/// with children of new ids.
struct ChildReport {
  enum class Kind : uint8_t { began, ended, retries, skipped, refused };
  AttemptKey job;
  base::Id task_run;  ///< of the child, made by the worker
  std::string task_id;
  int32_t attempt = 0;  ///< counts from 0
  Kind kind = Kind::began;
  model::State state = model::State::success;  ///< of an ended attempt
  base::Value outputs;
  base::Instant at;
  std::vector<model::MetricEntry> metrics;
  uint32_t log_sequence = 0;
  std::string log_file;
};
/// Answer to a RenderJob: the value, or the message of what failed.
struct RenderResult {
  AttemptKey key;
  uint32_t request = 0;
  bool ok = false;
  base::Value value;
  std::string error;
};
/// Lines of one or more attempts. A worker sends on while less than its window is unconfirmed (LogStored).
struct LogChunk {
  std::vector<model::LogEntry> entries;
};
/// A question to the server while a job runs (keys, secrets, files …); a HostReply with the same number answers it.
struct HostCall {
  uint64_t call = 0;
  AttemptKey key;        ///< on whose behalf: decides namespace and rights
  uint32_t request = 0;  ///< of the RenderJob on whose behalf, 0: of a Job
  std::string function;
  base::Value arguments;
};
/// Sign of life of a worker, with its time.
struct Heartbeat {
  base::Instant at;
};

/// How a look or a listener ended. Not kept by the worker: where it is lost with the server, the trigger is evaluated
/// again.
struct TriggerResult {
  enum class Outcome : uint8_t { nothing, found, failed };
  AttemptKey key;
  Outcome outcome = Outcome::nothing;
  bool was_listening = false;  ///< a listener that could be started
  base::Value variables;       ///< of what was found
  std::string error;           ///< of a failure
  std::string log_file;        ///< URI, where the trigger logs to a file
};
/// An event that came to a listener. The source may forget it once the EventStored with its number says so.
struct TriggerEvent {
  AttemptKey key;
  uint64_t number = 0;  ///< counts from 1 for each listener
  base::Value variables;
};

using Frame =
    std::variant<Job, RenderJob, Kill, Acknowledge, HostReply, Hello, Started, Result, RenderResult, LogChunk, HostCall,
                 Heartbeat, LogStored, ChildReport, TriggerJob, EventStored, TriggerResult, TriggerEvent>;

/// GYR-L001 where it would be longer than `max_frame`; found before anything is written where a value in it is too
/// large by itself (values share their parts: a small one can have an immense text).
base::Result<std::string> encode_frame(const Frame& frame);
/// Refuses what is damaged, of a newer version, or longer than `max_frame`.
base::Result<Frame> decode_frame(std::string_view bytes);

/// What became of a frame given to Link::send.
enum class Sent : uint8_t {
  yes,
  closed,     ///< the other end is gone
  too_large,  ///< nothing was sent; whoever made the frame says so to whom it concerns (STOR-14)
};

/// One end of a link. Frames arrive by the handler, on the receiver's own thread.
class Link {
 public:
  virtual ~Link() = default;
  /// Any thread; keeps order per calling thread.
  virtual Sent send(const Frame& frame) = 0;
  /// Bytes sent and not yet taken by the other end: senders slow down above 32 MB.
  virtual size_t queued_bytes() const = 0;
};

}  // namespace gyr::link
