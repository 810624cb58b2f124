#include "web/flows/flow_graph.h"

#include <fmt/format.h>

#include <unordered_map>

#include "engine/flowable/flowable.h"
#include "model/flow_json.h"
#include "syntax/json.h"
#include "web/executions/values.h"

namespace gyr::web {
namespace {

using engine::CompiledTask;
using engine::TaskKind;
using engine::TaskList;
using json::FlowGraph;
using json::GraphNode;

constexpr std::string_view hierarchies = "io.kestra.core.models.hierarchies.";

/// How two nodes follow each other.
struct Relation {
  std::string_view type = "SEQUENTIAL";
  std::string_view value = {};
};

/// Which branch of its parent a node belongs to.
enum class Branch : uint8_t { none, error, finally_, after };

class GraphBuilder {
 public:
  explicit GraphBuilder(const GraphSource& source) : source_(source), flow_(source.flow) {
    if (source.runs == nullptr) return;
    for (const auto& row : *source.runs) runs_[row.run.parent_id].push_back(&row.run);
  }

  FlowGraph build() {
    const Place top{"root", {}, std::nullopt, Branch::none};
    clusters_.push_back({});
    const std::string start = marker("GraphClusterRoot", Branch::none);
    const std::string end = marker("GraphClusterEnd", Branch::none);
    triggers(start);
    std::string last = body(
        top, start, start, end, [&] { return chain(flow_.list(engine::ListRole::tasks), top, start, {}); },
        flow_.list(engine::ListRole::errors), flow_.list(engine::ListRole::finally_));
    if (const TaskList& after = flow_.list(engine::ListRole::after); !after.empty()) {
      const std::string gate = marker("GraphClusterAfterExecution", Branch::after);
      edge(last, gate, {"AFTER_EXECUTION"});
      last = chain(after, with(top, Branch::after), gate, {"AFTER_EXECUTION"});
    }
    edge(last, end, {});
    return std::move(graph_);
  }

 private:
  /// Where tasks are put: the path of their parent, and in an execution its run and the value of the loop.
  struct Place {
    std::string path;
    base::Id parent_run;
    std::optional<std::string> value;
    Branch branch = Branch::none;
  };
  struct Cluster {
    std::string uid;
    std::vector<std::string> nodes;
  };
  /// First and last node of a task.
  struct Ends {
    std::string first, last;
  };

  static Place with(Place place, Branch branch) {
    place.branch = branch;
    return place;
  }

  static GraphNode node_of(std::string uid, std::string_view type, Branch branch) {
    constexpr std::string_view names[] = {"", "ERROR", "FINALLY", "AFTER_EXECUTION"};
    GraphNode node;
    node.uid = std::move(uid);
    node.type = fmt::format("{}{}", hierarchies, type);
    if (branch != Branch::none) node.branch_type = names[static_cast<size_t>(branch)];
    node.error = branch == Branch::error;
    return node;
  }

  void add_node(GraphNode node) {
    clusters_.back().nodes.push_back(node.uid);
    graph_.nodes.push_back(std::move(node));
  }

  /// A start or end node: without content, each with its own id.
  std::string marker(std::string_view type, Branch branch) {
    std::string uid = fmt::format("{}-{}", type, ++markers_);
    add_node(node_of(uid, type, branch));
    return uid;
  }

  void edge(const std::string& source, const std::string& target, Relation relation) {
    json::GraphEdge edge{source, target, {std::string(relation.type), std::nullopt}};
    if (!relation.value.empty()) edge.relation.value = relation.value;
    graph_.edges.push_back(std::move(edge));
  }

  const model::TaskRun* run_of(const CompiledTask& task, const Place& place) const {
    auto below = runs_.find(place.parent_run);
    if (below == runs_.end()) return nullptr;
    for (const model::TaskRun* run : below->second) {
      if (run->task_id == task.id() && (!place.value || run->value == place.value)) return run;
    }
    return nullptr;
  }

  std::string task_node(const CompiledTask& task, const Place& place, const std::string& uid, Relation relation,
                        const model::TaskRun* run) {
    const bool calls = task.kind == TaskKind::subflow;
    GraphNode node = node_of(uid, calls ? "SubflowGraphTask" : "GraphTask", place.branch);
    node.relation_type = relation.type;
    using base::Value;
    const bool names_only = source_.runs != nullptr;
    node.task =
        Object{names_only ? Value::map({{"id", Value::string(task.id())}, {"type", Value::string(task.type_name())}})
                          : model::task_to_value(*task.spec, source_.registry)};
    if (run != nullptr) node.task_run.emplace().text = to_json(json::TaskRun{run, source_.execution, {}});
    if (place.value) node.values = {*place.value};
    add_node(std::move(node));
    return uid;
  }

  /// A list of tasks in sequence; returns its last node.
  std::string chain(const TaskList& list, const Place& place, std::string from, Relation first) {
    for (uint32_t index : list) {
      const CompiledTask& task = flow_.task(index);
      Ends ends = add_task(task, place, first);
      edge(from, ends.first, first);
      from = ends.last;
      first = {};
    }
    return from;
  }

  Ends add_task(const CompiledTask& task, const Place& place, Relation relation) {
    std::string uid = place.path + "." + task.id();
    if (place.value) uid += "_" + *place.value;
    const model::TaskRun* run = run_of(task, place);
    if (task.kind != TaskKind::flowable) {
      task_node(task, place, uid, relation, run);
      return {uid, uid};
    }
    graph_.flowables.push_back(uid);
    return cluster(task, place, uid, relation, run);
  }

