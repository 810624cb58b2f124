// Dag: children in the order their dependencies ask for (TASK-32).
#include <map>
#include <set>

#include "engine/execution_state.h"
#include "engine/flowable/concurrency.h"
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"
#include "engine/step.h"
#include "model/errors.h"

namespace gyr::engine {
namespace {

/// One task with the ids of those it waits for.
struct DagEntry {
  model::TaskSpec task;
  std::vector<std::string> depends_on;
  static const model::Schema& schema() {
    static const model::Schema schema =
        model::describe<DagEntry>("io.kestra.plugin.core.flow.Dag$DagTask")
            .property("task", &DagEntry::task, {.title = "The task", .required = true})
            .property("dependsOn", &DagEntry::depends_on, {.title = "Ids of the tasks that must end first"})
            .build();
    return schema;
  }
};

struct DagProperties {
  model::Dynamic<int64_t> concurrent;
  std::vector<DagEntry> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

std::string joined(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) {
    if (!text.empty()) text += ", ";
    text += id;
  }
  return text;
}

/// Ids that some task waits for and that are not there, each once, in order.
std::vector<std::string> unknown_dependencies(const DagProperties& dag) {
  std::set<std::string_view> known;
  for (const DagEntry& entry : dag.tasks) known.insert(entry.task.id);
  std::vector<std::string> unknown;
  for (const DagEntry& entry : dag.tasks) {
    for (const std::string& id : entry.depends_on) {
      if (!known.contains(id) && std::ranges::find(unknown, id) == unknown.end()) unknown.push_back(id);
    }
  }
  return unknown;
}

using Graph = std::vector<std::set<size_t>>;

/// Takes away, again and again, what has no edge to anything that is left. Linear in the edges.
void prune(const Graph& edges, const Graph& reversed, std::vector<bool>& left) {
  std::vector<size_t> count(edges.size());
  std::vector<size_t> free;
  for (size_t i = 0; i < edges.size(); ++i) {
    count[i] = static_cast<size_t>(std::ranges::count_if(edges[i], [&left](size_t other) { return left[other]; }));
    if (left[i] && count[i] == 0) free.push_back(i);
  }
  while (!free.empty()) {
    const size_t gone = free.back();
    free.pop_back();
    left[gone] = false;
    for (size_t other : reversed[gone]) {
      if (left[other] && --count[other] == 0) free.push_back(other);
    }
  }
}

/// Tasks that wait for themselves, at some remove.
std::vector<std::string> cyclic_tasks(const DagProperties& dag) {
  std::map<std::string_view, size_t> numbers;
  for (const DagEntry& entry : dag.tasks) numbers.emplace(entry.task.id, numbers.size());
  Graph waits_for(numbers.size());
  Graph waited_by(numbers.size());
  for (const DagEntry& entry : dag.tasks) {
    for (const std::string& id : entry.depends_on) {
      auto needed = numbers.find(id);
      if (needed == numbers.end()) continue;
      waits_for[numbers[entry.task.id]].insert(needed->second);
      waited_by[needed->second].insert(numbers[entry.task.id]);
    }
  }
  std::vector<bool> left(numbers.size(), true);
  prune(waits_for, waited_by, left);
  prune(waited_by, waits_for, left);
  std::vector<std::string> cyclic;
  for (const auto& entry : dag.tasks) {
    if (left[numbers[entry.task.id]]) cyclic.push_back(entry.task.id);
  }
  return cyclic;
}

class Dag final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<DagProperties>("io.kestra.plugin.core.flow.Dag")
        .title("Runs tasks in the order of their dependencies")
        .documentation(
            "A task starts as soon as all tasks in its `dependsOn` have ended. A task without dependencies starts "
            "immediately. After a failure no further task starts.")
        .trait(plugin::Trait::flowable)
        .property("tasks", &DagProperties::tasks,
                  {.title = "Tasks with their dependencies", .required = true, .not_empty = true})
        .property("concurrent", &DagProperties::concurrent,
                  {.title = "Maximum number of concurrent tasks",
                   .documentation = "The value `0` means no limit.",
                   .default_value = base::Value::narrow_integer(0)})
        .with([](auto& builder) { describe_lists(builder); })
        .check([](const DagProperties& dag, const syntax::NodePtr& node, model::BindContext& context) {
          if (dag.tasks.empty()) context.report(model::wrong_task, "No task defined", node);
          if (auto unknown = unknown_dependencies(dag); !unknown.empty()) {
            context.report(model::wrong_task, "Not existing task id in dependency: " + joined(unknown), node)
                .own_words = "unknown task in `dependsOn`: " + joined(unknown);
          }
          if (auto cyclic = cyclic_tasks(dag); !cyclic.empty()) {
            context.report(model::wrong_task, "Cyclic dependency detected: " + joined(cyclic), node);
          }
        })
        .example("Joins the data of two sources", R"(id: joined
namespace: company.team
tasks:
  - id: graph
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task:
          id: people
          type: io.kestra.plugin.core.log.Log
          message: people are read
      - task:
          id: orders
          type: io.kestra.plugin.core.log.Log
          message: orders are read
      - task:
          id: report
          type: io.kestra.plugin.core.log.Log
          message: both are there
        dependsOn: [people, orders]
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<DagProperties>();
    ChildLists lists{{}, &properties.errors, &properties.finals};
    ChildLists::Branch branch{"tasks", {}};
    for (const DagEntry& entry : properties.tasks) {
      branch.tasks.push_back(&entry.task);
      lists.depends_on.push_back(entry.depends_on);
    }
    lists.branches.push_back(std::move(branch));
    return lists;
  }

