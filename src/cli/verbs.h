// The commands of verbs.cc, and the factory functions of those that are more than one call.
#pragma once

#include <memory>
#include <span>

#include "cli/command.h"

namespace gyr::cli {

std::span<const CommandInfo> verb_commands();
/// Commands of kestra that have nothing to do here: `sys …`, `migrate …` (CLI-50, CLI-51).
std::span<const CommandInfo> compatibility_commands();

std::unique_ptr<Command> make_flow_deploy();
std::unique_ptr<Command> make_flow_diff();
std::unique_ptr<Command> make_execution_run();
std::unique_ptr<Command> make_execution_list();
std::unique_ptr<Command> make_execution_follow();
std::unique_ptr<Command> make_execution_logs();
std::unique_ptr<Command> make_execution_eval();
std::unique_ptr<Command> make_execution_pause();
std::unique_ptr<Command> make_execution_labels();
std::unique_ptr<Command> make_execution_state();
std::unique_ptr<Command> make_execution_delete();
std::unique_ptr<Command> make_logs();
std::unique_ptr<Command> make_kv_set();
std::unique_ptr<Command> make_secret_set();
std::unique_ptr<Command> make_flow_fmt();
std::unique_ptr<Command> make_flow_lint();
std::unique_ptr<Command> make_flow_plan();
std::unique_ptr<Command> make_flow_apply();
std::unique_ptr<Command> make_dashboard_deploy();
std::unique_ptr<Command> make_dashboard_data();
std::unique_ptr<Command> make_doctor();
std::unique_ptr<Command> make_blueprint_use();
std::unique_ptr<Command> make_plugin_list();
std::unique_ptr<Command> make_plugin_docs();
std::unique_ptr<Command> make_plugin_test();
std::unique_ptr<Command> make_config_properties();
std::unique_ptr<Command> make_nothing_to_do();
std::unique_ptr<Command> make_api();
std::unique_ptr<Command> make_completion();

}  // namespace gyr::cli
