// The fields of each frame and of its parts, in the order in which they are written.
#pragma once

#include "link/frame_codec.h"

namespace gyr::link {

/// The first byte of a frame is the version, the second one of these. The numbers never change their meaning.
enum class FrameType : uint8_t {
  job = 1,
  render_job = 2,
  kill = 3,
  acknowledge = 4,
  host_reply = 5,
  log_stored = 6,
  trigger_job = 7,
  event_stored = 8,
  hello = 16,
  started = 17,
  result = 18,
  render_result = 19,
  log_chunk = 20,
  host_call = 21,
  heartbeat = 22,
  child_report = 23,
  trigger_result = 24,
  trigger_event = 25,
};

// ---- parts

template <class Codec>
void fields(Codec& codec, PartOf<Codec, AttemptKey>& key) {
  codec(key.execution_id, key.task_run_id, key.attempt, key.epoch);
}

template <class Codec>
void fields(Codec& codec, PartOf<Codec, model::FlowKey>& flow) {
  codec(flow.tenant, flow.namespace_, flow.id);
}

template <class Codec>
void fields(Codec& codec, PartOf<Codec, model::MetricEntry>& metric) {
  codec(metric.execution_id, metric.flow, metric.task_id, metric.task_run_id, metric.attempt, metric.type, metric.name,
        metric.value, metric.timestamp, metric.tags);
}

template <class Codec>
void fields(Codec& codec, PartOf<Codec, model::LogEntry>& entry) {
  codec(entry.execution_id, entry.flow, entry.task_id, entry.task_run_id, entry.attempt, entry.sequence,
        entry.trigger_id, entry.timestamp, entry.level, entry.thread, entry.message);
}

// ---- frames from the server

constexpr FrameType type_of(const Job&) { return FrameType::job; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, Job>& job) {
  codec(job.key, job.flow, job.revision, job.task_id, job.context, job.value, job.deadline, job.correlation,
        job.log_sequence, job.values, job.resumed_attempt, job.templates);
}

constexpr FrameType type_of(const RenderJob&) { return FrameType::render_job; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, RenderJob>& job) {
  codec(job.key, job.flow, job.revision, job.task_id, job.request, job.source, job.typed, job.context);
}

constexpr FrameType type_of(const Kill&) { return FrameType::kill; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, Kill>& kill) {
  codec(kill.key);
}

constexpr FrameType type_of(const Acknowledge&) { return FrameType::acknowledge; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, Acknowledge>& acknowledge) {
  codec(acknowledge.key);
}

constexpr FrameType type_of(const HostReply&) { return FrameType::host_reply; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, HostReply>& reply) {
  codec(reply.call, reply.ok, reply.value);
}

constexpr FrameType type_of(const LogStored&) { return FrameType::log_stored; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, LogStored>& stored) {
  codec(stored.bytes);
}

constexpr FrameType type_of(const TriggerJob&) { return FrameType::trigger_job; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, TriggerJob>& job) {
  codec(job.key, job.flow, job.revision, job.trigger_id, job.listens, job.context);
}

constexpr FrameType type_of(const EventStored&) { return FrameType::event_stored; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, EventStored>& stored) {
  codec(stored.key, stored.number, stored.problem);
}

// ---- frames from the worker

constexpr FrameType type_of(const Hello&) { return FrameType::hello; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, Hello>& hello) {
  codec(hello.version, hello.worker_id, hello.group, hello.capacity, hello.running);
}

constexpr FrameType type_of(const Started&) { return FrameType::started; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, Started>& started) {
  codec(started.key, started.at);
}

constexpr FrameType type_of(const Result&) { return FrameType::result; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, Result>& result) {
  codec(result.key, result.state, result.outputs, result.at, result.metrics, result.log_sequence, result.error,
        result.log_file);
}

constexpr FrameType type_of(const RenderResult&) { return FrameType::render_result; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, RenderResult>& result) {
  codec(result.key, result.request, result.ok, result.value, result.error);
}

constexpr FrameType type_of(const LogChunk&) { return FrameType::log_chunk; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, LogChunk>& chunk) {
  codec(chunk.entries);
}

constexpr FrameType type_of(const HostCall&) { return FrameType::host_call; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, HostCall>& call) {
  codec(call.call, call.key, call.request, call.function, call.arguments);
}

constexpr FrameType type_of(const Heartbeat&) { return FrameType::heartbeat; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, Heartbeat>& heartbeat) {
  codec(heartbeat.at);
}

constexpr FrameType type_of(const ChildReport&) { return FrameType::child_report; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, ChildReport>& report) {
  codec(report.job, report.task_run, report.task_id, report.attempt, report.kind, report.state, report.outputs,
        report.at, report.metrics, report.log_sequence, report.log_file);
}

constexpr FrameType type_of(const TriggerResult&) { return FrameType::trigger_result; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, TriggerResult>& result) {
  codec(result.key, result.outcome, result.was_listening, result.variables, result.error, result.log_file);
}

constexpr FrameType type_of(const TriggerEvent&) { return FrameType::trigger_event; }
template <class Codec>
void fields(Codec& codec, PartOf<Codec, TriggerEvent>& event) {
  codec(event.key, event.number, event.variables);
}

}  // namespace gyr::link
