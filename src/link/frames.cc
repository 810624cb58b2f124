#include "link/frames.h"

#include <algorithm>

#include "base/codec.h"

namespace gyr::link {
namespace {

using base::Decoder;
using base::Encoder;

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

// Bytes that one element of a list takes at least: a count above what is left divided by this is refused before
// anything is reserved for it.
constexpr size_t least_key = 34;
constexpr size_t least_metric = 8;
constexpr size_t least_log_entry = 16;
constexpr size_t least_text = 1;

// ---- parts

void put(Encoder& out, const AttemptKey& key) {
  out.id(key.execution_id);
  out.id(key.task_run_id);
  out.integer(key.attempt);
  out.integer(key.epoch);
}

int32_t take_int32(Decoder& in) {
  int64_t value = in.integer();
  if (value < INT32_MIN || value > INT32_MAX) in.set_damaged();
  return static_cast<int32_t>(value);
}

uint32_t take_uint32(Decoder& in) {
  uint64_t value = in.varint();
  if (value > UINT32_MAX) in.set_damaged();
  return static_cast<uint32_t>(value);
}

bool take_boolean(Decoder& in) {
  uint8_t value = in.byte();
  if (value > 1) in.set_damaged();
  return value == 1;
}

std::string take_text(Decoder& in) { return std::string(in.bytes()); }

/// An enumeration of `count` values.
template <class E>
E take_enum(Decoder& in, size_t count) {
  uint8_t value = in.byte();
  if (value >= count) in.set_damaged();
  return in.ok() ? static_cast<E>(value) : E{};
}

AttemptKey take_key(Decoder& in) {
  AttemptKey key;
  key.execution_id = in.id();
  key.task_run_id = in.id();
  key.attempt = take_int32(in);
  key.epoch = take_int32(in);
  return key;
}

void put(Encoder& out, const model::FlowKey& flow) {
  out.bytes(flow.tenant);
  out.bytes(flow.namespace_);
  out.bytes(flow.id);
}

model::FlowKey take_flow(Decoder& in) {
  model::FlowKey flow;
  flow.tenant = in.bytes();
  flow.namespace_ = in.bytes();
  flow.id = in.bytes();
  return flow;
}

/// Entries of one list mostly belong to one flow, which is written once and shared again by the reader.
class FlowWriter {
 public:
  explicit FlowWriter(Encoder& out) : out_(out) {}
  void put_flow(const std::shared_ptr<const model::FlowKey>& flow) {
    bool same = last_ != nullptr && (last_ == flow.get() || (flow && *last_ == *flow));
    out_.boolean(same);
    if (same) return;
    put(out_, flow ? *flow : model::FlowKey{});
    last_ = flow.get();
  }

 private:
  Encoder& out_;
  const model::FlowKey* last_ = nullptr;
};

class FlowReader {
 public:
  explicit FlowReader(Decoder& in) : in_(in) {}
  std::shared_ptr<const model::FlowKey> take() {
    bool same = take_boolean(in_);
    if (same && !last_) in_.set_damaged();
    if (!same) last_ = std::make_shared<const model::FlowKey>(take_flow(in_));
    return last_;
  }

