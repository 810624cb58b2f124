// The properties that all script tasks share (SCRIPT-4), and those that tasks of command line programs share with them
// (PLUG-12).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/bind.h"
#include "model/dynamic.h"
#include "model/schema.h"
#include "model/trigger.h"
#include "plugin_api/namespace_files.h"
#include "plugins/runner/docker/docker.h"

namespace gyr::plugins::script {

/// The operating system of the commands: it decides about the line end, and whether `set -e` is prepended.
enum class TargetOs : uint8_t { linux, windows, automatic };
/// The former property `runner`.
enum class FormerRunner : uint8_t { process, docker };

using plugin::IfExists;
using plugin::NamespaceFiles;

/// The shared properties; the tasks derive from it.
struct ScriptProperties {
  std::optional<model::TaskRunnerSpec> task_runner;  ///< none: a container if there is an engine, otherwise a process
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

/// Adds what every task has that runs commands by a task runner: script tasks and command line programs.
template <class Builder>
void describe_commands(Builder& builder, std::string_view image);
/// Adds `failFast`.
template <class Builder>
void describe_fail_fast(Builder& builder);
/// Adds all shared properties to the description of a script task of one language.
template <class Builder>
void describe_shared(Builder& builder, std::string_view image, const base::Value& interpreter);

/// Facts of the outputs, in the words of every script task.
struct ScriptOutputTitles {
  static constexpr std::string_view vars = "Outputs that the script set with `::{\"outputs\":{…}}::`";
  static constexpr std::string_view exit_code = "Exit code of the command";
  static constexpr std::string_view output_files = "URIs of the files that matched `outputFiles`, by path";
  static constexpr std::string_view task_runner = "Details of the run from the task runner";
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
      {.title = "Whether to run the script in an interpreter that is already started",
       .documentation =
           "This saves the start time of the interpreter. Each script still runs in its own process. The property is "
           "ignored in containers, and with `beforeCommands`, `dependencies` or another `interpreter`.",
       .default_value = base::Value::boolean(false),
       .group = "execution"});
}

template <class Builder>
void describe_commands(Builder& builder, std::string_view image) {
  using P = ScriptProperties;
  using base::Value;
  builder
      .property("taskRunner", &P::task_runner,
                {.title = "Task runner of the commands",
                 .documentation = "By default, commands run in a container if the worker has a container engine, "
                                  "otherwise as processes on the worker.",
                 .group = "main"})
      .property("containerImage", &P::container_image,
                {.title = "Container image",
                 .documentation = "It applies to task runners that use containers.",
                 .default_value = Value::string(image),
                 .group = "execution"})
      .property("beforeCommands", &P::before_commands,
                {.title = "Commands to run first, in the same shell", .group = "execution"})
      .property("env", &P::env, {.title = "Environment variables", .group = "execution"})
      .property("inputFiles", &P::input_files,
                {.title = "Files to create in the working directory",
                 .documentation = "A map of file names to contents. A content that starts with `kestra://`, "
                                  "`nsfile://` or `file://` is the URI of the file to copy.",
                 .group = "files"})
      .property("outputFiles", &P::output_files,
                {.title = "Glob patterns of the files to upload to internal storage", .group = "files"})
      .property("namespaceFiles", &P::namespace_files,
                {.title = "Namespace files to copy to the working directory", .group = "files"})
      .property("docker", &P::docker,
                {.title = "Deprecated options of the container task runner",
                 .documentation = "They replace the options of `taskRunner` if it runs containers.",
                 .deprecated = true,
                 .group = "deprecated"})
      .output("vars", {.type = model::ValueType::map, .title = ScriptOutputTitles::vars})
      .output("exitCode", {.type = model::ValueType::integer, .title = ScriptOutputTitles::exit_code})
      .output("outputFiles", {.type = model::ValueType::map, .title = ScriptOutputTitles::output_files})
      .output("taskRunner", {.type = model::ValueType::object, .title = ScriptOutputTitles::task_runner})
      .metric("namespacefiles.count", model::MetricType::counter,
              "Number of namespace files copied to the working directory")
      .metric("namespacefiles.duration", model::MetricType::timer, "Duration of the run");
}

template <class Builder>
void describe_fail_fast(Builder& builder) {
  builder.property("failFast", &ScriptProperties::fail_fast,
                   {.title = "Whether to stop after the first failed command",
                    .default_value = base::Value::boolean(true),
                    .group = "execution"});
}

template <class Builder>
void describe_shared(Builder& builder, std::string_view image, const base::Value& interpreter) {
  using P = ScriptProperties;
  using base::Value;
  describe_commands(builder, image);
  describe_fail_fast(builder);
  builder
      .property("interpreter", &P::interpreter,
                {.title = "Interpreter of the commands",
                 .documentation = "It gets all commands as one argument. If the list is empty, the commands are the "
                                  "program and its arguments.",
                 .default_value = interpreter,
                 .group = "execution"})
      .property(
          "targetOS", &P::target_os,
          {.title = "Operating system of the commands", .default_value = Value::string("AUTO"), .group = "execution"})
      .property("warningOnStdErr", &P::warning_on_std_err,
                {.title = "Ignored",
                 .documentation = "Lines on standard error do not change the state.",
                 .deprecated = true,
                 .group = "deprecated"})
      .property("outputDirectory", &P::output_directory,
                {.title = "Whether to upload all files of `{{ outputDir }}`",
                 .deprecated = true,
                 .aliases = {"outputDirectoryEnabled"},
                 .group = "deprecated"})
      .property("runner", &P::runner,
                {.title = "Deprecated form of `taskRunner`", .deprecated = true, .group = "deprecated"});
}

}  // namespace gyr::plugins::script
