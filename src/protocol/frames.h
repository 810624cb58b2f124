// WorkerLink: the protocol between a worker and the server. In one process the frames pass through memory, between
// machines over a WebSocket. A worker has no other connection to the server.
//
// A frame is one encoded message: a byte with the version, a byte with the type, a varint with the length, and a record
// (base/record.h) of that length. Both ends process the frames of a link in order. The server keeps a job until its
// result is committed and acknowledged; the worker keeps a result until it receives that acknowledgement.
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

namespace gyr::protocol {

inline constexpr uint16_t protocol_version = 2;
/// The maximum size of a frame, in bytes. The outputs of a task must fit (STOR-14); larger data belongs to storage.
inline constexpr size_t max_frame = 64 * 1024 * 1024;

inline constexpr base::ErrorCode bad_frame{"GYR-P020"};  ///< the frame is damaged, too long, or of another version
inline constexpr base::ErrorCode frame_too_large{
    "GYR-L001"};  ///< the result of a task, its context or an answer is too large

/// Identifies one attempt of one task run, for results, kills and acknowledgements. A result with an older attempt or
/// epoch than the stored one is stale and is never applied.
struct AttemptKey {
  base::Id execution_id;
  base::Id task_run_id;
  int32_t attempt = 0;  ///< counts from 0
  int32_t epoch = 0;    ///< incremented each time the same attempt is dispatched again
  friend auto operator<=>(const AttemptKey&, const AttemptKey&) = default;
};

// ---- server to worker

/// Run this attempt.
struct Job {
  AttemptKey key;
  model::FlowKey flow;
  int32_t revision = 0;
  std::string task_id;
  base::Value context;  ///< the roots and members that the templates of the task use (ExecutionView)
  std::optional<std::string> value;
  base::Instant deadline;     ///< 0: none; set if the timeout of the task is a constant
  std::string correlation;    ///< identifier for traces
  uint32_t log_sequence = 0;  ///< number of the last log line of the task run; the attempt continues from it
  /// For a task whose children the worker runs (WorkingDirectory): the values of the ancestors of the run and of the
  /// run itself, outermost first.
  std::vector<std::string> values = {};
  /// The number of the first attempt in the series of attempts that were lost with their workers; otherwise the number
  /// of this attempt.
  int32_t resumed_attempt = 0;
  /// The versions of templates with which the execution started (model::Flow::templates).
  std::string templates = {};
};
/// A request to render templates and return the result. The engine sends it for expressions that it cannot evaluate
/// itself (HostRequest).
struct RenderJob {
  AttemptKey key;
  model::FlowKey flow;
  int32_t revision = 0;
  std::string task_id;
  uint32_t request = 0;  ///< identifies the rendering within the task run (condition, values, runIf …)
  base::Value source;
  bool typed = false;
  base::Value context;
};
/// Ends this attempt; the worker then sends its result. Ignored if the attempt is unknown or has ended.
struct Kill {
  AttemptKey key;
};
/// The result of this attempt is committed, so the worker can delete it.
struct Acknowledge {
  AttemptKey key;
};
/// The answer to the HostCall with this number.
struct HostReply {
  uint64_t call = 0;
  bool ok = false;
  base::Value value;  ///< the result, or {code, message} if `ok` is false
};

/// Log lines of this weight (log_weight.h) are stored, so the worker can send more (LogChunk).
struct LogStored {
  uint64_t bytes = 0;
};

/// Evaluates a trigger once, or starts a listener (TRIG-142, TRIG-148). The key contains the id of the possible
/// execution. A Kill with the same key ends the evaluation.
struct TriggerJob {
  AttemptKey key;
  model::FlowKey flow;
  int32_t revision = 0;
  std::string trigger_id;
  bool listens = false;  ///< true: runs until it is killed; false: one evaluation
  base::Value context;   ///< the root names for the expressions of the trigger
};
/// The outcome of the TriggerEvent with this number: either its execution is stored, or the source must keep the event.
struct EventStored {
  AttemptKey key;
  uint64_t number = 0;
  std::string problem;  ///< the reason of a refusal; empty: the event is stored
};

// ---- worker to server

/// The first frame of a link: identifies the worker and lists its unfinished work.
struct Hello {
  uint16_t version = protocol_version;
  std::string worker_id;
  std::string group;
  uint32_t capacity = 0;            ///< maximum number of jobs at the same time
  std::vector<AttemptKey> running;  ///< set after a reconnect
};
/// The attempt has started.
struct Started {
  AttemptKey key;
  base::Instant at;
};
/// The result of an attempt. The worker keeps it until it is acknowledged; the server applies it exactly once.
struct Result {
  AttemptKey key;
  model::State state = model::State::success;  ///< SUCCESS, WARNING, FAILED, KILLED
  base::Value outputs;
  base::Instant at;
  std::vector<model::MetricEntry> metrics;
  uint32_t log_sequence = 0;  ///< number of the last log line of this attempt
  std::string error;          ///< the message of a failure; it is already in the log
  std::string log_file;       ///< the URI of the log, if the task logs to a file
};
/// The state of a child that the worker runs as part of a job (TASK-40). The reports of a job arrive in order and
/// before its Result, and are acknowledged together with it. If the job was dispatched again, reports of the previous
/// dispatch are stale because of their epoch. The job then restarts with children that have new ids, so the work of a
/// lost worker is neither partly kept nor counted twice.
struct ChildReport {
  enum class Kind : uint8_t { began, ended, retries, skipped, refused };
  AttemptKey job;
  base::Id task_run;  ///< the task run of the child; the worker creates the id
  std::string task_id;
  int32_t attempt = 0;  ///< counts from 0
  Kind kind = Kind::began;
  model::State state = model::State::success;  ///< the state of an ended attempt
  base::Value outputs;
  base::Instant at;
  std::vector<model::MetricEntry> metrics;
  uint32_t log_sequence = 0;
  std::string log_file;
};
/// The answer to a RenderJob: the value, or the message of the error.
struct RenderResult {
  AttemptKey key;
  uint32_t request = 0;
  bool ok = false;
  base::Value value;
  std::string error;
};
/// Log lines of one or more attempts. A worker sends chunks as long as the unconfirmed weight is below its window
/// (LogStored).
struct LogChunk {
  std::vector<model::LogEntry> entries;
};
/// A request of a running job to the server (keys, secrets, files …). A HostReply with the same number answers it.
struct HostCall {
  uint64_t call = 0;
  AttemptKey key;        ///< the attempt that asks; it determines the namespace and the permissions
  uint32_t request = 0;  ///< the number of the RenderJob that asks; 0: a Job asks
  std::string function;
  base::Value arguments;
};
/// The heartbeat of a worker, with its time.
struct Heartbeat {
  base::Instant at;
};

/// The end of an evaluation or of a listener. The worker does not keep it: if it is lost together with the server, the
/// trigger is evaluated again.
struct TriggerResult {
  enum class Outcome : uint8_t { nothing, found, failed };
  AttemptKey key;
  Outcome outcome = Outcome::nothing;
  bool was_listening = false;  ///< the listener was started successfully
  base::Value variables;       ///< the variables of the result
  std::string error;           ///< the message of a failure
  std::string log_file;        ///< the URI of the log, if the trigger logs to a file
};
/// An event of a listener. The source may delete the event after it receives EventStored with the same number.
struct TriggerEvent {
  AttemptKey key;
  uint64_t number = 0;  ///< counts from 1 for each listener
  base::Value variables;
};

using Frame =
    std::variant<Job, RenderJob, Kill, Acknowledge, HostReply, Hello, Started, Result, RenderResult, LogChunk, HostCall,
                 Heartbeat, LogStored, ChildReport, TriggerJob, EventStored, TriggerResult, TriggerEvent>;

/// Encodes a frame. Fails with GYR-L001 if the frame would be longer than `max_frame`. A single value that is too large
/// is detected before anything is written (values share their parts, so a small value can have a very long text).
base::Result<std::string> encode_frame(const Frame& frame);
/// Decodes a frame. Fails if it is damaged, of another version, or longer than `max_frame`.
base::Result<Frame> decode_frame(std::string_view bytes);

/// The outcome of Link::send.
enum class Sent : uint8_t {
  yes,
  closed,     ///< the other end has closed the link
  too_large,  ///< nothing was sent; the sender reports this to the owner of the frame (STOR-14)
};

/// One end of a link. The handler receives frames on the thread of the receiver.
class Link {
 public:
  virtual ~Link() = default;
  /// Thread-safe. Keeps the order of the frames of one calling thread.
  virtual Sent send(const Frame& frame) = 0;
  /// The number of bytes that are sent but not yet received by the other end. Senders slow down above 32 MB.
  virtual size_t queued_bytes() const = 0;
};

}  // namespace gyr::protocol
