// The fields of each frame (base/record.h).
#pragma once

#include "base/record.h"
#include "model/record_fields.h"
#include "protocol/frames.h"

namespace gyr::base {

template <>
inline constexpr uint64_t value_count<protocol::ChildReport::Kind> = 5;
template <>
inline constexpr uint64_t value_count<protocol::TriggerResult::Outcome> = 3;

}  // namespace gyr::base

namespace gyr::protocol {

/// The second byte of a frame. The numbers never change their meaning.
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

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, AttemptKey>& key) {
  visit(1, key.execution_id);
  visit(2, key.task_run_id);
  visit(3, key.attempt);
  visit(4, key.epoch);
}

// ---- frames from the server

constexpr FrameType type_of(const Job&) { return FrameType::job; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Job>& job) {
  visit(1, job.key);
  visit(2, job.flow);
  visit(3, job.revision);
  visit(4, job.task_id);
  visit(5, job.context);
  visit(6, job.value);
  visit(7, job.deadline);
  visit(8, job.correlation);
  visit(9, job.log_sequence);
  visit(10, job.values);
  visit(11, job.resumed_attempt);
  visit(12, job.templates);
}

constexpr FrameType type_of(const RenderJob&) { return FrameType::render_job; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, RenderJob>& job) {
  visit(1, job.key);
  visit(2, job.flow);
  visit(3, job.revision);
  visit(4, job.task_id);
  visit(5, job.request);
  visit(6, job.source);
  visit(7, job.typed);
  visit(8, job.context);
}

constexpr FrameType type_of(const Kill&) { return FrameType::kill; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Kill>& kill) {
  visit(1, kill.key);
}

constexpr FrameType type_of(const Acknowledge&) { return FrameType::acknowledge; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Acknowledge>& acknowledge) {
  visit(1, acknowledge.key);
}

constexpr FrameType type_of(const HostReply&) { return FrameType::host_reply; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, HostReply>& reply) {
  visit(1, reply.call);
  visit(2, reply.ok);
  visit(3, reply.value);
}

constexpr FrameType type_of(const LogStored&) { return FrameType::log_stored; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, LogStored>& stored) {
  visit(1, stored.bytes);
}

constexpr FrameType type_of(const TriggerJob&) { return FrameType::trigger_job; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, TriggerJob>& job) {
  visit(1, job.key);
  visit(2, job.flow);
  visit(3, job.revision);
  visit(4, job.trigger_id);
  visit(5, job.listens);
  visit(6, job.context);
}

constexpr FrameType type_of(const EventStored&) { return FrameType::event_stored; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, EventStored>& stored) {
  visit(1, stored.key);
  visit(2, stored.number);
  visit(3, stored.problem);
}

// ---- frames from the worker

constexpr FrameType type_of(const Hello&) { return FrameType::hello; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Hello>& hello) {
  visit(1, hello.version);
  visit(2, hello.worker_id);
  visit(3, hello.group);
  visit(4, hello.capacity);
  visit(5, hello.running);
}

constexpr FrameType type_of(const Started&) { return FrameType::started; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Started>& started) {
  visit(1, started.key);
  visit(2, started.at);
}

constexpr FrameType type_of(const Result&) { return FrameType::result; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Result>& result) {
  visit(1, result.key);
  visit(2, result.state);
  visit(3, result.outputs);
  visit(4, result.at);
  visit(5, result.metrics);
  visit(6, result.log_sequence);
  visit(7, result.error);
  visit(8, result.log_file);
}

constexpr FrameType type_of(const RenderResult&) { return FrameType::render_result; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, RenderResult>& result) {
  visit(1, result.key);
  visit(2, result.request);
  visit(3, result.ok);
  visit(4, result.value);
  visit(5, result.error);
}

constexpr FrameType type_of(const LogChunk&) { return FrameType::log_chunk; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, LogChunk>& chunk) {
  visit(1, chunk.entries);
}

constexpr FrameType type_of(const HostCall&) { return FrameType::host_call; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, HostCall>& call) {
  visit(1, call.call);
  visit(2, call.key);
  visit(3, call.request);
  visit(4, call.function);
  visit(5, call.arguments);
}

constexpr FrameType type_of(const Heartbeat&) { return FrameType::heartbeat; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Heartbeat>& heartbeat) {
  visit(1, heartbeat.at);
}

constexpr FrameType type_of(const ChildReport&) { return FrameType::child_report; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ChildReport>& report) {
  visit(1, report.job);
  visit(2, report.task_run);
  visit(3, report.task_id);
  visit(4, report.attempt);
  visit(5, report.kind);
  visit(6, report.state);
  visit(7, report.outputs);
  visit(8, report.at);
  visit(9, report.metrics);
  visit(10, report.log_sequence);
  visit(11, report.log_file);
}

constexpr FrameType type_of(const TriggerResult&) { return FrameType::trigger_result; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, TriggerResult>& result) {
  visit(1, result.key);
  visit(2, result.outcome);
  visit(3, result.was_listening);
  visit(4, result.variables);
  visit(5, result.error);
  visit(6, result.log_file);
}

constexpr FrameType type_of(const TriggerEvent&) { return FrameType::trigger_event; }
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, TriggerEvent>& event) {
  visit(1, event.key);
  visit(2, event.number);
  visit(3, event.variables);
}

}  // namespace gyr::protocol
