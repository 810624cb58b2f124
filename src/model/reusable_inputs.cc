#include "model/reusable_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/bind.h"
#include "model/errors.h"
#include "syntax/yaml.h"

namespace gyr::model {

using syntax::Node;
using syntax::NodePtr;

namespace {

constexpr std::string_view unreadable_set = "Illegal source of reusable inputs: ";

/// The properties of a set.
struct SetSpec {
  std::string id, namespace_, description;
  std::vector<Input> inputs;

  static const Schema& schema() {
    static const Schema schema =
        describe<SetSpec>("io.kestra.core.models.flows.ReusableInputs")
            .property("id", &SetSpec::id, {.title = "Id of the set", .pattern = "^[a-zA-Z0-9][.a-zA-Z0-9_-]*"})
            .property("namespace", &SetSpec::namespace_, {.title = "Namespace of the set"})
            .ignore("tenantId")
            .ignore("revision")
            .property("description", &SetSpec::description, {.title = "Description of the set, in Markdown"})
            .property("inputs", &SetSpec::inputs, {.title = "Inputs of the set", .required = true, .not_empty = true})
            .build();
    return schema;
  }
};

NodePtr text_node(std::string text, const syntax::Span& span) {
  return Node::scalar(base::Value::string(text), text, true, span);
}

/// `dependsOn` with the prefix before the inputs of the set.
NodePtr prefixed_dependencies(const NodePtr& node, std::string_view prefix, const ReusableInputs& set) {
  if (!node->is_mapping()) return node;
  std::vector<syntax::NodeEntry> entries(node->entries().begin(), node->entries().end());
  for (auto& entry : entries) {
    if (entry.key != "inputs" || !entry.value->is_sequence()) continue;
    std::vector<NodePtr> items(entry.value->items().begin(), entry.value->items().end());
    for (NodePtr& item : items) {
      if (item->is_scalar() && set.declared.contains(scalar_text(*item)))
        item = text_node(fmt::format("{}.{}", prefix, scalar_text(*item)), item->span());
    }
    entry.value = Node::sequence(std::move(items), entry.value->span());
  }
  return Node::mapping(std::move(entries), node->span());
}

/// An input below `prefix`; the children of a FORM keep their ids, which follow that of the FORM.
NodePtr input_below(const NodePtr& node, std::string_view prefix, const ReusableInputs& set, bool is_child) {
  std::vector<syntax::NodeEntry> entries(node->entries().begin(), node->entries().end());
  const bool has_id = node->find("id") != nullptr;
  for (auto& entry : entries) {
    if (!is_child && entry.key == (has_id ? "id" : "name")) {
      entry.value = text_node(fmt::format("{}.{}", prefix, scalar_text(*entry.value)), entry.value->span());
    } else if (entry.key == "dependsOn") {
      entry.value = prefixed_dependencies(entry.value, prefix, set);
    } else if (entry.key == "inputs" && entry.value->is_sequence()) {
      std::vector<NodePtr> children(entry.value->items().begin(), entry.value->items().end());
      for (NodePtr& child : children) child = input_below(child, prefix, set, true);
      entry.value = Node::sequence(std::move(children), entry.value->span());
    }
  }
  return Node::mapping(std::move(entries), node->span());
}

/// The inputs of one reference, bound; the first error where they are not valid in this place.
base::Result<std::vector<Input>> bound_inputs(const Input& reference, const ReusableInputs& set,
                                              const TypeSource& types) {
  BindContext context(types);
  std::vector<Input> inputs;
  for (const NodePtr& node : inputs_below(reference.id, set)) {
    Binder<Input>::bind(node, inputs.emplace_back(), context);
  }
  check_inputs(inputs, reference.node, context);
  for (Input& input : inputs) {
    // The set is there under the conditions of the reference.
    if (!input.depends_on) input.depends_on = reference.depends_on;
  }
  if (!context.failed()) return inputs;
  const auto& found = context.diagnostics();
  const auto first = std::ranges::find(found, syntax::Severity::error, &syntax::Diagnostic::severity);
  return base::fail(wrong_input_definition, first == found.end() ? "they are not valid" : first->message);
}

}  // namespace

std::string ParsedReusableInputs::first_error() const {
  const auto found = std::ranges::find(diagnostics, syntax::Severity::error, &syntax::Diagnostic::severity);
  return found == diagnostics.end() ? "" : found->message;
}

ParsedReusableInputs parse_reusable_inputs(std::string_view source, const TypeSource& types) {
  ParsedReusableInputs result;
  auto document = syntax::parse_yaml(source);
  if (!document) {
    result.diagnostics.push_back(syntax::diagnostic_of(document.error()));
    return result;
  }
  BindContext context(types);
  SetSpec spec;
  if (!(*document)->is_mapping()) {
    context.report(wrong_input_definition, fmt::format("{}it must be a mapping with `inputs`", unreadable_set),
                   *document);
  } else {
    SetSpec::schema().bind(*document, &spec, context);
    for (const Input& input : spec.inputs) {
      if (input.type != InputType::reusable_inputs) continue;
      context.report(wrong_input_definition, "Reusable inputs cannot contain other reusable inputs", input.node);
    }
    check_inputs(spec.inputs, *document, context);
  }
  result.id = spec.id;
  result.namespace_ = spec.namespace_;
  result.diagnostics = std::move(context.diagnostics());
  if (context.failed()) return result;
  auto set = std::make_shared<ReusableInputs>();
  set->description = spec.description;
  for (const NodePtr& node : (*document)->find("inputs")->items()) set->inputs.push_back(node);
  for (const NamedInput& input : expand_inputs(spec.inputs)) set->declared.insert(input.id);
  result.set = std::move(set);
  return result;
}

std::vector<NodePtr> inputs_below(std::string_view id, const ReusableInputs& set) {
  std::vector<NodePtr> all;
  for (const NodePtr& node : set.inputs) all.push_back(input_below(node, id, set, false));
  return all;
}

bool refer_to_sets(std::span<const Input> inputs) {
  return std::ranges::any_of(inputs, [](const Input& input) { return input.type == InputType::reusable_inputs; });
}

void place_reusable_inputs(std::vector<Input>& inputs,
                           const std::function<base::Result<ReusableInputsPtr>(const Input& reference)>& find,
                           const TypeSource& types) {
  if (!refer_to_sets(inputs)) return;
  std::vector<Input> placed;
  for (Input& input : inputs) {
    if (input.type != InputType::reusable_inputs) {
      placed.push_back(std::move(input));
      continue;
    }
    auto set = find(input);
    if (!set) {
      input.problem = set.error().message();
      placed.push_back(std::move(input));
      continue;
    }
    auto bound = bound_inputs(input, **set, types);
    if (!bound) {
      input.problem = fmt::format("The reusable inputs '{}' cannot be used as '{}': {}", input.ref, input.id,
                                  bound.error().message());
      placed.push_back(std::move(input));
      continue;
    }
    std::ranges::move(*bound, std::back_inserter(placed));
  }
  inputs = std::move(placed);
}

}  // namespace gyr::model
