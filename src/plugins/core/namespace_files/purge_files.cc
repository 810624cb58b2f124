// io.kestra.plugin.core.namespace.PurgeFiles (CORE-64, CORE-65)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/purge_choice.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct PurgeFiles : PurgeNamespaces {
  model::Dynamic<std::string> file_pattern;
  model::Dynamic<Value> behavior;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> PurgeFiles::run(plugin::RunContext& context) const {
  base::MapBuilder arguments;
  GYR_CO_TRY(auto pattern, co_await context.render(file_pattern));
  arguments.set("filePattern", pattern ? Value::string(*pattern) : Value());
  GYR_CO_TRY(Value rule, co_await context.render_value(behavior, {}, true));
  GYR_CO_TRY(rule, checked_behavior(rule, {"version"}, {"before", "keepAmount"}));
  GYR_CO_CHECK(add_version_rule(arguments, rule));
  GYR_CO_TRY(int64_t size, co_await purge_each(&context, this, host_calls::namespace_files_purge, arguments.build()));
  co_return plugin::Success{Value::map({{"size", Value::integer(size)}}), std::nullopt};
}

}  // namespace

plugin::TaskType purge_files_task() {
  return plugin::task_type<PurgeFiles>("io.kestra.plugin.core.namespace.PurgeFiles")
      .title("Removes old revisions of namespace files")
      .documentation(
          "Without `behavior`, the latest revision of each file is kept, including that of a deleted file. Removed "
          "revisions cannot be restored.")
      .property("namespaces", &PurgeFiles::namespaces,
                {.title = "Namespaces of the files",
                 .documentation = "By default, all namespaces are included.",
                 .group = "main"})
      .property("namespacePattern", &PurgeFiles::namespace_pattern,
                {.title = "Pattern of namespaces, as an alternative to `namespaces`", .group = "main"})
      .property("includeChildNamespaces", &PurgeFiles::include_child_namespaces,
                {.title = "Whether to include the child namespaces of `namespaces`",
                 .default_value = Value::boolean(true),
                 .group = "main"})
      .property(
          "filePattern", &PurgeFiles::file_pattern,
          {.title = "Pattern of paths",
           .documentation = "`*` matches any characters and `?` matches one character. By default, all files match.",
           .group = "main"})
      .property(
          "behavior", &PurgeFiles::behavior,
          {.title = "Selection of the revisions to remove",
           .documentation = "`type: version` removes revisions older than the date `before`, or all revisions except "
                            "the latest `keepAmount`. The default is to keep one revision.",
           .default_value = Value::map({{"type", Value::string("version")}, {"keepAmount", Value::narrow_integer(1)}}),
           .group = "main",
           .shown_as = model::ValueType::map})
      .output("size", {.type = model::ValueType::integer, .title = "Number of revisions removed"})
      .example("Keeps the five latest revisions", R"(id: tidy
type: io.kestra.plugin.core.namespace.PurgeFiles
namespaces:
  - company.team
behavior:
  type: version
  keepAmount: 5
)")
      .build();
}

}  // namespace gyr::plugins::core
