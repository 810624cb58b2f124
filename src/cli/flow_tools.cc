// `gyr flow expand` and `gyr flow dot`: what a file contains, without a server (CLI-4, CLI-12).
#include <fmt/format.h>

#include <map>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/flow_files.h"
#include "cli/listing.h"
#include "model/errors.h"
#include "syntax/diagnostic.h"

namespace gyr::cli {
namespace {

using base::Value;

class FlowExpand final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("FILE", file_, "the flow; `-` is standard input");
  }
  int run(Session& session) override {
    if (is_missing(file_))
      return session.fail(
          base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr flow expand hello.yaml"));
    auto file = read_flow_file(*file_, session.console);
    if (!file) return session.fail(file.error());
    const bool terminal = session.console.out.is_terminal();
    session.console.out.write(terminal ? printable((*file)->text) : (*file)->text);
    return exit_ok;
  }

  std::optional<std::string> file_;
};

/// A text of the language of Graphviz.
std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// Writes `{nodes, edges, clusters}` as a graph of Graphviz: tasks and triggers are boxes, the ends of clusters are
/// points.
class DotWriter {
 public:
  explicit DotWriter(const Value& graph) : graph_(graph) {}

  std::string write(std::string_view name) {
    out_ = fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n", dot_text(name));
    const Value nodes = list_at("nodes"), clusters = list_at("clusters"), edges = list_at("edges");
    for (const Value& node : nodes.items()) nodes_.emplace(cell_text(value_at(node, "uid")), node);
    // A cluster of a cluster is inside of it; each node belongs to the innermost one, which comes last.
    for (const Value& cluster : clusters.items()) {
      const std::string uid = cell_text(value_at(cluster, "cluster.uid"));
      const Value parents = value_at(cluster, "parents");
      const std::string parent = parents.is_list() && parents.size() > 0 ? cell_text(parents.items().back()) : "";
      children_[parent].push_back(uid);
      const Value inside = value_at(cluster, "nodes");
      for (const Value& node : inside.is_list() ? inside.items() : std::span<const Value>())
        home_[cell_text(node)] = uid;
    }
    write_clusters("", 1);
    for (const auto& [uid, node] : nodes_) {
      if (!home_.contains(uid)) write_node(uid, node, 1);
    }
    for (const Value& edge : edges.items()) {
      out_ += fmt::format("  {} -> {}", dot_text(cell_text(value_at(edge, "source"))),
                          dot_text(cell_text(value_at(edge, "target"))));
      const std::string relation = cell_text(value_at(edge, "relation.relationType"));
      const std::string value = cell_text(value_at(edge, "relation.value"));
      const std::string label = relation == "SEQUENTIAL" ? value : relation + (value.empty() ? "" : " " + value);
      out_ += label.empty() ? ";\n" : fmt::format(" [label={}];\n", dot_text(label));
    }
    return std::move(out_) + "}\n";
  }

 private:
  Value list_at(std::string_view name) const {
    const Value list = value_at(graph_, name);
    return list.is_list() ? list : Value::list({});
  }

  void write_node(const std::string& uid, const Value& node, size_t depth) {
    const Value task = value_at(node, "task"), trigger = value_at(node, "triggerDeclaration");
    const Value& shown = task.is_null() ? trigger : task;
    out_.append(2 * depth, ' ').append(dot_text(uid));
    if (shown.is_null()) {
      out_ += " [shape=point];\n";
      return;
    }
    const std::string type = cell_text(value_at(shown, "type"));
    out_ += fmt::format(" [label={}{}];\n",
                        dot_text(cell_text(value_at(shown, "id")) + "\n" + type.substr(type.rfind('.') + 1)),
                        task.is_null() ? ", style=dashed" : "");
  }

  /// Nested by calls: a flow has a bounded depth.
  void write_clusters(const std::string& parent, size_t depth) {
    auto found = children_.find(parent);
    if (found == children_.end()) return;
    for (const std::string& uid : found->second) {
      const std::string indent(2 * depth, ' ');
      out_ += fmt::format("{0}subgraph {1} {{\n{0}  label={2};\n", indent, dot_text(uid),
                          dot_text(uid.substr(uid.rfind('.') + 1)));
      for (const auto& [node, home] : home_) {
        if (home == uid && nodes_.contains(node)) write_node(node, nodes_.at(node), depth + 1);
      }
      write_clusters(uid, depth + 1);
      out_ += indent + "}\n";
    }
  }

  const Value& graph_;
  std::string out_;
  std::map<std::string, Value> nodes_;
  std::map<std::string, std::vector<std::string>> children_;  // of clusters; those at the top below an empty name
  std::map<std::string, std::string> home_;                   // the cluster of a node
};

class FlowDot final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("FILE", file_, "the flow; `-` is standard input");
  }
  int run(Session& session) override {
    if (is_missing(file_))
      return session.fail(
          base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr flow dot hello.yaml"));
    auto file = read_flow_file(*file_, session.console);
    if (!file) return session.fail(file.error());
    for (const syntax::YamlPart& part : (*file)->parts) {
      const model::ParsedFlow parsed = parse_part(**file, part, session.program.registry(), {});
      if (!parsed.ok()) {
        session.console.err.write(syntax::print_diagnostics(parsed.diagnostics, (*file)->name, (*file)->text,
                                                            {.color = session.console.color(session.console.err)}));
        return exit_failed;
      }
      auto graph = session.program.flow_graph(parsed.flow);
      if (!graph) return session.fail(graph.error());
      session.console.out.write(DotWriter(*graph).write(parsed.namespace_ + "." + parsed.id));
    }
    return exit_ok;
  }

  std::optional<std::string> file_;
};

}  // namespace

std::unique_ptr<Command> make_flow_expand() { return std::make_unique<FlowExpand>(); }
std::unique_ptr<Command> make_flow_dot() { return std::make_unique<FlowDot>(); }

}  // namespace gyr::cli