  /// What waits for it, directly or not.
  bool comes_after(const CompiledTask& task, const RunState& run, const RunState& replayed) const override {
    const TaskList& list = task.branches[0];
    const auto place_of = [&list](const RunState& of) {
      return static_cast<uint32_t>(std::ranges::find(list, of.task) - list.begin());
    };
    const uint32_t wanted = place_of(replayed);
    std::vector<uint32_t> open{place_of(run)};
    std::vector<bool> seen(list.size());
    while (!open.empty()) {
      const uint32_t place = open.back();
      open.pop_back();
      for (uint32_t needed : task.depends_on[place]) {
        if (needed == wanted) return true;
        if (!seen[needed]) open.push_back(needed);
        seen[needed] = true;
      }
    }
    return false;
  }

  std::optional<base::Value> decision(const model::TaskSpec& spec) const override {
    return concurrency_to_render(spec.properties<DagProperties>().concurrent);
  }
  base::Result<Decision> decide(const CompiledTask&, const base::Value& rendered) const override {
    return decide_concurrency<DagState>(rendered);
  }

  FlowableDetail first_state() const override { return DagState{}; }

  void next(Step& step, RunState& run) const override {
    const CompiledTask& task = step.task(run);
    const TaskList& list = task.branches[0];
    auto& dag = run.flowable->as<DagState>();
    dag.places.resize(list.size());
    const ListProgress& progress = run.flowable->frame.of(ListRole::tasks);
    const int64_t concurrent = concurrency_of(dag.concurrent, task.spec->properties<DagProperties>().concurrent);
    for (uint32_t place = 0; place < list.size(); ++place) {
      if (dag.places[place] != nullptr) continue;
      const auto ended = [&dag](uint32_t needed) {
        return dag.places[needed] != nullptr && model::is_terminated(dag.places[needed]->run.state.current());
      };
      if (!std::ranges::all_of(task.depends_on[place], ended)) continue;
      if (concurrent > 0 && progress.running() >= static_cast<uint64_t>(concurrent)) return;
      if (!step.may_begin(&run)) return;
      step.create_run(list[place], &run, ListRole::tasks);
    }
  }
};

}  // namespace

const Flowable& dag() {
  static const Dag behaviour;
  return behaviour;
}

}  // namespace gyr::engine
