// Types for the tests of this module: a few tasks with the properties that the core's have, without their behaviour.
#pragma once

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/bind.h"
#include "model/errors.h"
#include "model/task.h"
#include "model/trigger.h"

namespace gyr::model::testing {

/// Properties like those of `core.log.Log`.
struct LogTask {
  Dynamic<base::Value> message;
  Dynamic<LogLevel> level;
};

/// Properties like those of `core.debug.Return`.
struct ReturnTask {
  Dynamic<std::string> format;
};

/// Properties like those of the former task `core.debug.Echo`.
struct EchoTask {
  Dynamic<std::string> format;
};

/// Properties like those of `core.http.Request`, one of them not dynamic.
struct RequestTask {
  Dynamic<std::string> uri;
  Dynamic<std::string> method;
  Dynamic<std::map<std::string, std::string>> headers;
  Dynamic<std::string> password;
  std::optional<int32_t> max_redirects;
};

/// A flowable with nothing but lists of tasks: Sequential, Parallel and others.
struct GroupTask {
  std::vector<TaskSpec> tasks;
  std::vector<TaskSpec> errors;
  std::vector<TaskSpec> finally;
};

/// Properties like those of `core.flow.Switch`: tasks as values of a map.
struct SwitchTask {
  Dynamic<std::string> value;
  std::map<std::string, std::vector<TaskSpec>> cases;
  std::vector<TaskSpec> defaults;
};

/// One task of a Dag and those it waits for: a task inside a nested object.
struct DagEntry {
  TaskSpec task;
  std::vector<std::string> depends_on;
  static const Schema& schema() {
    static const Schema schema = describe<DagEntry>("io.kestra.plugin.core.flow.Dag$DagTask")
                                     .property("task", &DagEntry::task, {.required = true})
                                     .property("dependsOn", &DagEntry::depends_on)
                                     .build();
    return schema;
  }
};

/// Properties like those of `core.flow.Dag`.
struct DagTask {
  std::vector<DagEntry> tasks;
};

/// Properties like those of `core.flow.Pause`, with a single nested task.
struct PauseTask {
  Dynamic<base::Duration> pause_duration;
  std::optional<TaskSpec> on_pause;
};

/// Properties like those of `core.flow.Subflow`.
struct SubflowTask {
  Dynamic<std::string> namespace_;
  Dynamic<std::string> flow_id;
};

/// A polling trigger with nothing but its interval.
struct IntervalTrigger {
  base::Duration interval;
};

/// A condition on the state of an upstream execution.
struct StateCondition {
  Dynamic<std::vector<State>> in;
};

/// A task runner with one option.
struct ProcessRunner {
  bool keep = false;
};

/// A task that has a task runner.
struct ScriptTask {
  Dynamic<std::vector<std::string>> commands;
  std::optional<TaskRunnerSpec> task_runner;
};

/// A type source over a fixed list, with one alias.
class TestTypes final : public TypeSource {
 public:
  TestTypes();
  const Found* find(Kind kind, std::string_view name) const override;
  std::vector<std::string_view> names(Kind kind) const override;

 private:
  template <class T>
  struct Held final : PluginObject {
    T properties;
  };
  struct Entry {
    Kind kind;
    std::string name;
    Found found;
  };
  template <class T>
  Found& add(Kind kind, const char* type, Schema schema) {
    schemas_.push_back(std::make_unique<const Schema>(std::move(schema)));
    Entry& entry = entries_.emplace_back();
    entry.kind = kind;
    entry.name = type;
    entry.found.type = type;
    entry.found.schema = schemas_.back().get();
    entry.found.make = [] { return std::make_unique<Held<T>>(); };
    entry.found.properties_of = [](PluginObject& object) -> void* { return &static_cast<Held<T>&>(object).properties; };
    entry.found.properties_type = &typeid(T);
    return entry.found;
  }

