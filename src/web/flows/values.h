// Flows, their graphs and what is wrong with them, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct Label;
struct Task;
struct Flow;
struct FlowWithSource;
struct FlowForExecution;
struct FlowFragments;
struct Diagnostic;
struct Violation;
struct FlowNode;
struct FlowTopologyEdge;
struct FlowTopologyGraph;
struct FlowGraph;

// Bodies.
struct FlowId;

}  // namespace json

template <>
struct Described<json::Label> {
  static constexpr std::string_view name = "Label";
  static constexpr auto fields = std::tuple(field<std::string>("key"), field<std::string>("value"));
};
template <>
struct Described<json::Task> {
  static constexpr std::string_view name = "Task";
  static constexpr bool is_open = true;  // the properties of its type
  static constexpr auto fields = std::tuple(field<std::string>("id"), field<std::string>("type"));
};
template <>
struct Described<json::Flow> {
  static constexpr std::string_view name = "Flow";
  static constexpr auto fields = std::tuple(
      field<std::optional<std::string>>("tenantId"), field<std::string>("id"), field<std::string>("namespace"),
      field<int64_t>("revision"), field<std::optional<std::string>>("description"),
      field<std::optional<std::vector<Object>>>("inputs"), field<std::optional<std::vector<Object>>>("outputs"),
      field<std::optional<std::vector<json::Label>>>("labels"), field<std::optional<Object>>("variables"),
      field<bool>("disabled"), field<bool>("draft"), field<bool>("deleted"), field<std::vector<json::Task>>("tasks"),
      field<std::optional<std::vector<json::Task>>>("errors"), field<std::optional<std::vector<json::Task>>>("finally"),
      field<std::optional<std::vector<json::Task>>>("afterExecution"),
      field<std::optional<std::vector<Object>>>("triggers"),
      field<std::optional<std::vector<Object>>>("pluginDefaults"), field<std::optional<Object>>("concurrency"),
      field<std::optional<Object>>("retry"), field<std::optional<std::vector<Object>>>("sla"),
      field<std::optional<std::vector<Object>>>("checks"), field<std::optional<Object>>("workerGroup"),
      field<std::optional<base::Instant>>("updated"), field<std::optional<std::string>>("exception"));
};
template <>
struct Described<json::FlowWithSource> {
  static constexpr std::string_view name = "FlowWithSource";
  static constexpr auto fields =
      std::tuple_cat(Described<json::Flow>::fields, std::tuple(field<std::optional<std::string>>("source")));
};
template <>
struct Described<json::FlowForExecution> {
  static constexpr std::string_view name = "FlowForExecution";
  static constexpr auto fields = std::tuple(
      field<std::optional<std::string>>("tenantId"), field<std::string>("id"), field<std::string>("namespace"),
      field<int64_t>("revision"), field<std::optional<std::string>>("description"),
      field<std::optional<std::vector<Object>>>("inputs"), field<std::optional<std::vector<json::Label>>>("labels"),
      field<std::optional<Object>>("variables"), field<bool>("disabled"), field<bool>("draft"), field<bool>("deleted"),
      field<std::vector<json::Task>>("tasks"), field<std::optional<std::vector<json::Task>>>("errors"),
      field<std::optional<std::vector<json::Task>>>("finally"),
      field<std::optional<std::vector<json::Task>>>("afterExecution"),
      field<std::optional<std::vector<Object>>>("triggers"));
};
template <>
struct Described<json::FlowFragments> {
  static constexpr std::string_view name = "FlowFragments";
  static constexpr auto fields = std::tuple(field<json::Flow>("model"), field<std::vector<std::string>>("fragments"));
};
template <>
struct Described<json::Diagnostic> {
  static constexpr std::string_view name = "Diagnostic";
  static constexpr auto fields =
      std::tuple(field<std::optional<std::string>>("code"), field<std::optional<std::string>>("severity"),
                 field<std::optional<std::string>>("message"), field<std::optional<std::string>>("path"),
                 field<std::optional<int64_t>>("line"), field<std::optional<int64_t>>("column"),
                 field<std::optional<int64_t>>("endLine"), field<std::optional<int64_t>>("endColumn"),
                 field<std::optional<std::string>>("label"), field<std::optional<std::string>>("help"),
                 field<std::optional<std::vector<std::string>>>("notes"));
};
template <>
struct Described<json::Violation> {
  static constexpr std::string_view name = "Violation";
  static constexpr auto fields =
      std::tuple(field<int64_t>("index"), field<std::optional<std::string>>("filename"),
                 field<std::optional<std::string>>("namespace"), field<std::optional<std::string>>("flow"),
                 field<std::optional<std::string>>("constraints"), field<bool>("outdated"),
                 field<std::optional<std::vector<std::string>>>("deprecationPaths"),
                 field<std::optional<std::vector<std::string>>>("warnings"),
                 field<std::optional<std::vector<std::string>>>("infos"),
                 field<std::optional<std::vector<json::Diagnostic>>>("diagnostics"));
};
template <>
struct Described<json::FlowNode> {
  static constexpr std::string_view name = "FlowNode";
  static constexpr auto fields = std::tuple(field<std::string>("uid"), field<std::optional<std::string>>("namespace"),
                                            field<std::optional<std::string>>("id"));
};
template <>
struct Described<json::FlowTopologyEdge> {
  static constexpr std::string_view name = "FlowTopologyEdge";
  static constexpr auto fields =
      std::tuple(field<std::string>("source"), field<std::string>("target"), field<std::string>("relation"));
};
template <>
struct Described<json::FlowTopologyGraph> {
  static constexpr std::string_view name = "FlowTopologyGraph";
  static constexpr auto fields =
      std::tuple(field<std::vector<json::FlowNode>>("nodes"), field<std::vector<json::FlowTopologyEdge>>("edges"));
};
template <>
struct Described<json::FlowGraph> {
  static constexpr std::string_view name = "FlowGraph";
  static constexpr auto fields =
      std::tuple(field<std::vector<Object>>("nodes"), field<std::vector<Object>>("edges"),
                 field<std::vector<Object>>("clusters"), field<std::vector<std::string>>("flowables"));
};
template <>
struct Described<json::FlowId> {
  static constexpr std::string_view name = "FlowId";
  static constexpr auto fields = std::tuple(field<std::string>("namespace"), field<std::string>("id"));
};

}  // namespace gyr::web
