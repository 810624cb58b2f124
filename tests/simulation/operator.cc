#include "operator.h"

#include <fmt/format.h>

namespace gyr::simulation {
namespace {

/// An execution that is not there by then never will be.
constexpr size_t max_looks = 300;

store::SwitchEffect effect_of(Intervention::Kind kind) {
  switch (kind) {
    case Intervention::Kind::ignore: return store::SwitchEffect::ignore;
    case Intervention::Kind::cancel: return store::SwitchEffect::cancel;
    case Intervention::Kind::kill: return store::SwitchEffect::kill;
    case Intervention::Kind::maintenance: break;
  }
  return store::SwitchEffect::pass;
}

}  // namespace

Operator::Operator(Events& events, const Scenario& scenario, OperatorServices services)
    : events_(events),
      scenario_(scenario),
      services_(std::move(services)),
      random_(mix(scenario.seed, "operator")),
      switches_(scenario.interventions.size()) {}

void Operator::begin() {
  for (size_t i = 0; i < scenario_.interventions.size(); ++i)
    events_.after(scenario_.interventions[i].at_ms * ms, [this, i] { enter(i, 0); });
}

void Operator::enter(size_t index, size_t tries) {
  const Intervention& intervention = scenario_.interventions[index];
  if (intervention.kind == Intervention::Kind::maintenance) {
    maintained_ += 1;
    return put(index, true);
  }
  store::KillSwitchRow& row = switches_[index];
  row.id = fmt::format("switch-{}", index);
  row.name = row.id;
  row.scope.tenant = "main";
  row.effect = effect_of(intervention.kind);
  row.start = base::Instant{};
  if (intervention.scope != Intervention::Scope::execution) row.scope.namespace_ = "simulation";
  if (intervention.scope == Intervention::Scope::flow) row.scope.flow = intervention.flow;
  if (intervention.scope == Intervention::Scope::execution) {
    const auto created = services_.created(intervention.target);
    if (!created && tries >= max_looks) return;
    if (!created) {
      events_.after(random_.between(1, 200) * ms, [this, index, tries] { enter(index, tries + 1); });
      return;
    }
    row.scope.executions = {*created};
  }
  if (intervention.has_end) row.end = events_.clock().now() + base::Duration::of_micros(intervention.length_ms * ms);
  put(index, true);
}

void Operator::leave(size_t index) {
  if (scenario_.interventions[index].kind == Intervention::Kind::maintenance) {
    maintained_ -= 1;
  } else {
    switches_[index].enabled = false;
  }
  put(index, false);
}

void Operator::put(size_t index, bool on) {
  const Intervention& intervention = scenario_.interventions[index];
  const auto again = [this, index, on] {
    events_.after(random_.between(20, 300) * ms, [this, index, on] { put(index, on); });
  };
  const auto servers = services_.servers();
  if (servers.empty()) return again();
  store::Batch batch;
  const bool maintains = maintained_ > 0;  // another one may want it
  if (intervention.kind == Intervention::Kind::maintenance) {
    batch.maintenance = {maintains, events_.clock().now()};
  } else {
    store::put_entity(batch, switches_[index]);
  }
  Server* asked = servers[random_.below(servers.size())];
  asked->set_operator_holds(std::move(batch), [this, index, on, maintains, again, asked](base::Result<void> outcome) {
    if (!outcome) return again();
    for (Server* other : services_.servers()) {
      if (other != asked) other->hear_soon();
    }
    const Intervention& done = scenario_.interventions[index];
    // Another one has asked for it meanwhile, and may have been faster.
    const bool is_stale = done.kind == Intervention::Kind::maintenance && maintains != (maintained_ > 0);
    if (is_stale) return again();
    if (on && !done.has_end) events_.after(done.length_ms * ms, [this, index] { leave(index); });
  });
}

}  // namespace gyr::simulation
