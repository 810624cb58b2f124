#include "worker/worker.h"

#include <fmt/format.h>

#include "base/edge.h"
#include "base/log.h"
#include "base/one_shot.h"
#include "expression/error_text.h"
#include "plugin_api/render.h"
#include "plugins/loop_http_client.h"
#include "plugins/runner/spawned_processes.h"
#include "worker/directory_run.h"
#include "worker/task_cache.h"

namespace gyr::worker {

using base::Value;
using model::State;

/// Limits the number of processes of all attempts; the flows take turns.
class Worker::LimitedProcesses final : public plugins::runner::LimitingProcesses {
 public:
  LimitedProcesses(Slots& slots, process::Spawner& spawner, base::Loop& loop)
      : slots_(slots), processes_(spawner, loop) {}

  base::Task<base::Result<plugin::ProcessExit>> run_limited(plugin::ProcessRequest request, process::Limits limits,
                                                            base::CancelToken cancel) override {
    auto slot = co_await slots_.take(cancel, request.share);
    if (!slot) co_return base::fail(plugin::task_cancelled, "cancelled before the process was started");
    co_return co_await processes_.run_limited(std::move(request), limits, std::move(cancel));
  }

 private:
  Slots& slots_;
  plugins::runner::SpawnedProcesses processes_;
};

Worker::Worker(WorkerOptions options, WorkerServices services, protocol::Link& server)
    : options_(std::move(options)),
      services_(services),
      server_(server),
      host_(services.loop, server),
      logs_(services.loop, server),
      process_slots_(services.loop, options_.processes),
      processes_(std::make_unique<LimitedProcesses>(process_slots_, services.spawner, services.loop)),
      http_(std::make_unique<plugins::LoopHttpClient>(services.http, services.loop)),
      scope_(services.loop),
      evaluations_({services.loop, server, logs_, [this] { return attempt_services(); },
                    [this](model::FlowKey key, int32_t revision) { return get_flow(std::move(key), revision); }}) {}

Worker::~Worker() = default;

namespace {

std::string unexpected_end(const base::Error& error) {
  return fmt::format("the task ended with an unexpected error: {} [{}]", error.message(), error.code().text);
}

}  // namespace

AttemptServices Worker::attempt_services() {
  return {services_.loop,
          services_.clock,
          host_,
          logs_,
          FileServices{services_.loop, services_.files, services_.storage, options_.temporary, options_.cache,
                       options_.host_files},
          *processes_,
          *http_,
          options_.plugin_settings,
          options_.recursive_rendering};
}

void Worker::receive(protocol::Frame frame) {
  try {
    take(frame);
  } catch (...) {
    // The work of the frame has not begun, or it has its own edge.
    const base::Error error = base::caught_at(base::Edge::attempt, "taking a frame of the server");
    if (auto* job = std::get_if<protocol::Job>(&frame)) {
      attempts_.erase(job->key);
      refuse(*job, std::make_shared<const model::FlowKey>(job->flow), unexpected_end(error));
    } else if (auto* render = std::get_if<protocol::RenderJob>(&frame)) {
      protocol::RenderResult result;
      result.key = render->key;
      result.request = render->request;
      result.error = unexpected_end(error);
      (void)server_.send(result);
    }
  }
}

void Worker::take(protocol::Frame& frame) {
  if (auto* job = std::get_if<protocol::Job>(&frame)) {
    base::maybe_throw(base::Edge::attempt, "frame");
    if (!stopping_) scope_.spawn(run_job(std::move(*job)));
  } else if (auto* render = std::get_if<protocol::RenderJob>(&frame)) {
    if (!stopping_) scope_.spawn(run_render(std::move(*render)));
  } else if (auto* trigger = std::get_if<protocol::TriggerJob>(&frame)) {
    if (!stopping_) scope_.spawn(run_evaluation(std::move(*trigger)));
  } else if (auto* event = std::get_if<protocol::EventStored>(&frame)) {
    evaluations_.stored(*event);
  } else if (auto* kill = std::get_if<protocol::Kill>(&frame)) {
    if (kill->key.task_run_id.is_none() && evaluations_.kill(kill->key.execution_id)) return;
    auto found = attempts_.find(kill->key);
    if (found == attempts_.end()) return;
    auto attempt = found->second;
    attempt->killed = true;
    attempt->cancel.cancel();
  } else if (auto* acknowledge = std::get_if<protocol::Acknowledge>(&frame)) {
    unacknowledged_.erase(acknowledge->key);
  } else if (auto* reply = std::get_if<protocol::HostReply>(&frame)) {
    host_.answered(std::move(*reply));
  } else if (auto* stored = std::get_if<protocol::LogStored>(&frame)) {
    logs_.stored(stored->bytes);
  }
}

base::Task<base::Result<std::shared_ptr<const engine::CompiledFlow>>> Worker::get_flow(model::FlowKey key,
                                                                                       int32_t revision,
                                                                                       std::string templates) {
  using Answer = base::Result<std::shared_ptr<const engine::CompiledFlow>>;
  base::OneShot<Answer> answer(services_.loop);
  services_.flows.get(key, revision, templates, [answer](Answer flow) { answer.deliver(std::move(flow)); });
  co_return co_await answer.wait();
}

void Worker::log_error(const protocol::AttemptKey& key, std::shared_ptr<const model::FlowKey> flow,
                       const std::string& task_id, uint32_t sequence, std::string message) {
  model::LogEntry line;
  line.execution_id = key.execution_id;
  line.flow = std::move(flow);
  line.task_id = task_id;
  line.task_run_id = key.task_run_id;
  line.attempt = key.attempt;
  line.sequence = sequence;
  line.timestamp = services_.clock.now();
  line.level = model::LogLevel::error;
  line.thread = "worker";
  line.message = std::move(message);
  logs_.add({std::move(line)});
}

void Worker::refuse(const protocol::Job& job, std::shared_ptr<const model::FlowKey> flow, std::string message) {
  protocol::Result result;
  result.key = job.key;
  result.state = State::failed;
  result.at = services_.clock.now();
  result.log_sequence = job.log_sequence + 1;
  result.error = message;
  log_error(job.key, flow, job.task_id, result.log_sequence, std::move(message));
  send_result(std::move(result), flow, job.task_id);
}

void Worker::send_result(protocol::Result result, const std::shared_ptr<const model::FlowKey>& flow,
                         const std::string& task_id) {
  logs_.flush();
  protocol::Sent sent = server_.send(result);
  if (sent == protocol::Sent::too_large) {
    // STOR-14: the attempt fails and the part that is too large is dropped: the outputs, or otherwise the rest.
    std::string message =
        fmt::format("the result has about {} bytes; at most {} are allowed. The outputs are dropped [{}]",
                    result.outputs.weight(), protocol::max_frame, protocol::frame_too_large.text);
    result.outputs = {};
    result.metrics.clear();
    if (result.state != State::killed) result.state = State::failed;
    result.log_sequence += 1;
    result.error = message;
    log_error(result.key, flow, task_id, result.log_sequence, std::move(message));
    logs_.flush();
    sent = server_.send(result);
  }
  // Kept until it is acknowledged, even if the link is closed: a new link can request it.
  unacknowledged_.insert_or_assign(result.key, std::move(result));
}

State Worker::send_report(protocol::ChildReport report, const std::shared_ptr<const model::FlowKey>& flow) {
  logs_.flush();
  if (server_.send(report) != protocol::Sent::too_large) return report.state;
  std::string message =
      fmt::format("the result has about {} bytes; at most {} are allowed. The outputs are dropped [{}]",
                  report.outputs.weight(), protocol::max_frame, protocol::frame_too_large.text);
  report.outputs = {};
  report.metrics.clear();
  if (report.state != State::killed) report.state = State::failed;
  report.log_sequence += 1;
  protocol::AttemptKey child{report.job.execution_id, report.task_run, report.attempt, 0};
  log_error(child, flow, report.task_id, report.log_sequence, std::move(message));
  logs_.flush();
  (void)server_.send(report);
  return report.state;
}

void Worker::attempt_over(const protocol::AttemptKey& key) {
  attempts_.erase(key);
  tell_end();
}

void Worker::tell_end() {
  if (stopping_ && running() == 0) all_ended_.cancel();
}

base::Task<void> Worker::run_evaluation(protocol::TriggerJob job) {
  co_await evaluations_.run(std::move(job));
  tell_end();
}

base::Task<void> Worker::run_job(protocol::Job job) {
  const protocol::AttemptKey key = job.key;
  const uint32_t log_sequence = job.log_sequence;
  const std::string task_id = job.task_id;
  const auto flow = std::make_shared<const model::FlowKey>(job.flow);
  std::optional<base::Error> thrown;
  try {
    co_await run_known_job(std::move(job));
  } catch (...) {
    thrown = base::caught_at(base::Edge::attempt, "the job of a task");
  }
  if (!thrown) co_return;
  if (!unacknowledged_.contains(key)) {
    protocol::Result result;
    result.key = key;
    result.state = State::failed;
    result.at = services_.clock.now();
    result.log_sequence = log_sequence + 1;
    result.error = unexpected_end(*thrown);
    log_error(key, flow, task_id, result.log_sequence, result.error);
    send_result(std::move(result), flow, task_id);
  }
  attempt_over(key);
}

base::Task<void> Worker::run_known_job(protocol::Job job) {
  auto attempt = std::make_shared<Attempt>();
  attempts_.insert_or_assign(job.key, attempt);
  protocol::AttemptKey key = job.key;
  std::string task_id = job.task_id;
  auto flow = co_await get_flow(job.flow, job.revision, job.templates);
  if (!flow || (*flow)->find(job.task_id) == nullptr) {
    refuse(job, std::make_shared<const model::FlowKey>(job.flow),
           flow ? "the flow has no task `" + job.task_id + "`"
                : "cannot load the flow of the task: " + flow.error().message());
    attempt_over(key);
    co_return;
  }
  (void)server_.send(protocol::Started{key, services_.clock.now()});
  protocol::Result result;
  if ((*flow)->find(task_id)->on_worker) {
    result = co_await run_directory(attempt, *flow, std::move(job));
  } else {
    AttemptOrder order{*flow,
                       (*flow)->find(task_id),
                       key,
                       key.task_run_id,
                       key.attempt,
                       std::move(job.value),
                       std::move(job.context),
                       job.log_sequence,
                       job.resumed_attempt,
                       {}};
    result = co_await run_attempt(attempt, std::move(order));
  }
  // Cancelled by the shutdown of the worker: it is not reported, so it runs again.
  bool cut_off = stopping_ && attempt->cancel.cancelled() && !attempt->killed && !attempt->timed_out;
  if (!cut_off || result.state == State::success) send_result(std::move(result), (*flow)->key(), task_id);
  attempt_over(key);
}

namespace {

/// What a type with a `timeout` of its own gets beyond it: it ends by itself, with a better reason (PLUG-5).
constexpr base::Duration own_timeout_grace = base::Duration::of_seconds(30);

/// Ends the attempt when its time is over; `attempt` contains the reason for the result.
template <class Attempt>
base::Task<void> watch_timeout(base::Loop* loop, std::shared_ptr<Attempt> attempt, base::Duration timeout,
                               base::CancelToken over) {
  bool elapsed = co_await base::sleep_for(*loop, std::chrono::nanoseconds(timeout.to_nanos()), over);
  if (!elapsed) co_return;
  attempt->timed_out = true;
  attempt->cancel.cancel();
}

std::string timeout_message(base::Duration timeout) {
  int64_t seconds = timeout.seconds;
  return fmt::format("Timeout after {:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     timeout.nanos / 1'000'000);
}

plugin::RunInfo info_of(const AttemptOrder& order) {
  const model::FlowKey& flow = *order.flow->key();
  plugin::RunInfo info;
  info.tenant = flow.tenant;
  info.namespace_ = flow.namespace_;
  info.flow_id = flow.id;
  info.revision = order.flow->revision();
  info.execution_id = order.job.execution_id;
  info.task_run_id = order.task_run;
  info.task_id = order.task->id();
  info.task_type = order.task->type_name();
  info.attempt = order.attempt;
  info.resumed_attempt = order.resumed_attempt;
  info.value = order.value;
  return info;
}

base::Task<plugin::TaskResult> run_task(const engine::CompiledTask* task, AttemptContext* context) {
  std::optional<plugin::TaskResult> result;
  std::string thrown;
  try {
    result = co_await task->type->run(*task->spec->object, *context);
  } catch (...) {
    thrown = unexpected_end(base::caught_at(base::Edge::attempt, "a task"));
  }
  if (result) co_return *std::move(result);
  co_return std::unexpected(plugin::Failure(base::Error(plugin::task_failed, std::move(thrown))));
}

/// Cancels in its destructor, also after an exception.
struct CancelAtEnd {
  base::CancelSource& source;
  ~CancelAtEnd() { source.cancel(); }
};

}  // namespace

base::Task<protocol::Result> Worker::run_directory(std::shared_ptr<Attempt> attempt,
                                                   std::shared_ptr<const engine::CompiledFlow> flow,
                                                   protocol::Job job) {
  DirectoryHost host{
      attempt_services(),
      [this](std::shared_ptr<Attempt> child, AttemptOrder order) {
        return run_attempt(std::move(child), std::move(order));
      },
      [this, key = flow->key()](protocol::ChildReport report) { return send_report(std::move(report), key); }};
  DirectoryRun run(std::move(host), std::move(flow), std::move(job), std::move(attempt));
  co_return co_await run.run();
}

base::Task<protocol::Result> Worker::run_attempt(std::shared_ptr<Attempt> attempt, AttemptOrder order) {
  const engine::CompiledTask& task = *order.task;
  AttemptContext context(attempt_services(), {task.spec->log_level, task.spec->log_to_file}, info_of(order), order.job,
                         std::move(order.context), order.flow->key(), order.log_sequence, attempt->cancel.token(),
                         std::move(order.directory), attempt);
  std::optional<base::Error> thrown;
  try {
    co_return co_await run_in_context(attempt, &task, order.job, &context);
  } catch (...) {
    thrown = base::caught_at(base::Edge::attempt, "an attempt of a task");
  }
  protocol::Result result;
  result.key = order.job;
  result.state = State::failed;
  result.error = context.cleaned(unexpected_end(*thrown));
  context.tell(model::LogLevel::error, result.error);
  co_await context.attempt_files().remove_all();
  result.metrics = context.take_metrics();
  result.log_sequence = context.log_sequence();
  result.at = services_.clock.now();
  co_return result;
}

base::Task<protocol::Result> Worker::run_in_context(std::shared_ptr<Attempt> attempt,
                                                    const engine::CompiledTask* known_task, protocol::AttemptKey job,
                                                    AttemptContext* known_context) {
  const engine::CompiledTask& task = *known_task;
  AttemptContext& context = *known_context;
  base::maybe_throw(base::Edge::attempt, task.id());
  protocol::Result result;
  result.key = job;
  std::optional<plugin::Failure> failure;
  base::CancelSource over;
  CancelAtEnd at_end{over};
  base::Duration timeout;
  if (auto opened = co_await context.renderer().open_secrets(); !opened) failure.emplace(opened.error());
  if (!failure && task.spec->timeout.is_set()) {
    auto rendered = co_await context.render(task.spec->timeout);
    if (!rendered) {
      failure.emplace(rendered.error());
    } else if (*rendered && !(*rendered)->is_zero()) {
      timeout = **rendered;
      if (task.spec->found->schema->find("timeout") != nullptr) timeout = timeout + own_timeout_grace;
      scope_.spawn(watch_timeout(&services_.loop, attempt, timeout, over.token()));
    }
  }
  bool cached = !failure && task.spec->task_cache && task.spec->task_cache->enabled;
  FileServices files = attempt_services().files;
  TaskCache cache(context, *task.spec, files);
  std::optional<Value> known;
  if (cached) known = co_await cache.find();
  if (known) {
    result.outputs = *std::move(known);
  } else if (!failure) {
    auto ended = co_await run_task(&task, &context);
    if (ended && cached && ended->final_state.value_or(State::success) != State::failed)
      co_await cache.keep(ended->outputs);
    if (ended) {
      result.state = ended->final_state.value_or(State::success);
      result.outputs = std::move(ended->outputs);
    } else {
      failure.emplace(std::move(ended.error()));
    }
  }
  over.cancel();
  if (failure) {
    result.outputs = std::move(failure->outputs);
    result.error = attempt->timed_out ? timeout_message(timeout) : context.cleaned(failure->error.message());
    result.state = attempt->killed && !attempt->timed_out ? State::killed : State::failed;
    if (result.state == State::failed)
      context.tell(model::LogLevel::error, attempt->timed_out ? result.error : expression::log_text(failure->error));
  }
  result.log_file = co_await context.store_log_file();
  co_await context.attempt_files().remove_all();
  result.metrics = context.take_metrics();
  result.log_sequence = context.log_sequence();
  result.at = services_.clock.now();
  co_return result;
}

base::Task<void> Worker::run_render(protocol::RenderJob job) {
  protocol::RenderResult failed;
  failed.key = job.key;
  failed.request = job.request;
  try {
    co_await render(std::move(job));
    co_return;
  } catch (...) {
    failed.error = unexpected_end(base::caught_at(base::Edge::attempt, "a rendering"));
  }
  (void)server_.send(failed);
}

base::Task<void> Worker::render(protocol::RenderJob job) {
  base::maybe_throw(base::Edge::attempt, "render");
  AttemptServices services = attempt_services();
  JobContext context(std::move(job.context));
  Renderer renderer(services, context, job.key, job.request);
  protocol::RenderResult result;
  result.key = job.key;
  result.request = job.request;
  auto opened = co_await renderer.open_secrets();
  expression::ValueTemplate source(std::move(job.source));
  auto rendered =
      opened ? co_await renderer.render(source, Value(), job.typed) : base::Result<Value>(base::fail(opened.error()));
  result.ok = rendered.has_value();
  if (rendered) {
    result.value = *std::move(rendered);
  } else {
    result.error = renderer.masked(rendered.error().message());
  }
  if (server_.send(result) != protocol::Sent::too_large) co_return;
  result.ok = false;
  result.value = {};
  result.error = fmt::format("the rendered value is larger than {} bytes [{}]", protocol::max_frame,
                             protocol::frame_too_large.text);
  (void)server_.send(result);
}

base::Task<void> Worker::shutdown(std::chrono::milliseconds grace) {
  stopping_ = true;
  evaluations_.stop_listeners();
  if (running() > 0) (void)co_await base::sleep_for(services_.loop, grace, all_ended_.token());
  ended_by_force_ = ended_by_force_ || running() > 0;
  for (auto& [key, attempt] : std::map(attempts_)) {  // a copy: an attempt can end immediately
    attempt->handed_over = !attempt->cancel.cancelled();
    attempt->cancel.cancel();
  }
  evaluations_.stop_all();
  host_.link_lost();
  logs_.link_lost();
  co_await scope_.join();
}

}  // namespace gyr::worker
