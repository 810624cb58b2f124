// Evaluations of triggers between partitions and workers.
#include "dispatch/worker_hub.h"

namespace gyr::executor {

namespace {

/// The only evaluation with the id of its future execution.
protocol::AttemptKey evaluation_key(base::Id evaluation) { return {evaluation, {}, 0, 0}; }

constexpr uint64_t evaluation_bytes = 1'024;  // besides its context

}  // namespace

void WorkerHub::evaluate(const WorkOrigin& origin, const std::string& trigger_id,
                         engine::trigger::Evaluation evaluation) {
  protocol::TriggerJob frame;
  frame.key = evaluation_key(evaluation.id);
  frame.flow = *origin.flow;
  frame.revision = origin.revision;
  frame.trigger_id = trigger_id;
  frame.listens = evaluation.listens;
  frame.context = std::move(evaluation.context);
  const uint64_t bytes = evaluation_bytes + std::min<uint64_t>(frame.context.weight(), protocol::max_frame);
  const WorkKey key{frame.key, 0};
  enqueue({key, origin, std::move(frame), bytes});
}

void WorkerHub::end_evaluation(const WorkOrigin& origin) { kill({evaluation_key(origin.execution), 0}, *origin.flow); }

std::optional<std::pair<std::shared_ptr<const model::FlowKey>, std::string>> WorkerHub::trigger_of(
    const protocol::AttemptKey& job, const std::string& worker_id) const {
  std::lock_guard lock(mutex_);
  const auto found = outstanding_.find({job, 0});
  if (found == outstanding_.end() || found->second.worker != worker_id || found->second.trigger_id.empty())
    return std::nullopt;
  return std::pair(found->second.origin.flow, found->second.trigger_id);
}

void WorkerHub::tell_trigger(const model::FlowKey& flow, TriggerReport report) {
  (void)services_.reports.trigger_event(flow, std::move(report));  // only events of listeners are refused
}

void WorkerHub::finish_evaluation(protocol::TriggerResult result) {
  auto work = finished({result.key, 0});
  if (!work || work->trigger_id.empty()) return;  // given to another worker in the meantime: stale
  end_work({result.key, 0}, *work, [&](const Outstanding& ended) {
    engine::trigger::Evaluated event;
    event.evaluation = result.key.execution_id;
    if (result.outcome == protocol::TriggerResult::Outcome::found) event.variables = std::move(result.variables);
    if (result.outcome == protocol::TriggerResult::Outcome::failed)
      event.error = result.error.empty() ? "no reason was given" : std::move(result.error);
    event.log_file = std::move(result.log_file);
    event.was_listening = result.was_listening;
    tell_trigger(*ended.origin.flow, {ended.trigger_id, std::move(event), result.key.execution_id});
  });
}

void WorkerHub::receive_event(const std::string& worker_id, protocol::TriggerEvent event) {
  const base::Id listener = event.key.execution_id;
  if (auto trigger = trigger_of(event.key, worker_id)) {
    const auto refused = services_.reports.trigger_event(
        *trigger->first, {std::move(trigger->second), engine::trigger::EventHeard{listener, std::move(event.variables)},
                          listener, event.number});
    if (refused) event_stored({std::move(trigger->first), 0, listener}, event.number, refused->message());
    return;
  }
  std::lock_guard lock(mutex_);
  const auto worker = workers_.find(worker_id);
  if (worker != workers_.end())
    (void)worker->second.link->send(
        protocol::EventStored{event.key, event.number, "the listener does not belong to this worker"});
}

void WorkerHub::event_stored(const WorkOrigin& listener, uint64_t number, const std::string& problem) {
  const protocol::AttemptKey key = evaluation_key(listener.execution);
  std::lock_guard lock(mutex_);
  const auto found = outstanding_.find({key, 0});
  if (found == outstanding_.end()) return;  // it has ended; the waiting caller has the answer
  const auto worker = workers_.find(found->second.worker);
  if (worker != workers_.end()) (void)worker->second.link->send(protocol::EventStored{key, number, problem});
}

}  // namespace gyr::executor
