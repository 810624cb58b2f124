// Graphs of flows and executions, as JSON (API-100 to API-103).
#pragma once

#include "web/flows/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A flow in a graph of dependencies; one that does not exist has only a uid.
struct FlowNode {
  std::string uid;
  std::optional<std::string> namespace_;
  std::optional<std::string> id;
};
/// From the flow that starts to the flow that is started.
struct FlowTopologyEdge {
  std::string source;
  std::string target;
  std::string relation;
};
/// Flows and which of them start which others.
struct FlowTopologyGraph {
  std::vector<FlowNode> nodes;
  std::vector<FlowTopologyEdge> edges;
};

/// A trigger in a graph.
struct GraphTrigger {
  std::string id;
  std::string type;
};
/// A node: a task, a trigger, or the start or end of a cluster.
struct GraphNode {
  std::string uid;
  std::string type;
  std::optional<std::string> relation_type;
  std::optional<Object> task;
  std::optional<JsonOf<Object>> task_run;  ///< of an execution
  std::optional<std::vector<std::string>> values;
  std::optional<GraphTrigger> trigger_declaration;
  std::optional<std::string> branch_type;
  std::optional<bool> error;
};
/// How two nodes follow each other.
struct GraphRelation {
  std::string relation_type;
  std::optional<std::string> value;
};
/// From a node to the one that follows it.
struct GraphEdge {
  std::string source;
  std::string target;
  GraphRelation relation;
};
/// The nodes of a flowable task.
struct GraphCluster {
  GraphNode cluster;
  std::vector<std::string> nodes;
  std::vector<std::string> parents;
  std::string start;
  std::string end;
};
/// The graph of a flow or of an execution.
struct FlowGraph {
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
  std::vector<GraphCluster> clusters;
  std::vector<std::string> flowables;
};

}  // namespace json

template <>
struct Described<json::FlowNode> {
  using T = json::FlowNode;
  static constexpr std::string_view name = "FlowNode";
  static constexpr auto fields =
      std::tuple(field("uid", &T::uid), field("namespace", &T::namespace_), field("id", &T::id));
};
template <>
struct Described<json::FlowTopologyEdge> {
  using T = json::FlowTopologyEdge;
  static constexpr std::string_view name = "FlowTopologyEdge";
  static constexpr auto fields = std::tuple(field("source", &T::source), field("target", &T::target),
                                            field("relation", &T::relation, {.example = "FLOW_TASK"}));
};
template <>
struct Described<json::FlowTopologyGraph> {
  using T = json::FlowTopologyGraph;
  static constexpr std::string_view name = "FlowTopologyGraph";
  static constexpr auto fields = std::tuple(field("nodes", &T::nodes), field("edges", &T::edges));
};
template <>
struct Described<json::GraphTrigger> {
  using T = json::GraphTrigger;
  static constexpr std::string_view name = "GraphTrigger";
  static constexpr auto fields = std::tuple(field("id", &T::id), field("type", &T::type));
};
template <>
struct Described<json::GraphNode> {
  using T = json::GraphNode;
  static constexpr std::string_view name = "GraphNode";
  static constexpr auto fields =
      std::tuple(field("uid", &T::uid, {.example = "root.hello"}), field("type", &T::type),
                 field("relationType", &T::relation_type, {.example = "SEQUENTIAL"}),
                 field("task", &T::task, {.documentation = "In an execution only its id and type"}),
                 field("taskRun", &T::task_run, {.documentation = "In an execution"}), field("values", &T::values),
                 field("triggerDeclaration", &T::trigger_declaration), field("branchType", &T::branch_type),
                 field("error", &T::error));
};
template <>
struct Described<json::GraphRelation> {
  using T = json::GraphRelation;
  static constexpr std::string_view name = "GraphRelation";
  static constexpr auto fields = std::tuple(field("relationType", &T::relation_type), field("value", &T::value));
};
template <>
struct Described<json::GraphEdge> {
  using T = json::GraphEdge;
  static constexpr std::string_view name = "GraphEdge";
  static constexpr auto fields =
      std::tuple(field("source", &T::source), field("target", &T::target), field("relation", &T::relation));
};
template <>
struct Described<json::GraphCluster> {
  using T = json::GraphCluster;
  static constexpr std::string_view name = "GraphCluster";
  static constexpr auto fields =
      std::tuple(field("cluster", &T::cluster), field("nodes", &T::nodes), field("parents", &T::parents),
                 field("start", &T::start), field("end", &T::end));
};
template <>
struct Described<json::FlowGraph> {
  using T = json::FlowGraph;
  static constexpr std::string_view name = "FlowGraph";
  static constexpr auto fields = std::tuple(field("nodes", &T::nodes), field("edges", &T::edges),
                                            field("clusters", &T::clusters), field("flowables", &T::flowables));
};

}  // namespace gyr::web
