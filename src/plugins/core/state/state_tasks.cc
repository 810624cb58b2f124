// io.kestra.plugin.core.state.Set, Get and Delete (CORE-92, CORE-99, TASK-102)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

/// Which state.
struct StateName {
  model::Dynamic<std::string> name;
  model::Dynamic<bool> namespace_;
  model::Dynamic<bool> taskrun_value;
  base::Task<base::Result<base::MapBuilder>> arguments(plugin::RunContext& context) const;
};

struct Set : StateName {
  model::Dynamic<Value> data;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

struct Get : StateName {
  model::Dynamic<bool> error_on_missing;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

struct Delete : StateName {
  model::Dynamic<bool> error_on_missing;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<base::Result<base::MapBuilder>> StateName::arguments(plugin::RunContext& context) const {
  GYR_CO_TRY(auto given, co_await context.render(name));
  GYR_CO_TRY(auto shared, co_await context.render(namespace_));
  GYR_CO_TRY(auto separate, co_await context.render(taskrun_value));
  base::MapBuilder arguments;
  arguments.set("name", Value::string(given.value_or("default")));
  arguments.set("shared", Value::boolean(shared.value_or(false)));
  const bool of_value = separate.value_or(true) && context.info().value.has_value();
  arguments.set("value", of_value ? Value::string(*context.info().value) : Value());
  co_return arguments;
}

bool was_found(const Value& answer) {
  const Value* found = answer.find("found");
  return found != nullptr && found->is_boolean() && found->as_boolean();
}

base::Error missing(const Value& answer) {
  const Value* key = answer.find("key");
  return base::Error(plugin::task_failed, fmt::format("State {} not found", key == nullptr ? "" : key->text()));
}

base::Task<plugin::TaskResult> Set::run(plugin::RunContext& context) const {
  GYR_CO_TRY(base::MapBuilder arguments, co_await this->arguments(context));
  GYR_CO_TRY(auto given, co_await context.render(data));
  if (given && !given->is_map()) co_return base::fail(plugin::task_failed, "`data` must be a map");
  arguments.set("data", given.value_or(Value::empty_map()));
  GYR_CO_TRY(Value answer, co_await context.host_call(host_calls::state_set, arguments.build()));
  const Value* count = answer.find("count");
  const Value* key = answer.find("key");
  if (count == nullptr || key == nullptr)
    co_return base::fail(plugin::host_refused, "the server did not return a result for state.set");
  co_return plugin::Success{Value::map({{"count", *count}, {"key", *key}}), std::nullopt};
}

base::Task<plugin::TaskResult> Get::run(plugin::RunContext& context) const {
  GYR_CO_TRY(base::MapBuilder arguments, co_await this->arguments(context));
  GYR_CO_TRY(auto must_exist, co_await context.render(error_on_missing));
  GYR_CO_TRY(Value answer, co_await context.host_call(host_calls::state_get, arguments.build()));
  if (!was_found(answer) && must_exist.value_or(false)) co_return base::fail(missing(answer));
  const Value* data = answer.find("data");
  const Value shown = data == nullptr ? Value::empty_map() : *data;
  co_return plugin::Success{
      Value::map({{"count", Value::narrow_integer(static_cast<int32_t>(shown.size()))}, {"data", shown}}),
      std::nullopt};
}

base::Task<plugin::TaskResult> Delete::run(plugin::RunContext& context) const {
  GYR_CO_TRY(base::MapBuilder arguments, co_await this->arguments(context));
  GYR_CO_TRY(auto must_exist, co_await context.render(error_on_missing));
  GYR_CO_TRY(Value answer, co_await context.host_call(host_calls::state_delete, arguments.build()));
  if (!was_found(answer) && must_exist.value_or(false)) co_return base::fail(missing(answer));
  co_return plugin::Success{Value::map({{"deleted", Value::boolean(was_found(answer))}}), std::nullopt};
}

template <class T>
auto describe(std::string_view type) {
  return plugin::task_type<T>(type)
      .documentation("The tasks of the key-value store (`io.kestra.plugin.core.kv.*`) replace this task.")
      .deprecated()
      .property("name", &T::name,
                {.title = "Name of the state", .default_value = Value::string("default"), .group = "main"})
      .property("namespace", &T::namespace_,
                {.title = "Whether all flows of the namespace share the state",
                 .default_value = Value::boolean(false),
                 .group = "main"})
      .property("taskrunValue", &T::taskrun_value,
                {.title = "Whether each value of a loop has its own state",
                 .default_value = Value::boolean(true),
                 .group = "main"});
}

}  // namespace

plugin::TaskType state_set_task() {
  return describe<Set>("io.kestra.plugin.core.state.Set")
      .title("Stores state for later executions")
      .property("data", &Set::data, {.title = "Entries to merge into the stored state", .group = "main"})
      .output("count", {.type = model::ValueType::integer, .title = "Number of stored entries"})
      .output("key", {.type = model::ValueType::string, .title = "Key in the key-value store"})
      .example("Stores the last processed position", R"(id: remember
type: io.kestra.plugin.core.state.Set
data:
  last: "{{ outputs.query.last }}"
)")
      .build();
}

plugin::TaskType state_get_task() {
  return describe<Get>("io.kestra.plugin.core.state.Get")
      .title("Reads the stored state")
      .property(
          "errorOnMissing", &Get::error_on_missing,
          {.title = "Whether a missing state fails the task", .default_value = Value::boolean(false), .group = "main"})
      .output("count", {.type = model::ValueType::integer, .title = "Number of entries"})
      .output("data", {.type = model::ValueType::map, .title = "Stored entries"})
      .example("Reads the position of the last execution", R"(id: recall
type: io.kestra.plugin.core.state.Get
)")
      .build();
}

plugin::TaskType state_delete_task() {
  return describe<Delete>("io.kestra.plugin.core.state.Delete")
      .title("Deletes the stored state")
      .property(
          "errorOnMissing", &Delete::error_on_missing,
          {.title = "Whether a missing state fails the task", .default_value = Value::boolean(false), .group = "main"})
      .output("deleted", {.type = model::ValueType::boolean, .title = "Whether a state existed"})
      .example("Deletes the state to start again", R"(id: forget
type: io.kestra.plugin.core.state.Delete
)")
      .build();
}

}  // namespace gyr::plugins::core
