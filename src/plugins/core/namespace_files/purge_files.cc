// io.kestra.plugin.core.namespace.PurgeFiles (CORE-64, CORE-65)
#include "plugin/render.h"
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
          "Without `behavior` the newest revision of each file stays, also of a deleted one. What is purged cannot be "
          "read any more.")
      .property("namespaces", &PurgeFiles::namespaces, {.title = "The namespaces; all without", .group = "main"})
      .property("namespacePattern", &PurgeFiles::namespace_pattern,
                {.title = "Pattern of namespaces, instead of `namespaces`", .group = "main"})
      .property("includeChildNamespaces", &PurgeFiles::include_child_namespaces,
                {.title = "Whether namespaces below those of `namespaces` count, too",
                 .default_value = Value::boolean(true),
                 .group = "main"})
      .property("filePattern", &PurgeFiles::file_pattern,
                {.title = "Pattern of paths: `*` for any characters, `?` for one; all files without", .group = "main"})
      .property(
          "behavior", &PurgeFiles::behavior,
          {.title = "Which revisions go",
           .documentation =
               "`type: version` with `before`, a date, or `keepAmount`, how many newest ones stay (1 without both).",
           .default_value = Value::map({{"type", Value::string("version")}, {"keepAmount", Value::narrow_integer(1)}}),
           .group = "main",
           .shown_as = model::ValueType::map})
      .output("size", {.type = model::ValueType::integer, .title = "Revisions that were removed"})
      .example("Keeps the last five revisions", R"(id: tidy
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
