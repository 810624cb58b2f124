#include "model/flow_rules.h"

#include <array>
#include <unordered_map>

#include "base/text.h"
#include "model/bind.h"
#include "model/errors.h"
#include "model/labels.h"
#include "model/plugin_defaults.h"

namespace gyr::model {

using syntax::NodePtr;

namespace {

using DashedIds = std::unordered_set<std::string_view>;

constexpr std::array<std::string_view, 10> reserved_ids = {
    "pause", "resume", "force-run", "change-status", "kill", "executions", "search", "source", "disable", "enable"};

/// Collects the ids of one kind and reports duplicates, in the order of their second occurrence.
class UniqueIds {
 public:
  void add(std::string_view id, const NodePtr& node) {
    if (id.empty()) return;
    const int count = ++seen_[id];
    if (count == 1) return;
    if (count == 2) repeated_.push_back(id);
    places_.push_back(node);
  }

  /// `words` are the reference's; `what` names the thing for people.
  void report(std::string_view words, std::string_view what, BindContext& context,
              syntax::Severity severity = syntax::Severity::error) const {
    if (repeated_.empty()) return;
    const NodePtr& first = places_.front();
    const syntax::NodeEntry* id = first != nullptr ? first->find_entry("id") : nullptr;
    const NodePtr place = id != nullptr ? id->value : first;
    std::string message = fmt::format("{} [{}]", words, fmt::join(repeated_, ", "));
    syntax::Diagnostic& found = severity == syntax::Severity::error
                                    ? context.report(duplicate_id, std::move(message), place)
                                    : context.warn(duplicate_id, std::move(message), place->span());
    found.own_words = fmt::format("duplicate {}: {}", what, fmt::join(repeated_, ", "));
    found.label = "used before";
    for (size_t i = 1; i < places_.size() && i <= max_notes; ++i) {
      if (places_[i] == nullptr || places_[i]->span().line == 0) continue;
      found.notes.push_back(fmt::format("also at line {}", places_[i]->span().line));
    }
  }

 private:
  static constexpr size_t max_notes = 10;  // more positions are not useful
  std::unordered_map<std::string_view, int> seen_;
  std::vector<std::string_view> repeated_;
  std::vector<NodePtr> places_;
};

/// The value at a key, or the mapping itself.
NodePtr place_of(const NodePtr& node, std::string_view key) {
  NodePtr found = node->find_shared(key);
  return found != nullptr ? found : node;
}

/// `variables:` without a value.
bool is_empty(const syntax::Node& node) {
  return node.is_null() || (node.is_scalar() && !node.quoted() && node.text().empty());
}

/// All rules of one flow. Lives for one check.
class FlowCheck {
 public:
  FlowCheck(const Flow& flow, const NodePtr& node, const FlowRuleOptions& options, BindContext& context)
      : flow_(flow), node_(node), options_(options), context_(context) {
    flow.for_each_task([this](const TaskSpec& task) { tasks_.push_back(&task); });
  }

  void run() {
    check_properties();
    check_id();
    check_task_ids();
    check_trigger_ids();
    check_recursion();
    check_inputs(flow_.inputs, node_, context_);
    check_outputs();
    check_slas();
    check_preconditions();
    check_labels();
    check_dashes();
    check_assets();
  }

 private:
  /// What is about one property, with a path.
  void check_properties() {
    if (const NodePtr variables = node_->find_shared("variables"); variables != nullptr && !is_empty(*variables)) {
      BindContext::Scope scope(context_, "variables");
      detail::expect_mapping("java.util.LinkedHashMap<java.lang.String,java.lang.Object>", variables, context_);
    }
    check_flow_labels(flow_.labels, "labels", node_, context_);
    BindContext::Scope scope(context_, "pluginDefaults");
    NodePtr list = node_->find_shared("pluginDefaults");
    if (list == nullptr) list = node_->find_shared("taskDefaults");
    check_plugin_defaults(flow_.plugin_defaults, list, context_);
  }

  void check_id() {
    if (!is_reserved_flow_id(flow_.id)) return;
    syntax::Diagnostic& found =
        context_.report(reserved_flow_id,
                        fmt::format("Flow id is a reserved keyword: {}. List of reserved keywords: {}", flow_.id,
                                    fmt::join(reserved_ids, ", ")),
                        place_of(node_, "id"));
    found.own_words =
        fmt::format("\"{}\" is a reserved id; reserved ids are {}", flow_.id, fmt::join(reserved_ids, ", "));
    found.label = "reserved";
  }

