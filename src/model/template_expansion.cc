#include "model/template_expansion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace gyr::model {

using syntax::Node;
using syntax::NodeEntry;
using syntax::NodePtr;

namespace {

constexpr std::string_view old_template_type = "io.kestra.core.tasks.flows.Template";

/// Sources that one flow may take in: templates inside of templates multiply.
constexpr size_t max_template_bytes = 8 * 1024 * 1024;
/// Maximum depth of a task whose template is expanded. A template is a document of at most 128 levels, and with it the
/// flow must stay a valid value (limits::value_depth).
constexpr uint32_t deepest_template = 80;

/// Properties that contain tasks, in flows and in tasks. The content of all others is data.
constexpr std::array<std::string_view, 11> holders{"tasks",     "errors", "finally", "afterExecution",
                                                   "listeners", "then",   "else",    "defaults",
                                                   "onPause",   "task",   "_tasks"};

NodePtr text_node(const std::string& text) { return Node::scalar(base::Value::string(text), text, true, {}); }

std::string text_of(const Node& node, std::string_view key) {
  const Node* value = node.find(key);
  return value != nullptr && value->is_scalar() && value->value().is_string() ? std::string(value->value().text())
                                                                              : std::string();
}

bool is_template_task(const Node& node) {
  const std::string type = text_of(node, "type");
  return type == template_type || type == old_template_type;
}

/// Only such a name can be stored, so only such a one is kept.
bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

/// Lives for one expansion.
class Expander {
 public:
  using Find = std::function<StoredTemplatePtr(std::string_view, std::string_view)>;
  Expander(const Find* find, std::string problem) : find_(find), problem_(std::move(problem)) {}

  NodePtr visit(const NodePtr& node) {
    if (node->is_scalar()) return node;
    if (node->is_sequence()) {
      std::vector<NodePtr> items;
      bool changed = false;
      for (const NodePtr& item : node->items()) {
        items.push_back(visit(item));
        changed = changed || items.back() != item;
      }
      return changed ? Node::sequence(std::move(items), node->span()) : node;
    }
    depth_ += 2;  // of the mapping and the list it holds
    NodePtr task = is_template_task(*node) ? expand(node) : node;
    std::vector<NodeEntry> entries;
    bool changed = task != node;
    for (const NodeEntry& entry : task->entries()) {
      entries.push_back({entry.key, entry.key_span, visit_property(entry)});
      changed = changed || entries.back().value != entry.value;
    }
    depth_ -= 2;
    if (task != node) open_.pop_back();
    return changed ? Node::mapping(std::move(entries), node->span()) : node;
  }

  std::vector<UsedTemplate> take_used() { return std::move(used_); }

 private:
  NodePtr visit_property(const NodeEntry& entry) {
    if (entry.key == "cases" && entry.value->is_mapping()) {
      std::vector<NodeEntry> cases;
      for (const NodeEntry& one : entry.value->entries()) cases.push_back({one.key, one.key_span, visit(one.value)});
      return Node::mapping(std::move(cases), entry.value->span());
    }
    return std::ranges::find(holders, entry.key) == holders.end() ? entry.value : visit(entry.value);
  }

  /// The task with the lists of its template, not expanded yet; the template stays open after it.
  NodePtr expand(const NodePtr& task) {
    const std::string namespace_ = text_of(*task, "namespace");
    const std::string id = text_of(*task, "templateId");
    std::string problem = problem_;
    StoredTemplatePtr found;
    if (problem.empty()) found = find_template(namespace_, id, problem);
    open_.emplace_back(namespace_, id);

    std::vector<NodeEntry> entries;
    for (const NodeEntry& entry : task->entries()) {
      if (entry.key != template_tasks_key && entry.key != template_problem_key &&
          (found == nullptr || (entry.key != "errors" && entry.key != "finally")))
        entries.push_back(entry);
    }
    if (found == nullptr) {
      entries.push_back({std::string(template_problem_key), {}, text_node(problem)});
      return Node::mapping(std::move(entries), task->span());
    }
    if (NodePtr tasks = found->node->find_shared("tasks"))
      entries.push_back({std::string(template_tasks_key), {}, std::move(tasks)});
    for (std::string_view key : {"errors", "finally"}) {
      if (NodePtr both = joined(found->node->find_shared(key), task->find_shared(key)))
        entries.push_back({std::string(key), {}, std::move(both)});
    }
    return Node::mapping(std::move(entries), task->span());
  }

