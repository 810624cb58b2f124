#include "dispatch/worker_hub.h"

#include <fmt/format.h>

#include "base/edge.h"
#include "base/log.h"
#include "base/probe.h"
#include "protocol/log_weight.h"

namespace gyr::executor {
namespace {

protocol::AttemptKey key_of(const WorkOrigin& origin, const engine::AttemptRef& attempt) {
  return {origin.execution, attempt.task_run, attempt.attempt, attempt.epoch};
}

engine::AttemptRef ref_of(const protocol::AttemptKey& key) { return {key.task_run_id, key.attempt, key.epoch}; }

/// The approximate size of a piece of work in the queue without its context: frame, origin, table entries.
constexpr uint64_t work_overhead_bytes = 1'024;

std::string text_of(const base::Error& error) { return fmt::format("{} [{}]", error.message(), error.code().text); }

std::string too_large_for_a_worker() {
  return fmt::format(
      "the inputs, outputs and variables used by the expressions of the task are larger than {} bytes and cannot be "
      "sent to a worker; keep large values in files, and use only the needed values in expressions [{}]",
      protocol::max_frame, protocol::frame_too_large.text);
}

/// A full disk usually stays full for a while; the writer needs a delay between attempts.
constexpr std::chrono::milliseconds log_retry_pause{500};

}  // namespace

WorkerHub::WorkerHub(HubServices services) : services_(services) {}

void WorkerHub::connect(const std::string& worker_id, protocol::Link& link, uint32_t capacity) {
  std::unique_lock lock(mutex_);
  workers_[worker_id] = {.link = &link, .capacity = capacity, .connection = ++connections_};
  auto refused = pump();
  lock.unlock();
  refuse(std::move(refused));
}

void WorkerHub::disconnect(const std::string& worker_id) {
  std::vector<std::pair<WorkKey, Outstanding>> lost;
  {
    std::lock_guard lock(mutex_);
    workers_.erase(worker_id);
    for (auto it = outstanding_.begin(); it != outstanding_.end();) {
      if (it->second.worker == worker_id) {
        lost.emplace_back(it->first, std::move(it->second));
        it = outstanding_.erase(it);
      } else {
        ++it;
      }
    }
  }
  for (auto& [key, work] : lost) {
    if (!work.trigger_id.empty()) {
      GYR_PROBE("a worker is lost with the evaluation of a trigger");
      const base::Id evaluation = key.attempt.execution_id;
      tell_trigger(*work.origin.flow,
                   {std::move(work.trigger_id), engine::trigger::EvaluationLost{evaluation, {}}, evaluation});
    } else if (key.request == 0) {
      GYR_PROBE("a worker is lost with a job");
      services_.reports.worker_event(*work.origin.flow, work.origin.execution, engine::WorkerLost{ref_of(key.attempt)},
                                     std::nullopt);
    } else {
      GYR_PROBE("a worker is lost with a rendering");
      enqueue({key, std::move(work.origin), *std::move(work.rendering), work.bytes});
    }
  }
}

void WorkerHub::dispatch(const WorkOrigin& origin, engine::Dispatch job) {
  protocol::Job frame;
  frame.key = key_of(origin, job.attempt);
  frame.flow = *origin.flow;
  frame.revision = origin.revision;
  frame.task_id = std::move(job.task_id);
  frame.context = std::move(job.context);
  frame.value = std::move(job.value);
  frame.log_sequence = job.log_sequence;
  frame.values = std::move(job.values);
  frame.resumed_attempt = job.resumed_attempt;
  frame.templates = origin.templates;
  uint64_t bytes = work_overhead_bytes + std::min<uint64_t>(frame.context.weight(), protocol::max_frame);
  enqueue({{frame.key, 0}, origin, std::move(frame), bytes});
}

void WorkerHub::render(const WorkOrigin& origin, engine::RenderRequest request) {
  protocol::RenderJob frame;
  frame.key = {origin.execution, request.task_run, 0, 0};
  frame.flow = *origin.flow;
  frame.revision = origin.revision;
  frame.task_id = std::move(request.task_id);
  frame.request = request.request;
  frame.source = std::move(request.source);
  frame.typed = request.typed;
  frame.context = std::move(request.context);
  uint64_t bytes = work_overhead_bytes + std::min<uint64_t>(frame.context.weight(), protocol::max_frame);
  enqueue({{frame.key, request.request}, origin, std::move(frame), bytes});
}

void WorkerHub::enqueue(Work work) {
  std::unique_lock lock(mutex_);
  if (outstanding_.contains(work.key)) return;  // the same attempt and epoch is already on a worker
  if (is_ignored(work)) {
    GYR_PROBE("a job is held back");
    ignored_.push_back(std::move(work));
    return;
  }
  put_into_queue(std::move(work));
  auto refused = pump();
  lock.unlock();
  refuse(std::move(refused));
}

void WorkerHub::put_into_queue(Work work) {
  FlowQueue& queue = queues_[*work.origin.flow];
  if (queue.work.empty()) turns_.push_back(*work.origin.flow);
  queued_ += 1;
  services_.queued_work.add(work.bytes);
  queue.work.push_back(std::move(work));
}

void WorkerHub::leave_queue(const Work& work) {
  queued_ -= 1;
  services_.queued_work.remove(work.bytes);
}

void WorkerHub::refuse(std::vector<Refused> refused) {
  for (auto& [work, message] : refused) {
    const auto* evaluation = std::get_if<protocol::TriggerJob>(&work.frame);
    fail(work.key, work.origin, evaluation == nullptr ? std::string() : evaluation->trigger_id, std::move(message));
  }
}

void WorkerHub::fail(const WorkKey& key, const WorkOrigin& origin, const std::string& trigger_id, std::string message) {
  if (!trigger_id.empty()) {
    engine::trigger::Evaluated failed{
        .evaluation = origin.execution, .variables = {}, .error = std::move(message), .log_file = {}};
    tell_trigger(*origin.flow, {trigger_id, std::move(failed), origin.execution});
  } else if (key.request == 0) {
    engine::WorkerFinished failed;
    failed.attempt = ref_of(key.attempt);
    failed.state = model::State::failed;
    failed.at = services_.clock.now();
    failed.error = std::move(message);
    services_.reports.worker_event(*origin.flow, origin.execution, std::move(failed), std::nullopt);
  } else {
    services_.reports.worker_event(
        *origin.flow, origin.execution,
        engine::Rendered{key.attempt.task_run_id, key.request, false, {}, std::move(message)}, std::nullopt);
  }
}

WorkerHub::ConnectedWorker* WorkerHub::free_worker(std::string& id) {
  ConnectedWorker* best = nullptr;
  for (auto& [name, worker] : workers_) {
    if (worker.running >= worker.capacity) continue;
    if (best == nullptr || worker.capacity - worker.running > best->capacity - best->running) {
      best = &worker;
      id = name;
    }
  }
  return best;
}

std::vector<WorkerHub::Refused> WorkerHub::pump() {
  std::vector<Refused> refused;
  if (operator_holds_->maintenance()) return refused;
  while (!turns_.empty()) {
    std::string id;
    ConnectedWorker* worker = free_worker(id);
    if (worker == nullptr) break;
    model::FlowKey flow = std::move(turns_.front());
    turns_.pop_front();
    auto queue = queues_.find(flow);
    Work work = std::move(queue->second.work.front());
    queue->second.work.pop_front();
    leave_queue(work);
    if (queue->second.work.empty()) {
      queues_.erase(queue);
    } else {
      turns_.push_back(std::move(flow));
    }
    protocol::Sent sent = protocol::Sent::closed;
    try {
      sent = worker->link->send(work.frame);
    } catch (...) {
      refused.push_back({std::move(work), text_of(base::caught_at(base::Edge::attempt, "sending a job to a worker"))});
      continue;
    }
    if (sent == protocol::Sent::yes) {
      auto* rendering = std::get_if<protocol::RenderJob>(&work.frame);
      auto* trigger = std::get_if<protocol::TriggerJob>(&work.frame);
      Outstanding given{std::move(work.origin), id,
                        rendering != nullptr ? std::optional(std::move(*rendering)) : std::nullopt, work.bytes};
      if (trigger != nullptr) {
        given.trigger_id = std::move(trigger->trigger_id);
        given.takes_room = !trigger->listens;
      }
      if (given.takes_room) worker->running += 1;
      outstanding_.insert_or_assign(work.key, std::move(given));
    } else if (sent == protocol::Sent::too_large) {
      refused.push_back({std::move(work), too_large_for_a_worker()});
    } else {
      // The worker is shutting down and will disconnect. The work waits for another worker.
      GYR_PROBE("a job is taken back because its worker is going");
      worker->capacity = 0;
      FlowQueue& again = queues_[*work.origin.flow];
      if (again.work.empty()) turns_.push_front(*work.origin.flow);
      queued_ += 1;
      services_.queued_work.add(work.bytes);
      again.work.push_front(std::move(work));
    }
  }
  return refused;
}

std::optional<WorkerHub::Outstanding> WorkerHub::finished(const WorkKey& key) {
  std::unique_lock lock(mutex_);
  auto found = outstanding_.find(key);
  if (found == outstanding_.end()) return std::nullopt;
  Outstanding work = std::move(found->second);
  outstanding_.erase(found);
  auto worker = workers_.find(work.worker);
  if (worker != workers_.end() && worker->second.running > 0 && work.takes_room) worker->second.running -= 1;
  auto refused = pump();
  lock.unlock();
  refuse(std::move(refused));
  return work;
}

void WorkerHub::kill(const WorkOrigin& origin, engine::AttemptRef attempt) {
  kill({key_of(origin, attempt), 0}, *origin.flow);
}

void WorkerHub::kill(const WorkKey& key, const model::FlowKey& flow) {
  std::lock_guard lock(mutex_);
  auto running = outstanding_.find(key);
  if (running != outstanding_.end()) {
    auto worker = workers_.find(running->second.worker);
    if (worker != workers_.end()) (void)worker->second.link->send(protocol::Kill{key.attempt});
    return;
  }
  // Not dispatched yet: it is dropped, because the engine has already ended the run.
  GYR_PROBE("a job is killed before a worker has it");
  std::erase_if(ignored_, [&key](const Work& work) { return work.key == key; });
  auto queue = queues_.find(flow);
  if (queue == queues_.end()) return;
  std::erase_if(queue->second.work, [this, &key](const Work& work) {
    if (work.key != key) return false;
    leave_queue(work);
    return true;
  });
  if (queue->second.work.empty()) {
    std::erase(turns_, flow);
    queues_.erase(queue);
  }
}

void WorkerHub::acknowledge(const WorkOrigin& origin, engine::AttemptRef attempt) {
  std::lock_guard lock(mutex_);
  // Every worker that has the result drops it; the others ignore the message.
  for (auto& [id, worker] : workers_) (void)worker.link->send(protocol::Acknowledge{key_of(origin, attempt)});
}

std::optional<WorkOrigin> WorkerHub::origin_of(const protocol::AttemptKey& job, const std::string& worker_id) const {
  std::lock_guard lock(mutex_);
  auto found = outstanding_.find({job, 0});
  if (found == outstanding_.end() || found->second.worker != worker_id) return std::nullopt;
  return found->second.origin;
}

void WorkerHub::child_reported(const std::string& worker_id, protocol::ChildReport report) {
  auto origin = origin_of(report.job, worker_id);
  if (!origin) {
    GYR_PROBE("a report about a directory's task is stale");
    return;  // given to another worker in the meantime
  }
  engine::ChildReported event;
  event.directory = ref_of(report.job);
  event.task_run = report.task_run;
  event.task_id = std::move(report.task_id);
  event.attempt = report.attempt;
  event.kind = static_cast<engine::ChildReported::Kind>(report.kind);
  event.state = report.state;
  event.outputs = std::move(report.outputs);
  event.at = report.at;
  event.log_sequence = report.log_sequence;
  event.log_file = std::move(report.log_file);
  event.worker_id = worker_id;
  event.metrics = std::move(report.metrics);
  for (auto& metric : event.metrics) metric.flow = origin->flow;
  services_.reports.worker_event(*origin->flow, origin->execution, std::move(event), std::nullopt);
}

void WorkerHub::receive(const std::string& worker_id, protocol::Frame frame) {
  try {
    take(worker_id, frame);
  } catch (...) {
    give_up(worker_id, frame, base::caught_at(base::Edge::attempt, "taking a frame of a worker"));
  }
}

void WorkerHub::give_up(const std::string& worker_id, const protocol::Frame& frame, const base::Error& error) {
  const auto end = [&](const WorkKey& key) {
    if (auto work = finished(key)) fail(key, work->origin, work->trigger_id, text_of(error));
  };
  const auto send = [&](const protocol::Frame& answer) {
    std::lock_guard lock(mutex_);
    auto worker = workers_.find(worker_id);
    if (worker != workers_.end()) (void)worker->second.link->send(answer);
  };
  if (const auto* result = std::get_if<protocol::Result>(&frame)) {
    send(protocol::Acknowledge{result->key});  // the worker need not keep it
    end({result->key, 0});
  } else if (const auto* child = std::get_if<protocol::ChildReport>(&frame)) {
    send(protocol::Kill{child->job});
    end({child->job, 0});
  } else if (const auto* evaluated = std::get_if<protocol::TriggerResult>(&frame)) {
    end({evaluated->key, 0});
  } else if (const auto* rendered = std::get_if<protocol::RenderResult>(&frame)) {
    end({rendered->key, rendered->request});
  } else if (const auto* event = std::get_if<protocol::TriggerEvent>(&frame)) {
    send(protocol::EventStored{event->key, event->number, error.message()});
  } else if (const auto* call = std::get_if<protocol::HostCall>(&frame)) {
    protocol::HostReply reply;
    reply.call = call->call;
    reply.value = base::Value::string(error.message());
    send(reply);
  }
}

void WorkerHub::end_work(const WorkKey& key, const Outstanding& work,
                         const std::function<void(const Outstanding&)>& tell) {
  try {
    tell(work);
  } catch (...) {
    fail(key, work.origin, work.trigger_id,
         text_of(base::caught_at(base::Edge::attempt, "passing on a result of a worker")));
  }
}

void WorkerHub::take(const std::string& worker_id, protocol::Frame& frame) {
  if (auto* started = std::get_if<protocol::Started>(&frame)) {
    const base::Id id = started->key.execution_id;
    if (auto trigger = trigger_of(started->key, worker_id)) {
      tell_trigger(*trigger->first,
                   {std::move(trigger->second), engine::trigger::EvaluationStarted{id, worker_id}, id});
    } else if (auto origin = origin_of(started->key, worker_id)) {
      services_.reports.worker_event(*origin->flow, origin->execution,
                                     engine::WorkerStarted{ref_of(started->key), worker_id, started->at}, std::nullopt);
    }
  } else if (auto* result = std::get_if<protocol::Result>(&frame)) {
    receive_report(worker_id, std::move(*result));
  } else if (auto* report = std::get_if<protocol::ChildReport>(&frame)) {
    receive_report(worker_id, std::move(*report));
  } else if (auto* evaluated = std::get_if<protocol::TriggerResult>(&frame)) {
    receive_report(worker_id, std::move(*evaluated));
  } else if (auto* event = std::get_if<protocol::TriggerEvent>(&frame)) {
    receive_event(worker_id, std::move(*event));
  } else if (auto* rendered = std::get_if<protocol::RenderResult>(&frame)) {
    const WorkKey key{rendered->key, rendered->request};
    auto work = finished(key);
    if (!work) return;
    end_work(key, *work, [&](const Outstanding& ended) {
      services_.reports.worker_event(*ended.origin.flow, ended.origin.execution,
                                     engine::Rendered{rendered->key.task_run_id, rendered->request, rendered->ok,
                                                      std::move(rendered->value), std::move(rendered->error)},
                                     std::nullopt);
    });
  } else if (auto* chunk = std::get_if<protocol::LogChunk>(&frame)) {
    receive_logs(worker_id, std::move(chunk->entries));
  } else if (auto* call = std::get_if<protocol::HostCall>(&frame)) {
    answer(worker_id, std::move(*call));
  }
}

// A result is recorded only when the log lines before it are stored: those of a commit that failed are kept in memory
// alone, and a crash would lose lines of a task run that never runs again (principle: log lines).
void WorkerHub::receive_report(const std::string& worker_id, Report report) {
  {
    std::lock_guard lock(mutex_);
    auto worker = workers_.find(worker_id);
    if (worker != workers_.end() && worker->second.holds_reports()) {
      GYR_PROBE("a result waits for its log lines");
      const auto& unstored = worker->second.unstored;
      worker->second.reports.push_back({std::move(report), unstored.empty() ? 0 : *unstored.rbegin()});
      return;
    }
  }
  apply_report(worker_id, std::move(report));
}

void WorkerHub::apply_report(const std::string& worker_id, Report report) {
  if (auto* child = std::get_if<protocol::ChildReport>(&report)) {
    child_reported(worker_id, std::move(*child));
  } else if (auto* evaluated = std::get_if<protocol::TriggerResult>(&report)) {
    finish_evaluation(std::move(*evaluated));
  } else {
    finish_attempt(std::move(std::get<protocol::Result>(report)));
  }
}

void WorkerHub::finish_attempt(protocol::Result result) {
  auto work = finished({result.key, 0});
  if (!work) {
    GYR_PROBE("a result is stale at the hub");
    return;  // given to another worker in the meantime
  }
  end_work({result.key, 0}, *work, [&](const Outstanding& ended) {
    engine::WorkerFinished event{ref_of(result.key),        result.state,
                                 std::move(result.outputs), result.at,
                                 result.log_sequence,       std::move(result.log_file),
                                 std::move(result.metrics), {}};
    for (auto& metric : event.metrics) metric.flow = ended.origin.flow;
    services_.reports.worker_event(*ended.origin.flow, ended.origin.execution, std::move(event), ref_of(result.key));
  });
}

void WorkerHub::receive_logs(const std::string& worker_id, std::vector<model::LogEntry> entries) {
  auto batch = std::make_shared<LogBatch>();
  batch->worker = worker_id;
  batch->entries = std::move(entries);
  for (const auto& entry : batch->entries) batch->bytes += protocol::weight_of(entry);
  {
    std::lock_guard lock(mutex_);
    batch->number = ++chunks_;
    auto worker = workers_.find(worker_id);
    if (worker != workers_.end()) worker->second.unstored.insert(batch->number);
  }
  try {
    store_logs(batch);
  } catch (...) {
    (void)base::caught_at(base::Edge::attempt, "storing log lines of a worker");
    keep_logs(std::move(batch));
  }
}

void WorkerHub::store_logs(std::shared_ptr<LogBatch> batch) {
  store::Batch rows;
  rows.logs = batch->entries;  // a copy: they are stored again if this fails
  services_.store.commit(std::move(rows), [this, batch = std::move(batch)](base::Result<void> outcome) mutable {
    if (outcome) return logs_stored(*batch);
    // The store is closing, and so is the program: unstored lines belong to attempts that will run again.
    if (outcome.error().code() == store::store_closed || outcome.error().code() == store::store_unknown) return;
    GYR_PROBE("log lines of a failed commit are kept");
    base::log::warn("cannot store log lines, they are kept for the next commit: {}", outcome.error().message());
    keep_logs(std::move(batch));
  });
}

void WorkerHub::logs_stored(const LogBatch& batch) {
  base::Id last;
  for (const auto& entry : batch.entries) {
    if (std::exchange(last, entry.execution_id) == entry.execution_id) continue;
    services_.changes.publish({.execution = entry.execution_id, .logs_only = true});
  }
  std::unique_lock lock(mutex_);
  auto found = workers_.find(batch.worker);
  if (found == workers_.end()) return;
  (void)found->second.link->send(protocol::LogStored{batch.bytes});
  found->second.unstored.erase(batch.number);
  // another thread is already doing it and will see this report
  if (std::exchange(found->second.releasing, true)) return;
  const uint64_t connection = found->second.connection;
  for (;;) {
    // Looked up each time, because it can be removed and added again in the meantime.
    found = workers_.find(batch.worker);
    if (found == workers_.end() || found->second.connection != connection) return;
    ConnectedWorker& worker = found->second;
    if (worker.reports.empty() ||
        (!worker.unstored.empty() && worker.reports.front().behind >= *worker.unstored.begin())) {
      worker.releasing = false;
      return;
    }
    Report report = std::move(worker.reports.front().report);
    worker.reports.pop_front();
    lock.unlock();
    apply_report(batch.worker, std::move(report));
    lock.lock();
  }
}

// Not confirmed, so the window of the worker stays closed and it sends little more until they are stored.
void WorkerHub::keep_logs(std::shared_ptr<LogBatch> batch) {
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = kept_logs_.empty();
    kept_logs_.push_back(std::move(batch));
  }
  if (!first) return;
  services_.loop.post(
      [this] { services_.loop.start_timer(services_.loop.now() + log_retry_pause, [this] { store_kept_logs(); }); });
}

