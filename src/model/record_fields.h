// The fields of parts that several records have (base/record.h).
#pragma once

#include <memory>

#include "base/record.h"
#include "model/execution.h"
#include "model/trigger_state.h"

namespace gyr::base {

template <>
inline constexpr uint64_t value_count<model::State> = model::state_count;
template <>
inline constexpr uint64_t value_count<model::MetricType> = 3;
template <>
inline constexpr uint64_t value_count<model::LogLevel> = 5;
template <>
inline constexpr uint64_t value_count<model::TriggerKind> = 3;
template <>
inline constexpr uint64_t value_count<model::DateTask> = 7;

}  // namespace gyr::base

namespace gyr::model {

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, FlowKey>& flow) {
  visit(1, flow.tenant);
  visit(2, flow.namespace_);
  visit(3, flow.id);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Label>& label) {
  visit(1, label.key);
  visit(2, label.value);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ExecutionTrigger>& trigger) {
  visit(1, trigger.id);
  visit(2, trigger.type);
  visit(3, trigger.variables);
  visit(4, trigger.log_file);
  visit.unknown(trigger.unknown_fields);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Breakpoint>& breakpoint) {
  visit(1, breakpoint.task_id);
  visit(2, breakpoint.value);
  visit(3, breakpoint.has_value);
}

/// A history in its packed form: twice the number of changes, plus one if a date has parts of a microsecond; for each
/// change the state and the date. A date is the difference to the one before it in microseconds (the first: to
/// `origin_us`), or the full date if any has parts of a microsecond.
template <class History>
struct PackedHistory {
  History* history = nullptr;
  int64_t origin_us = 0;
  bool empty() const { return history->changes().empty(); }
};
void pack(base::Encoder& encoder, const PackedHistory<const StateHistory>& packed);
void pack(base::Encoder& encoder, const PackedHistory<StateHistory>& packed);
void unpack(base::Decoder& decoder, PackedHistory<StateHistory>& packed);

template <class Visitor, class History>
void history_field(Visitor& visit, uint32_t number, History& history) {
  PackedHistory<History> packed{&history, visit.origin_us()};
  if constexpr (Visitor::fills) history = {};
  visit(number, packed);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Attempt>& attempt) {
  history_field(visit, 1, attempt.state);
  visit(2, attempt.worker_id);
  visit(3, attempt.log_file);
  visit.unknown(attempt.unknown_fields);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, Backfill>& backfill) {
  visit(1, backfill.start);
  visit(2, backfill.end);
  visit(3, backfill.current);
  visit(4, backfill.paused);
  visit(5, backfill.inputs);
  visit(6, backfill.labels);
  visit(7, backfill.previous_next);
  visit.unknown(backfill.unknown_fields);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, PendingDate>& pending) {
  visit(1, pending.task);
  visit(2, pending.since);
}

/// The flow that a reader gives to a part whose flow is never null.
template <class Visitor, class Flow>
void flow_field(Visitor& visit, uint32_t number, Flow& flow) {
  visit(number, flow);
  if constexpr (Visitor::fills) {
    if (flow == nullptr) flow = std::make_shared<const FlowKey>();
  }
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, MetricEntry>& metric) {
  visit(1, metric.execution_id);
  flow_field(visit, 2, metric.flow);
  visit(3, metric.task_id);
  visit(4, metric.task_run_id);
  visit(5, metric.attempt);
  visit(6, metric.type);
  visit(7, metric.name);
  visit(8, metric.value);
  visit(9, metric.timestamp);
  visit(10, metric.tags);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, LogEntry>& entry) {
  visit(1, entry.execution_id);
  flow_field(visit, 2, entry.flow);
  visit(3, entry.task_id);
  visit(4, entry.task_run_id);
  visit(5, entry.attempt);
  visit(6, entry.sequence);
  visit(7, entry.trigger_id);
  visit(8, entry.timestamp);
  visit(9, entry.level);
  visit(10, entry.thread);
  visit(11, entry.message);
}

}  // namespace gyr::model
