#include "model/expression_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "expression/inspection.h"
#include "expression/registry.h"
#include "expression/template.h"
#include "model/bind.h"
#include "model/errors.h"
#include "model/task_order.h"
#include "syntax/scalar_place.h"

namespace gyr::model {

using syntax::NodePtr;

namespace {

/// What ForEachItem makes of itself: tasks with outputs that no flow spells out (TASK-55).
constexpr std::array<std::string_view, 3> made_tasks = {"_split", "_items", "_merge"};

constexpr size_t shown_names = 12;
/// Maximum number of findings that list alternatives: a list requires a search of all tasks.
constexpr size_t max_helped = 50;

/// The analysis of one flow.
class Advisor {
 public:
  Advisor(const Flow& flow, std::string_view source, const base::Value* variables, BindContext& context)
      : flow_(flow), source_(source), variables_(variables), context_(context), order_(flow) {
    for (const Input& input : flow.inputs) inputs_.push_back(input.id.substr(0, input.id.find('.')));
  }

  void run() {
    flow_.for_each_task([this](const TaskSpec& task) {
      if (task.found == nullptr || task.node == nullptr || !task.node->is_mapping()) return;
      task_ = &task;
      // Without its child tasks, which are checked separately.
      for (const Property& property : task.found->schema->properties()) {
        if (property.dynamic) inspect(task.node->find_shared(property.name));
      }
      inspect(task.node->find_shared("runIf"));
    });
    task_ = nullptr;
    for (const FlowOutput& output : flow_.outputs) {
      if (output.node != nullptr && output.node->is_mapping()) inspect(output.node->find_shared("value"));
    }
  }

 private:
  void inspect(const NodePtr& node) {
    if (node == nullptr) return;
    if (node->is_scalar()) return inspect_text(*node);
    for (const NodePtr& item : node->items()) inspect(item);
    for (const syntax::NodeEntry& entry : node->entries()) inspect(entry.value);
  }

  void inspect_text(const syntax::Node& node) {
    if (!node.value().is_string() || node.text().find('{') == std::string::npos) return;
    const std::string_view text = node.value().text();
    const auto compiled = expression::Template::compile(text);
    if (compiled->is_constant()) return;
    if (const base::Error* error = compiled->syntax_error()) {
      context_.warn(broken_expression, error->message(), node.span()).label = "this expression cannot be rendered";
      return;
    }
    const expression::Inspection found = expression::inspect(text);
    for (const auto& call : found.calls) {
      auto& advice = context_.warn(expression::unknown_call, call.message, span_of(node, call.begin, call.end));
      advice.label = "fails when it is evaluated";
      advice.help = call.hint;
    }
    for (const auto& use : found.names) {
      if (use.member.empty() || use.may_be_absent) continue;
      if (use.root == "inputs") inspect_input(node, use);
      if (use.root == "outputs") inspect_output(node, use);
      if (use.root == "namespace" && variables_ != nullptr) inspect_variable(node, use);
    }
  }

  void inspect_input(const syntax::Node& node, const expression::NameUse& use) {
    if (std::ranges::find(inputs_, use.member) != inputs_.end()) return;
    auto& advice = context_.warn(unknown_input, fmt::format("The flow has no input `{}`.", use.member),
                                 span_of(node, use.begin, use.end));
    advice.label = "no such input";
    advice.help = inputs_.empty() ? "the flow declares no inputs" : help_of(use.member, inputs_, "available");
  }

  void inspect_variable(const syntax::Node& node, const expression::NameUse& use) {
    std::vector<std::string> names;
    if (variables_->is_map()) {
      for (const auto& entry : variables_->entries()) names.emplace_back(entry.name());
    }
    if (std::ranges::find(names, use.member) != names.end()) return;
    auto& advice = context_.warn(unknown_namespace_variable,
                                 fmt::format("The namespace `{}` has no variable `{}`.", flow_.namespace_, use.member),
                                 span_of(node, use.begin, use.end));
    advice.label = "no such variable";
    if (++helped_ <= max_helped) advice.help = help_of(use.member, std::move(names), "available");
  }

  void inspect_output(const syntax::Node& node, const expression::NameUse& use) {
    if (!order_.has(use.member)) {
      if (is_made(use.member)) return;
      auto& advice = context_.warn(unknown_task, fmt::format("The flow has no task `{}` with outputs.", use.member),
                                   span_of(node, use.begin, use.end));
      advice.label = "no such task";
      if (++helped_ <= max_helped) advice.help = help_of(use.member, tasks_before(), "tasks before this one");
      return;
    }
    if (task_ == nullptr) return;
    const bool is_own = use.member == task_->id && task_->found->runnable;
    if (!is_own && !order_.comes_later(use.member, task_->id)) return;
    auto& advice =
        context_.warn(early_output, fmt::format("The outputs of `{}` are read before the task has run.", use.member),
                      span_of(node, use.begin, use.end));
    advice.label = is_own ? "its own outputs" : "runs later";
    if (++helped_ <= max_helped) advice.help = help_of({}, tasks_before(), "tasks before this one");
  }

  bool is_made(std::string_view id) const {
    return std::ranges::any_of(made_tasks, [&](std::string_view ending) {
      return id.ends_with(ending) && order_.has(id.substr(0, id.size() - ending.size()));
    });
  }

  /// The tasks whose outputs may exist when the checked task begins.
  std::vector<std::string> tasks_before() const { return task_ == nullptr ? order_.ids() : order_.before(task_->id); }

  static std::string help_of(std::string_view word, std::vector<std::string> names, std::string_view what) {
    std::string help = word.empty() ? std::string() : expression::suggest(word, names);
    if (names.empty()) return help.empty() ? fmt::format("{}: none", what) : help;
    const bool more = names.size() > shown_names;
    names.resize(std::min(names.size(), shown_names));
    return fmt::format("{}{}{}: {}{}", help, help.empty() ? "" : " ", what, fmt::join(names, ", "), more ? ", …" : "");
  }

  syntax::Span span_of(const syntax::Node& node, size_t begin, size_t end) const {
    return source_.empty() ? node.span() : syntax::span_in_scalar(source_, node, begin, end);
  }

  const Flow& flow_;
  std::string_view source_;
  const base::Value* variables_;  ///< null: not known
  BindContext& context_;
  std::vector<std::string> inputs_;
  TaskOrder order_;
  size_t helped_ = 0;
  const TaskSpec* task_ = nullptr;  ///< null: an output of the flow, when all has run
};

}  // namespace

void advise_on_expressions(const Flow& flow, std::string_view source, const base::Value* variables,
                           BindContext& context) {
  Advisor(flow, source, variables, context).run();
}

}  // namespace gyr::model
