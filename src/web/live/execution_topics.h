// Topics about one execution: its state, its task runs, its log.
#pragma once

#include "web/live/topic.h"
#include "web/log_view/log_index.h"

namespace gyr::web {

/// `execution:ID`: the execution without its task runs, whenever it changed.
std::shared_ptr<LiveTopic> make_execution_topic(std::string name, std::string tenant, base::Id execution);
/// `runs:ID`, `runs:ID:PARENT`: the rows of one level that changed. `since`: all that changed from then on.
std::shared_ptr<LiveTopic> make_runs_topic(std::string name, std::string tenant, base::Id execution, base::Id parent,
                                           std::optional<int64_t> since);
/// `log:ID`: the lines after the number `since`.
std::shared_ptr<LiveTopic> make_log_topic(std::string name, std::string tenant, base::Id execution,
                                          LogLineFilter filter, int64_t since);

}  // namespace gyr::web
