#include "intake/starter.h"

#include "base/log.h"
#include "command/errors.h"
#include "engine/trigger/start.h"
#include "host/host_render.h"
#include "model/flow.h"
#include "model/labels.h"
#include "syntax/time.h"

namespace gyr::executor {

using base::Value;

namespace {

constexpr size_t max_answers = 10'000;

/// The answer of a start that a check refuses (FLOW-86).
std::string blocked_message(const std::vector<FailedCheck>& checks) {
  std::string messages;
  for (const auto& failed : checks) {
    if (!messages.empty()) messages += ", ";
    messages += failed.message;
  }
  return "Flow execution blocked: one or more condition checks evaluated to false.\nFailed checks: " + messages;
}

bool any_behaves(const std::vector<FailedCheck>& checks, model::CheckBehavior behavior) {
  return std::any_of(checks.begin(), checks.end(),
                     [behavior](const FailedCheck& failed) { return failed.check->behavior == behavior; });
}

}  // namespace

/// A resolution in progress; keeps itself alive with its callbacks.
struct Starter::Resolving : std::enable_shared_from_this<Starter::Resolving> {
  Starter& starter;
  std::shared_ptr<const engine::CompiledFlow> flow;
  HostScope scope;
  expression::ValueContext context;
  model::InputRequest request;
  std::vector<model::InputAnswer> answers;
  Resolved done;

  Resolving(Starter& starter, std::shared_ptr<const engine::CompiledFlow> flow, std::span<const model::Input> inputs,
            base::Id execution, Value given, Value roots, Resolved done)
      : starter(starter),
        flow(std::move(flow)),
        scope{*this->flow->key(), execution, {}},
        context(std::move(roots)),
        done(std::move(done)) {
    request.inputs = inputs;
    request.given = std::move(given);
    request.context = &context;
    request.environment.now = starter.clock_.now();
    request.environment.random_seed = base::secure_random();
    request.environment.recursive_rendering = starter.settings_.recursive_rendering;
    request.encryptor = starter.settings_.encryptor;
  }

