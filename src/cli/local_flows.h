// Parses and saves the flows of a run without a server.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "model/flow.h"

namespace gyr::cli {

/// The tenant of flows that run without a server.
inline constexpr std::string_view local_tenant = "main";

/// Parses `main_file`, whose first document is the flow to run, and the files and folders of `others`, and saves all
/// flows. Prints the errors of flows that are not valid, and then fails. Returns the flow to run.
base::Result<std::shared_ptr<const model::Flow>> save_flows(Session& session, LocalRuntime& runtime,
                                                            const std::string& main_file,
                                                            const std::vector<std::string>& others);

}  // namespace gyr::cli