  void check_task_ids() {
    UniqueIds ids;
    std::vector<std::string> made;  // keeps the views of `ids` alive
    made.reserve(3 * tasks_.size());
    for (const TaskSpec* task : tasks_) {
      ids.add(task->id, task->node);
      if (!task->is("io.kestra.plugin.core.flow.ForEachItem")) continue;
      // Its own children have ids that no task of the author's may have (TASK-55).
      for (std::string_view suffix : {"_split", "_items", "_merge"})
        ids.add(made.emplace_back(task->id + std::string(suffix)), task->node);
    }
    ids.report("Duplicate task id with name", "task id", context_);
  }

  void check_trigger_ids() {
    UniqueIds ids;
    for (const TriggerSpec& trigger : flow_.triggers) ids.add(trigger.id, trigger.node);
    ids.report("Duplicate trigger id with name", "trigger id", context_);
  }

  /// A task of any type that starts flows names them by `namespace` and `flowId`; only literal names are known here.
  void check_recursion() {
    if (flow_.id.empty() || flow_.namespace_.empty()) return;
    for (const TaskSpec* task : tasks_) {
      if (task->found == nullptr || task->found->runnable || task->node == nullptr) continue;
      const syntax::Node* flow_id = task->node->find("flowId");
      const syntax::Node* name_space = task->node->find("namespace");
      if (flow_id == nullptr || name_space == nullptr || !flow_id->is_scalar() || !name_space->is_scalar()) continue;
      if (scalar_text(*flow_id) != flow_.id || scalar_text(*name_space) != flow_.namespace_) continue;
      syntax::Diagnostic& found =
          context_.report(recursive_flow, fmt::format("Recursive call to flow [{}.{}]", flow_.namespace_, flow_.id),
                          task->node->find_shared("flowId"));
      found.own_words = fmt::format("task \"{}\" starts the flow that it belongs to", task->id);
      found.label = "the flow itself";
      return;
    }
  }

  void check_outputs() {
    UniqueIds ids;
    for (const FlowOutput& output : flow_.outputs) ids.add(output.id, output.node);
    ids.report("Duplicate output with name", "output id", context_);
  }

  /// FLOW-80: advice, as the reference runs such flows.
  void check_slas() {
    UniqueIds ids;
    const NodePtr list = place_of(node_, "sla");
    for (const Sla& sla : flow_.sla) ids.add(sla.id, list);
    ids.report("Duplicate sla with id", "SLA id", context_, syntax::Severity::warning);
  }

  void check_preconditions() {
    UniqueIds ids;
    std::vector<std::string> texts;  // keeps the views of `ids` alive
    texts.reserve(flow_.triggers.size());
    for (const TriggerSpec& trigger : flow_.triggers) {
      if (trigger.node == nullptr) continue;
      const NodePtr preconditions = trigger.node->find_shared("preconditions");
      if (preconditions == nullptr || !preconditions->is_mapping()) continue;
      const syntax::Node* id = preconditions->find("id");
      if (id == nullptr || !id->is_scalar() || id->is_null()) continue;
      ids.add(texts.emplace_back(scalar_text(*id)), preconditions);
    }
    ids.report("Duplicate preconditions with id", "id of preconditions", context_);
  }

  void check_labels() {
    for (const Label& label : flow_.labels) {
      if (!is_system_label(label.key) || label.key == "system.readOnly") continue;
      context_.report(system_label, system_label_message(label), place_of(node_, "labels"));
    }
  }

  void check_dashes() {
    DashedIds inputs;
    const std::vector<NamedInput> named = expand_inputs(flow_.inputs);
    for (const NamedInput& input : named) {
      if (input.id.find('-') != input.id.npos) inputs.insert(input.id);
    }
    DashedIds tasks;
    for (const TaskSpec* task : tasks_) {
      if (task->id.find('-') != task->id.npos) tasks.insert(task->id);
    }
    report_dashes("input", "inputs", inputs);
    report_dashes("output", "outputs", tasks);
    std::vector<std::string_view> offending;
    NodePtr place;
    for (const FlowOutput& output : flow_.outputs) {
      if (output.node == nullptr || !mentions(output.node->find_shared("value"), "outputs", tasks)) continue;
      offending.push_back(output.id);
      if (place == nullptr) place = output.node->find_shared("value");
    }
    report_offending("output", "outputs", "outputs", offending, place);
  }