  std::vector<std::unique_ptr<const Schema>> schemas_;
  std::vector<Entry> entries_;
};

namespace detail {

inline constexpr const char* package = "io.kestra.plugin.core.";

inline Schema group(std::string_view name) {
  return describe<GroupTask>(std::string(package) + "flow." + std::string(name))
      .property("tasks", &GroupTask::tasks,
                {.not_empty = true, .empty_message = "The 'tasks' property cannot be empty"})
      .property("errors", &GroupTask::errors)
      .property("finally", &GroupTask::finally)
      .build();
}

}  // namespace detail

inline TestTypes::TestTypes() {
  entries_.reserve(32);
  using base::Value;
  add<LogTask>(Kind::task, "io.kestra.plugin.core.log.Log",
               describe<LogTask>("io.kestra.plugin.core.log.Log")
                   .property("message", &LogTask::message, {.required = true})
                   .property("level", &LogTask::level, {.default_value = Value::string("INFO")})
                   .build());
  Entry alias = entries_.back();
  alias.name = "io.kestra.core.tasks.log.Log";
  alias.found.replaced = true;
  entries_.push_back(alias);
  add<ReturnTask>(
      Kind::task, "io.kestra.plugin.core.debug.Return",
      describe<ReturnTask>("io.kestra.plugin.core.debug.Return").property("format", &ReturnTask::format).build());
  add<EchoTask>(Kind::task, "io.kestra.plugin.core.debug.Echo",
                describe<EchoTask>("io.kestra.plugin.core.debug.Echo")
                    .property("format", &EchoTask::format, {.required = true})
                    .build())
      .deprecated = true;
  add<RequestTask>(Kind::task, "io.kestra.plugin.core.http.Request",
                   describe<RequestTask>("io.kestra.plugin.core.http.Request")
                       .property("uri", &RequestTask::uri, {.required = true})
                       .property("method", &RequestTask::method)
                       .property("headers", &RequestTask::headers)
                       .property("password", &RequestTask::password, {.secret = true})
                       .property("maxRedirects", &RequestTask::max_redirects, {.minimum = 0, .maximum = 20})
                       .build());
  for (const char* name : {"Sequential", "Parallel"}) {
    const std::string type = std::string(detail::package) + "flow." + name;
    Found& found = add<GroupTask>(Kind::task, type.c_str(), detail::group(name));
    found.flowable = true;
    found.runnable = false;
  }
  Found& switch_task = add<SwitchTask>(
      Kind::task, "io.kestra.plugin.core.flow.Switch",
      describe<SwitchTask>("io.kestra.plugin.core.flow.Switch")
          .property("value", &SwitchTask::value, {.required = true})
          .property("cases", &SwitchTask::cases)
          .property("defaults", &SwitchTask::defaults)
          .check([](const SwitchTask& task, const syntax::NodePtr& node, BindContext& context) {
            if (!task.cases.empty() || !task.defaults.empty()) return;
            context.report(wrong_task, "No task defined, neither cases or default have any tasks", node);
          })
          .build());
  switch_task.flowable = true;
  switch_task.runnable = false;
  Found& dag = add<DagTask>(Kind::task, "io.kestra.plugin.core.flow.Dag",
                            describe<DagTask>("io.kestra.plugin.core.flow.Dag")
                                .property("tasks", &DagTask::tasks, {.not_empty = true})
                                .build());
  dag.flowable = true;
  dag.runnable = false;
  Found& pause = add<PauseTask>(Kind::task, "io.kestra.plugin.core.flow.Pause",
                                describe<PauseTask>("io.kestra.plugin.core.flow.Pause")
                                    .property("pauseDuration", &PauseTask::pause_duration, {.aliases = {"delay"}})
                                    .property("onPause", &PauseTask::on_pause)
                                    .build());
  pause.flowable = true;
  pause.runnable = false;
  add<SubflowTask>(Kind::task, "io.kestra.plugin.core.flow.Subflow",
                   describe<SubflowTask>("io.kestra.plugin.core.flow.Subflow")
                       .property("namespace", &SubflowTask::namespace_, {.not_empty = true, .text_only = true})
                       .property("flowId", &SubflowTask::flow_id, {.required = true, .text_only = true})
                       .build())
      .runnable = false;
  add<ScriptTask>(Kind::task, "io.kestra.plugin.scripts.shell.Commands",
                  describe<ScriptTask>("io.kestra.plugin.scripts.shell.Commands")
                      .property("commands", &ScriptTask::commands, {.required = true})
                      .property("taskRunner", &ScriptTask::task_runner)
                      .build());
  add<ProcessRunner>(
      Kind::task_runner, "io.kestra.plugin.core.runner.Process",
      describe<ProcessRunner>("io.kestra.plugin.core.runner.Process").property("keep", &ProcessRunner::keep).build());
  add<IntervalTrigger>(Kind::trigger, "io.kestra.plugin.test.Interval",
                       describe<IntervalTrigger>("io.kestra.plugin.test.Interval")
                           .property("interval", &IntervalTrigger::interval, {.required = true})
                           .build());
  add<StateCondition>(Kind::condition, "io.kestra.plugin.core.condition.ExecutionStatus",
                      describe<StateCondition>("io.kestra.plugin.core.condition.ExecutionStatus")
                          .property("in", &StateCondition::in)
                          .build());
}

inline const TypeSource::Found* TestTypes::find(Kind kind, std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.kind == kind && entry.name == name) return &entry.found;
  }
  return nullptr;
}

inline std::vector<std::string_view> TestTypes::names(Kind kind) const {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries_) {
    if (entry.kind == kind && !entry.found.replaced) names.push_back(entry.name);
  }
  return names;
}

inline const TestTypes& test_types() {
  static const TestTypes types;
  return types;
}

inline std::string source_folder() {
  const char* folder = std::getenv("GYR_SOURCE_DIR");
  return folder != nullptr ? folder : ".";
}

}  // namespace gyr::model::testing
