#include "executor/inbox_message.h"

#include <type_traits>
#include <utility>

#include "base/record.h"
#include "model/record_fields.h"

namespace gyr::executor {
namespace {

/// The kind of a message is stored and never changes its meaning: its place in InboxBody, counted from 1.
template <class Message, size_t kind>
inline constexpr bool has_kind = std::is_same_v<std::variant_alternative_t<kind - 1, InboxBody>, Message>;
static_assert(has_kind<StartChildMessage, 1> && has_kind<ChildStartedMessage, 2> && has_kind<ChildEndedMessage, 3> &&
              has_kind<KillMessage, 4> && has_kind<RestartMessage, 5> && has_kind<ChildNotRestartedMessage, 6> &&
              has_kind<ReplaceMessage, 7> && has_kind<ChildReplacedMessage, 8> && has_kind<FlowEventMessage, 9>);

}  // namespace

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, StartChildMessage>& message) {
  visit(1, message.child);
  visit(2, message.flow);
  visit(3, message.revision);
  visit(4, message.inputs);
  visit(5, message.labels);
  visit(6, message.parent_labels);
  visit(7, message.trigger);
  visit(8, message.schedule_date);
  visit(9, message.wait, base::or_default(true));
  visit(10, message.caller_flow);
  visit(11, message.caller_execution);
  visit(12, message.caller_task_run);
  visit(13, message.depth, base::or_default(1U));
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ChildStartedMessage>& message) {
  visit(1, message.caller_task_run);
  visit(2, message.child);
  visit(3, message.ok);
  visit(4, message.error);
  visit(5, message.undeclared);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ChildEndedMessage>& message) {
  visit(1, message.caller_task_run);
  visit(2, message.child);
  visit(3, message.state);
  visit(4, message.outputs);
  visit(5, message.revision);
  visit(6, message.outputs_problem);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, KillMessage>& message) {
  visit(1, message.cascade);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, RestartMessage>& message) {
  visit(1, message.caller_flow);
  visit(2, message.caller_execution);
  visit(3, message.caller_task_run);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ChildNotRestartedMessage>& message) {
  visit(1, message.caller_task_run);
  visit(2, message.child);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ReplaceMessage>& message) {
  visit(1, message.origin);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ChildReplacedMessage>& message) {
  visit(1, message.caller_task_run);
  visit(2, message.child);
  visit(3, message.replacement);
}

/// Of the execution, only what a Flow trigger looks at.
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, FlowEventMessage>& message) {
  auto& execution = message.event.execution;
  visit(1, execution.id);
  visit(2, execution.original_id);
  model::flow_field(visit, 3, execution.flow);
  visit(4, execution.revision);
  base::Instant started = execution.state.started();
  model::State state = execution.state.current();
  base::Instant at = execution.state.last_date();
  visit(5, started);
  visit(6, state);
  visit(7, at);
  if constexpr (Visitor::fills) {
    execution.state = model::StateHistory({{model::State::created, started}, {state, at}});
  }
  visit(8, execution.labels);
  visit(9, execution.outputs);
  visit(10, message.event.first_failed_task_id);
  visit(11, message.event.last_task_id);
}

store::InboxMessage make_inbox_message(base::Id id, const std::shared_ptr<const model::FlowKey>& flow, base::Id target,
                                       const InboxBody& body) {
  store::InboxMessage message;
  message.id = id;
  message.slot = model::slot_of(*flow);
  message.target = target;
  message.flow = flow;
  message.kind = static_cast<uint8_t>(body.index() + 1);
  std::visit([&](const auto& content) { base::write_record(message.payload, content); }, body);
  return message;
}

base::Result<InboxBody> read_inbox_message(const store::InboxMessage& message) {
  base::RecordReader reader(message.payload);
  std::optional<InboxBody> body;
  const auto read_if = [&]<class Message>(size_t index, Message content) {
    if (message.kind != index + 1) return false;
    fields(reader, content);
    body.emplace(std::move(content));
    return true;
  };
  [&]<size_t... Index>(std::index_sequence<Index...>) {
    (read_if(Index, std::variant_alternative_t<Index, InboxBody>{}) || ...);
  }(std::make_index_sequence<std::variant_size_v<InboxBody>>{});
  if (!body)
    return base::fail(base::damaged_record, fmt::format("a stored message has the unknown kind {}", message.kind));
  GYR_CHECK(reader.finish());
  return *std::move(body);
}

}  // namespace gyr::executor
