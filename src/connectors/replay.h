// The tests that a connector carries: recorded exchanges, replayed without a network (PLUG-722).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/definition.h"

namespace gyr::connectors {

/// How one test of a connector ended.
struct ReplayResult {
  std::string type;
  std::string test;
  std::string problem;  ///< empty: it passed
};

/// Runs every test of a connector: each request must be the recorded one, and all recorded ones must be made. Takes no
/// time for waits and uses no network, storage or server. One thread.
std::vector<ReplayResult> replay(std::string_view file_name, std::string_view text, base::Result<void>* loaded);

}  // namespace gyr::connectors
