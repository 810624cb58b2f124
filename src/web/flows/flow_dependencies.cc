#include "web/flows/flow_dependencies.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "catalog/flow_cache.h"
#include "model/flow.h"
#include "web/flows.h"
#include "web/http/await.h"

namespace gyr::web {
namespace {

using json::FlowTopologyGraph;
using model::FlowKey;
using syntax::NodePtr;

constexpr std::string_view calling_tasks[] = {"io.kestra.plugin.core.flow.Subflow",
                                              "io.kestra.plugin.core.flow.ForEachItem"};
constexpr std::string_view flow_trigger = "io.kestra.plugin.core.trigger.Flow";
/// The number of flows whose sources are searched for one answer.
constexpr size_t max_looked_at = 20'000;
/// The maximum number of flows in one answer, so that the graph stays readable.
constexpr size_t max_nodes = 1'000;

struct Link {
  FlowKey source;
  FlowKey target;
  bool by_trigger = false;
  friend bool operator==(const Link&, const Link&) = default;
};

/// Whether a text is not an expression.
std::optional<std::string> plain_text(const NodePtr& map, std::string_view key) {
  const NodePtr node = map->find_shared(key);
  if (node == nullptr || !node->is_scalar() || node->is_null() || node->text().find('{') != std::string::npos)
    return std::nullopt;
  return node->text();
}

std::optional<FlowKey> named_flow(const NodePtr& map, const std::string& tenant) {
  auto namespace_ = plain_text(map, "namespace");
  auto id = plain_text(map, "flowId");
  if (!namespace_ || !id) return std::nullopt;
  return FlowKey{tenant, *std::move(namespace_), *std::move(id)};
}

/// Every flow that a part of a trigger names, at any depth, because conditions can be nested.
void find_named(const NodePtr& node, const std::string& tenant, std::vector<FlowKey>& found) {
  if (node == nullptr) return;
  if (node->is_mapping()) {
    if (auto key = named_flow(node, tenant)) found.push_back(*std::move(key));
  }
  for (const NodePtr& item : node->items()) find_named(item, tenant, found);
  for (const syntax::NodeEntry& entry : node->entries()) find_named(entry.value, tenant, found);
}

/// The dependencies of the flow itself: the flows that it starts, and the flows that start it.
std::vector<Link> links_of(const model::Flow& flow, const FlowKey& key) {
  std::vector<Link> links;
  flow.for_each_task([&](const model::TaskSpec& task) {
    if (task.node == nullptr || !task.node->is_mapping() ||
        std::ranges::find(calling_tasks, task.type) == std::end(calling_tasks))
      return;
    if (auto target = named_flow(task.node, key.tenant)) links.push_back({key, *std::move(target), false});
  });
  for (const model::TriggerSpec& trigger : flow.triggers) {
    if (!trigger.is(flow_trigger) || trigger.node == nullptr || !trigger.node->is_mapping()) continue;
    std::vector<FlowKey> sources;
    for (std::string_view part : {"conditions", "preconditions"})
      find_named(trigger.node->find_shared(part), key.tenant, sources);
    for (FlowKey& source : sources) links.push_back({std::move(source), key, true});
  }
  return links;
}

/// Collects the links of one answer. Lives for it, on a reader's thread.
class Finder {
 public:
  Finder(store::Reader& reader, const store::Visible& visible, const Services& services, std::string tenant)
      : reader_(reader), visible_(visible), services_(services), tenant_(std::move(tenant)) {}

  /// All links to and from a flow: its own, and those of flows whose source holds its id.
  base::Result<void> look_around(const FlowKey& key, bool downstream_only) {
    if (!visible_.covers(key.namespace_)) return {};
    GYR_CHECK(look_through({.visible = visible_, .tenant = tenant_, .source_text = key.id}, [&](const Link& link) {
      return link.source == key || (!downstream_only && link.target == key);
    }));
    GYR_TRY(auto own, own_links(key));
    for (const Link& link : own) {
      if (link.source == key || !downstream_only) add(link);
    }
    return {};
  }

  /// The links that `wanted` takes, of every flow that the query matches.
  base::Result<void> look_through(store::FlowQuery query, const std::function<bool(const Link&)>& wanted) {
    GYR_TRY(auto rows, all_flows(reader_, std::move(query), max_looked_at));
    for (const auto& row : rows) {
      GYR_TRY(auto links, own_links(row.key));
      for (const Link& link : links) {
        if (wanted(link)) add(link);
      }
    }
    return {};
  }

  /// Whether the flow exists and may be seen.
  base::Result<bool> exists(const FlowKey& key) {
    if (!visible_.covers(key.namespace_)) return false;
    GYR_TRY(auto row, reader_.flow(key, 0));
    return row.has_value() && !row->deleted;
  }

