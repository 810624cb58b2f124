#include "model/task.h"

#include "base/text.h"
#include "model/bind.h"
#include "model/errors.h"

namespace gyr::model {

using syntax::NodePtr;

std::span<const std::pair<std::string_view, WorkerGroupFallback>> EnumNames<WorkerGroupFallback>::names() {
  static constexpr std::pair<std::string_view, WorkerGroupFallback> all[] = {{"WAIT", WorkerGroupFallback::wait},
                                                                             {"FAIL", WorkerGroupFallback::fail},
                                                                             {"CANCEL", WorkerGroupFallback::cancel}};
  return all;
}

const Schema& WorkerGroup::schema() {
  static const Schema schema =
      describe<WorkerGroup>("io.kestra.core.models.tasks.WorkerGroup")
          .property("key", &WorkerGroup::key, {.title = "Key of the worker group", .text_only = true})
          .property("fallback", &WorkerGroup::fallback, {.title = "Action when no worker of the group is available"})
          .build();
  return schema;
}

const Schema& TaskCache::schema() {
  static const Schema schema =
      describe<TaskCache>("io.kestra.core.models.tasks.Cache")
          .property("enabled", &TaskCache::enabled,
                    {.title = "Whether to reuse the outputs of an earlier task run", .required = true})
          .property("ttl", &TaskCache::ttl,
                    {.title = "Lifetime of the cached outputs", .documentation = "By default, they do not expire."})
          .build();
  return schema;
}

const Schema& AssetsDeclaration::schema() {
  static const Schema schema =
      describe<AssetsDeclaration>("io.kestra.core.models.assets.AssetsDeclaration")
          .property("enableAuto", &AssetsDeclaration::enable_auto,
                    {.title = "Whether the task detects its assets automatically"})
          .property("inputs", &AssetsDeclaration::inputs, {.title = "Assets that the task reads"})
          .property("outputs", &AssetsDeclaration::outputs, {.title = "Assets that the task writes"})
          .build();
  return schema;
}

const Schema& TaskSpec::common_schema() {
  using base::Value;
  static const Schema schema =
      describe<TaskSpec>("io.kestra.core.models.tasks.Task")
          .property("id", &TaskSpec::id,
                    {.title = "Id of the task, unique in the flow",
                     .required = true,
                     .not_blank = true,
                     .max_length = 256,
                     .length_message = "Task id must be at most 256 characters",
                     .pattern = "^[a-zA-Z0-9][a-zA-Z0-9_-]*",
                     .group = "core"})
          .ignore("type")
          .property("version", &TaskSpec::version, {.title = "Version of the plugin", .hidden = true, .group = "core"})
          .property("description", &TaskSpec::description,
                    {.title = "Description of the task, in Markdown", .group = "core"})
          .property("disabled", &TaskSpec::disabled,
                    {.title = "Whether to skip the task", .default_value = Value::boolean(false), .group = "core"})
          .property(
              "runIf", &TaskSpec::run_if,
              {.title = "Condition to run the task",
               .documentation = "It is evaluated when the task is about to run. If it is false, the task is skipped.",
               .text_only = true,
               .group = "core"})
          .property("timeout", &TaskSpec::timeout, {.title = "Maximum duration of one attempt", .group = "core"})
          .property("retry", &TaskSpec::retry, {.title = "Retry policy", .group = "core"})
          .property("allowFailure", &TaskSpec::allow_failure,
                    {.title = "Whether a failure sets the state WARNING instead of FAILED",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("allowWarning", &TaskSpec::allow_warning,
                    {.title = "Whether a warning sets the state SUCCESS instead of WARNING",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("logLevel", &TaskSpec::log_level,
                    {.title = "Minimum level of the log lines to store", .group = "core"})
          .property("logToFile", &TaskSpec::log_to_file,
                    {.title = "Whether to write log lines to a file in internal storage",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("workerGroup", &TaskSpec::worker_group,
                    {.title = "Worker group that runs the task", .group = "core"})
          .property("taskCache", &TaskSpec::task_cache,
                    {.title = "Reuse of the outputs of an earlier, identical task run", .group = "core"})
          .property("assets", &TaskSpec::assets, {.title = "Assets that the task reads and writes", .group = "core"})
          .property("pluginDefaultsRef", &TaskSpec::plugin_defaults_ref,
                    {.title = "Name of the plugin defaults to use instead of the general plugin defaults",
                     .group = "advanced"})
          .build();
  return schema;
}

void for_each_child_list(const TaskSpec& task, const ChildListVisitor& visitor) {
  if (task.object == nullptr || !task.found->schema->may_have_children()) return;
  task.found->schema->visit_children(task.found->properties_of(const_cast<PluginObject&>(*task.object)), {}, visitor);
}

void for_each_task(std::span<const TaskSpec> tasks, const std::function<void(const TaskSpec&)>& visitor) {
  for (const TaskSpec& task : tasks) {
    visitor(task);
    for_each_child_list(
        task, [&visitor](std::string_view, std::span<const TaskSpec> children) { for_each_task(children, visitor); });
  }
}

namespace detail {

namespace {

std::string_view kind_name(TypeSource::Kind kind) {
  switch (kind) {
    case TypeSource::Kind::task: return "task";
    case TypeSource::Kind::trigger: return "trigger";
    case TypeSource::Kind::condition: return "condition";
    case TypeSource::Kind::task_runner: return "task runner";
  }
  return "type";
}

/// Another kind of which this is a type, for a better word than "unknown".
std::optional<TypeSource::Kind> kind_of(const TypeSource& types, std::string_view name) {
  for (auto kind : {TypeSource::Kind::task, TypeSource::Kind::trigger, TypeSource::Kind::condition,
                    TypeSource::Kind::task_runner}) {
    if (types.find(kind, name) != nullptr) return kind;
  }
  return std::nullopt;
}

/// The known type that was probably meant: by edits of the whole name, else the only one with the same last part.
std::optional<std::string_view> type_meant(std::string_view name, const std::vector<std::string_view>& known) {
  if (auto near = base::nearest(name, known)) return near;
  const std::string_view last = name.substr(name.rfind('.') + 1);
  std::optional<std::string_view> found;
  for (std::string_view candidate : known) {
    if (!base::equals_ignoring_case(candidate.substr(candidate.rfind('.') + 1), last)) continue;
    if (found) return std::nullopt;
    found = candidate;
  }
  return found;
}

void report_unknown_type(TypeSource::Kind kind, std::string_view name, const NodePtr& place, BindContext& context) {
  syntax::Diagnostic& found = context.report(unknown_type, fmt::format("Invalid type: {}", name), place);
  found.own_words = fmt::format("unknown {} type \"{}\"", kind_name(kind), name);
  found.label = fmt::format("no {} of this type", kind_name(kind));
  if (auto other = kind_of(context.types(), name)) {
    found.help = fmt::format("expected a {1}, found a {0}", kind_name(*other), kind_name(kind));
  } else if (auto meant = type_meant(name, context.types().names(kind))) {
    found.help = fmt::format("did you mean `{}`?", *meant);
  }
}

}  // namespace

bool bind_typed(TypeSource::Kind kind, std::string_view class_name, const Schema& common_schema, void* common,
                const NodePtr& node, TypedObject& target, BindContext& context) {
  if (!expect_mapping(class_name, node, context)) return false;
  target.node = node;
  const syntax::NodeEntry* type = node->find_entry("type");
  const bool named = type != nullptr && type->value->is_scalar() && type->value->value().is_string() &&
                     !type->value->value().text().empty();
  if (!named) {
    const syntax::Span place = type != nullptr           ? type->key_span
                               : node->entries().empty() ? node->span()
                                                         : node->entries().front().key_span;
    syntax::Diagnostic& found = context.report(unknown_type, "Invalid type: <null>", place);
    found.own_words = fmt::format("property \"type\" of a {} is required", kind_name(kind));
    found.label = fmt::format("the {} has no `type`", kind_name(kind));
    return false;
  }
  target.written_type = type->value->value().text();
  target.found = context.types().find(kind, target.written_type);
  if (target.found == nullptr) {
    report_unknown_type(kind, target.written_type, type->value, context);
    return false;
  }
  target.type = target.found->type;
  if (const Property* refusal = target.found->schema->find("type")) {  // of a type that is not allowed: it says why
    refusal->bind(type->value, nullptr, context);
    return false;
  }
  if (target.found->replaced) context.replaced(target.written_type, target.type, type->value->span());
  if (target.found->deprecated) context.deprecated(context.path(), type->value->span());
  std::unique_ptr<PluginObject> object = target.found->make();
  const BindTarget targets[] = {{&common_schema, common}, {target.found->schema, target.found->properties_of(*object)}};
  bind_mapping(node, targets, target.type, context);
  target.object = std::move(object);
  return true;
}

}  // namespace detail

void Binder<TaskSpec>::bind(const NodePtr& node, TaskSpec& target, BindContext& context) {
  const std::string outer_defect = context.take_defect();
  if (!detail::bind_typed(TypeSource::Kind::task, type_name(), TaskSpec::common_schema(), &target, node, target,
                          context)) {
    // The id is needed anyway: by rules over the whole flow, and to find the task.
    if (const syntax::Node* id = node->find("id"); id != nullptr && id->is_scalar()) target.id = scalar_text(*id);
  }
  target.defect = context.take_defect();
  context.set_defect(outer_defect);
}

void Binder<std::vector<TaskSpec>>::bind(const NodePtr& node, std::vector<TaskSpec>& target, BindContext& context) {
  if (!detail::expect_sequence(Binder<TaskSpec>::type_name(), node, context)) return;
  target.clear();
  target.reserve(node->items().size());
  for (size_t i = 0; i < node->items().size(); ++i) {
    BindContext::Scope item(context, i);
    if (!detail::expect_item(node->items()[i], context)) continue;
    Binder<TaskSpec>::bind(node->items()[i], target.emplace_back(), context);
  }
}

}  // namespace gyr::model
