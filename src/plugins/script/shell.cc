// io.kestra.plugin.scripts.shell.{Commands,Script}
#include "plugins/script/languages.h"
#include "plugins/script/script_tasks.h"

namespace gyr::plugins::script {
namespace {

constexpr LanguageFacts shell{.name = "shell",
                              .title = "shell",
                              .image = "ubuntu",
                              .suffix = "",
                              .launcher = "",
                              .example = "echo \"Hello from {{ flow.id }}\""};

}  // namespace

plugin::TaskType shell_commands_task() { return CommandsTask<shell>::describe(); }
plugin::TaskType shell_script_task() { return ScriptTask<shell>::describe(); }

}  // namespace gyr::plugins::script