  /// The list of the template and after it that of the task; the binder reports a value that is not a list.
  static NodePtr joined(NodePtr of_template, NodePtr of_task) {
    if (of_template == nullptr || !of_template->is_sequence()) return of_task;
    if (of_task == nullptr || !of_task->is_sequence())
      return of_task == nullptr || of_task->is_null() ? of_template : of_task;
    std::vector<NodePtr> items(of_template->items().begin(), of_template->items().end());
    items.insert(items.end(), of_task->items().begin(), of_task->items().end());
    return Node::sequence(std::move(items), of_task->span());
  }

  StoredTemplatePtr find_template(const std::string& namespace_, const std::string& id, std::string& problem) {
    const std::string name = namespace_ + "." + id;
    if (std::ranges::find(open_, std::pair(namespace_, id)) != open_.end()) {
      problem = fmt::format("The template '{}' contains itself", name);
      return nullptr;
    }
    if (depth_ > deepest_template) {
      problem = fmt::format("The template '{}' cannot be expanded: it is nested too deeply in other tasks", name);
      return nullptr;
    }
    const bool possible = is_name(namespace_) && is_name(id);
    StoredTemplatePtr found = possible ? (*find_)(namespace_, id) : nullptr;
    if (possible) {
      UsedTemplate used{namespace_, id, found == nullptr ? 0 : found->version};
      if (std::ranges::find(used_, used) == used_.end()) used_.push_back(std::move(used));
    }
    if (found == nullptr) {
      problem = fmt::format("Unable to find the template '{}'", name);
      return nullptr;
    }
    bytes_ += found->bytes;
    if (bytes_ > max_template_bytes) {
      problem = fmt::format(
          "The template '{}' cannot be expanded: the templates of the flow have more than {} bytes in total", name,
          max_template_bytes);
      return nullptr;
    }
    if (found->node == nullptr || !found->node->is_mapping()) {
      problem = fmt::format("Cannot read the template '{}'", name);
      return nullptr;
    }
    return found;
  }

  const Find* find_;
  std::string problem_;
  std::vector<std::pair<std::string, std::string>> open_;
  std::vector<UsedTemplate> used_;
  size_t bytes_ = 0;
  uint32_t depth_ = 0;
};

}  // namespace

bool may_use_templates(std::string_view source) {
  return source.contains("flow.Template") || source.contains("flows.Template");
}

ExpandedFlow expand_templates(const NodePtr& flow,
                              const std::function<StoredTemplatePtr(std::string_view, std::string_view)>& find) {
  Expander expander(&find, {});
  ExpandedFlow expanded;
  expanded.node = expander.visit(flow);
  expanded.used = expander.take_used();
  return expanded;
}

NodePtr without_templates(const NodePtr& flow, const std::string& problem) {
  return Expander(nullptr, problem).visit(flow);
}

std::string to_text(const std::vector<UsedTemplate>& used) {
  std::string text;
  for (const UsedTemplate& one : used) {
    if (!text.empty()) text += ' ';
    text += fmt::format("{}/{}@{}", one.namespace_, one.id, one.version);
  }
  return text;
}

std::vector<UsedTemplate> used_templates_of(std::string_view text) {
  std::vector<UsedTemplate> used;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const size_t slash = one.find('/');
    const size_t at = one.rfind('@');
    if (slash == std::string_view::npos || at == std::string_view::npos || at < slash) continue;
    UsedTemplate found{std::string(one.substr(0, slash)), std::string(one.substr(slash + 1, at - slash - 1)), 0};
    const auto [end, error] = std::from_chars(one.data() + at + 1, one.data() + one.size(), found.version);
    if (error != std::errc() || end != one.data() + one.size() || found.version < 0) continue;
    used.push_back(std::move(found));
  }
  return used;
}

}  // namespace gyr::model
