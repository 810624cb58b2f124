#include "executor/inbox_message.h"

#include "base/codec.h"

namespace gyr::executor {
namespace {

constexpr uint8_t payload_version = 4;  // 2: depth of a child; 3: why a child has no outputs; 4: undeclared inputs

// The numbers are stored: never change them.
enum class Kind : uint8_t {
  start_child = 1,
  child_started = 2,
  child_ended = 3,
  kill = 4,
  restart = 5,
  child_not_restarted = 6,
  replace = 7,
  child_replaced = 8,
  flow_event = 9,
};

void encode(base::Encoder& encoder, const model::FlowKey& key) {
  encoder.bytes(key.tenant);
  encoder.bytes(key.namespace_);
  encoder.bytes(key.id);
}

model::FlowKey decode_flow_key(base::Decoder& decoder) {
  model::FlowKey key;
  key.tenant = decoder.bytes();
  key.namespace_ = decoder.bytes();
  key.id = decoder.bytes();
  return key;
}

void encode(base::Encoder& encoder, const std::vector<model::Label>& labels) {
  encoder.varint(labels.size());
  for (const model::Label& label : labels) {
    encoder.bytes(label.key);
    encoder.bytes(label.value);
  }
}

std::vector<model::Label> decode_labels(base::Decoder& decoder) {
  std::vector<model::Label> labels(decoder.count(2));
  for (model::Label& label : labels) {
    label.key = decoder.bytes();
    label.value = decoder.bytes();
  }
  return labels;
}

void encode(base::Encoder& encoder, const StartChildMessage& message) {
  encoder.id(message.child);
  encode(encoder, message.flow);
  encoder.integer(message.revision);
  encoder.value(message.inputs);
  encode(encoder, message.labels);
  encode(encoder, message.parent_labels);
  encoder.bytes(message.trigger.id);
  encoder.bytes(message.trigger.type);
  encoder.value(message.trigger.variables);
  encoder.boolean(message.schedule_date.has_value());
  if (message.schedule_date) encoder.instant(*message.schedule_date);
  encoder.boolean(message.wait);
  encode(encoder, message.caller_flow);
  encoder.id(message.caller_execution);
  encoder.id(message.caller_task_run);
  encoder.varint(message.depth);
}

StartChildMessage decode_start_child(base::Decoder& decoder, uint8_t version) {
  StartChildMessage message;
  message.child = decoder.id();
  message.flow = decode_flow_key(decoder);
  message.revision = static_cast<int32_t>(decoder.integer());
  message.inputs = decoder.value();
  message.labels = decode_labels(decoder);
  message.parent_labels = decode_labels(decoder);
  message.trigger.id = decoder.bytes();
  message.trigger.type = decoder.bytes();
  message.trigger.variables = decoder.value();
  if (decoder.boolean()) message.schedule_date = decoder.instant();
  message.wait = decoder.boolean();
  message.caller_flow = decode_flow_key(decoder);
  message.caller_execution = decoder.id();
  message.caller_task_run = decoder.id();
  if (version >= 2) message.depth = static_cast<uint32_t>(decoder.varint());
  return message;
}

void encode(base::Encoder& encoder, const ChildStartedMessage& message) {
  encoder.id(message.caller_task_run);
  encoder.id(message.child);
  encoder.boolean(message.ok);
  encoder.bytes(message.error);
  encoder.varint(message.undeclared.size());
  for (const std::string& name : message.undeclared) encoder.bytes(name);
}

void encode(base::Encoder& encoder, const ChildEndedMessage& message) {
  encoder.id(message.caller_task_run);
  encoder.id(message.child);
  encoder.byte(static_cast<uint8_t>(message.state));
  encoder.value(message.outputs);
  encoder.integer(message.revision);
  encoder.bytes(message.outputs_problem);
}

void encode(base::Encoder& encoder, const KillMessage& message) { encoder.boolean(message.cascade); }

void encode(base::Encoder& encoder, const RestartMessage& message) {
  encode(encoder, message.caller_flow);
  encoder.id(message.caller_execution);
  encoder.id(message.caller_task_run);
}

void encode(base::Encoder& encoder, const ChildNotRestartedMessage& message) {
  encoder.id(message.caller_task_run);
  encoder.id(message.child);
}

void encode(base::Encoder& encoder, const ReplaceMessage& message) { encoder.id(message.origin); }

void encode(base::Encoder& encoder, const ChildReplacedMessage& message) {
  encoder.id(message.caller_task_run);
  encoder.id(message.child);
  encoder.id(message.replacement);
}

void encode(base::Encoder& encoder, const FlowEventMessage& message) {
  const model::Execution& execution = message.event.execution;
  encoder.id(execution.id);
  encoder.id(execution.original_id);
  encode(encoder, *execution.flow);
  encoder.integer(execution.revision);
  encoder.instant(execution.state.started());
  encoder.byte(static_cast<uint8_t>(execution.state.current()));
  encoder.instant(execution.state.last_date());
  encode(encoder, execution.labels);
  encoder.value(execution.outputs);
  encoder.bytes(message.event.first_failed_task_id);
  encoder.bytes(message.event.last_task_id);
}

FlowEventMessage decode_flow_event(base::Decoder& decoder) {
  FlowEventMessage message;
  model::Execution& execution = message.event.execution;
  execution.id = decoder.id();
  execution.original_id = decoder.id();
  execution.flow = std::make_shared<const model::FlowKey>(decode_flow_key(decoder));
  execution.revision = static_cast<int32_t>(decoder.integer());
  const base::Instant started = decoder.instant();
  const uint8_t state = decoder.byte();
  if (state >= model::state_count) decoder.set_damaged();
  const base::Instant at = decoder.instant();
  execution.state = model::StateHistory({{model::State::created, started}, {static_cast<model::State>(state), at}});
  execution.labels = decode_labels(decoder);
  execution.outputs = decoder.value();
  message.event.first_failed_task_id = decoder.bytes();
  message.event.last_task_id = decoder.bytes();
  return message;
}

}  // namespace

store::InboxMessage make_inbox_message(base::Id id, const std::shared_ptr<const model::FlowKey>& flow, base::Id target,
                                       const InboxBody& body) {
  store::InboxMessage message;
  message.id = id;
  message.slot = model::slot_of(*flow);
  message.target = target;
  message.flow = flow;
  message.kind = static_cast<uint8_t>(body.index() + 1);
  base::Encoder encoder(message.payload);
  encoder.byte(payload_version);
  std::visit([&](const auto& content) { encode(encoder, content); }, body);
  return message;
}

base::Result<InboxBody> read_inbox_message(const store::InboxMessage& message) {
  base::Decoder decoder(message.payload);
  uint8_t version = decoder.byte();
  if (version == 0 || version > payload_version) decoder.set_damaged();
  InboxBody body;
  switch (static_cast<Kind>(message.kind)) {
    case Kind::start_child: body = decode_start_child(decoder, version); break;
    case Kind::child_started: {
      ChildStartedMessage started;
      started.caller_task_run = decoder.id();
      started.child = decoder.id();
      started.ok = decoder.boolean();
      started.error = decoder.bytes();
      if (version >= 4) {
        started.undeclared.resize(decoder.count(1));
        for (std::string& name : started.undeclared) name = decoder.bytes();
      }
      body = std::move(started);
      break;
    }
    case Kind::child_ended: {
      ChildEndedMessage ended;
      ended.caller_task_run = decoder.id();
      ended.child = decoder.id();
      uint8_t state = decoder.byte();
      if (state >= model::state_count) decoder.set_damaged();
      ended.state = static_cast<model::State>(state);
      ended.outputs = decoder.value();
      ended.revision = static_cast<int32_t>(decoder.integer());
      if (version >= 3) ended.outputs_problem = decoder.bytes();
      body = std::move(ended);
      break;
    }
    case Kind::kill: body = KillMessage{decoder.boolean()}; break;
    case Kind::restart: {
      RestartMessage restart;
      restart.caller_flow = decode_flow_key(decoder);
      restart.caller_execution = decoder.id();
      restart.caller_task_run = decoder.id();
      body = std::move(restart);
      break;
    }
    case Kind::child_not_restarted: {
      ChildNotRestartedMessage not_restarted;
      not_restarted.caller_task_run = decoder.id();
      not_restarted.child = decoder.id();
      body = not_restarted;
      break;
    }
    case Kind::replace: body = ReplaceMessage{decoder.id()}; break;
    case Kind::child_replaced: {
      ChildReplacedMessage replaced;
      replaced.caller_task_run = decoder.id();
      replaced.child = decoder.id();
      replaced.replacement = decoder.id();
      body = replaced;
      break;
    }
    case Kind::flow_event: body = decode_flow_event(decoder); break;
    default: decoder.set_damaged();
  }
  if (!decoder.at_end()) decoder.set_damaged();
  GYR_CHECK(decoder.finish());
  return body;
}

}  // namespace gyr::executor
