// For tests: triggers that workers evaluate, by type alone. What they find or hear is up to the test.
#pragma once

#include <optional>
#include <string>

#include "base/instant.h"
#include "model/dynamic.h"
#include "plugin_api/registry.h"
#include "plugin_api/run_context.h"
#include "plugin_api/trigger_type.h"

namespace gyr::plugin::testing {

/// A polling trigger without its own interval.
struct LookTrigger {
  std::optional<base::Duration> interval;
  model::Dynamic<std::string> text;
  base::Task<PollResult> poll(RunContext&) const { co_return std::optional<base::Value>(); }
};

/// A realtime trigger.
struct ListenTrigger {
  model::Dynamic<std::string> text;
  base::Task<base::Result<void>> listen(RunContext& context, EventSink& sink) const {
    sink.listening();
    (void)co_await base::sleep_for(context.loop(), std::chrono::hours(1), context.cancel_token());
    co_return base::Result<void>();
  }
};

/// `…trigger.TestLook` and `…trigger.TestListen`.
inline void register_test_triggers(Registry& registry) {
  registry.add(trigger_type<LookTrigger>("io.kestra.plugin.core.trigger.TestLook", TriggerKind::polling)
                   .property("interval", &LookTrigger::interval)
                   .property("text", &LookTrigger::text)
                   .build());
  registry.add(trigger_type<ListenTrigger>("io.kestra.plugin.core.trigger.TestListen", TriggerKind::realtime)
                   .property("text", &ListenTrigger::text)
                   .build());
}

}  // namespace gyr::plugin::testing
