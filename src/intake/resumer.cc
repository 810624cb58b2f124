#include "intake/resumer.h"

#include "base/log.h"
#include "command/errors.h"
#include "engine/context.h"
#include "engine/flowable/pause.h"
#include "executor/live_executions.h"

namespace gyr::executor {

using base::Value;

namespace {

const engine::RunState* paused_run(const engine::ExecutionState& state, base::Id wanted) {
  for (const auto& run : state.runs()) {
    if (run->wait == engine::Wait::resume && (!wanted || run->run.id == wanted)) return run.get();
  }
  return nullptr;
}

}  // namespace

Resumer::Resumer(store::Store& store, FlowCache& flows, Starter& starter, Commands& commands,
                 const engine::Settings& settings, const base::Clock& clock)
    : store_(store), flows_(flows), starter_(starter), commands_(commands), settings_(settings), clock_(clock) {}

Value Resumer::roots(const engine::ExecutionState& state, const engine::RunState& run) const {
  expression::Environment environment;
  environment.now = clock_.now();
  environment.random_seed = base::secure_random();
  const engine::ExecutionContext context(state, &run, settings_, environment);
  std::vector<expression::Reference> wanted;
  for (std::string& name : context.root_names()) {
    if (name != "inputs") wanted.push_back({std::move(name), {}});  // the inputs of the pause, as they are resolved
  }
  return context.for_worker(wanted);
}

base::Result<PausedExecution> Resumer::read(store::Reader& reader, const std::string& tenant, base::Id id,
                                            base::Id task_run) const {
  LiveBudget budget{.capacity = 1};
  LiveExecutions live_executions(flows_, budget);
  std::optional<Unloadable> unloadable;
  GYR_TRY(LiveExecution * live, live_executions.load(reader, id, unloadable));
  if (unloadable) return base::fail(flow_invalid, "Cannot execute an invalid flow: " + unloadable->reason);
  if (live == nullptr || live->state->flow().key()->tenant != tenant) return base::fail(not_found(id));
  const engine::ExecutionState& state = *live->state;
  PausedExecution paused{state.flow_pointer(), id, {}, {}, {}, {}};
  const engine::RunState* run = paused_run(state, task_run);
  if (run == nullptr) {
    if (task_run || state.execution().state.current() != model::State::paused) return base::fail(not_paused(id));
    return paused;
  }
  paused.task_run = run->run.id;
  paused.task_id = run->run.task_id;
  paused.inputs = state.flow().task(run->task).spec->properties<engine::PauseProperties>().on_resume;
  if (!paused.inputs.empty()) paused.roots = roots(state, *run);
  return paused;
}

void Resumer::find(std::string tenant, base::Id execution, base::Id task_run, Found done) {
  store_.read([this, tenant = std::move(tenant), execution, task_run, done = std::move(done)](
                  store::Reader& reader) mutable { done(read(reader, tenant, execution, task_run)); });
}

void Resumer::check(const PausedExecution& paused, Value given, Starter::Resolved done) {
  starter_.resolve_inputs(paused.flow, paused.inputs, paused.execution, std::move(given), paused.roots,
                          std::move(done));
}

void Resumer::resume(PausedExecution paused, Value given, std::string by, ReplyTo<ResumeExecution> reply) {
  check(paused, std::move(given),
        [this, paused, by = std::move(by),
         reply = std::move(reply)](base::Result<model::ResolvedInputs> resolved) mutable {
          if (!resolved) return reply(base::fail(resolved.error()));
          if (!resolved->valid()) return reply(base::fail(invalid_inputs, resolved->message()));
          for (const auto& name : resolved->undeclared) {
            base::log::warn("Input {} was provided to resume execution {} but its pause does not declare it", name,
                            paused.execution.to_text());
          }
          Value inputs = paused.inputs.empty() ? Value::empty_map() : resolved->values();
          commands_.submit(ResumeExecution{paused.execution, paused.task_run, std::move(inputs), std::move(by)},
                           std::move(reply));
        });
}

void Resumer::resume(model::FlowKey flow, base::Id execution, Value inputs,
                     std::move_only_function<void(base::Result<Value>)> done) {
  find(flow.tenant, execution, {},
       [this, flow, execution, inputs = std::move(inputs),
        done = std::move(done)](base::Result<PausedExecution> paused) mutable {
         if (paused && *paused->flow->key() != flow) return done(base::fail(not_found(execution)));
         if (!paused) {
           const bool awake = paused.error().code() == wrong_state;
           return done(awake ? base::fail(wrong_state, "The execution is not paused") : base::fail(paused.error()));
         }
         resume(*std::move(paused), inputs.is_map() ? inputs : Value::empty_map(), {},
                [done = std::move(done)](base::Result<ExecutionAnswer> answer) mutable {
                  done(answer ? base::Result<Value>(Value()) : base::Result<Value>(base::fail(answer.error())));
                });
       });
}

}  // namespace gyr::executor
