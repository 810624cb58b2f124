// The script languages: two task types each, described once (SCRIPT-1).
#pragma once

#include <string>
#include <string_view>

#include "plugin_api/task_type.h"
#include "plugins/script/script_properties.h"
#include "plugins/script/script_run.h"
#include "plugins/script/warm.h"

namespace gyr::plugins::script {

/// Facts of one language; constants with static storage.
struct LanguageFacts {
  std::string_view name;      ///< part of the type: `io.kestra.plugin.scripts.<name>.Script`
  std::string_view title;     ///< `Python`
  std::string_view image;     ///< default of `containerImage`
  std::string_view suffix;    ///< of the script's file; empty where the text itself is the command
  std::string_view launcher;  ///< text before the file, with a trailing space: `node `
  std::string_view example;   ///< a script that prints something
  bool powershell = false;    ///< its own interpreter
  bool warm = false;          ///< its interpreter can be kept started; only Node's by these templates
};

/// A language that needs nothing besides its facts.
class PlainLanguage final : public ScriptLanguage {
 public:
  explicit PlainLanguage(const LanguageFacts& facts) : facts_(facts) {}
  std::string_view suffix() const override { return facts_.suffix; }
  std::string command(std::string_view script_file) const override {
    return std::string(facts_.launcher) + std::string(script_file);
  }
  base::Task<base::Result<std::optional<plugin::WarmInterpreter>>> warm(plugin::RunContext& context,
                                                                        const Environment& environment) const override {
    if (!facts_.warm) co_return std::nullopt;
    co_return co_await warm_node(context, environment);
  }

 private:
  const LanguageFacts& facts_;
};

base::Value default_interpreter(const LanguageFacts& facts);
std::string type_name(const LanguageFacts& facts, std::string_view kind);
std::string commands_example(const LanguageFacts& facts);
std::string script_example(const LanguageFacts& facts);

/// The `Commands` task of a language that needs nothing but its interpreter and image.
template <const LanguageFacts& Facts>
struct CommandsTask : ScriptProperties {
  model::Dynamic<std::vector<std::string>> commands;

  static plugin::TaskType describe() {
    return plugin::task_type<CommandsTask>(type_name(Facts, "Commands"))
        .title(fmt::format("Runs {} commands", Facts.title))
        .trait(plugin::Trait::killable)
        .property("commands", &CommandsTask::commands,
                  {.title = "Commands to run, in order", .required = true, .group = "main"})
        .with([](auto& builder) { describe_shared(builder, Facts.image, default_interpreter(Facts)); })
        .example("Runs commands", commands_example(Facts))
        .build();
  }
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    static const PlainLanguage language(Facts);
    return run_script(context, *this, language, {.commands = &commands});
  }
};

/// The `Script` task of a language that needs nothing but its interpreter and image.
template <const LanguageFacts& Facts>
struct ScriptTask : ScriptProperties {
  model::Dynamic<std::string> script;

  static plugin::TaskType describe() {
    return plugin::task_type<ScriptTask>(type_name(Facts, "Script"))
        .title(fmt::format("Runs {} {} script", Facts.title == "R" ? "an" : "a", Facts.title))
        .trait(plugin::Trait::killable)
        .property("script", &ScriptTask::script, {.title = "Script to run", .required = true, .group = "main"})
        .with([](auto& builder) {
          if (Facts.warm) describe_warm(builder);
          describe_shared(builder, Facts.image, default_interpreter(Facts));
        })
        .example("Runs a script", script_example(Facts))
        .build();
  }
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    static const PlainLanguage language(Facts);
    return run_script(context, *this, language, {.script = &script});
  }
};

}  // namespace gyr::plugins::script