  void add_node(const FlowKey& key) {
    if (known_.insert(key).second) nodes_.push_back(key);
  }
  const std::deque<FlowKey>& nodes() const { return nodes_; }

  base::Result<FlowTopologyGraph> graph() {
    FlowTopologyGraph graph;
    for (const FlowKey& key : nodes_) {
      GYR_TRY(bool is_there, exists(key));
      json::FlowNode& node = graph.nodes.emplace_back();
      node.uid = uid(key);
      if (!is_there) continue;
      node.namespace_ = key.namespace_;
      node.id = key.id;
    }
    for (const Link& link : links_)
      graph.edges.push_back({uid(link.source), uid(link.target), link.by_trigger ? "FLOW_TRIGGER" : "FLOW_TASK"});
    return graph;
  }

 private:
  /// A flow that the caller may not see has a node without its name.
  std::string uid(const FlowKey& key) const {
    if (visible_.covers(key.namespace_)) return fmt::format("{}_{}_{}", key.tenant, key.namespace_, key.id);
    return fmt::format("hidden_{}", std::ranges::find(nodes_, key) - nodes_.begin());
  }

  base::Result<std::vector<Link>> own_links(const FlowKey& key) {
    const auto known = own_.find(key);
    if (known != own_.end()) return known->second;
    std::vector<Link> links;
    GYR_TRY(auto flow, services_.flows.get(reader_, key, 0));
    if (flow != nullptr && !flow->deleted && flow->compiled != nullptr) links = links_of(flow->compiled->flow(), key);
    own_.emplace(key, links);
    return links;
  }

  void add(const Link& link) {
    if (nodes_.size() >= max_nodes && (!known_.contains(link.source) || !known_.contains(link.target))) return;
    add_node(link.source);
    add_node(link.target);
    if (std::ranges::find(links_, link) == links_.end()) links_.push_back(link);
  }

  store::Reader& reader_;
  const store::Visible& visible_;
  const Services& services_;
  std::string tenant_;
  std::deque<FlowKey> nodes_;
  std::unordered_set<FlowKey> known_;
  std::unordered_map<FlowKey, std::vector<Link>> own_;
  std::vector<Link> links_;
};

base::Result<FlowTopologyGraph> graph_around(store::Reader& reader, const store::Visible& visible,
                                             const Services& services, const FlowKey& key, bool downstream_only,
                                             bool expand) {
  Finder finder(reader, visible, services, key.tenant);
  GYR_TRY(bool is_there, finder.exists(key));
  if (!is_there) return base::fail(no_flow(key));
  finder.add_node(key);
  for (size_t i = 0; i < finder.nodes().size() && (i == 0 || expand); ++i) {
    const FlowKey next = finder.nodes()[i];
    GYR_CHECK(finder.look_around(next, downstream_only));
  }
  return finder.graph();
}

/// Of a namespace; of all namespaces if it is empty.
base::Result<FlowTopologyGraph> graph_of_all(store::Reader& reader, const store::Visible& visible,
                                             const Services& services, const std::string& tenant,
                                             const std::string& namespace_, bool downstream_only) {
  Finder finder(reader, visible, services, tenant);
  // A flow that names a flow of the namespace contains the name of the namespace in its source.
  store::FlowQuery query{.visible = visible, .tenant = tenant, .source_text = namespace_};
  GYR_CHECK(finder.look_through(query, [&](const Link& link) {
    return namespace_.empty() || link.source.namespace_ == namespace_ ||
           (!downstream_only && link.target.namespace_ == namespace_);
  }));
  return finder.graph();
}

}  // namespace

base::Task<base::Result<FlowTopologyGraph>> dependencies_of_flow(Request* request) {
  FlowKey key = flow_of_path(*request);
  co_return co_await request->read([key = std::move(key), visible = request->visible(), services = &request->services(),
                                    downstream = request->flag("destinationOnly"),
                                    expand = request->flag("expandAll")](store::Reader& reader) {
    return graph_around(reader, visible, *services, key, downstream, expand);
  });
}

base::Task<base::Result<FlowTopologyGraph>> dependencies_of_namespace(Request* request) {
  co_return co_await request->read(
      [tenant = request->tenant(), visible = request->visible(), services = &request->services(),
       namespace_ = std::string(request->path("namespace")), downstream = request->flag("destinationOnly")](
          store::Reader& reader) { return graph_of_all(reader, visible, *services, tenant, namespace_, downstream); });
}

base::Task<base::Result<FlowTopologyGraph>> dependencies_of_tenant(Request* request) {
  co_return co_await request->read([tenant = request->tenant(), visible = request->visible(),
                                    services = &request->services(),
                                    downstream = request->flag("destinationOnly")](store::Reader& reader) {
    return graph_of_all(reader, visible, *services, tenant, {}, downstream);
  });
}

}  // namespace gyr::web