 private:
  Decoder& in_;
  std::shared_ptr<const model::FlowKey> last_;
};

void put(Encoder& out, FlowWriter& flows, const model::MetricEntry& metric) {
  out.id(metric.execution_id);
  flows.put_flow(metric.flow);
  out.bytes(metric.task_id);
  out.id(metric.task_run_id);
  out.integer(metric.attempt);
  out.byte(static_cast<uint8_t>(metric.type));
  out.bytes(metric.name);
  out.number(metric.value);
  out.instant(metric.timestamp);
  out.value(metric.tags);
}

model::MetricEntry take_metric(Decoder& in, FlowReader& flows) {
  model::MetricEntry metric;
  metric.execution_id = in.id();
  metric.flow = flows.take();
  metric.task_id = in.bytes();
  metric.task_run_id = in.id();
  metric.attempt = take_int32(in);
  metric.type = take_enum<model::MetricType>(in, 3);
  metric.name = in.bytes();
  metric.value = in.number();
  metric.timestamp = in.instant();
  metric.tags = in.value();
  return metric;
}

void put(Encoder& out, FlowWriter& flows, const model::LogEntry& entry) {
  out.id(entry.execution_id);
  flows.put_flow(entry.flow);
  out.bytes(entry.task_id);
  out.id(entry.task_run_id);
  out.integer(entry.attempt);
  out.varint(entry.sequence);
  out.bytes(entry.trigger_id);
  out.instant(entry.timestamp);
  out.byte(static_cast<uint8_t>(entry.level));
  out.bytes(entry.thread);
  out.bytes(entry.message);
}

model::LogEntry take_log_entry(Decoder& in, FlowReader& flows) {
  model::LogEntry entry;
  entry.execution_id = in.id();
  entry.flow = flows.take();
  entry.task_id = in.bytes();
  entry.task_run_id = in.id();
  entry.attempt = take_int32(in);
  entry.sequence = take_uint32(in);
  entry.trigger_id = in.bytes();
  entry.timestamp = in.instant();
  entry.level = take_enum<model::LogLevel>(in, 5);
  entry.thread = in.bytes();
  entry.message = in.bytes();
  return entry;
}

// ---- frames: type_of, put and take of each

constexpr FrameType type_of(const Job&) { return FrameType::job; }
void put(Encoder& out, const Job& job) {
  put(out, job.key);
  put(out, job.flow);
  out.integer(job.revision);
  out.bytes(job.task_id);
  out.value(job.context);
  out.boolean(job.value.has_value());
  if (job.value) out.bytes(*job.value);
  out.instant(job.deadline);
  out.bytes(job.correlation);
  out.varint(job.log_sequence);
  out.varint(job.values.size());
  for (const auto& value : job.values) out.bytes(value);
  out.integer(job.resumed_attempt);
  out.bytes(job.templates);
}
Job take_job(Decoder& in) {
  Job job;
  job.key = take_key(in);
  job.flow = take_flow(in);
  job.revision = take_int32(in);
  job.task_id = in.bytes();
  job.context = in.value();
  if (take_boolean(in)) job.value = take_text(in);
  job.deadline = in.instant();
  job.correlation = in.bytes();
  job.log_sequence = take_uint32(in);
  size_t count = in.count(least_text);
  for (size_t i = 0; i < count && in.ok(); ++i) job.values.push_back(take_text(in));
  job.resumed_attempt = take_int32(in);
  job.templates = take_text(in);
  return job;
}

constexpr FrameType type_of(const RenderJob&) { return FrameType::render_job; }
void put(Encoder& out, const RenderJob& job) {
  put(out, job.key);
  put(out, job.flow);
  out.integer(job.revision);
  out.bytes(job.task_id);
  out.varint(job.request);
  out.value(job.source);
  out.boolean(job.typed);
  out.value(job.context);
}
RenderJob take_render_job(Decoder& in) {
  RenderJob job;
  job.key = take_key(in);
  job.flow = take_flow(in);
  job.revision = take_int32(in);
  job.task_id = in.bytes();
  job.request = take_uint32(in);
  job.source = in.value();
  job.typed = take_boolean(in);
  job.context = in.value();
  return job;
}

constexpr FrameType type_of(const Kill&) { return FrameType::kill; }
void put(Encoder& out, const Kill& kill) { put(out, kill.key); }

constexpr FrameType type_of(const Acknowledge&) { return FrameType::acknowledge; }
void put(Encoder& out, const Acknowledge& acknowledge) { put(out, acknowledge.key); }

constexpr FrameType type_of(const HostReply&) { return FrameType::host_reply; }
void put(Encoder& out, const HostReply& reply) {
  out.varint(reply.call);
  out.boolean(reply.ok);
  out.value(reply.value);
}
HostReply take_host_reply(Decoder& in) {
  HostReply reply;
  reply.call = in.varint();
  reply.ok = take_boolean(in);
  reply.value = in.value();
  return reply;
}

constexpr FrameType type_of(const Hello&) { return FrameType::hello; }
void put(Encoder& out, const Hello& hello) {
  out.varint(hello.version);
  out.bytes(hello.worker_id);
  out.bytes(hello.group);
  out.varint(hello.capacity);
  out.varint(hello.running.size());
  for (const AttemptKey& key : hello.running) put(out, key);
}
Hello take_hello(Decoder& in) {
  Hello hello;
  uint32_t version = take_uint32(in);
  if (version > UINT16_MAX) in.set_damaged();
  hello.version = static_cast<uint16_t>(version);
  hello.worker_id = in.bytes();
  hello.group = in.bytes();
  hello.capacity = take_uint32(in);
  size_t count = in.count(least_key);
  hello.running.reserve(count);
  for (size_t i = 0; i < count && in.ok(); ++i) hello.running.push_back(take_key(in));
  return hello;
}

constexpr FrameType type_of(const Started&) { return FrameType::started; }
void put(Encoder& out, const Started& started) {
  put(out, started.key);
  out.instant(started.at);
}
Started take_started(Decoder& in) {
  Started started;
  started.key = take_key(in);
  started.at = in.instant();
  return started;
}

constexpr FrameType type_of(const Result&) { return FrameType::result; }
void put(Encoder& out, const std::vector<model::MetricEntry>& metrics) {
  FlowWriter flows(out);
  out.varint(metrics.size());
  for (const auto& metric : metrics) put(out, flows, metric);
}
std::vector<model::MetricEntry> take_metrics(Decoder& in) {
  std::vector<model::MetricEntry> metrics;
  FlowReader flows(in);
  size_t count = in.count(least_metric);
  for (size_t i = 0; i < count && in.ok(); ++i) metrics.push_back(take_metric(in, flows));
  return metrics;
}

void put(Encoder& out, const Result& result) {
  put(out, result.key);
  out.byte(static_cast<uint8_t>(result.state));
  out.value(result.outputs);
  out.instant(result.at);
  put(out, result.metrics);
  out.varint(result.log_sequence);
  out.bytes(result.error);
  out.bytes(result.log_file);
}
Result take_result(Decoder& in) {
  Result result;
  result.key = take_key(in);
  result.state = take_enum<model::State>(in, model::state_count);
  result.outputs = in.value();
  result.at = in.instant();
  result.metrics = take_metrics(in);
  result.log_sequence = take_uint32(in);
  result.error = in.bytes();
  result.log_file = in.bytes();
  return result;
}

constexpr FrameType type_of(const RenderResult&) { return FrameType::render_result; }
void put(Encoder& out, const RenderResult& result) {
  put(out, result.key);
  out.varint(result.request);
  out.boolean(result.ok);
  out.value(result.value);
  out.bytes(result.error);
}
RenderResult take_render_result(Decoder& in) {
  RenderResult result;
  result.key = take_key(in);
  result.request = take_uint32(in);
  result.ok = take_boolean(in);
  result.value = in.value();
  result.error = in.bytes();
  return result;
}

constexpr FrameType type_of(const LogChunk&) { return FrameType::log_chunk; }
void put(Encoder& out, const LogChunk& chunk) {
  FlowWriter flows(out);
  out.varint(chunk.entries.size());
  for (const auto& entry : chunk.entries) put(out, flows, entry);
}
LogChunk take_log_chunk(Decoder& in) {
  LogChunk chunk;
  FlowReader flows(in);
  size_t count = in.count(least_log_entry);
  for (size_t i = 0; i < count && in.ok(); ++i) chunk.entries.push_back(take_log_entry(in, flows));
  return chunk;
}

constexpr FrameType type_of(const HostCall&) { return FrameType::host_call; }
void put(Encoder& out, const HostCall& call) {
  out.varint(call.call);
  put(out, call.key);
  out.varint(call.request);
  out.bytes(call.function);
  out.value(call.arguments);
}
HostCall take_host_call(Decoder& in) {
  HostCall call;
  call.call = in.varint();
  call.key = take_key(in);
  call.request = take_uint32(in);
  call.function = in.bytes();
  call.arguments = in.value();
  return call;
}

constexpr FrameType type_of(const Heartbeat&) { return FrameType::heartbeat; }
void put(Encoder& out, const Heartbeat& heartbeat) { out.instant(heartbeat.at); }

constexpr FrameType type_of(const ChildReport&) { return FrameType::child_report; }
void put(Encoder& out, const ChildReport& report) {
  put(out, report.job);
  out.id(report.task_run);
  out.bytes(report.task_id);
  out.integer(report.attempt);
  out.byte(static_cast<uint8_t>(report.kind));
  out.byte(static_cast<uint8_t>(report.state));
  out.value(report.outputs);
  out.instant(report.at);
  put(out, report.metrics);
  out.varint(report.log_sequence);
  out.bytes(report.log_file);
}
ChildReport take_child_report(Decoder& in) {
  ChildReport report;
  report.job = take_key(in);
  report.task_run = in.id();
  report.task_id = in.bytes();
  report.attempt = take_int32(in);
  report.kind = take_enum<ChildReport::Kind>(in, 5);
  report.state = take_enum<model::State>(in, model::state_count);
  report.outputs = in.value();
  report.at = in.instant();
  report.metrics = take_metrics(in);
  report.log_sequence = take_uint32(in);
  report.log_file = in.bytes();
  return report;
}

constexpr FrameType type_of(const LogStored&) { return FrameType::log_stored; }
void put(Encoder& out, const LogStored& stored) { out.varint(stored.bytes); }

constexpr FrameType type_of(const TriggerJob&) { return FrameType::trigger_job; }
void put(Encoder& out, const TriggerJob& job) {
  put(out, job.key);
  put(out, job.flow);
  out.integer(job.revision);
  out.bytes(job.trigger_id);
  out.boolean(job.listens);
  out.value(job.context);
}
TriggerJob take_trigger_job(Decoder& in) {
  TriggerJob job;
  job.key = take_key(in);
  job.flow = take_flow(in);
  job.revision = take_int32(in);
  job.trigger_id = in.bytes();
  job.listens = take_boolean(in);
  job.context = in.value();
  return job;
}

constexpr FrameType type_of(const EventStored&) { return FrameType::event_stored; }
void put(Encoder& out, const EventStored& stored) {
  put(out, stored.key);
  out.varint(stored.number);
  out.bytes(stored.problem);
}
EventStored take_event_stored(Decoder& in) {
  EventStored stored;
  stored.key = take_key(in);
  stored.number = in.varint();
  stored.problem = in.bytes();
  return stored;
}

constexpr FrameType type_of(const TriggerResult&) { return FrameType::trigger_result; }
void put(Encoder& out, const TriggerResult& result) {
  put(out, result.key);
  out.byte(static_cast<uint8_t>(result.outcome));
  out.boolean(result.was_listening);
  out.value(result.variables);
  out.bytes(result.error);
  out.bytes(result.log_file);
}
TriggerResult take_trigger_result(Decoder& in) {
  TriggerResult result;
  result.key = take_key(in);
  result.outcome = take_enum<TriggerResult::Outcome>(in, 3);
  result.was_listening = take_boolean(in);
  result.variables = in.value();
  result.error = in.bytes();
  result.log_file = in.bytes();
  return result;
}

constexpr FrameType type_of(const TriggerEvent&) { return FrameType::trigger_event; }
void put(Encoder& out, const TriggerEvent& event) {
  put(out, event.key);
  out.varint(event.number);
  out.value(event.variables);
}
TriggerEvent take_trigger_event(Decoder& in) {
  TriggerEvent event;
  event.key = take_key(in);
  event.number = in.varint();
  event.variables = in.value();
  return event;
}

std::optional<Frame> take_frame(FrameType type, Decoder& in) {
  switch (type) {
    case FrameType::job: return take_job(in);
    case FrameType::render_job: return take_render_job(in);
    case FrameType::kill: return Kill{take_key(in)};
    case FrameType::acknowledge: return Acknowledge{take_key(in)};
    case FrameType::host_reply: return take_host_reply(in);
    case FrameType::hello: return take_hello(in);
    case FrameType::started: return take_started(in);
    case FrameType::result: return take_result(in);
    case FrameType::render_result: return take_render_result(in);
    case FrameType::log_chunk: return take_log_chunk(in);
    case FrameType::host_call: return take_host_call(in);
    case FrameType::heartbeat: return Heartbeat{in.instant()};
    case FrameType::log_stored: return LogStored{in.varint()};
    case FrameType::child_report: return take_child_report(in);
    case FrameType::trigger_job: return take_trigger_job(in);
    case FrameType::event_stored: return take_event_stored(in);
    case FrameType::trigger_result: return take_trigger_result(in);
    case FrameType::trigger_event: return take_trigger_event(in);
  }
  return std::nullopt;
}

/// The values of a frame as JSON text, about.
struct ValueWeight {
  uint64_t operator()(const Job& job) const { return job.context.weight(); }
  uint64_t operator()(const RenderJob& job) const { return std::max(job.source.weight(), job.context.weight()); }
  uint64_t operator()(const HostReply& reply) const { return reply.value.weight(); }
  uint64_t operator()(const Result& result) const { return result.outputs.weight(); }
  uint64_t operator()(const ChildReport& report) const { return report.outputs.weight(); }
  uint64_t operator()(const RenderResult& result) const { return result.value.weight(); }
  uint64_t operator()(const HostCall& call) const { return call.arguments.weight(); }
  uint64_t operator()(const TriggerJob& job) const { return job.context.weight(); }
  uint64_t operator()(const TriggerResult& result) const { return result.variables.weight(); }
  uint64_t operator()(const TriggerEvent& event) const { return event.variables.weight(); }
  uint64_t operator()(const auto&) const { return 0; }
};

base::Result<std::string> too_large(uint64_t bytes) {
  return base::fail(frame_too_large,
                    fmt::format("a message between server and worker would have about {} bytes; at most {} are "
                                "allowed",
                                bytes, longest_frame));
}

}  // namespace

base::Result<std::string> encode_frame(const Frame& frame) {
  if (uint64_t weight = std::visit(ValueWeight{}, frame); weight > longest_frame) return too_large(weight);
  std::string bytes;
  Encoder out(bytes);
  out.byte(static_cast<uint8_t>(protocol_version));
  std::visit(
      [&out](const auto& message) {
        out.byte(static_cast<uint8_t>(type_of(message)));
        put(out, message);
      },
      frame);
  if (bytes.size() > longest_frame) return too_large(bytes.size());
  return bytes;
}

base::Result<Frame> decode_frame(std::string_view bytes) {
  if (bytes.size() > longest_frame) {
    return base::fail(bad_frame, fmt::format("a message between server and worker has {} bytes; at most {} are allowed",
                                             bytes.size(), longest_frame));
  }
  Decoder in(bytes);
  uint8_t version = in.byte();
  uint8_t type = in.byte();
  if (!in.ok()) return base::fail(bad_frame, "a message between server and worker is cut short");
  if (version != protocol_version) {
    return base::fail(
        base::Error(bad_frame, fmt::format("a message between server and worker has version {}, and this program "
                                           "speaks version {}",
                                           version, protocol_version))
            .with_hint("run servers and workers of the same release, or of two that follow each other"));
  }
  auto frame = take_frame(static_cast<FrameType>(type), in);
  if (!frame)
    return base::fail(bad_frame, fmt::format("a message between server and worker has the unknown type {}", type));
  if (!in.ok() || !in.at_end()) {
    return base::fail(bad_frame, fmt::format("a message between server and worker (type {}, {} bytes) is damaged", type,
                                             bytes.size()));
  }
  return *std::move(frame);
}

}  // namespace gyr::link