  Ends cluster(const CompiledTask& task, const Place& place, const std::string& uid, Relation relation,
               const model::TaskRun* run) {
    std::vector<std::string> parents;
    for (size_t i = 1; i < clusters_.size(); ++i) parents.push_back(clusters_[i].uid);
    clusters_.push_back({"cluster_" + uid, {}});
    const std::string start = marker("GraphClusterRoot", place.branch);
    const std::string end = marker("GraphClusterEnd", place.branch);
    task_node(task, place, uid, relation, run);
    edge(start, uid, {});
    const Place inside{uid, run == nullptr ? base::Id{} : run->id, std::nullopt, place.branch};
    const bool runs_unknown = source_.runs == nullptr || run != nullptr;
    std::string last = body(
        inside, start, uid, end, [&] { return children(task, inside, uid, end, runs_unknown ? run : nullptr); },
        task.errors, task.finals);
    if (!last.empty()) edge(last, end, {});

    graph_.clusters.push_back({node_of("cluster_" + uid, "GraphCluster", place.branch),
                               std::move(clusters_.back().nodes), std::move(parents), start, end});
    clusters_.pop_back();
    return {start, end};
  }

  /// The children of T; gives the last node of a single chain, nothing where all chains have been led to the end.
  std::string children(const CompiledTask& task, const Place& inside, const std::string& from, const std::string& end,
                       const model::TaskRun* run) {
    if (task.branches.empty()) return from;
    if (task.flowable->is_loop()) return loop(task, inside, from, end, run);
    const bool side_by_side = !task.flowable->is_sequential();
    if (task.branches.size() == 1 && !side_by_side) return chain(task.branches[0], inside, from, {});
    bool any = false;
    for (size_t i = 0; i < task.branches.size(); ++i) {
      if (side_by_side) {
        for (uint32_t index : task.branches[i]) {
          Ends ends = add_task(flow_.task(index), inside, {"PARALLEL"});
          edge(from, ends.first, {"PARALLEL"});
          edge(ends.last, end, {});
          any = true;
        }
      } else if (!task.branches[i].empty()) {
        edge(chain(task.branches[i], inside, from, {"CHOICE", task.branch_names[i]}), end, {});
        any = true;
      }
    }
    return any ? std::string() : from;
  }

  std::string loop(const CompiledTask& task, const Place& inside, const std::string& from, const std::string& end,
                   const model::TaskRun* run) {
    std::vector<std::string> values;
    if (auto below = run == nullptr ? runs_.end() : runs_.find(run->id); below != runs_.end()) {
      for (const model::TaskRun* child : below->second) {
        if (child->value && values.size() < max_graph_values &&
            std::ranges::find(values, *child->value) == values.end())
          values.push_back(*child->value);
      }
    }
    if (values.empty()) return chain(task.branches[0], inside, from, {"DYNAMIC"});
    for (const std::string& value : values) {
      Place of_value = inside;
      of_value.value = value;
      edge(chain(task.branches[0], of_value, from, {"DYNAMIC", value}), end, {});
    }
    return {};
  }

  /// Tasks, errors and finally of a parent: errors leave from its begin, finally follows both. Gives the last node,
  /// nothing where everything has been led to the end.
  template <class Tasks>
  std::string body(const Place& place, const std::string& start, const std::string& from, const std::string& end,
                   Tasks tasks, const TaskList& errors, const TaskList& finals) {
    (void)from;
    if (finals.empty()) {
      std::string last = tasks();
      if (!errors.empty()) edge(chain(errors, with(place, Branch::error), start, {"ERROR"}), end, {});
      return last;
    }
    std::string last = tasks();
    const std::string gate = marker("GraphClusterFinally", Branch::finally_);
    edge(last.empty() ? start : last, gate, {"FINALLY"});
    if (!errors.empty()) edge(chain(errors, with(place, Branch::error), start, {"ERROR"}), gate, {"FINALLY"});
    return chain(finals, with(place, Branch::finally_), gate, {"FINALLY"});
  }

  /// A cluster of its own in front of everything.
  void triggers(const std::string& root) {
    const auto& triggers = flow_.flow().triggers;
    if (triggers.empty()) return;
    const std::string uid = "cluster_root.Triggers";
    clusters_.push_back({uid, {}});
    const std::string start = marker("GraphClusterRoot", Branch::none);
    const std::string end = marker("GraphClusterEnd", Branch::none);
    for (const auto& trigger : triggers) {
      const std::string of = "root.Triggers." + trigger.id;
      GraphNode node = node_of(of, "GraphTrigger", Branch::none);
      node.trigger_declaration = {trigger.id, trigger.type};
      add_node(std::move(node));
      edge(start, of, {});
      edge(of, end, {});
    }
    GraphNode cluster = node_of(uid, "GraphCluster", Branch::none);
    cluster.error.reset();
    graph_.clusters.push_back({std::move(cluster), std::move(clusters_.back().nodes), {}, start, end});
    clusters_.pop_back();
    edge(end, root, {});
  }

  const GraphSource& source_;
  const engine::CompiledFlow& flow_;
  std::unordered_map<base::Id, std::vector<const model::TaskRun*>> runs_;
  std::vector<Cluster> clusters_;  // open ones, outermost first; the first is the flow itself
  FlowGraph graph_;
  size_t markers_ = 0;
};

}  // namespace

FlowGraph flow_graph(const GraphSource& source) { return GraphBuilder(source).build(); }

}  // namespace gyr::web
