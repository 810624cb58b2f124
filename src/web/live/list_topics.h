// Topics about lists: executions, triggers, one flow, the installation.
#pragma once

#include "web/http/filters.h"
#include "web/live/topic.h"

namespace gyr::web {

/// `executions?filters…`: executions that changed, as in a search of the caller, without task runs.
std::shared_ptr<LiveTopic> make_executions_topic(std::string name, Selection<store::ExecutionQuery> selection);
/// `triggers?filters…`: triggers whose state changed, as in a search.
std::shared_ptr<LiveTopic> make_triggers_topic(std::string name, Selection<store::TriggerQuery> selection);
/// `flow:NAMESPACE/ID`: the current revision.
std::shared_ptr<LiveTopic> make_flow_topic(std::string name, model::FlowKey flow);
/// `system`: maintenance mode and kill switches.
std::shared_ptr<LiveTopic> make_system_topic(std::string name);

}  // namespace gyr::web
