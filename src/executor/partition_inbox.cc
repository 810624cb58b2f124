// Messages from other executions: children to start, children that ended, kills that cascade (TASK-51 to TASK-53,
// EXEC-81).
#include <fmt/format.h>

#include "base/log.h"
#include "base/probe.h"
#include "engine/item_end.h"
#include "executor/errors.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"
#include "model/flow.h"
#include "model/input_resolution.h"
#include "model/labels.h"
#include "storage/storage.h"

namespace gyr::executor {

void Partition::refuse_child(const StartChildMessage& start, std::string message) {
  send(std::make_shared<const model::FlowKey>(start.caller_flow), start.caller_execution,
       ChildStartedMessage{start.caller_task_run, start.child, false, std::move(message)});
}

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence, const StartChildMessage& start) {
  if (starting_children_.contains(start.child)) {
    GYR_PROBE("a child is asked for again while its inputs are resolved");
    return;  // the row stays until then
  }
  auto existing = load(start.child);
  if (!existing) return failed_to_read(existing.error(), start.child);
  if (*existing != nullptr) {
    GYR_PROBE("a child is asked for again although it exists");
    return applied(message, sequence);
  }
  auto flow = services_.flows.get(*reader_, start.flow, start.revision);
  if (!flow) return failed_to_read(flow.error(), start.child);
  const LoadedFlowPtr& loaded = *flow;
  if (loaded == nullptr || (loaded->deleted && start.revision == 0)) {
    GYR_PROBE("a child is refused because its flow does not exist");
    refuse_child(start, fmt::format("Unable to find flow '{}'.'{}' with revision '{}'", start.flow.namespace_,
                                    start.flow.id, start.revision));
  } else if (loaded->disabled) {
    refuse_child(start, "Cannot execute a flow which is disabled");
  } else if (loaded->compiled == nullptr) {
    refuse_child(start, "Cannot execute an invalid flow: " + loaded->exception);
  } else if (loaded->compiled->flow().inputs.empty()) {
    create_child(start, loaded, base::Value::empty_map());
  } else {
    // Resolving may ask the host; the message stays in the inbox until its execution is created.
    starting_children_.insert(start.child);
    InputRequest request{loaded->compiled, start.child, start.inputs, start.labels};
    services_.inputs.resolve(std::move(request), [this, message, sequence, start](base::Result<base::Value> inputs) {
      push(InputsResolved{message, sequence, start, std::move(inputs)});
    });
    return;
  }
  applied(message, sequence);
}

void Partition::process(InputsResolved& message) {
  if (starting_children_.erase(message.start.child) == 0) {
    GYR_PROBE("the inputs of a child come after it was rolled back");
    return;  // the row starts it anew
  }
  auto flow = services_.flows.get(*reader_, message.start.flow, message.start.revision);
  if (!flow) {
    starting_children_.insert(message.start.child);
    return failed_to_read(flow.error(), message.start.child);
  }
  if (*flow == nullptr || (*flow)->compiled == nullptr) {
    refuse_child(message.start, "The flow does not exist any more");
  } else if (!message.inputs) {
    refuse_child(message.start, message.inputs.error().message());
  } else {
    create_child(message.start, *flow, *message.inputs);
  }
  applied(message.origin, message.sequence);
  auto kills = early_kills_.extract(message.start.child);
  if (kills.empty()) return;
  GYR_PROBE("a kill that came before its child was born is applied");
  for (auto& kill : kills.mapped()) waiting_.push_front(std::move(kill));
}

void Partition::create_child(const StartChildMessage& start, const LoadedFlowPtr& flow, base::Value inputs) {
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
    send(std::make_shared<const model::FlowKey>(start.caller_flow), start.caller_execution,
         ChildStartedMessage{start.caller_task_run, start.child, true, {}, std::move(undeclared)});
  }
  create(flow, std::move(execution), false, start.depth);
}

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence, const ChildStartedMessage& started) {
  auto live = load(message.target);
  if (!live) return failed_to_read(live.error(), message.target);
  if (*live != nullptr && (*live)->quarantined) return;  // the row stays, and is read when it is released
  if (*live != nullptr) {
    step(**live,
         engine::ChildStarted{started.caller_task_run, started.child, started.ok, started.error, started.undeclared});
  }
  applied(message, sequence);
}

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence, const ChildEndedMessage& ended) {
  if (auto storing = storing_outputs_.find(ended.child); storing != storing_outputs_.end()) {
    if (storing->second.message != message.id) {
      GYR_PROBE("an item tells more while its outputs are stored");
      storing->second.behind.push_back({message, sequence});
    }
    return;  // the row stays until its outputs are stored
  }
  auto live = load(message.target);
  if (!live) return failed_to_read(live.error(), message.target);
  if (*live != nullptr && (*live)->quarantined) return;  // the row stays, and is read when it is released
  if (*live != nullptr) {
    if (store_outputs(message, sequence, ended, *(*live)->state)) return;
    step(
        **live,
        engine::ChildEnded{
            ended.caller_task_run, ended.child, ended.state, ended.outputs, ended.revision, {}, ended.outputs_problem});
  }
  applied(message, sequence);
}

