#include "plugin_api/registry.h"

#include "base/assert.h"
#include "model/errors.h"
#include "plugin_api/aliases.h"

namespace gyr::plugin {

/// The target of a name: the model's view, and its description.
struct Registry::Entry : Found {
  const TypeDescription* description = nullptr;
  bool forbidden = false;
};

Registry::Registry() = default;
Registry::~Registry() = default;

namespace {

/// The object of a type that is not allowed: nothing is bound to it, and it never runs.
struct Forbidden {};

/// Says at `type` that it is not allowed; nothing else of the mapping is looked at.
model::Schema forbidden_schema(const TypeDescription& type) {
  model::SchemaBuilder<Forbidden> schema(type.type);
  model::Property name;
  name.name = "type";
  name.options.hidden = true;
  name.bind = [real = type.type](const syntax::NodePtr& node, void*, model::BindContext& context) {
    syntax::Diagnostic& found = context.report(
        model::unknown_type,
        fmt::format("Invalid type: {} is not allowed by `kestra.plugins.security` of the configuration", real), node);
    found.own_words = fmt::format("type \"{}\" is not allowed by `kestra.plugins.security` of the configuration", real);
    found.label = "not allowed in this installation";
  };
  schema.property(std::move(name));
  return schema.build();
}

}  // namespace

const TypeDescription& Registry::forbid(TypeDescription type) {
  type.schema = forbidden_schema(type);
  type.make = [] { return std::make_unique<HeldObject<Forbidden>>(); };
  type.properties_of = [](model::PluginObject& object) -> void* {
    return &static_cast<HeldObject<Forbidden>&>(object).properties;
  };
  type.properties_type = &typeid(Forbidden);
  return forbidden_.emplace_back(std::move(type));
}

void Registry::add(TaskType type) {
  if (!policy_.allows(type.type)) return add_names(Kind::task, forbid(std::move(type)), false, true);
  const TaskType& kept = tasks_.emplace_back(std::move(type));
  add_names(Kind::task, kept, kept.is(Trait::flowable), kept.runnable());
}

void Registry::add(TriggerType type) {
  if (!policy_.allows(type.type)) return add_names(Kind::trigger, forbid(std::move(type)), false, true);
  add_names(Kind::trigger, triggers_.emplace_back(std::move(type)), false, true);
}
void Registry::add(ConditionType type) {
  if (!policy_.allows(type.type)) return add_names(Kind::condition, forbid(std::move(type)), false, true);
  add_names(Kind::condition, conditions_.emplace_back(std::move(type)), false, true);
}
void Registry::add(TaskRunnerType type) {
  if (!policy_.allows(type.type)) return add_names(Kind::task_runner, forbid(std::move(type)), false, true);
  add_names(Kind::task_runner, task_runners_.emplace_back(std::move(type)), false, true);
}

void Registry::add_names(Kind kind, const TypeDescription& type, bool flowable, bool runnable) {
  const auto add_name = [&](std::string_view name) {
    auto entry = std::make_unique<Entry>();
    entry->type = type.type;
    entry->replaced = name != type.type;
    entry->deprecated = type.deprecated;
    entry->schema = &type.schema;
    entry->make = type.make;
    entry->properties_of = type.properties_of;
    entry->properties_type = type.properties_type;
    entry->flowable = flowable;
    entry->runnable = runnable;
    entry->description = &type;
    entry->forbidden = !policy_.allows(type.type);
    return names_[static_cast<size_t>(kind)].try_emplace(std::string(name), std::move(entry)).second;
  };
  const bool is_new = add_name(type.type);
  GYR_ASSERT(is_new);
  for (const std::string& alias : type.aliases) {
    const bool alias_is_new = add_name(alias);
    GYR_ASSERT(alias_is_new);
  }
  // The rule of a family may also produce an alias that the type itself lists.
  for (const std::string& alias : family_aliases(type.type)) add_name(alias);
}

const Registry::Entry* Registry::entry(Kind kind, std::string_view name) const {
  const Names& names = names_[static_cast<size_t>(kind)];
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second.get();
}

const model::TypeSource::Found* Registry::find(Kind kind, std::string_view type_or_alias) const {
  return entry(kind, type_or_alias);
}

std::vector<std::string_view> Registry::names(Kind kind) const {
  std::vector<std::string_view> names;
  for (const auto& [name, found] : names_[static_cast<size_t>(kind)]) {
    if (!found->replaced && !found->forbidden) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

const TaskType* Registry::task(std::string_view name) const {
  const Entry* found = entry(Kind::task, name);
  return found == nullptr || found->forbidden ? nullptr : static_cast<const TaskType*>(found->description);
}

const TriggerType* Registry::trigger(std::string_view name) const {
  const Entry* found = entry(Kind::trigger, name);
  return found == nullptr || found->forbidden ? nullptr : static_cast<const TriggerType*>(found->description);
}

const ConditionType* Registry::condition(std::string_view name) const {
  const Entry* found = entry(Kind::condition, name);
  return found == nullptr || found->forbidden ? nullptr : static_cast<const ConditionType*>(found->description);
}

const TaskRunnerType* Registry::task_runner(std::string_view name) const {
  const Entry* found = entry(Kind::task_runner, name);
  return found == nullptr || found->forbidden ? nullptr : static_cast<const TaskRunnerType*>(found->description);
}

const TypeDescription& Registry::description_of(const model::TypedObject& object) {
  GYR_ASSERT(object.found != nullptr);
  return *static_cast<const Entry*>(object.found)->description;
}

const TaskType& Registry::type_of(const model::TaskSpec& task) const {
  return static_cast<const TaskType&>(description_of(task));
}
const TriggerType& Registry::type_of(const model::TriggerSpec& trigger) const { return trigger_type_of(trigger); }
const TriggerType& Registry::trigger_type_of(const model::TriggerSpec& trigger) {
  return static_cast<const TriggerType&>(description_of(trigger));
}
const ConditionType& Registry::type_of(const model::ConditionSpec& condition) const {
  return static_cast<const ConditionType&>(description_of(condition));
}
const ConditionType* Registry::condition_type_of(const model::ConditionSpec& condition) {
  const auto* entry = static_cast<const Entry*>(condition.found);
  return entry == nullptr || entry->forbidden ? nullptr : static_cast<const ConditionType*>(entry->description);
}
const TaskRunnerType& Registry::type_of(const model::TaskRunnerSpec& runner) const {
  return static_cast<const TaskRunnerType&>(description_of(runner));
}

}  // namespace gyr::plugin