  void report_dashes(std::string_view what, std::string_view root, const DashedIds& ids) {
    if (ids.empty()) return;
    std::vector<std::string_view> offending;
    NodePtr place;
    for (const TaskSpec* task : tasks_) {
      if (task->found == nullptr || task->node == nullptr) continue;
      for (const syntax::NodeEntry& entry : task->node->entries()) {
        // Only what the type itself declares, nested values as text (FLOW-6).
        if (task->found->schema->find(entry.key) == nullptr || !mentions(entry.value, root, ids)) continue;
        offending.push_back(task->id);
        if (place == nullptr) place = entry.value;
        break;
      }
    }
    report_offending(what, root, "tasks", offending, place);
  }

  void report_offending(std::string_view what, std::string_view root, std::string_view whose,
                        const std::vector<std::string_view>& offending, const NodePtr& place) {
    if (offending.empty()) return;
    context_
        .report(
            dash_reference,
            fmt::format("Invalid {} reference: use {}[key-name] instead of {}.key-name \u2014 keys with dashes require "
                        "bracket notation, offending {}: [{}]",
                        what, root, root, whose, fmt::join(offending, ", ")),
            place)
        .help = fmt::format("write `{}['key-name']`", root);
  }

  static bool mentions(const NodePtr& node, std::string_view root, const DashedIds& ids) {
    if (node == nullptr || ids.empty()) return false;
    if (node->is_scalar()) return has_dash_reference(node->text(), root, ids);
    const auto in = [&](const NodePtr& child) { return mentions(child, root, ids); };
    if (node->is_sequence()) return std::ranges::any_of(node->items(), in);
    return std::ranges::any_of(node->entries(), [&](const syntax::NodeEntry& entry) { return in(entry.value); });
  }

  void check_assets() {
    if (options_.allow_assets) return;
    for (const TaskSpec* task : tasks_) {
      if (!task->assets) continue;
      context_.report(
          assets_refused,
          fmt::format("Task '{}' can't have any `assets` because assets are only available in Enterprise Edition.",
                      task->id),
          place_of(task->node, "assets"));
    }
  }

  const Flow& flow_;
  const NodePtr& node_;
  const FlowRuleOptions& options_;
  BindContext& context_;
  std::vector<const TaskSpec*> tasks_;
};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Whether one expression (the text between its marks) refers to `root.<id>`.
bool expression_refers(std::string_view expression, std::string_view root, const DashedIds& ids) {
  for (size_t at = expression.find(root); at != expression.npos; at = expression.find(root, at + 1)) {
    if (at != 0 && (is_name_character(expression[at - 1]) || expression[at - 1] == '.')) continue;
    std::string_view rest = expression.substr(at + root.size());
    if (!rest.starts_with('.')) continue;
    rest.remove_prefix(1);
    size_t end = 0;
    for (; end < rest.size(); ++end) {
      if (is_name_character(rest[end])) continue;
      // An id may contain dots, and a member may follow it.
      if (ids.contains(rest.substr(0, end))) return true;
      if (rest[end] != '.') break;
    }
    if (end == rest.size() && ids.contains(rest)) return true;
  }
  return false;
}

}  // namespace

bool is_reserved_flow_id(std::string_view id) { return std::ranges::find(reserved_ids, id) != reserved_ids.end(); }

bool has_dash_reference(std::string_view text, std::string_view root, const DashedIds& dashed_ids) {
  for (size_t at = text.find('{'); at != text.npos && at + 1 < text.size(); at = text.find('{', at)) {
    const char mark = text[at + 1];
    if (mark != '{' && mark != '%') {
      ++at;
      continue;
    }
    const std::string_view end_mark = mark == '{' ? "}}" : "%}";
    const size_t end = std::min(text.find(end_mark, at + 2), text.size());
    if (expression_refers(text.substr(at + 2, end - at - 2), root, dashed_ids)) return true;
    at = end;
  }
  return false;
}

void check_flow(const Flow& flow, const NodePtr& node, const FlowRuleOptions& options, BindContext& context) {
  FlowCheck(flow, node, options, context).run();
}

}  // namespace gyr::model
