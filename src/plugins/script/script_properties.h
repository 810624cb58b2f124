// The properties that all script tasks share (SCRIPT-4).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/bind.h"
#include "model/dynamic.h"
#include "model/schema.h"
#include "model/trigger.h"
#include "plugin/namespace_files.h"
#include "plugins/runner/docker/docker.h"

namespace gyr::plugins::script {

/// For which system commands are joined: decides the line end, and whether `set -e` is put in front.
enum class TargetOs : uint8_t { linux, windows, automatic };
/// The former property `runner`.
enum class FormerRunner : uint8_t { process, docker };

using plugin::IfExists;
using plugin::NamespaceFiles;

/// The shared properties; the tasks derive from it.
struct ScriptProperties {
  std::optional<model::TaskRunnerSpec> task_runner;  ///< none: a container where there is an engine, else a process
  model::Dynamic<std::string> container_image;
  model::Dynamic<std::vector<std::string>> before_commands;
  model::Dynamic<std::map<std::string, std::string>> env;
  model::Dynamic<std::vector<std::string>> interpreter;
  model::Dynamic<bool> fail_fast;
  model::Dynamic<base::Value> input_files;
  model::Dynamic<std::vector<std::string>> output_files;
  std::optional<NamespaceFiles> namespace_files;
  model::Dynamic<TargetOs> target_os;
  model::Dynamic<bool> warm_interpreter;    ///< only of the tasks that describe_warm() describes
  model::Dynamic<bool> warning_on_std_err;  ///< accepted, without effect since 0.23
  model::Dynamic<bool> output_directory;
  std::optional<FormerRunner> runner;
  std::optional<runner::FormerDockerOptions> docker;
};

/// Adds the shared properties to the description of a script task of one language.
template <class Builder>
void describe_shared(Builder& builder, std::string_view image, const base::Value& interpreter);

/// Facts of the outputs, in the words of every script task.
struct ScriptOutputTitles {
  static constexpr std::string_view vars = "What the script gave by `::{\"outputs\":{…}}::`";
  static constexpr std::string_view exit_code = "Exit code of the command";
  static constexpr std::string_view output_files = "Addresses of the files that matched `outputFiles`, by their path";
  static constexpr std::string_view task_runner = "Details of the run that the task runner gives";
};

/// Adds `warmInterpreter`, for languages whose interpreter can be kept started.
template <class Builder>
void describe_warm(Builder& builder);

}  // namespace gyr::plugins::script

namespace gyr::model {

GYR_NAMED_ENUM(plugins::script::TargetOs, "io.kestra.core.models.tasks.runners.TargetOS");
GYR_NAMED_ENUM(plugins::script::FormerRunner, "io.kestra.plugin.scripts.exec.scripts.models.RunnerType");

}  // namespace gyr::model

namespace gyr::plugins::script {

template <class Builder>
void describe_warm(Builder& builder) {
  builder.property(
      "warmInterpreter", &ScriptProperties::warm_interpreter,
      {.title = "Whether the script may run in an interpreter that the worker has started before",
       .documentation =
           "Saves the time an interpreter takes to start. Each script has a process of its own all the same. "
           "Without effect in containers, and with `beforeCommands`, `dependencies` or another `interpreter`.",
       .default_value = base::Value::boolean(false),
       .group = "execution"});
}

template <class Builder>
void describe_shared(Builder& builder, std::string_view image, const base::Value& interpreter) {
  using P = ScriptProperties;
  using base::Value;
  builder
      .property("taskRunner", &P::task_runner,
                {.title = "Where the commands run",
                 .documentation =
                     "Without one they run in a container where this installation has a container engine, else as a "
                     "process of the worker.",
                 .group = "main"})
      .property("containerImage", &P::container_image,
                {.title = "Image of the container",
                 .documentation = "Used by runners that start containers.",
                 .default_value = Value::string(image),
                 .group = "execution"})
      .property("beforeCommands", &P::before_commands,
                {.title = "Commands that run first, in the same shell", .group = "execution"})
      .property("env", &P::env, {.title = "Environment variables", .group = "execution"})
      .property("interpreter", &P::interpreter,
                {.title = "Program that gets all commands as one text",
                 .documentation = "With an empty list the commands are the program and its arguments.",
                 .default_value = interpreter,
                 .group = "execution"})
      .property("failFast", &P::fail_fast,
                {.title = "Whether the first failing command ends the script",
                 .default_value = Value::boolean(true),
                 .group = "execution"})
      .property("inputFiles", &P::input_files,
                {.title = "Files written into the working directory: name to content, or to the address of a file",
                 .documentation = "Content that begins with `kestra://`, `nsfile://` or `file://` is fetched, anything "
                                  "else is written as text.",
                 .group = "files"})
      .property("outputFiles", &P::output_files,
                {.title = "Patterns of the files to keep in internal storage", .group = "files"})
      .property("namespaceFiles", &P::namespace_files,
                {.title = "Files of namespaces put into the working directory", .group = "files"})
      .property("targetOS", &P::target_os,
                {.title = "System for which the commands are joined",
                 .default_value = Value::string("AUTO"),
                 .group = "execution"})
      .property("warningOnStdErr", &P::warning_on_std_err,
                {.title = "Without effect: lines on standard error do not change the state",
                 .deprecated = true,
                 .group = "deprecated"})
      .property("outputDirectory", &P::output_directory,
                {.title = "Whether every file below `{{ outputDir }}` is kept",
                 .deprecated = true,
                 .aliases = {"outputDirectoryEnabled"},
                 .group = "deprecated"})
      .property("runner", &P::runner,
                {.title = "Former spelling of `taskRunner`", .deprecated = true, .group = "deprecated"})
      .property(
          "docker", &P::docker,
          {.title = "Former options of the container runner; used instead of those of `taskRunner` where that is one",
           .deprecated = true,
           .group = "deprecated"})
      .output("vars", {.type = model::ValueType::map, .title = ScriptOutputTitles::vars})
      .output("exitCode", {.type = model::ValueType::integer, .title = ScriptOutputTitles::exit_code})
      .output("outputFiles", {.type = model::ValueType::map, .title = ScriptOutputTitles::output_files})
      .output("taskRunner", {.type = model::ValueType::object, .title = ScriptOutputTitles::task_runner})
      .metric("namespacefiles.count", model::MetricType::counter, "Namespace files put into the working directory")
      .metric("namespacefiles.duration", model::MetricType::timer, "Time it took");
}

}  // namespace gyr::plugins::script