void WorkerHub::store_kept_logs() {
  std::vector<std::shared_ptr<LogBatch>> batches;
  {
    std::lock_guard lock(mutex_);
    batches.swap(kept_logs_);
  }
  for (auto& batch : batches) store_logs(std::move(batch));
}

void WorkerHub::answer(const std::string& worker_id, protocol::HostCall call) {
  std::optional<WorkOrigin> origin;
  {
    std::lock_guard lock(mutex_);
    // Only for work of this worker.
    auto found = outstanding_.find({call.key, call.request});
    if (found != outstanding_.end() && found->second.worker == worker_id) origin = found->second.origin;
  }
  auto reply = [this, worker_id, number = call.call](base::Result<base::Value> result) {
    protocol::HostReply frame;
    frame.call = number;
    frame.ok = result.has_value();
    frame.value = result ? *std::move(result) : base::Value::string(result.error().message());
    std::lock_guard lock(mutex_);
    auto worker = workers_.find(worker_id);
    if (worker == workers_.end()) return;
    if (worker->second.link->send(frame) != protocol::Sent::too_large) return;
    frame.ok = false;
    frame.value = base::Value::string(
        fmt::format("the answer is larger than {} bytes [{}]", protocol::max_frame, protocol::frame_too_large.text));
    (void)worker->second.link->send(frame);
  };
  if (!origin) {
    reply(base::fail(host_refused, "the job or evaluation of this request does not belong to this worker"));
    return;
  }
  HostScope scope{*origin->flow, origin->execution, call.key.task_run_id};
  services_.host.call(std::move(scope), {std::move(call.function), std::move(call.arguments)}, std::move(reply));
}