  void go_on() {
    request.answers = answers;
    auto outcome = model::resolve_inputs(request);
    if (auto* resolved = std::get_if<model::ResolvedInputs>(&outcome)) return done(std::move(*resolved));
    auto need = std::get<model::InputNeed>(std::move(outcome));
    if (need.call.function.empty() || answers.size() >= max_answers) {
      return done(base::fail(
          invalid_inputs,
          "cannot resolve an input before the execution exists: its expression needs a value of the execution"));
    }
    starter.host_.call(scope, need.call, [self = shared_from_this(), need](base::Result<Value> answer) mutable {
      self->answers.push_back({std::move(need.part), {std::move(need.call), std::move(answer)}});
      self->go_on();
    });
  }
};

Starter::Starter(store::Store& store, FlowCache& flows, HostService& host, Commands& commands,
                 const engine::Settings& settings, const base::Clock& clock)
    : store_(store), flows_(flows), host_(host), commands_(commands), settings_(settings), clock_(clock) {}

void Starter::runnable_flow(const model::FlowKey& key, int32_t revision,
                            std::move_only_function<void(base::Result<LoadedFlowPtr>)> done) {
  auto judge = [revision](const LoadedFlowPtr& flow) -> base::Result<LoadedFlowPtr> {
    if (flow == nullptr || (flow->deleted && revision == 0)) return base::fail(flow_not_found, "Flow not found");
    if (flow->draft) return base::fail(flow_disabled, std::string(draft_message));
    if (flow->disabled) return base::fail(flow_disabled, "Requested Flow is disabled.");
    if (flow->compiled == nullptr)
      return base::fail(flow_invalid, "Cannot execute an invalid flow: " + flow->exception);
    return flow;
  };
  if (auto flow = flows_.cached(key, revision)) return done(judge(flow));
  store_.read([this, key, revision, judge, done = std::move(done)](store::Reader& reader) mutable {
    auto flow = flows_.get(reader, key, revision);
    done(flow ? judge(*flow) : base::Result<LoadedFlowPtr>(base::fail(flow.error())));
  });
}

Value Starter::roots(const engine::CompiledFlow& flow, base::Id execution, const std::vector<model::Label>& labels,
                     const std::optional<model::ExecutionTrigger>& trigger) const {
  return engine::trigger::roots_before_execution(flow, settings_, execution, labels,
                                                 trigger ? &trigger->variables : nullptr, clock_.now());
}

void Starter::resolve_all(std::shared_ptr<const engine::CompiledFlow> flow, base::Id execution, Value given,
                          Value roots, Resolved done) {
  std::span<const model::Input> inputs = flow->flow().inputs;
  resolve_inputs(std::move(flow), inputs, execution, std::move(given), std::move(roots), std::move(done));
}

void Starter::resolve_inputs(std::shared_ptr<const engine::CompiledFlow> flow, std::span<const model::Input> inputs,
                             base::Id execution, Value given, Value roots, Resolved done) {
  if (inputs.empty()) return done(model::ResolvedInputs{});
  std::make_shared<Resolving>(*this, std::move(flow), inputs, execution, std::move(given), std::move(roots),
                              std::move(done))
      ->go_on();
}

void Starter::resolve(InputRequest request, Done done) {
  Value context = roots(*request.flow, request.execution, request.labels, std::nullopt);
  resolve_all(request.flow, request.execution, std::move(request.given), std::move(context),
              [done = std::move(done)](base::Result<model::ResolvedInputs> resolved) mutable {
                if (!resolved) return done(base::fail(resolved.error()));
                if (!resolved->valid()) return done(base::fail(invalid_inputs, resolved->message()));
                done(resolved->values());
              });
}

void Starter::evaluate(HostScope scope, Evaluate evaluate, Done done) {
  evaluate_with_host(host_, std::move(scope), std::move(evaluate), clock_.now(), std::move(done));
}

void Starter::run_checks(std::shared_ptr<const engine::CompiledFlow> flow, base::Id execution, Value roots,
                         std::move_only_function<void(std::vector<FailedCheck>)> done) {
  struct Running {
    std::vector<FailedCheck> failed;
    size_t next = 0;
    std::move_only_function<void(std::vector<FailedCheck>)> done;
    std::function<void()> go_on;
  };
  if (flow->flow().checks.empty()) return done({});
  auto running = std::make_shared<Running>();
  running->done = std::move(done);
  running->go_on = [this, running, flow, execution, roots] {
    const auto& checks = flow->flow().checks;
    if (running->next >= checks.size()) {
      auto finished = std::move(running->done);
      auto failed = std::move(running->failed);
      running->go_on = nullptr;  // breaks the reference cycle that keeps it alive
      return finished(std::move(failed));
    }
    const model::Check& check = checks[running->next++];
    auto source = std::make_shared<const expression::ValueTemplate>(check.condition.source());
    render_with_host(host_, {*flow->key(), execution, {}}, source, roots, true, clock_.now(),
                     [running, &check](base::Result<Value> holds) {
                       if (!holds) {
                         running->failed.push_back(
                             {&check, "Failed to evaluate check condition. Cause: " + holds.error().message()});
                       } else if (!holds->is_boolean() || !holds->as_boolean()) {
                         running->failed.push_back({&check, check.message});
                       }
                       auto go_on = running->go_on;
                       go_on();
                     });
  };
  auto go_on = running->go_on;
  go_on();
}

void Starter::submit(StartRequest request, const LoadedFlowPtr& flow, std::vector<model::Label> labels, Value inputs,
                     bool failed_checks, ReplyTo<CreateExecution> reply) {
  CreateExecution create;
  create.id = request.id;
  create.flow = flow->key;
  create.revision = flow->revision;
  create.inputs = std::move(inputs);
  create.labels = std::move(labels);
  create.trigger = std::move(request.trigger);
  create.schedule_date = request.schedule_date;
  create.kind = request.kind;
  create.breakpoints = std::move(request.breakpoints);
  create.idempotency_key = std::move(request.idempotency_key);
  create.failed_checks = failed_checks;
  commands_.submit(std::move(create), std::move(reply));
}

void Starter::start(StartRequest request, ReplyTo<CreateExecution> reply) {
  if (auto allowed = model::check_caller_labels(request.labels); !allowed) return reply(base::fail(allowed.error()));
  model::FlowKey key = request.flow;
  int32_t revision = request.revision;
  runnable_flow(
      key, revision,
      [this, request = std::move(request), reply = std::move(reply)](base::Result<LoadedFlowPtr> found) mutable {
        if (!found) return reply(base::fail(found.error()));
        LoadedFlowPtr flow = *found;
        const model::Flow& definition = flow->compiled->flow();
        auto labels =
            model::execution_labels(definition.labels, request.labels, request.trigger_labels, request.id.to_text());
        Value context = roots(*flow->compiled, request.id, labels, request.trigger);
        Value given = request.inputs;
        base::Id id = request.id;
        resolve_all(
            flow->compiled, id, std::move(given), context,
            [this, flow, labels = std::move(labels), context, request = std::move(request),
             reply = std::move(reply)](base::Result<model::ResolvedInputs> resolved) mutable {
              if (!resolved) return reply(base::fail(resolved.error()));
              if (!resolved->valid()) return reply(base::fail(invalid_inputs, resolved->message()));
              for (const auto& name : resolved->undeclared) {
                base::log::warn("Input {} was provided for workflow {}.{} but isn't declared in the workflow inputs",
                                name, flow->key->namespace_, flow->key->id);
              }
              Value inputs = flow->compiled->flow().inputs.empty() ? Value::empty_map() : resolved->values();
              if (!request.check || flow->compiled->flow().checks.empty()) {
                return submit(std::move(request), flow, std::move(labels), std::move(inputs), false, std::move(reply));
              }
              base::MapBuilder with_inputs(context);
              with_inputs.set("inputs", inputs);
              base::Id execution = request.id;
              run_checks(
                  flow->compiled, execution, with_inputs.build(),
                  [this, flow, labels = std::move(labels), inputs = std::move(inputs), request = std::move(request),
                   reply = std::move(reply)](std::vector<FailedCheck> failed) mutable {
                    if (any_behaves(failed, model::CheckBehavior::block_execution)) {
                      return reply(base::fail(checks_failed, blocked_message(failed)));
                    }
                    bool fails = any_behaves(failed, model::CheckBehavior::fail_execution);
                    submit(std::move(request), flow, std::move(labels), std::move(inputs), fails, std::move(reply));
                  });
            });
      });
}

void Starter::validate(StartRequest request, std::move_only_function<void(base::Result<InputReport>)> done) {
  model::FlowKey key = request.flow;
  int32_t revision = request.revision;
  runnable_flow(
      key, revision,
      [this, request = std::move(request), done = std::move(done)](base::Result<LoadedFlowPtr> found) mutable {
        if (!found) return done(base::fail(found.error()));
        auto flow = (*found)->compiled;
        auto labels = model::execution_labels(flow->flow().labels, request.labels, {}, request.id.to_text());
        Value context = roots(*flow, request.id, labels, request.trigger);
        resolve_all(flow, request.id, request.inputs, context,
                    [this, flow, context, id = request.id,
                     done = std::move(done)](base::Result<model::ResolvedInputs> resolved) mutable {
                      if (!resolved) return done(base::fail(resolved.error()));
                      base::MapBuilder with_inputs(context);
                      with_inputs.set("inputs", resolved->values());
                      run_checks(flow, id, with_inputs.build(),
                                 [flow, resolved = *std::move(resolved),
                                  done = std::move(done)](std::vector<FailedCheck> failed) mutable {
                                   done(InputReport{flow, std::move(resolved), std::move(failed)});
                                 });
                    });
      });
}

}  // namespace gyr::executor
