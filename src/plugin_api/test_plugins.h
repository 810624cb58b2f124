// Types for the tests of this module: tasks as a plugin author writes them, on top of the core's triggers and
// conditions.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "model/task.h"
#include "plugin_api/registry.h"
#include "plugin_api/render.h"
#include "plugin_api/run_context.h"
#include "plugin_api/task_type.h"
#include "plugins/plugins.h"

namespace gyr::plugin::testing {

/// Gives back a text, as the core's task of this name does.
struct Return {
  model::Dynamic<std::string> format;

  static TaskType describe() {
    return task_type<Return>("io.kestra.plugin.core.debug.Return")
        .title("Returns a value")
        .documentation("Use it to try out expressions.")
        .trait(Trait::pure)
        .property("format", &Return::format, {.title = "Text to return"})
        .output("value", {.type = model::ValueType::string, .title = "Rendered text"})
        .metric("length", model::MetricType::counter, "Length of the text")
        .example("Greets", "id: greet\ntype: io.kestra.plugin.core.debug.Return\nformat: \"Hello {{ inputs.name }}\"\n")
        .build();
  }

  base::Task<TaskResult> run(RunContext& context) const {
    auto text = co_await context.render(format);
    if (!text) co_return std::unexpected(Failure(text.error()));
    context.metric(model::MetricType::counter, "length", static_cast<double>(text->value_or("").size()), {});
    base::MapBuilder outputs;
    if (*text) outputs.set("value", base::Value::string(**text));
    co_return Success{outputs.build(), {}};
  }
};

/// A pure task that logs, with one untyped property and one enumeration.
struct Log {
  model::Dynamic<base::Value> message;
  model::Dynamic<model::LogLevel> level;

  static TaskType describe() {
    return task_type<Log>("io.kestra.plugin.core.log.Log")
        .title("Writes log lines")
        .trait(Trait::pure)
        .property("message", &Log::message, {.title = "Message or list of messages", .required = true})
        .property("level", &Log::level,
                  {.title = "Log level of the lines", .default_value = base::Value::string("INFO")})
        .build();
  }
  base::Task<TaskResult> run(RunContext& context) const {
    context.log(model::LogLevel::info, "ran");
    co_return Success{};
  }
};

/// Every kind of property, for schema and documentation.
struct Everything {
  struct Options {
    bool follow = false;
    std::optional<model::Retry> retry;
    static const model::Schema& schema() {
      static const model::Schema schema =
          model::describe<Options>("io.kestra.plugin.test.Options")
              .property("follow", &Options::follow,
                        {.title = "Whether to follow redirects", .default_value = base::Value::boolean(false)})
              .property("retry", &Options::retry, {.title = "Retry policy"})
              .build();
      return schema;
    }
  };

  model::Dynamic<std::string> uri;
  model::Dynamic<std::string> password;
  model::Dynamic<int64_t> count;
  model::Dynamic<base::Duration> wait;
  model::Dynamic<std::vector<std::string>> commands;
  model::Dynamic<std::map<std::string, std::string>> env;
  std::string name;
  int32_t size = 1;
  double ratio = 0;
  std::optional<model::State> state;
  std::vector<model::Label> labels;
  Options options;
  std::vector<model::TaskSpec> tasks;
  std::optional<model::TaskRunnerSpec> task_runner;
  std::vector<model::ConditionSpec> conditions;
  base::Value anything;
  std::string old;
  std::string hidden;

  static TaskType describe() {
    return task_type<Everything>("io.kestra.plugin.test.Everything")
        .title("Has every kind of property")
        .documentation("Only for tests.")
        .alias("io.kestra.plugin.test.All")
        .deprecated()
        .trait(Trait::blocking)
        .trait(Trait::killable)
        .property("uri", &Everything::uri,
                  {.title = "Target URI", .required = true, .group = "main", .shown_as = model::ValueType::uri})
        .property("password", &Everything::password, {.title = "Password", .secret = true, .group = "advanced"})
        .property("count", &Everything::count,
                  {.title = "Number of requests", .default_value = base::Value::integer(3), .minimum = 1, .maximum = 9})
        .property("wait", &Everything::wait,
                  {.title = "Wait time", .documentation = "It applies between two requests."})
        .property("commands", &Everything::commands, {.title = "Commands to run", .not_empty = true})
        .property("env", &Everything::env, {.title = "Environment variables"})
        .property("name", &Everything::name, {.title = "Name", .max_length = 20, .pattern = "[a-z]+"})
        .property("size", &Everything::size, {.title = "Size", .default_value = base::Value::integer(1)})
        .property("ratio", &Everything::ratio, {.title = "Ratio"})
        .property("state", &Everything::state, {.title = "State"})
        .property("labels", &Everything::labels, {.title = "Labels"})
        .property("options", &Everything::options, {.title = "Options"})
        .property("tasks", &Everything::tasks, {.title = "Tasks"})
        .property("taskRunner", &Everything::task_runner, {.title = "Runner"})
        .property("conditions", &Everything::conditions, {.title = "Conditions"})
        .property("anything", &Everything::anything, {.title = "Anything"})
        .property("old", &Everything::old, {.title = "Deprecated name of `name`", .deprecated = true})
        .property("hidden", &Everything::hidden, {.hidden = true})
        .output("uri", {.type = model::ValueType::uri, .title = "URI of the response"})
        .output("code",
                {.type = model::ValueType::integer, .title = "Status", .documentation = "As the server returned it."})
        .metric("size", model::MetricType::counter, "Number of bytes received")
        .metric("duration", model::MetricType::timer, "Duration of the request")
        .example("The least",
                 "id: all\ntype: io.kestra.plugin.test.Everything\nuri: https://example.com\ncommands: [ls]\n")
        .example("A whole flow",
                 "id: f\nnamespace: company.team\ntasks:\n  - id: all\n    type: io.kestra.plugin.test.Everything\n",
                 true)
        .build();
  }
};

/// A flowable: it has no run(); the engine runs it.
struct Sequential {
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  static TaskType describe() {
    return task_type<Sequential>("io.kestra.plugin.core.flow.Sequential")
        .title("Runs tasks one after another")
        .trait(Trait::flowable)
        .property("tasks", &Sequential::tasks,
                  {.title = "Tasks to run", .not_empty = true, .empty_message = "The 'tasks' property cannot be empty"})
        .property("errors", &Sequential::errors, {.title = "Tasks to run after a failure"})
        .build();
  }
};

/// A task runner that ends at once.
struct Process {
  bool keep = false;
  static TaskRunnerType describe() {
    return task_runner_type<Process>("io.kestra.plugin.core.runner.Process")
        .title("Runs commands on the worker")
        .property("keep", &Process::keep,
                  {.title = "Whether to keep the files", .default_value = base::Value::boolean(false)})
        .build();
  }
  base::Task<base::Result<RunnerExit>> run(RunContext&, RunnerJob) const { co_return RunnerExit{}; }
};

inline const Registry& test_registry() {
  static const auto registry = [] {
    auto made = std::make_unique<Registry>();
    plugins::register_core_triggers(*made);
    plugins::register_core_conditions(*made);
    made->add(Return::describe());
    made->add(Log::describe());
    made->add(Everything::describe());
    made->add(Sequential::describe());
    made->add(Process::describe());
    return made;
  }();
  return *registry;
}

inline std::string source_folder() {
  const char* folder = std::getenv("GYR_SOURCE_DIR");
  return folder != nullptr ? folder : ".";
}

inline std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace gyr::plugin::testing
