#include "executor/flow_trigger_evaluation.h"

#include "executor/live_executions.h"
#include "model/flow.h"

namespace gyr::executor {

using base::Value;

namespace {

/// The maximum size of the task runs of an execution that is read for its listeners: 50 MB.
constexpr size_t max_runs = 50'000;

}  // namespace

FlowTriggerEvaluation::FlowTriggerEvaluation(LoadedFlowPtr flow, engine::FlowEvent event,
                                             const engine::Settings& settings, InputResolver& resolver)
    : flow_(std::move(flow)), event_(std::move(event)), settings_(settings), resolver_(resolver) {}

engine::FlowEventSubject FlowTriggerEvaluation::subject() const {
  return {event_, *flow_->compiled, settings_, upstream_.get(), upstream_is_gone_};
}

base::Result<void> FlowTriggerEvaluation::begin(store::Reader& reader, FlowCache& flows, const text::Zone& zone,
                                                base::Instant now, Done done) {
  expression::Environment environment;
  environment.now = now;
  environment.random_seed = base::secure_random();
  bool needs_upstream = false;
  for (const model::TriggerSpec& trigger : flow_->compiled->flow().triggers) {
    if (trigger.disabled || !trigger.is(plugin::flow_trigger_type)) continue;
    JudgedTrigger& judged = triggers_.emplace_back();
    judged.plan = engine::plan_of(trigger, zone);
    judged.execution = model::make_execution_id(*flow_->key, now);
    judged_.push_back(engine::judge_event(judged.plan, subject(), environment, judged.judgement).ok());
    needs_upstream = needs_upstream || !judged_.back();
  }
  // Most triggers only need the event. Others can be evaluated on another thread, which does not read from the store.
  if (needs_upstream) GYR_CHECK(read_upstream(reader, flows));
  done_ = std::move(done);
  go_on();
  return {};
}

base::Result<void> FlowTriggerEvaluation::read_upstream(store::Reader& reader, FlowCache& flows) {
  GYR_TRY(auto row, reader.execution(event_.execution.id));
  upstream_is_gone_ = true;
  if (!row) return {};
  GYR_TRY(auto flow, flows.of_execution(reader, *row));
  if (flow == nullptr || flow->compiled == nullptr) return {};
  const std::string engine_state = std::move(row->engine_state);
  auto state = std::make_shared<engine::ExecutionState>(flow->compiled, std::move(row->execution), false);
  // The runs of an execution that is too large or damaged are not available.
  if (!restore_runs(reader, engine_state, *state, max_runs)) return {};
  upstream_ = std::move(state);
  upstream_is_gone_ = false;
  return {};
}

void FlowTriggerEvaluation::go_on() {
  while (next_ < triggers_.size()) {
    JudgedTrigger& trigger = triggers_[next_];
    if (judged_[next_]) return resolve(trigger);
    const HostScope scope{*flow_->key, event_.execution.id, {}};
    auto judge = [self = shared_from_this(), &trigger](const expression::Environment& environment) {
      return engine::judge_event(trigger.plan, self->subject(), environment, trigger.judgement);
    };
    return resolver_.evaluate(scope, std::move(judge),
                              [self = shared_from_this(), &trigger](base::Result<Value> outcome) {
                                if (!outcome) {
                                  trigger.judgement.passes = false;
                                  trigger.judgement.warnings.push_back(outcome.error().message());
                                }
                                self->resolve(trigger);
                              });
  }
  auto done = std::move(done_);
  done(shared_from_this());
}

void FlowTriggerEvaluation::resolve(JudgedTrigger& trigger) {
  next_ += 1;
  const engine::FlowJudgement& judgement = trigger.judgement;
  if (!judgement.passes || !judgement.concerns()) return go_on();
  if (!judgement.inputs) {
    trigger.inputs = base::fail(judgement.inputs.error());
    return go_on();
  }
  if (flow_->compiled->flow().inputs.empty()) {
    trigger.inputs = Value::empty_map();
    return go_on();
  }
  Value given = judgement.inputs->is_map() ? *judgement.inputs : Value::empty_map();
  resolver_.resolve({flow_->compiled, trigger.execution, std::move(given), judgement.labels},
                    [self = shared_from_this(), &trigger](base::Result<Value> inputs) {
                      trigger.inputs = std::move(inputs);
                      self->go_on();
                    });
}

}  // namespace gyr::executor
