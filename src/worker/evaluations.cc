#include "worker/evaluations.h"

#include <fmt/format.h>

#include "base/edge.h"
#include "model/flow.h"
#include "plugin_api/registry.h"
#include "worker/slots.h"

namespace gyr::worker {

using base::Value;
using protocol::TriggerResult;

namespace {

/// Events of one listener that may wait for their commit: a commit takes a few milliseconds, and the source has the
/// others.
constexpr size_t max_unstored_events = 64;

plugin::RunInfo info_of(const protocol::TriggerJob& job, const model::TriggerSpec& trigger) {
  plugin::RunInfo info;
  info.tenant = job.flow.tenant;
  info.namespace_ = job.flow.namespace_;
  info.flow_id = job.flow.id;
  info.revision = job.revision;
  info.execution_id = job.key.execution_id;
  info.task_type = trigger.type;
  info.trigger_id = trigger.id;
  return info;
}

TriggerResult failed(std::string error) {
  TriggerResult result;
  result.outcome = TriggerResult::Outcome::failed;
  result.error = error.empty() ? "it failed without an error message" : std::move(error);
  return result;
}

/// For the exception that is being handled.
TriggerResult unexpected_end() {
  const base::Error error = base::caught_at(base::Edge::attempt, "the evaluation of a trigger");
  return failed(fmt::format("the trigger ended with an unexpected error: {} [{}]", error.message(), error.code().text));
}

base::Task<TriggerResult> look(const plugin::TriggerType* type, const model::TriggerSpec* spec,
                               AttemptContext* context) {
  try {
    plugin::PollResult found = co_await type->poll(*spec->object, *context);
    if (!found) co_return failed(context->cleaned(found.error().error.message()));
    TriggerResult result;
    if (*found) {
      result.outcome = TriggerResult::Outcome::found;
      result.variables = **std::move(found);
    }
    co_return result;
  } catch (...) {
    co_return unexpected_end();
  }
}

base::Task<TriggerResult> listen(const plugin::TriggerType* type, const model::TriggerSpec* spec,
                                 AttemptContext* context, plugin::EventSink* sink) {
  try {
    auto ended = co_await type->listen(*spec->object, *context, *sink);
    if (!ended) co_return failed(context->cleaned(ended.error().message()));
    co_return TriggerResult();
  } catch (...) {
    co_return unexpected_end();
  }
}

}  // namespace

/// Sends the events of one listener to the server and waits for their commits.
class Evaluations::Sink final : public plugin::EventSink {
 public:
  Sink(base::Loop& loop, protocol::Link& server, protocol::AttemptKey key, base::CancelToken cancel)
      : loop_(loop), server_(server), key_(key), cancel_(std::move(cancel)), room_(loop, max_unstored_events) {
    registration_ = cancel_.on_cancel([this] { abandon(); });
  }

  void listening() override { listening_ = true; }

  base::Task<base::Result<void>> accept(Value variables) override {
    listening_ = true;
    const auto place = co_await room_.take(cancel_);
    if (!place || cancel_.cancelled()) co_return base::fail(plugin::task_cancelled, "the listener is being stopped");
    if (!variables.is_null() && !variables.is_map())
      co_return base::fail(plugin::task_failed, "the variables of an event must be a map");
    const uint64_t number = ++last_number_;
    base::OneShot<base::Result<void>> answer(loop_);
    waiting_.emplace(number, answer);
    const protocol::Sent sent = server_.send(protocol::TriggerEvent{key_, number, std::move(variables)});
    if (sent != protocol::Sent::yes) {
      waiting_.erase(number);
      co_return base::fail(sent == protocol::Sent::too_large ? protocol::frame_too_large : plugin::task_cancelled,
                           sent == protocol::Sent::too_large
                               ? fmt::format("the event has more than {} bytes", protocol::max_frame)
                               : std::string("the connection to the server was lost"));
    }
    co_return co_await answer.wait();
  }

  bool was_listening() const { return listening_; }
  void stored(uint64_t number, const std::string& problem) {
    auto waiting = waiting_.extract(number);
    if (waiting.empty()) return;
    waiting.mapped().deliver(problem.empty() ? base::Result<void>()
                                             : base::Result<void>(base::fail(plugin::host_refused, problem)));
  }

 private:
  void abandon() {
    for (auto& [number, answer] : std::exchange(waiting_, {})) {
      answer.deliver(base::fail(plugin::task_cancelled, "the listener was stopped before its event was stored"));
    }
  }