bool Partition::store_outputs(const store::InboxMessage& message, int64_t sequence, const ChildEndedMessage& ended,
                              const engine::ExecutionState& state) {
  if (services_.host == nullptr) return false;
  auto item =
      engine::item_to_store(state, {ended.caller_task_run, ended.child, ended.state, ended.outputs, ended.revision});
  if (!item) return false;
  const model::FlowKey& key = *state.flow().key();
  std::string path = storage::task_run_path(key.namespace_, key.id, message.target, item->task_id,
                                            ended.caller_task_run, fmt::format("{}/outputs.ion", item->batch));
  storing_outputs_[ended.child].message = message.id;
  services_.host->store_ion(key.tenant, std::move(path), ended.outputs,
                            [this, message, sequence, ended](base::Result<void> stored) {
                              push(OutputsStored{message, sequence, ended, std::move(stored)});
                            });
  return true;
}

void Partition::process(OutputsStored& message) {
  const ChildEndedMessage& ended = message.ended;
  if (!storing_outputs_.contains(ended.child)) {
    GYR_PROBE("the outputs of an item are stored after its end was rolled back");
    return;  // the row starts it anew
  }
  auto live = load(message.origin.target);
  if (!live) return failed_to_read(live.error(), message.origin.target);
  auto storing = storing_outputs_.extract(ended.child);
  if (*live != nullptr && (*live)->quarantined) return;  // the rows stay, and are read when it is released
  if (*live != nullptr) {
    engine::ChildEnded event{ended.caller_task_run, ended.child, ended.state, ended.outputs, ended.revision};
    if (!message.stored) {
      GYR_PROBE("the outputs of an item cannot be stored");
      event.state = model::State::failed;
      event.problem = fmt::format("Cannot store the outputs of execution {}: {}", ended.child.to_text(),
                                  message.stored.error().message());
    }
    step(**live, std::move(event));
  }
  applied(message.origin, message.sequence);
  std::vector<InboxHint>& behind = storing.mapped().behind;
  for (auto it = behind.rbegin(); it != behind.rend(); ++it) waiting_.push_front(std::move(*it));
}

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence, const RestartMessage& restart) {
  auto live = load(message.target);
  if (!live) return failed_to_read(live.error(), message.target);
  if (*live != nullptr && (*live)->quarantined) return;  // the row stays, and is read when it is released
  auto caller = std::make_shared<const model::FlowKey>(restart.caller_flow);
  auto refuse = [&] {
    send(caller, restart.caller_execution, ChildNotRestartedMessage{restart.caller_task_run, message.target});
  };
  if (*live == nullptr) {
    refuse();
  } else {
    LiveExecution& child = **live;
    const model::Execution& execution = child.state->execution();
    const model::State state = execution.state.current();
    if (!restart_problem(child)) {
      step(child, engine::RestartRequested{});
    } else if (model::is_terminated(state) && state != model::State::failed) {
      // Somebody restarted it alone meanwhile, or killed it: that end counts.
      GYR_PROBE("a child to be restarted has another end meanwhile");
      send(caller, restart.caller_execution,
           ChildEndedMessage{restart.caller_task_run, execution.id, state, execution.outputs, execution.revision});
    } else if (model::is_terminated(state)) {
      refuse();
    }  // else it runs again already, and tells its end
  }
  applied(message, sequence);
}

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence,
                            const ChildNotRestartedMessage& not_restarted) {
  auto live = load(message.target);
  if (!live) return failed_to_read(live.error(), message.target);
  if (*live != nullptr && (*live)->quarantined) return;  // the row stays, and is read when it is released
  if (*live != nullptr) {
    step(**live, engine::ChildNotRestarted{not_restarted.caller_task_run, not_restarted.child});
  }
  applied(message, sequence);
}

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence, const KillMessage& kill) {
  if (starting_children_.contains(message.target)) {
    GYR_PROBE("a kill comes before its child is born");
    early_kills_[message.target].push_back({message, sequence});  // kept until it is
    return;
  }
  auto live = load(message.target);
  if (!live) return failed_to_read(live.error(), message.target);
  if (*live != nullptr) {
    if ((*live)->quarantined) end_quarantine(**live);  // a kill ends it, too
    if (model::is_terminated((*live)->state->execution().state.current()))
      GYR_PROBE("a kill comes after the end of its child");
    step(**live, engine::KillRequested{kill.cascade});
  }
  applied(message, sequence);
}

}  // namespace gyr::executor
