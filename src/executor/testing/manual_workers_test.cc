// Workers whose every report the test decides.
#include <future>

#include "command/errors.h"
#include "executor/testing/harness.h"

namespace gyr::executor::test {

void ManualWorkers::dispatch(const WorkOrigin& origin, engine::Dispatch job) {
  Job taken{origin, std::move(job)};
  if (script_.job && script_.job(*this, taken)) return;
  std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(taken));
  arrived_.notify_all();
}

void ManualWorkers::report(const Job& job, engine::EventBody event) {
  reports_.worker_event(*job.origin.flow, job.origin.execution, std::move(event), std::nullopt);
}

void ManualWorkers::render(const WorkOrigin& origin, engine::RenderRequest request) {
  base::Result<base::Value> rendered = base::fail(host_refused, "the workers of this test render nothing");
  if (script_.rendering) rendered = script_.rendering(request);
  reports_.worker_event(
      *origin.flow, origin.execution,
      engine::Rendered{request.task_run, request.request, rendered.has_value(), rendered.value_or(base::Value()),
                       rendered ? std::string() : rendered.error().message()},
      std::nullopt);
}

void ManualWorkers::kill(const WorkOrigin& origin, engine::AttemptRef attempt) {
  engine::WorkerFinished killed;
  killed.attempt = attempt;
  killed.state = model::State::killed;
  reports_.worker_event(*origin.flow, origin.execution, std::move(killed), std::nullopt);
}

void ManualWorkers::acknowledge(const WorkOrigin&, engine::AttemptRef attempt) {
  std::lock_guard lock(mutex_);
  acknowledged_.push_back(attempt);
  arrived_.notify_all();
}

void ManualWorkers::evaluate(const WorkOrigin& origin, const std::string& trigger_id,
                             engine::trigger::Evaluation evaluation) {
  Evaluation asked{origin, trigger_id, std::move(evaluation)};
  if (script_.evaluation && script_.evaluation(*this, asked)) return;
  std::lock_guard lock(mutex_);
  evaluations_.push_back(std::move(asked));
  arrived_.notify_all();
}

void ManualWorkers::end_evaluation(const WorkOrigin& origin) {
  std::lock_guard lock(mutex_);
  ended_evaluations_.push_back(origin.execution);
  arrived_.notify_all();
}

void ManualWorkers::event_stored(const WorkOrigin& listener, uint64_t number, const std::string& problem) {
  std::lock_guard lock(mutex_);
  events_.insert_or_assign({listener.execution, number}, problem);
  arrived_.notify_all();
}

ManualWorkers::Evaluation ManualWorkers::take_evaluation(std::string_view trigger_id) {
  std::unique_lock lock(mutex_);
  std::optional<Evaluation> taken;
  auto look = [&] {
    const auto found = std::ranges::find(evaluations_, trigger_id, &Evaluation::trigger_id);
    if (found == evaluations_.end()) return false;
    taken = std::move(*found);
    evaluations_.erase(found);
    return true;
  };
  if (!arrived_.wait_for(lock, patience, look)) {
    ADD_FAILURE() << "no worker was asked to evaluate " << trigger_id;
    return {};
  }
  return *std::move(taken);
}

size_t ManualWorkers::waiting_evaluations() const {
  std::lock_guard lock(mutex_);
  return evaluations_.size();
}

void ManualWorkers::tell(const Evaluation& evaluation, engine::trigger::Event event, uint64_t number) {
  ASSERT_NE(evaluation.origin.flow, nullptr);
  const auto refused = reports_.trigger_event(*evaluation.origin.flow,
                                              {evaluation.trigger_id, std::move(event), evaluation.asked.id, number});
  if (refused) event_stored({evaluation.origin.flow, 0, evaluation.asked.id}, number, refused->message());
}

void ManualWorkers::found(const Evaluation& evaluation, base::Value variables) {
  engine::trigger::Evaluated event;
  event.evaluation = evaluation.asked.id;
  event.variables = std::move(variables);
  tell(evaluation, std::move(event));
}

void ManualWorkers::found_nothing(const Evaluation& evaluation) {
  engine::trigger::Evaluated event;
  event.evaluation = evaluation.asked.id;
  tell(evaluation, std::move(event));
}

void ManualWorkers::failed(const Evaluation& evaluation, std::string error, bool was_listening) {
  engine::trigger::Evaluated event;
  event.evaluation = evaluation.asked.id;
  event.error = std::move(error);
  event.was_listening = was_listening;
  tell(evaluation, std::move(event));
}

void ManualWorkers::wait_for_end(const Evaluation& evaluation) {
  std::unique_lock lock(mutex_);
  const auto told = [&] {
    return std::ranges::find(ended_evaluations_, evaluation.asked.id) != ended_evaluations_.end();
  };
  if (!arrived_.wait_for(lock, patience, told)) ADD_FAILURE() << "no worker was told to end the evaluation";
}

std::string ManualWorkers::wait_for_event(const Evaluation& listener, uint64_t number) {
  std::unique_lock lock(mutex_);
  const std::pair key{listener.asked.id, number};
  if (!arrived_.wait_for(lock, patience, [&] { return events_.contains(key); })) {
    ADD_FAILURE() << "nobody says what became of the event";
    return "nothing";
  }
  return events_.at(key);
}

ManualWorkers::Job ManualWorkers::take(std::string_view task_id) {
  std::unique_lock lock(mutex_);
  std::optional<Job> job;
  auto look = [&] {
    for (auto it = jobs_.begin(); it != jobs_.end(); ++it) {
      if (it->dispatch.task_id != task_id) continue;
      job = std::move(*it);
      jobs_.erase(it);
      return true;
    }
    return false;
  };
  if (!arrived_.wait_for(lock, patience, look)) {
    ADD_FAILURE() << "no worker got task " << task_id;
    return {};
  }
  return *std::move(job);
}

size_t ManualWorkers::waiting() const {
  std::lock_guard lock(mutex_);
  return jobs_.size();
}

void ManualWorkers::finish(const Job& job, model::State state, base::Value outputs) {
  engine::WorkerFinished finished;
  finished.attempt = job.dispatch.attempt;
  finished.state = state;
  finished.outputs = std::move(outputs);
  finished.at = base::SystemClock().now();
  reports_.worker_event(*job.origin.flow, job.origin.execution, std::move(finished), job.dispatch.attempt);
}

void ManualWorkers::wait_for_acknowledgements(size_t count) {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, patience, [&] { return acknowledged_.size() >= count; }))
    ADD_FAILURE() << "no acknowledgement";
}

std::vector<engine::AttemptRef> ManualWorkers::acknowledged() const {
  std::lock_guard lock(mutex_);
  return acknowledged_;
}

}  // namespace gyr::executor::test