  base::Loop& loop_;
  protocol::Link& server_;
  protocol::AttemptKey key_;
  base::CancelToken cancel_;
  base::CancelRegistration registration_;
  Slots room_;
  bool listening_ = false;
  uint64_t last_number_ = 0;
  std::map<uint64_t, base::OneShot<base::Result<void>>> waiting_;
};

struct Evaluations::Running {
  explicit Running(base::Loop& loop) : ended(loop) {}
  std::shared_ptr<Attempt> attempt = std::make_shared<Attempt>();
  bool listens = false;
  Sink* sink = nullptr;       ///< while it listens
  base::OneShot<bool> ended;  ///< awaited by the next evaluation
};

Evaluations::~Evaluations() = default;

bool Evaluations::kill(base::Id evaluation) {
  const auto found = running_.find(evaluation);
  if (found == running_.end()) return false;
  const auto attempt = found->second->attempt;
  attempt->killed = true;
  attempt->cancel.cancel();
  return true;
}

void Evaluations::stored(const protocol::EventStored& stored) {
  const auto found = running_.find(stored.key.execution_id);
  if (found != running_.end() && found->second->sink != nullptr)
    found->second->sink->stored(stored.number, stored.problem);
}

void Evaluations::stop_listeners() {
  stopping_ = true;
  for (const auto& [id, running] : std::map(running_)) {  // a copy: a listener can end immediately
    if (running->listens) running->attempt->cancel.cancel();
  }
}

void Evaluations::stop_all() {
  stopping_ = true;
  for (const auto& [id, running] : std::map(running_)) running->attempt->cancel.cancel();
}

void Evaluations::send(TriggerResult result) {
  host_.logs.flush();
  if (host_.server.send(result) != protocol::Sent::too_large) return;
  TriggerResult instead = failed(fmt::format("the result has more than {} bytes; write larger results to a file [{}]",
                                             protocol::max_frame, protocol::frame_too_large.text));
  instead.key = result.key;
  instead.was_listening = result.was_listening;
  (void)host_.server.send(instead);
}

base::Task<void> Evaluations::run(protocol::TriggerJob job) {
  auto running = std::make_shared<Running>(host_.loop);
  running->listens = job.listens;
  const protocol::AttemptKey key = job.key;
  const Name name{job.flow, job.trigger_id};
  running_.insert_or_assign(key.execution_id, running);
  std::shared_ptr<Running>& latest = latest_[name];
  if (auto before = std::exchange(latest, running)) {
    before->attempt->cancel.cancel();
    (void)co_await before->ended.wait();
  }
  TriggerResult result;
  if (!running->attempt->cancel.cancelled()) {
    (void)host_.server.send(protocol::Started{key, host_.services().clock.now()});
    try {
      result = co_await evaluate(running, std::move(job));
    } catch (...) {
      running->sink = nullptr;
      result = unexpected_end();
    }
  }
  result.key = key;
  const bool cut_off = stopping_ && running->attempt->cancel.cancelled() && !running->attempt->killed;
  if (!cut_off || result.outcome == TriggerResult::Outcome::found) send(std::move(result));
  if (const auto own = running_.find(key.execution_id); own != running_.end() && own->second == running)
    running_.erase(own);
  if (const auto own = latest_.find(name); own != latest_.end() && own->second == running) latest_.erase(own);
  running->ended.deliver(true);
}

base::Task<TriggerResult> Evaluations::evaluate(std::shared_ptr<Running> running, protocol::TriggerJob job) {
  auto flow = co_await host_.flow(job.flow, job.revision);
  if (!flow) co_return failed("cannot load the flow of the trigger: " + flow.error().message());
  const model::TriggerSpec* spec = (*flow)->flow().find_trigger(job.trigger_id);
  if (spec == nullptr) co_return failed(fmt::format("the flow has no trigger `{}`", job.trigger_id));
  if (!spec->defect.empty()) co_return failed(spec->defect);
  const plugin::TriggerType& type = plugin::Registry::trigger_type_of(*spec);
  if (job.listens ? type.listen == nullptr : type.poll == nullptr)
    co_return failed(fmt::format("workers cannot evaluate triggers of type {}", spec->type));
  base::maybe_throw(base::Edge::attempt, job.trigger_id);
  AttemptContext context(host_.services(), {spec->log_level, spec->log_to_file}, info_of(job, *spec), job.key,
                         std::move(job.context), (*flow)->key(), 0, running->attempt->cancel.token());
  TriggerResult result;
  if (auto opened = co_await context.renderer().open_secrets(); !opened) {
    result = failed(context.cleaned(opened.error().message()));
  } else if (job.listens) {
    Sink sink(host_.loop, host_.server, job.key, running->attempt->cancel.token());
    running->sink = &sink;
    result = co_await listen(&type, spec, &context, &sink);
    running->sink = nullptr;
    result.was_listening = sink.was_listening();
  } else {
    result = co_await look(&type, spec, &context);
  }
  result.log_file = co_await context.store_log_file();
  co_await context.attempt_files().remove_all();
  co_return result;
}

}  // namespace gyr::worker
