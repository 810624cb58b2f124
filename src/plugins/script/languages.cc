#include "plugins/script/languages.h"

namespace gyr::plugins::script {

base::Value default_interpreter(const LanguageFacts& facts) {
  using base::Value;
  if (!facts.powershell) return Value::list({Value::string("/bin/sh"), Value::string("-c")});
  return Value::list({Value::string("pwsh"), Value::string("-NoProfile"), Value::string("-NonInteractive"),
                      Value::string("-Command")});
}

std::string type_name(const LanguageFacts& facts, std::string_view kind) {
  return fmt::format("io.kestra.plugin.scripts.{}.{}", facts.name, kind);
}

std::string commands_example(const LanguageFacts& facts) {
  if (facts.suffix.empty() || facts.launcher.empty()) {
    return fmt::format("id: run\ntype: {}\ncommands:\n  - echo \"running {{{{ flow.id }}}}\"\n",
                       type_name(facts, "Commands"));
  }
  return fmt::format("id: run\ntype: {}\ninputFiles:\n  main{}: |\n    {}\ncommands:\n  - {}main{}\n",
                     type_name(facts, "Commands"), facts.suffix, facts.example, facts.launcher, facts.suffix);
}

std::string script_example(const LanguageFacts& facts) {
  return fmt::format("id: run\ntype: {}\nscript: |\n  {}\n", type_name(facts, "Script"), facts.example);
}

}  // namespace gyr::plugins::script
