// WorkingDirectory: tasks that share a folder, one job of one worker (TASK-40).
#include "engine/flowable/working_directory.h"

#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"

namespace gyr::engine {

const model::Schema& DirectoryCache::schema() {
  static const model::Schema schema =
      model::describe<DirectoryCache>("io.kestra.plugin.core.flow.WorkingDirectory-Cache")
          .property("patterns", &DirectoryCache::patterns,
                    {.title = "Glob patterns of the files to cache",
                     .documentation = "They are relative to the working directory, for example `node_modules/**`.",
                     .required = true})
          .property("ttl", &DirectoryCache::ttl,
                    {.title = "Lifetime of the cache", .documentation = "By default, the cache does not expire."})
          .build();
  return schema;
}

namespace {

void check_children(const WorkingDirectory& directory, const syntax::NodePtr& node, model::BindContext& context) {
  for (const model::TaskSpec& child : directory.tasks) {
    if (child.found == nullptr) continue;  // of an unknown type, which is reported already
    const syntax::NodePtr& place = child.node != nullptr ? child.node : node;
    if (!child.found->runnable) {
      context
          .report(bad_directory_child, "Only runnable tasks are allowed as children of a WorkingDirectory task", place)
          .label = "no worker runs this type";
      return;
    }
    if (child.worker_group) {
      context
          .report(bad_directory_child,
                  "Cannot set a Worker Group in any WorkingDirectory sub-tasks, it is only supported at the "
                  "WorkingDirectory level",
                  place)
          .label = "give the group to the WorkingDirectory";
      return;
    }
  }
}

class WorkingDirectoryFlowable final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<WorkingDirectory>("io.kestra.plugin.core.flow.WorkingDirectory")
        .title("Runs tasks one after another in a shared working directory")
        .documentation(
            "All tasks run on the same worker and share its working directory: each task can read the files of earlier "
            "tasks. The first failed task ends the group. The directory is removed afterwards. Use `outputFiles` and "
            "`cache` to keep files.")
        .alias("io.kestra.core.tasks.flows.Worker")
        .trait(plugin::Trait::flowable)
        .property("tasks", &WorkingDirectory::tasks,
                  {.title = "Tasks to run, in order",
                   .required = true,
                   .not_empty = true,
                   .empty_message = "The 'tasks' property cannot be empty"})
        .property("inputFiles", &WorkingDirectory::input_files,
                  {.title = "Files to create before the tasks run",
                   .documentation = "A map of file names to contents or to URIs of internal storage.",
                   .group = "files"})
        .property("outputFiles", &WorkingDirectory::output_files,
                  {.title = "Glob patterns of the files to upload to internal storage", .group = "files"})
        .property("namespaceFiles", &WorkingDirectory::namespace_files,
                  {.title = "Namespace files to copy to the working directory", .group = "files"})
        .property("cache", &WorkingDirectory::cache, {.title = "Files to keep for later executions", .group = "files"})
        .with([](auto& builder) { describe_lists(builder); })
        .check(check_children)
        .output("outputFiles",
                {.type = model::ValueType::map, .title = "URIs of the files that matched `outputFiles`, by path"})
        .example("Clones a repository and runs its scripts", R"(id: shared_folder
namespace: company.team
tasks:
  - id: folder
    type: io.kestra.plugin.core.flow.WorkingDirectory
    outputFiles: ["report.txt"]
    tasks:
      - id: prepare
        type: io.kestra.plugin.scripts.shell.Commands
        taskRunner:
          type: io.kestra.plugin.core.runner.Process
        commands:
          - echo data > data.txt
      - id: report
        type: io.kestra.plugin.scripts.shell.Commands
        taskRunner:
          type: io.kestra.plugin.core.runner.Process
        commands:
          - wc -c data.txt > report.txt
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<WorkingDirectory>(spec); }
  bool runs_on_worker() const override { return true; }
  void next(Step&, RunState&) const override {}  // its worker begins them
};

}  // namespace

const Flowable& working_directory() {
  static const WorkingDirectoryFlowable behaviour;
  return behaviour;
}

}  // namespace gyr::engine
