#include "worker/directory_run.h"

#include <fmt/format.h>

#include "engine/rules.h"
#include "engine/settings.h"
#include "plugin_api/render.h"
#include "plugins/script/namespace_files.h"
#include "plugins/script/working_files.h"
#include "syntax/time.h"
#include "worker/directory_cache.h"

namespace gyr::worker {

using base::MapBuilder;
using base::Value;
using model::State;
using Kind = protocol::ChildReport::Kind;

namespace {

plugin::RunInfo info_of_job(const protocol::Job& job, const engine::CompiledTask& task) {
  plugin::RunInfo info;
  info.tenant = job.flow.tenant;
  info.namespace_ = job.flow.namespace_;
  info.flow_id = job.flow.id;
  info.revision = job.revision;
  info.execution_id = job.key.execution_id;
  info.task_run_id = job.key.task_run_id;
  info.task_id = job.task_id;
  info.task_type = task.type_name();
  info.attempt = job.key.attempt;
  info.value = job.value;
  return info;
}

/// The tree with `leaf` at a path of keys; everything else stays.
Value put_at(const Value& tree, std::span<const std::string> path, const Value& leaf) {
  if (path.empty()) return leaf;
  MapBuilder map(tree.is_map() ? tree : Value::empty_map());
  const Value* below = map.find(path.front());
  map.set(path.front(), put_at(below == nullptr ? Value::empty_map() : *below, path.subspan(1), leaf));
  return map.build();
}

/// Tasks after the end of the execution are not retried (EXEC-42).
bool behind_the_end(const engine::CompiledFlow& flow, const engine::CompiledTask& task) {
  const engine::CompiledTask* top = &task;
  while (top->parent != engine::CompiledTask::no_parent) top = &flow.task(top->parent);
  return top->role == engine::ListRole::after;
}

}  // namespace

DirectoryRun::DirectoryRun(DirectoryHost host, std::shared_ptr<const engine::CompiledFlow> flow, protocol::Job job,
                           std::shared_ptr<Attempt> attempt)
    : host_(std::move(host)),
      flow_(std::move(flow)),
      task_(*flow_->find(job.task_id)),
      properties_(task_.spec->properties<engine::WorkingDirectory>()),
      job_(std::move(job)),
      attempt_(std::move(attempt)),
      context_(host_.services, {task_.spec->log_level, task_.spec->log_to_file}, info_of_job(job_, task_), job_.key,
               job_.context, flow_->key(), job_.log_sequence, attempt_->cancel.token()),
      roots_(job_.context) {}

base::Task<protocol::Result> DirectoryRun::run() {
  protocol::Result result;
  result.key = job_.key;
  End end = End::done;
  auto prepared = co_await prepare();
  if (prepared) {
    end = co_await run_children();
  } else {
    end = cancelled() ? cancelled_end() : End::failed;
    result.error = prepared.error().message();
  }
  if (end == End::done) {
    auto outputs = co_await collect();
    if (outputs) {
      result.outputs = *std::move(outputs);
    } else {
      end = cancelled() ? cancelled_end() : End::failed;
      result.error = outputs.error().message();
    }
  }
  result.error = context_.cleaned(result.error);
  if (end == End::failed && !result.error.empty()) context_.tell(model::LogLevel::error, result.error);
  if (end != End::done) result.state = end == End::killed ? State::killed : State::failed;
  result.log_file = co_await context_.store_log_file();
  co_await context_.attempt_files().remove_all();
  result.metrics = context_.take_metrics();
  result.log_sequence = context_.log_sequence();
  result.at = host_.services.clock.now();
  co_return result;
}

base::Task<base::Result<void>> DirectoryRun::prepare() {
  GYR_CO_CHECK(co_await context_.renderer().open_secrets());
  GYR_CO_TRY(directory_, context_.attempt_files().working_directory());
  if (properties_.cache)
    cache_restored_ = co_await restore_directory_cache(context_, *properties_.cache, host_.services.files);
  if (properties_.namespace_files)
    GYR_CO_CHECK(co_await plugins::script::load_namespace_files(context_, *properties_.namespace_files));
  if (properties_.input_files.is_set()) {
    GYR_CO_TRY(Value files, co_await context_.render_value(properties_.input_files, {}, false));
    if (!files.is_null()) GYR_CO_CHECK(co_await plugins::script::write_input_files(context_, std::move(files)));
  }
  if (cancelled()) co_return base::fail(plugin::task_cancelled, "ended before its tasks began");
  co_return base::Result<void>();
}

base::Task<base::Result<Value>> DirectoryRun::collect() {
  MapBuilder outputs;
  GYR_CO_TRY(auto patterns, co_await context_.render(properties_.output_files));
  if (patterns && !patterns->empty()) {
    GYR_CO_TRY(Value files, co_await plugins::script::store_output_files(context_, *std::move(patterns), {}, {}));
    outputs.set("outputFiles", std::move(files));
  }
  if (properties_.cache)
    co_await save_directory_cache(context_, *properties_.cache, host_.services.files, cache_restored_);
  co_return outputs.build();
}

base::Task<DirectoryRun::End> DirectoryRun::run_children() {
  for (uint32_t index : task_.branches[0]) {
    if (cancelled()) co_return cancelled_end();
    base::Instant now = host_.services.clock.now();
    End end = co_await run_child({&flow_->task(index), base::make_id(now)});
    if (end != End::done) co_return end;
  }
  co_return cancelled() ? cancelled_end() : End::done;
}

base::Task<DirectoryRun::End> DirectoryRun::run_child(Child child) {
  if (auto end = co_await admit(&child)) co_return *end;
  for (;;) {
    protocol::ChildReport began = report_about(child, Kind::began);
    if (child.attempts == 0) child.first_start = began.at;
    host_.report(std::move(began));
    auto attempt = std::make_shared<Attempt>();
    auto follows = attempt_->cancel.token().on_cancel([this, attempt] {
      attempt->killed = attempt_->killed;
      attempt->cancel.cancel();
    });
    protocol::Result result = co_await host_.run_attempt(attempt, order(child));
    if (cancelled() && cancelled_end() == End::cut_off) co_return End::cut_off;
    child.attempts += 1;
    child.log_sequence = result.log_sequence;
    auto next = next_attempt(child, result);
    if (!next) co_return settle(child, std::move(result));

    protocol::ChildReport retries = report_about(child, Kind::retries);
    retries.attempt -= 1;
    retries.outputs = std::move(result.outputs);
    retries.metrics = std::move(result.metrics);
    retries.log_file = std::move(result.log_file);
    host_.report(std::move(retries));
    auto wait = std::chrono::nanoseconds(std::max<int64_t>(0, (*next - host_.services.clock.now()).to_nanos()));
    if (!co_await base::sleep_for(host_.services.loop, wait, attempt_->cancel.token())) co_return cancelled_end();
  }
}

base::Task<std::optional<DirectoryRun::End>> DirectoryRun::admit(Child* child) {
  const model::TaskSpec& spec = *child->task->spec;
  if (spec.defect.empty() && !child->task->run_if) co_return std::nullopt;
  AttemptContext context(host_.services, {spec.log_level, spec.log_to_file}, info_of(*child), job_.key,
                         context_of(*child), flow_->key(), 0, attempt_->cancel.token());
  std::string problem = spec.defect;  // FLOW-64
  if (problem.empty()) {
    auto opened = co_await context.renderer().open_secrets();
    auto holds = opened ? co_await context.renderer().render(*child->task->run_if, {}, false)
                        : base::Result<Value>(base::fail(opened.error()));
    if (holds && expression::is_truthy(*holds)) co_return std::nullopt;
    if (cancelled()) co_return cancelled_end();
    if (holds) {
      host_.report(report_about(*child, Kind::skipped));
      remember(*child, Value::empty_map(), State::skipped);
      co_return End::done;
    }
    problem = "Failed evaluating runIf: " + holds.error().message();  // TASK-6
  }
  context.tell(model::LogLevel::error, problem);
  child->log_sequence = context.log_sequence();
  host_.report(report_about(*child, Kind::refused));
  co_return End::failed;
}

DirectoryRun::End DirectoryRun::settle(const Child& child, protocol::Result result) {
  protocol::ChildReport report = report_about(child, Kind::ended);
  report.attempt -= 1;
  report.state = result.state;
  report.outputs = result.outputs;
  report.at = result.at;
  report.metrics = std::move(result.metrics);
  report.log_file = std::move(result.log_file);
  State told = host_.report(std::move(report));
  const engine::CompiledTask& task = *child.task;
  bool warns = task.retry != nullptr && task.retry->warning_on_retry && child.attempts > 1;
  State state = engine::state_after(told, warns, task.allow_failure, task.allow_warning);
  remember(child, told == result.state ? result.outputs : Value(), state);
  if (state == State::killed) return End::killed;
  return state == State::failed ? End::failed : End::done;
}

std::optional<base::Instant> DirectoryRun::next_attempt(const Child& child, const protocol::Result& result) const {
  const model::Retry* retry = child.task->retry;
  if (retry == nullptr || result.state != State::failed || cancelled() || behind_the_end(*flow_, task_))
    return std::nullopt;
  if (retry->behavior != model::RetryBehavior::retry_failed_task) return std::nullopt;
  // An allowed failure of a task only triggers its own retry (EXEC-50).
  if (child.task->allow_failure && !child.task->retry_is_own) return std::nullopt;
  return retry->next_date(child.attempts, child.first_start, result.at, base::secure_random());
}

plugin::RunInfo DirectoryRun::info_of(const Child& child) const {
  plugin::RunInfo info = context_.info();
  info.task_run_id = child.run;
  info.task_id = child.task->id();
  info.task_type = child.task->type_name();
  info.attempt = child.attempts;
  return info;
}

AttemptOrder DirectoryRun::order(const Child& child) const {
  AttemptOrder order;
  order.flow = flow_;
  order.task = child.task;
  order.job = job_.key;
  order.task_run = child.run;
  order.attempt = child.attempts;
  order.value = job_.value;
  order.context = context_of(child);
  order.log_sequence = child.log_sequence;
  order.resumed_attempt = child.attempts;
  order.directory = directory_;
  return order;
}

Value DirectoryRun::context_of(const Child& child) const {
  MapBuilder roots(roots_);
  roots.set("task",
            Value::map({{"id", Value::string(child.task->id())}, {"type", Value::string(child.task->type_name())}}));
  MapBuilder run;
  run.set("id", Value::string(child.run.to_text()));
  run.set("startDate", Value::string(syntax::format_instant(host_.services.clock.now())));
  run.set("attemptsCount", Value::narrow_integer(child.attempts));
  run.set("parentId", Value::string(job_.key.task_run_id.to_text()));
  if (job_.value) run.set("value", Value::string(*job_.value));
  roots.set("taskrun", run.build());
  if (job_.value && roots_.find("parents") != nullptr) {  // EXEC-112: the directory itself is the nearest of them
    base::ListBuilder parents;
    parents.push(Value::map({{"taskrun", Value::map({{"value", Value::string(*job_.value)}})}}));
    for (const Value& further : roots_.find("parents")->items()) parents.push(further);
    roots.set("parents", parents.build());
  }
  if (job_.value) roots.set("parent", Value::map({{"taskrun", Value::map({{"value", Value::string(*job_.value)}})}}));
  return roots.build();
}

protocol::ChildReport DirectoryRun::report_about(const Child& child, Kind kind) const {
  protocol::ChildReport report;
  report.job = job_.key;
  report.task_run = child.run;
  report.task_id = child.task->id();
  report.attempt = child.attempts;
  report.kind = kind;
  report.at = host_.services.clock.now();
  report.log_sequence = child.log_sequence;
  return report;
}

void DirectoryRun::remember(const Child& child, const Value& outputs, State state) {
  std::vector<std::string> path = {child.task->id()};
  // the value of the WorkingDirectory itself is the last one
  path.insert(path.end(), job_.values.begin(), job_.values.end());
  MapBuilder roots(roots_);
  // A skipped task has no outputs, not even empty ones, and below the values of loops no task has empty ones
  // (EXEC-111).
  if (outputs.size() > 0 || (state != State::skipped && path.size() == 1)) {
    const Value* all = roots.find("outputs");
    roots.set("outputs", put_at(all == nullptr ? Value::empty_map() : *all, path,
                                outputs.is_map() ? outputs : Value::empty_map()));
  }
  if (const Value* tasks = roots.find("tasks")) {
    roots.set("tasks", put_at(*tasks, path, Value::map({{"state", Value::string(model::to_text(state))}})));
  }
  roots_ = roots.build();
}

}  // namespace gyr::worker
