#include "model/labels.h"

#include "base/assert.h"
#include "base/text.h"
#include "model/bind.h"
#include "model/errors.h"
#include "model/nested.h"
#include "model/regex.h"

namespace gyr::model {

using base::Value;
using syntax::NodePtr;

bool is_system_label(std::string_view key) { return key.starts_with("system."); }

std::string system_label_message(const Label& label) {
  return fmt::format("System labels can only be set by Kestra itself, offending label: {}={}", label.key, label.value);
}

void put_labels(std::vector<Label>& labels, std::span<const Label> over) {
  for (const Label& label : over) {
    auto found = std::ranges::find(labels, label.key, &Label::key);
    if (found == labels.end()) {
      labels.push_back(label);
    } else {
      found->value = label.value;
    }
  }
}

const std::string* find_label(std::span<const Label> labels, std::string_view key) {
  const auto found = std::ranges::find(labels, key, &Label::key);
  return found == labels.end() ? nullptr : &found->value;
}

std::optional<Label> parse_label(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size()) return std::nullopt;
  return Label{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

base::Result<void> check_caller_labels(std::span<const Label> labels) {
  for (const Label& label : labels) {
    if (is_system_label(label.key) && label.key != correlation_label)
      return base::fail(system_label, system_label_message(label));
  }
  return {};
}

std::vector<Label> execution_labels(std::span<const Label> flow, std::span<const Label> caller,
                                    std::span<const Label> trigger, std::string_view correlation_id) {
  std::vector<Label> labels;
  for (const Label& label : flow) {
    if (!is_system_label(label.key)) put_labels(labels, {&label, 1});
  }
  put_labels(labels, caller);
  put_labels(labels, trigger);
  if (find_label(labels, correlation_label) == nullptr) {
    labels.push_back({std::string(correlation_label), std::string(correlation_id)});
  }
  return labels;
}

Value nested_labels(std::span<const Label> labels) {
  NestedMap map;
  for (const Label& label : labels) map.put(label.key, Value::string(label.value));
  return map.build();
}

namespace {

/// The place of the label at `index` of the written list or map.
NodePtr label_node(const NodePtr& owner, std::string_view property, size_t index) {
  const NodePtr written = owner->find_shared(property);
  if (written != nullptr && written->is_sequence() && index < written->items().size()) return written->items()[index];
  if (written != nullptr && written->is_mapping() && index < written->entries().size())
    return written->entries()[index].value;
  return owner;
}

const Regex& key_pattern() {
  static const std::shared_ptr<const Regex> pattern = [] {
    auto compiled = Regex::compile("^[\\p{Ll}][\\p{L}0-9._-]*$");
    GYR_ASSERT(compiled.has_value());
    return *compiled;
  }();
  return *pattern;
}

}  // namespace

void check_no_system_labels(std::span<const Label> labels, std::string_view property, const NodePtr& owner,
                            BindContext& context) {
  for (size_t i = 0; i < labels.size(); ++i) {
    if (!is_system_label(labels[i].key)) continue;
    BindContext::Scope list(context, property);
    BindContext::Scope item(context, i);
    context.report(system_label, system_label_message(labels[i]) + ".", label_node(owner, property, i));
  }
}

void check_flow_labels(std::span<const Label> labels, std::string_view property, const NodePtr& owner,
                       BindContext& context) {
  BindContext::Scope list(context, property);
  for (size_t i = 0; i < labels.size(); ++i) {
    BindContext::Scope item(context, i);
    const NodePtr place = label_node(owner, property, i);
    if (labels[i].key.empty()) {
      BindContext::Scope key(context, "key");
      context.report(missing_value, "must not be empty", place);
    } else if (key_pattern().matches(labels[i].key) != true) {
      BindContext::Scope key(context, "key");
      context.report(
          wrong_pattern,
          "Invalid label key. A valid key contains only lowercase letters numbers hyphens (-) underscores (_) or "
          "periods (.) and must begin with a lowercase letter.",
          place);
    }
    if (labels[i].value.empty()) {
      BindContext::Scope value(context, "value");
      context.report(missing_value, "must not be empty", place);
    }
  }
}

// ---- binding of a list or map of labels

namespace {

void report_label(const std::string& key, const NodePtr& value, BindContext& context) {
  const std::string shown = expression::to_text(value->to_value());
  syntax::Diagnostic& found =
      context.report(wrong_label, fmt::format("Unsupported type for key: {}, value: {}", key, shown), value);
  found.own_words = fmt::format("the value of the label \"{}\" must be a string, a number or a boolean", key);
  found.label = "expected a string, a number or a boolean";
}

/// Null counts as an empty text, which the constraints refuse; lists and maps are not valid label values.
void add_label(std::string key, const NodePtr& value, std::vector<Label>& target, BindContext& context) {
  if (value->is_scalar()) {
    target.push_back({std::move(key), value->is_null() ? std::string() : scalar_text(*value)});
  } else {
    report_label(key, value, context);
  }
}

}  // namespace

TypeInfo Binder<std::vector<Label>>::type_info() {
  TypeInfo text{.type = ValueType::string};
  return {.type = ValueType::map, .name = "Label", .item = std::make_shared<const TypeInfo>(std::move(text))};
}

void Binder<std::vector<Label>>::bind(const NodePtr& node, std::vector<Label>& target, BindContext& context) {
  target.clear();
  if (node->is_mapping()) {
    for (const auto& entry : node->entries()) add_label(entry.key, entry.value, target, context);
    return;
  }
  if (!node->is_sequence()) {
    syntax::Diagnostic& found =
        context.report(wrong_label, "Unable to deserialize value as it's neither an object neither an array", node);
    found.own_words = "labels must be a mapping, or a list of entries with `key` and `value`";
    found.label = "expected a mapping, or a list of keys and values";
    return;
  }
  static const NodePtr nothing = syntax::Node::of_value(Value::null());
  for (size_t i = 0; i < node->items().size(); ++i) {
    BindContext::Scope scope(context, i);
    const NodePtr& item = node->items()[i];
    if (!detail::expect_mapping("io.kestra.core.models.Label", item, context)) continue;
    const NodePtr key = item->find_shared("key");
    const NodePtr value = item->find_shared("value");
    if (key != nullptr && !key->is_scalar()) {
      report_label("key", key, context);
      continue;
    }
    std::string name = key == nullptr || key->is_null() ? std::string() : scalar_text(*key);
    add_label(std::move(name), value != nullptr ? value : nothing, target, context);
  }
}

}  // namespace gyr::model
