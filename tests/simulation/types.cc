#include "types.h"

#include "engine/types.h"
#include "model/bind.h"
#include "plugin_api/render.h"
#include "plugin_api/run_context.h"
#include "plugins/plugins.h"

namespace gyr::simulation {
namespace {

using base::Value;

struct Work {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const {
    co_return plugin::Success{};
  }  // simulated workers run no bodies
};

/// What stands around the executions of a ForEachItem.
struct ItemsWork {
  model::Dynamic<std::string> items;
  model::Dynamic<Value> batch;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const { co_return plugin::Success{}; }
};

struct Echo {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    auto rendered = co_await context.render(text);
    if (!rendered) co_return std::unexpected(plugin::Failure(rendered.error()));
    context.log(model::LogLevel::info, rendered->value_or(""));
    co_return plugin::Success{Value::map({{"value", Value::string(rendered->value_or(""))}}), {}};
  }
};

struct Fail {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    auto rendered = co_await context.render(text);
    if (!rendered) co_return std::unexpected(plugin::Failure(rendered.error()));
    co_return std::unexpected(plugin::Failure(base::Error(plugin::task_failed, rendered->value_or("failed"))));
  }
};

/// Looked at by the fleet, which says what there is.
struct Look {
  base::Duration interval;
  base::Task<plugin::PollResult> poll(plugin::RunContext&) const { co_return std::optional<Value>(); }
};

void add_types(plugin::Registry& registry) {
  engine::register_engine_types(registry);
  plugins::register_core_triggers(registry);
  plugins::register_core_conditions(registry);
  registry.add(plugin::task_type<Work>("io.kestra.plugin.core.flow.Loop$Outputs").build());
  for (std::string_view part : {"Split", "MergeOutputs"}) {
    registry.add(plugin::task_type<ItemsWork>("io.kestra.plugin.core.flow.ForEachItem$ForEachItem" + std::string(part))
                     .property("items", &ItemsWork::items)
                     .property("batch", &ItemsWork::batch)
                     .build());
  }
  registry.add(plugin::trigger_type<Look>("sim.Look", plugin::TriggerKind::polling)
                   .property("interval", &Look::interval)
                   .build());
  registry.add(plugin::task_type<Work>("sim.Work").property("text", &Work::text).build());
  registry.add(plugin::task_type<Echo>("sim.Echo").trait(plugin::Trait::pure).property("text", &Echo::text).build());
  registry.add(plugin::task_type<Fail>("sim.Fail").trait(plugin::Trait::pure).property("text", &Fail::text).build());
}

}  // namespace

const plugin::Registry& types() {
  struct Types {
    plugin::Registry registry;
    Types() { add_types(registry); }
  };
  static const Types made;
  return made.registry;
}

}  // namespace gyr::simulation
