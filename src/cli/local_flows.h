// The flows of a run without a server: parsed, told what is wrong with them, and saved.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "model/flow.h"

namespace gyr::cli {

/// Where flows of the command line live.
inline constexpr std::string_view local_tenant = "main";

/// Parses `main_file`, whose first document is the flow to run, and the files and folders of `others`, and saves them
/// all. Findings that are errors are printed. Gives the flow to run; the error then says only that there are errors.
base::Result<std::shared_ptr<const model::Flow>> save_flows(Session& session, LocalRuntime& runtime,
                                                            const std::string& main_file,
                                                            const std::vector<std::string>& others);

}  // namespace gyr::cli
