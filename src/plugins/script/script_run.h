// One run of a script task, whatever its language (SCRIPT-20 to SCRIPT-27).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin_api/run_context.h"
#include "plugin_api/task_runner.h"
#include "plugin_api/task_type.h"
#include "plugin_api/warm_interpreter.h"
#include "plugins/script/script_properties.h"
#include "plugins/script/working_files.h"

namespace gyr::plugins::script {

inline constexpr base::ErrorCode command_failed{"GYR-P033"};  ///< the command ended with another exit code than 0
inline constexpr base::ErrorCode no_container_runner{"GYR-P034"};

/// What a language adds to the contract all scripts share.
class ScriptLanguage {
 public:
  virtual ~ScriptLanguage() = default;
  /// What a language adds to a run before its commands are built.
  struct Additions {
    std::vector<std::pair<std::string, std::string>> environment;
    OwnFiles own;            ///< the files that it created in the working directory
    bool on_worker = true;   ///< given: whether commands see the worker's programs and files outside that directory
    std::string image;       ///< given: of the container where they do not
    bool installed = false;  ///< whether packages were installed for this run
    std::vector<std::string>
        output_patterns;  ///< files to bring back besides `outputFiles`; stored unless they are own
    std::chrono::milliseconds kill_grace = plugin::default_kill_grace;  ///< as in plugin::RunnerJob
  };
  /// Installs dependencies and the like.
  virtual base::Task<base::Result<void>> prepare(plugin::RunContext& context, Additions* additions) const;
  /// Suffix of the file a script is written to; empty where the script's text itself is the command.
  virtual std::string_view suffix() const = 0;
  /// The command that runs the script in this file.
  virtual std::string command(std::string_view script_file) const = 0;
  using Environment = std::vector<std::pair<std::string, std::string>>;
  /// A started interpreter in which the script may run with the same result as with its command in a shell, or nothing.
  /// `environment` overrides that of the worker; later entries win. The caller fills in the fields of the script.
  virtual base::Task<base::Result<std::optional<plugin::WarmInterpreter>>> warm(plugin::RunContext& context,
                                                                                const Environment& environment) const;
};

/// What a command line program adds to a run (PLUG-730). One object for each run, in the frame of the task; loop
/// thread. The defaults add nothing.
class CommandHooks {
 public:
  virtual ~CommandHooks() = default;
  /// Called when the input files exist and the commands are rendered. Returns the lines for the shell, after those of
  /// `beforeCommands`. `variables` override those of the context in expressions.
  virtual base::Task<base::Result<std::vector<std::string>>> arrange(plugin::RunContext& context,
                                                                     std::vector<std::string> commands,
                                                                     const base::Value& variables,
                                                                     ScriptLanguage::Additions* additions);
  /// Gets every line of output; returns whether nobody else shall see it.
  virtual bool take_line(plugin::RunContext& context, bool is_stderr, std::string_view line);
  /// Called once after a run that arrange() was called for, even if the commands did not start or were killed. Adds to
  /// the outputs. An error fails the task.
  virtual base::Task<base::Result<void>> complete(plugin::RunContext& context, base::MapBuilder* vars,
                                                  base::MapBuilder* outputs);
  virtual bool succeeded(int exit_code) const { return exit_code == 0; }
  /// Why the task fails with this exit code.
  virtual base::Error failure(int exit_code) const;
};

/// What a task runs: either commands or a script. All of it outlives the run.
struct ScriptSource {
  const model::Dynamic<std::vector<std::string>>* commands = nullptr;
  const model::Dynamic<std::string>* script = nullptr;
  CommandHooks* hooks = nullptr;  ///< none: a script task
};

/// Runs to the end. `properties` and `language` belong to the task object and outlive the run.
base::Task<plugin::TaskResult> run_script(plugin::RunContext& context, const ScriptProperties& properties,
                                          const ScriptLanguage& language, ScriptSource source);

/// The argument list: the interpreter, and all commands as one text that starts with `set -e`. If there is neither an
/// interpreter nor a `beforeCommands`, the commands themselves (SCRIPT-21).
std::vector<std::string> build_command(std::vector<std::string> interpreter, const std::vector<std::string>& before,
                                       std::vector<std::string> commands, bool fail_fast, TargetOs target);

}  // namespace gyr::plugins::script
