// What a command is: its place in the tree, its help, and the object that runs it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/program.h"

namespace gyr::cli {

/// True if a required argument was not given or is empty.
inline bool is_missing(const std::optional<std::string>& word) { return !word || word->empty(); }

/// Options that every command accepts (CLI-2).
struct CommonOptions {
  bool help = false;
  bool version = false;  ///< overrides the command, but not `--help`
  bool no_color = false;
  int verbosity = 0;  ///< -v debug, -vv trace
  std::optional<std::string> log_level;
  bool internal_log = false;  ///< accepted without effect: no library writes log lines of its own
  std::optional<std::string> config;
  std::optional<std::string> plugins;  ///< accepted with a warning: plugins are part of the program

  void declare(Arguments& arguments);
};

/// What a command gets when it runs. Used on the main thread.
struct Session {
  const Program& program;
  Console& console;
  const base::Clock& clock;
  bool as_kestra = false;  ///< the program was called as `kestra`: use the exit codes of the reference (CLI-1)
  CommonOptions common;
  bool json_errors = false;  ///< the command line has `--json`: errors are JSON on standard error, one object a line

  /// Prints the error and returns its exit code.
  int fail(const base::Error& error) const;
  /// `warning: …`
  void warn(std::string_view message) const;
};

/// Constructed for one run, only if the command line names it. Parsing fills the members that declare() has registered.
class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Arguments& arguments) = 0;
  /// Returns the exit code.
  virtual int run(Session& session) = 0;
};

/// An example of the help: a command line and what it does.
struct Example {
  std::string_view line;
  std::string_view what;
};

/// The description of a command. It does not construct the command.
struct CommandInfo {
  std::string_view path;     ///< `flow run`
  std::string_view summary;  ///< imperative, one line, without a full stop
  std::string_view details;  ///< full sentences
  std::array<Example, 3> examples;
  std::unique_ptr<Command> (*make)();
};

/// A word in front of commands: `flow`.
struct GroupInfo {
  std::string_view name;
  std::string_view summary;
};

/// All commands in the order of the help, and the groups. A new one is added in commands.cc.
std::span<const CommandInfo> all_commands();
std::span<const GroupInfo> all_groups();

// Factory functions of the commands.
std::unique_ptr<Command> make_server_local();
std::unique_ptr<Command> make_server_standalone();
std::unique_ptr<Command> make_dev();
std::unique_ptr<Command> make_flow_validate();
std::unique_ptr<Command> make_flow_run();
std::unique_ptr<Command> make_flow_test();
std::unique_ptr<Command> make_flow_expand();
std::unique_ptr<Command> make_flow_dot();
std::unique_ptr<Command> make_flow_export();
std::unique_ptr<Command> make_flow_create();
std::unique_ptr<Command> make_flow_update();
std::unique_ptr<Command> make_flow_delete();
std::unique_ptr<Command> make_flow_updates();
std::unique_ptr<Command> make_flow_namespace_update();
std::unique_ptr<Command> make_template_namespace_update();
std::unique_ptr<Command> make_template_validate();
std::unique_ptr<Command> make_template_export();
std::unique_ptr<Command> make_namespace_files_update();
std::unique_ptr<Command> make_namespace_kv_update();
std::unique_ptr<Command> make_expression_eval();
std::unique_ptr<Command> make_cron_next();
std::unique_ptr<Command> make_condition_eval();
std::unique_ptr<Command> make_explain();
std::unique_ptr<Command> make_execution_explain();
std::unique_ptr<Command> make_execution_get();
std::unique_ptr<Command> make_execution_kill();
std::unique_ptr<Command> make_execution_restart();
std::unique_ptr<Command> make_execution_replay();
std::unique_ptr<Command> make_execution_resume();
std::unique_ptr<Command> make_execution_release();
std::unique_ptr<Command> make_trigger_list();
std::unique_ptr<Command> make_trigger_explain();
std::unique_ptr<Command> make_trigger_enable();
std::unique_ptr<Command> make_trigger_disable();
std::unique_ptr<Command> make_trigger_unlock();
std::unique_ptr<Command> make_trigger_backfill();
std::unique_ptr<Command> make_config_check();
std::unique_ptr<Command> make_config_list();
std::unique_ptr<Command> make_context_list();
std::unique_ptr<Command> make_context_show();
std::unique_ptr<Command> make_context_use();
std::unique_ptr<Command> make_context_set();
std::unique_ptr<Command> make_context_delete();
std::unique_ptr<Command> make_storage_migrate();
std::unique_ptr<Command> make_storage_slashes();

/// run() with all its dependencies as arguments, for tests.
int run_in(const Program& program, Console& console, const base::Clock& clock, std::span<const std::string> words);

}  // namespace gyr::cli