size_t WorkerHub::queued() const {
  std::lock_guard lock(mutex_);
  return queued_;
}

void WorkerHub::set_operator_holds(const HoldSetPtr& operator_holds) {
  std::unique_lock lock(mutex_);
  const bool is_older =
      operator_holds->version() < operator_holds_->version() ||
      (operator_holds->version() == operator_holds_->version() && operator_holds->made() <= operator_holds_->made());
  if (is_older) return;
  operator_holds_ = operator_holds;
  hold_what_is_ignored();
  for (Work& work : std::exchange(ignored_, {})) {
    if (is_ignored(work)) {
      ignored_.push_back(std::move(work));
    } else {
      put_into_queue(std::move(work));
    }
  }
  auto refused = pump();
  lock.unlock();
  refuse(std::move(refused));
}

void WorkerHub::hold_what_is_ignored() {
  if (!operator_holds_->ignores_any()) return;
  for (auto entry = queues_.begin(); entry != queues_.end();) {
    auto& [flow, queue] = *entry;
    for (Work& work : std::exchange(queue.work, {})) {
      if (is_ignored(work)) {
        leave_queue(work);
        ignored_.push_back(std::move(work));
      } else {
        queue.work.push_back(std::move(work));
      }
    }
    if (queue.work.empty()) {
      std::erase(turns_, flow);
      entry = queues_.erase(entry);
    } else {
      ++entry;
    }
  }
}

bool WorkerHub::is_idle() const {
  std::lock_guard lock(mutex_);
  return std::ranges::none_of(outstanding_, [](const auto& entry) { return entry.second.takes_room; });
}

size_t WorkerHub::running() const {
  std::lock_guard lock(mutex_);
  return outstanding_.size();
}

}  // namespace gyr::executor
