// What runners share that run a task as a job of another system.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gyr::plugins::runner {

/// `<namespace>-<flow>-<task>` as systems take names: lower case, digits and `-`, at most 57 characters; then `-` and
/// five characters made of `random` (RUNNER-5).
std::string remote_job_name(std::string_view namespace_, std::string_view flow_id, std::string_view task_id,
                            uint64_t random);

/// Lines of a task as a log service gives them, which glues some together: breaks before every `::{` that does not
/// begin a line, and at CR (SCRIPT-32). Gives no empty pieces.
void each_unglued_line(std::string_view text, const std::function<void(std::string_view line)>& sink);

}  // namespace gyr::plugins::runner
