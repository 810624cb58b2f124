#include "executor/part/children.h"

#include <fmt/format.h>

#include "base/probe.h"
#include "engine/item_end.h"
#include "executor/message/message.h"
#include "executor/turn.h"
#include "model/flow.h"
#include "model/input_resolution.h"
#include "model/labels.h"
#include "storage/storage.h"

namespace gyr::executor {

void Children::forget() {
  starting_.clear();
  early_kills_.clear();
  storing_.clear();
}

std::vector<InboxHint> Children::take_early_kills(base::Id child) {
  auto kills = early_kills_.extract(child);
  return kills.empty() ? std::vector<InboxHint>() : std::move(kills.mapped());
}

void Children::refuse(const StartChildMessage& start, std::string message) {
  turn_.send(std::make_shared<const model::FlowKey>(start.caller_flow), start.caller_execution,
             ChildStartedMessage{start.caller_task_run, start.child, false, std::move(message)});
}

void Children::create(const StartChildMessage& start, const LoadedFlowPtr& flow, base::Value inputs) {
  const model::Flow& definition = flow->compiled->flow();
  // Labels the child defines itself win over inherited ones; those of the task win over both.
  std::vector<model::Label> inherited;
  for (const model::Label& label : start.parent_labels) {
    if (model::is_system_label(label.key) || model::find_label(definition.labels, label.key) == nullptr)
      inherited.push_back(label);
  }
  model::put_labels(inherited, start.labels);
  model::Execution execution;
  execution.id = start.child;
  execution.flow = flow->key;
  execution.revision = flow->revision;
  execution.inputs = std::move(inputs);
  execution.labels = model::execution_labels(definition.labels, inherited, {}, start.child.to_text());
  execution.trigger = start.trigger;
  execution.schedule_date = start.schedule_date;
  execution.caller_execution = start.caller_execution;
  execution.caller_task_run = start.caller_task_run;
  // Sent first: a child of pure tasks ends as it is created, and its caller has to hear of the beginning before.
  auto undeclared = model::undeclared_inputs(definition.inputs, start.inputs);
  if (!start.wait || !undeclared.empty()) {
    turn_.send(std::make_shared<const model::FlowKey>(start.caller_flow), start.caller_execution,
               ChildStartedMessage{start.caller_task_run, start.child, true, {}, std::move(undeclared)});
  }
  turn_.create(flow, std::move(execution), false, start.depth);
}

void Children::keep_behind(base::Id ended, InboxHint hint) {
  Storing& storing = storing_[ended];
  if (storing.message == hint.message.id) return;
  GYR_PROBE("an item tells more while its outputs are stored");
  storing.behind.push_back(std::move(hint));
}

std::vector<InboxHint> Children::end_storing(base::Id ended) {
  auto storing = storing_.extract(ended);
  return storing.empty() ? std::vector<InboxHint>() : std::move(storing.mapped().behind);
}

bool Children::store_outputs(const InboxHint& hint, const ChildEndedMessage& ended,
                             const engine::ExecutionState& state) {
  if (turn_.services.host == nullptr) return false;
  auto item =
      engine::item_to_store(state, {ended.caller_task_run, ended.child, ended.state, ended.outputs, ended.revision});
  if (!item) return false;
  const model::FlowKey& key = *state.flow().key();
  std::string path = storage::task_run_path(key.namespace_, key.id, hint.message.target, item->task_id,
                                            ended.caller_task_run, fmt::format("{}/outputs.ion", item->batch));
  begin_storing(ended.child, hint.message.id);
  turn_.services.host->store_ion(key.tenant, std::move(path), ended.outputs,
                                 [queue = &turn_.queue, hint, ended](base::Result<void> stored) {
                                   queue->push(OutputsStored{hint, ended, std::move(stored)});
                                 });
  return true;
}

}  // namespace gyr::executor
