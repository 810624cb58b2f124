#include "web/triggers/trigger_values.h"

#include "engine/label_values.h"
#include "model/flow.h"
#include "model/flow_json.h"
#include "model/labels.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

std::string_view text_of(store::TriggerKind kind) {
  constexpr std::string_view names[] = {"SCHEDULE", "POLLING", "REALTIME"};
  return names[static_cast<size_t>(kind)];
}

json::Backfill shown_backfill(const store::Backfill& backfill) {
  json::Backfill shown{.start = backfill.start,
                       .end = backfill.end,
                       .current_date = backfill.current,
                       .paused = backfill.paused,
                       .inputs = {},
                       .labels = {},
                       .previous_next_execution_date = backfill.previous_next};
  if (!backfill.inputs.is_null()) shown.inputs = backfill.inputs;
  if (backfill.labels.empty()) return shown;
  shown.labels.emplace();
  for (const model::Label& label : backfill.labels) shown.labels->push_back({label.key, label.value});
  return shown;
}

}  // namespace

json::TriggerState trigger_state(const store::TriggerRow& row) {
  json::TriggerState state;
  state.tenant_id = row.flow->tenant;
  state.namespace_ = row.flow->namespace_;
  state.flow_id = row.flow->id;
  state.trigger_id = row.trigger_id;
  state.kind = text_of(row.kind);
  // The state of an older version does not tell when it was created.
  state.date = row.evaluated.value_or(row.created.value_or(row.updated));
  state.evaluated_at = row.evaluated;
  if (!row.disabled) state.next_execution_date = row.next;  // TRIG-241
  state.next_evaluation_date = row.next;
  state.updated_date = state.updated_at = row.updated;
  if (!row.execution_id.is_none()) state.execution_id = row.execution_id.to_text();
  state.last_triggered_date = row.last_triggered;
  state.evaluate_running_date = row.evaluating_since;
  state.locked = row.is_locked();
  if (!row.worker_id.empty()) state.worker_id = row.worker_id;
  state.disabled = row.disabled;
  if (!row.stop_after.empty()) {
    state.stop_after.emplace();
    for (const model::State stop : row.stop_after) state.stop_after->emplace_back(model::to_text(stop));
  }
  if (row.backfill) state.backfill = shown_backfill(*row.backfill);
  return state;
}

json::TriggerWithState trigger_with_definition(const store::TriggerRow& row, const executor::LoadedFlow* flow,
                                               const plugin::Registry& registry) {
  const model::TriggerSpec* spec =
      flow == nullptr || flow->compiled == nullptr ? nullptr : flow->compiled->flow().find_trigger(row.trigger_id);
  const base::Value definition = spec == nullptr ? base::Value() : model::trigger_to_value(*spec, registry);
  const json::TriggerState state = trigger_state(row);
  return {definition, state, definition, state};
}

base::Result<engine::trigger::CreateBackfill> backfill_of(json::BackfillToCreate body) {
  engine::trigger::CreateBackfill backfill;
  backfill.start = body.start;
  backfill.end = body.end;
  if (body.inputs) backfill.inputs = std::move(body.inputs->value);
  if (body.labels.is_null()) return backfill;
  auto labels = engine::labels_of_value(body.labels);
  if (!labels) return base::fail(bad_argument, "backfill.labels: " + labels.error().message());
  GYR_CHECK(model::check_caller_labels(*labels));
  backfill.labels = *std::move(labels);
  return backfill;
}

}  // namespace gyr::web
