// What a script prints: log lines, and the lines of the protocol.
#pragma once

#include <string_view>

#include "base/value.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::script {

/// Processes the lines of one run: logs them (SCRIPT-31) and executes the protocol lines (SCRIPT-30). Loop thread of
/// the run.
class ScriptLog {
 public:
  explicit ScriptLog(plugin::RunContext& context) : context_(context) {}

  void line(bool is_stderr, std::string_view bytes);
  /// The outputs so far, as a map; later keys overwrite earlier ones.
  base::Value vars();
  /// What is to be encrypted before it joins the outputs (SEC-31); a map, empty as a rule.
  base::Value encrypted_vars();

 private:
  void protocol_line(std::string_view json);

  plugin::RunContext& context_;
  base::MapBuilder vars_;
  base::MapBuilder encrypted_;
};

}  // namespace gyr::plugins::script
