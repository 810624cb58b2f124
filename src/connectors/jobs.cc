// Work that goes on at a system after a request has started it (PLUG-716).
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "connectors/connector_run.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "plugins/host_calls.h"

namespace gyr::connectors {
namespace {

using base::Value;
using std::chrono::nanoseconds;

/// A task that is killed has two seconds (PLUG-9): this is for a login and for the request that ends the job.
constexpr std::chrono::milliseconds kill_request_timeout{900};
/// Longer ones are cut: nobody waits for them, and a sum with them still is a time.
constexpr std::chrono::hours longest_duration{24 * 366};
/// How long a position outlives the job: longer than a worker is missed.
constexpr int64_t kept_after_job_seconds = 86'400;

bool is_one_of(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// The answers of a system that is starting again, or of a proxy before it.
bool may_come_back(int status) { return status == 0 || status == 502 || status == 503 || status == 504; }

}  // namespace

/// What is known about a job, and its key.
struct ConnectorRun::Job {
  const StepSpec& step;
  const JobSpec& spec;
  nanoseconds interval{}, longest{}, timeout{};
  std::string key;    ///< the same for every attempt to start this job
  Value id;           ///< as the system calls it; null: not known
  std::string state;  ///< the last one
};

base::Task<base::Result<nanoseconds>> ConnectorRun::render_duration(const Template& source, nanoseconds absent,
                                                                    std::string_view name) {
  if (!source.is_set()) co_return absent;
  GYR_CO_TRY(Value value, co_await render(source));
  auto duration = expression::to_duration(value);
  if (!duration) co_return base::fail(bad_property, fmt::format("`{}`: {}", name, duration.error().message()));
  if (!*duration) co_return absent;
  const nanoseconds length((*duration)->to_nanos());
  if (length <= nanoseconds(0)) co_return base::fail(bad_property, fmt::format("`{}`: it must be positive", name));
  co_return std::min<nanoseconds>(length, longest_duration);
}

/// The variable `job`: `key` is the same for every attempt to start this job.
Value ConnectorRun::job_value(const Job& job) {
  return Value::map({{"id", job.id}, {"key", Value::string(job.key)}, {"state", Value::string(job.state)}});
}

base::Task<base::Result<void>> ConnectorRun::keep_position(const Job& job, bool started) {
  base::Duration ttl = base::Duration::of_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(job.timeout).count() + kept_after_job_seconds);
  auto kept = co_await context_.host_call(
      plugins::host_calls::kv_set,
      Value::map(
          {{"key", Value::string(position_name())},
           {"value",
            Value::map({{"step", Value::string(job.step.id)}, {"started", Value::boolean(started)}, {"id", job.id}})},
           {"ttl", Value::duration(ttl)},
           {"description", Value::string("Position of a job of the task " + context_.info().task_id)}}));
  if (kept) co_return base::Result<void>();
  co_return base::fail(base::Error(plugin::task_failed, fmt::format("{}: cannot keep the position of the job: {}",
                                                                    definition_.title, kept.error().message()))
                           .with_cause(kept.error()));
}

std::string ConnectorRun::position_name() const {
  return fmt::format("connector-job_{}_{}", context_.info().task_run_id.to_text(), context_.info().resumed_attempt);
}

/// What a lost worker has kept: `step`, `started`, `id`; null if this attempt is the first one.
base::Task<base::Result<Value>> ConnectorRun::read_position() {
  auto found =
      co_await context_.host_call(plugins::host_calls::kv_get, Value::map({{"key", Value::string(position_name())}}));
  // Without knowing, the job might be started twice.
  if (!found)
    co_return base::fail(base::Error(plugin::task_failed, fmt::format("{}: cannot read the position of the job: {}",
                                                                      definition_.title, found.error().message()))
                             .with_cause(found.error()));
  const Value* value = found->find("value");
  co_return value != nullptr && value->is_map() ? *value : Value();
}

/// Asks the system for a job that an earlier request may have started; whether there is one.
base::Task<base::Result<bool>> ConnectorRun::look_up(Job* job) {
  GYR_CO_TRY(Answer answer, co_await ask(*job->spec.lookup));
  auto id = co_await render(job->spec.found);
  if (!id) co_return base::fail(other_form(id.error()));
  const bool found = !id->is_null() && !(id->is_string() && id->text().empty());
  if (found) {
    job->id = *std::move(id);
    last_answer_ = answer.value;
  }
  co_return found;
}

base::Task<base::Result<void>> ConnectorRun::start_job(Job* job) {
  auto answer = co_await ask(*job->spec.start, job->spec.idempotent);
  if (!answer) {
    // No answer came: the system may have started the job.
    const bool unknown = last_status_ == 0 && !cancel_.cancelled();
    if (!unknown || !job->spec.lookup) co_return base::fail(answer.error());
    GYR_CO_TRY(const bool found, co_await look_up(job));
    if (!found) co_return base::fail(answer.error());
    co_return base::Result<void>();
  }
  last_answer_ = answer->value;
  if (job->spec.id.is_set()) {
    auto id = co_await render(job->spec.id);
    if (!id) co_return base::fail(other_form(id.error()));
    if (id->is_null())
      co_return base::fail(request_failed, fmt::format("{}: the answer has no id of the job", definition_.title));
    job->id = *std::move(id);
  }
  co_return base::Result<void>();
}

/// Finds the job that was started before, or starts it.
base::Task<base::Result<void>> ConnectorRun::begin_job(Job* job) {
  const Value* step = resumed_.find("step");
  const bool resumed = step != nullptr && step->is_string() && step->text() == job->step.id;
  const Value* started = resumed_.find("started");
  if (resumed && started != nullptr && *started == Value::boolean(true)) {
    if (const Value* id = resumed_.find("id")) job->id = *id;
    context_.log(model::LogLevel::info,
                 fmt::format("{}: waiting for the job that was started before", definition_.title));
    co_return base::Result<void>();
  }
  job_ = job_value(*job);
  if (resumed) {
    bool found = false;
    if (job->spec.lookup) {
      GYR_CO_TRY(found, co_await look_up(job));
    } else if (!job->spec.idempotent) {
      co_return base::fail(request_failed,
                           fmt::format("{}: a lost worker may have started the job already: look there, and run the "
                                       "task again if it has not",
                                       definition_.title));
    }
    if (found) co_return co_await keep_started(job);
  } else {
    GYR_CO_CHECK(co_await keep_position(*job, false));
  }
  GYR_CO_CHECK(co_await start_job(job));
  co_return co_await keep_started(job);
}

/// Without a position, a later attempt cannot find the job. So the job is ended.
base::Task<base::Result<void>> ConnectorRun::keep_started(Job* job) {
  auto kept = co_await keep_position(*job, true);
  if (!kept && !context_.handed_over()) co_await kill_job(*job);
  co_return kept;
}

/// Tells the system to end the job, if the connector says how. The attempt is over: nothing waits for the effect. What
/// was cancelled is the attempt, and not this.
base::Task<void> ConnectorRun::kill_job(const Job& job) {
  job_ = job_value(job);
  if (!job.spec.kill) {
    context_.log(model::LogLevel::warn,
                 fmt::format("{}: the job {}continues: the connector cannot end it", definition_.title,
                             job.id.is_null() ? std::string() : expression::to_text(job.id) + " "));
    co_return;
  }
  cancel_ = {};
  template_.request.total_timeout = kill_request_timeout;
  const base::MonotonicTime begin = context_.loop().now();
  auto response = co_await send_kill(*job.spec.kill);
  for (const RequestSpec& older : job.spec.kill->older) {
    if (!response || response->status != 404 || context_.loop().now() - begin > kill_request_timeout) break;
    response = co_await send_kill(older);
  }
  if (response && response->status < 400) {
    context_.log(model::LogLevel::info, fmt::format("{}: asked to end the job", definition_.title));
    co_return;
  }
  const std::string reason =
      response ? fmt::format("status {}", response->status) : std::string(response.error().message());
  context_.log(model::LogLevel::warn, fmt::format("{}: cannot end the job: {}", definition_.title, reason));
}

/// Once, and without the waits of other requests.
base::Task<base::Result<net::ClientResponse>> ConnectorRun::send_kill(const RequestSpec& spec) {
  GYR_CO_TRY(net::ClientRequest request, co_await build(spec));
  GYR_CO_CHECK(co_await authorize(&request));
  co_return co_await context_.http()->send(std::move(request), cancel_);
}

/// Asks for the state until it is a last one.
base::Task<base::Result<Value>> ConnectorRun::wait_for_job(Job* job) {
  const JobSpec& spec = job->spec;
  const base::MonotonicTime deadline = context_.loop().now() + job->timeout;
  std::string message;
  nanoseconds pause = job->interval;
  bool is_away = false;
  for (;;) {
    if (cancel_.cancelled()) {
      if (!context_.handed_over()) co_await kill_job(*job);
      co_return base::fail(plugin::task_cancelled, "the task was cancelled while it waited for the job");
    }
    job_ = job_value(*job);
    auto answer = co_await ask(*spec.poll);
    if (!answer) {
      if (cancel_.cancelled()) continue;
      if (!may_come_back(last_status_)) co_return base::fail(answer.error());
      if (!std::exchange(is_away, true)) {
        context_.log(model::LogLevel::warn, fmt::format("cannot ask for the state of the job, which is tried again: {}",
                                                        answer.error().message()));
      }
    } else {
      is_away = false;
      auto state = co_await render(spec.state);
      if (!state) co_return base::fail(other_form(state.error()));
      const std::string name = state->is_null() ? std::string() : expression::to_text(*state);
      if (spec.message.is_set()) {
        auto said = co_await render(spec.message);
        message = said && !said->is_null() ? expression::to_text(*said) : std::string();
      }
      const std::string words = base::trim(message).empty() ? std::string() : ": " + message;
      if (std::exchange(job->state, name) != name)
        context_.log(model::LogLevel::info, fmt::format("{}: {}{}", definition_.title, name, words));
      if (is_one_of(spec.success, name)) {
        base::MapBuilder result(answer->value);
        result.set("job", job_value(*job));
        co_return result.build();
      }
      if (is_one_of(spec.failure, name) || is_one_of(spec.cancelled, name))
        co_return base::fail(request_failed,
                             fmt::format("{}: the job ended with {}{}", definition_.title, name, words));
    }
    const base::MonotonicTime now = context_.loop().now();
    if (now >= deadline) {
      co_await kill_job(*job);
      co_return base::fail(
          request_failed, fmt::format("{}: the job has not ended after {} s; its last state is {}{}", definition_.title,
                                      std::chrono::duration_cast<std::chrono::seconds>(job->timeout).count(),
                                      job->state.empty() ? "not known" : job->state,
                                      base::trim(message).empty() ? std::string() : ": " + message));
    }
    (void)co_await base::sleep_for(context_.loop(), std::min<nanoseconds>(pause, deadline - now), cancel_);
    pause = std::min(nanoseconds(std::llround(static_cast<double>(pause.count()) * spec.backoff)), job->longest);
  }
}

base::Task<base::Result<Value>> ConnectorRun::run_job(const StepSpec& step) {
  Job job{
      .step = step, .spec = *step.job, .key = fmt::format("{}_{}", position_name(), step.id), .id = {}, .state = {}};
  GYR_CO_TRY(job.interval, co_await render_duration(job.spec.interval, std::chrono::seconds(10), "interval"));
  GYR_CO_TRY(job.longest, co_await render_duration(job.spec.max_interval, job.interval, "maxInterval"));
  GYR_CO_TRY(job.timeout, co_await render_duration(job.spec.timeout, std::chrono::hours(1), "timeout"));
  if (!job.spec.max_interval.is_set() && job.spec.backoff > 1) job.longest = 10 * job.interval;
  job.longest = std::max(job.longest, job.interval);
  GYR_CO_CHECK(co_await begin_job(&job));
  bool wait = true;
  if (job.spec.wait.is_set()) {
    GYR_CO_TRY(Value wanted, co_await render(job.spec.wait));
    wait = expression::is_truthy(wanted);
  }
  job_ = job_value(job);
  if (wait) co_return co_await wait_for_job(&job);
  if (last_answer_.is_null()) {  // an earlier attempt has started it
    GYR_CO_TRY(Answer answer, co_await ask(*job.spec.poll));
    last_answer_ = answer.value;
  }
  base::MapBuilder result(last_answer_);
  result.set("job", job_);
  co_return result.build();
}

}  // namespace gyr::connectors
