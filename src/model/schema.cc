#include "model/schema.h"

#include "base/assert.h"
#include "base/text.h"
#include "model/errors.h"
#include "model/regex.h"

namespace gyr::model {

using syntax::Diagnostic;
using syntax::NodePtr;

bool is_parse_error(base::ErrorCode code) {
  return code == unreadable_flow || code == wrong_kind || code == unknown_type || code == wrong_label ||
         code == unknown_property || code.text.starts_with("GYR-Y") || code.text.starts_with("GYR-J");
}

// ---- Schema

bool Property::must_be_given() const {
  return (options.required || options.not_blank || options.not_empty) && default_node == nullptr;
}

const Property* Schema::find(std::string_view name_or_alias) const {
  for (const Property& property : properties_) {
    if (property.name == name_or_alias) return &property;
    if (std::ranges::find(property.options.aliases, name_or_alias) != property.options.aliases.end()) return &property;
  }
  return nullptr;
}

bool Schema::ignores(std::string_view name) const { return std::ranges::find(ignored_, name) != ignored_.end(); }

void Schema::finish() {
  for (Property& property : properties_) {
    if (!property.options.default_value.is_null()) {
      property.default_node = syntax::Node::of_value(property.options.default_value);
    }
    if (!property.options.pattern.empty()) {
      auto compiled = Regex::compile(property.options.pattern);
      GYR_ASSERT(compiled.has_value());
      property.regex = *compiled;
    }
    if (property.options.shown_as) property.type.type = *property.options.shown_as;
    may_have_children_ = may_have_children_ || property.visit_children != nullptr;
  }
}

void Schema::bind(const NodePtr& node, void* object, BindContext& context) const {
  const BindTarget target{this, object};
  bind_mapping(node, {&target, 1}, name_, context);
}

void Schema::visit_children(const void* object, std::string_view prefix, const ChildListVisitor& visitor) const {
  for (const Property& property : properties_) {
    if (property.visit_children == nullptr) continue;
    property.visit_children(object, prefix.empty() ? property.name : fmt::format("{}.{}", prefix, property.name),
                            visitor);
  }
}

// ---- binding of one mapping

namespace {

bool has_expression(std::string_view text) { return text.find("{{") != text.npos || text.find("{%") != text.npos; }

std::string number_text(double value) {
  if (value == static_cast<double>(static_cast<int64_t>(value))) return fmt::format("{}", static_cast<int64_t>(value));
  return fmt::format("{}", value);
}

std::optional<double> number_of(const syntax::Node& node) {
  const base::Value& value = node.value();
  if (value.is_integer()) return static_cast<double>(value.as_integer());
  if (value.is_number()) return value.as_number();
  if (!value.is_string() && !value.is_decimal()) return std::nullopt;
  const std::string text(base::trim(value.text()));
  double parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return parsed;
}

void check_bounds(const Property& property, const NodePtr& node, BindContext& context) {
  const PropertyOptions& options = property.options;
  if (!options.minimum && !options.maximum) return;
  const auto number = number_of(*node);
  if (!number) return;
  if (options.minimum && *number < *options.minimum) {
    context.report(wrong_size, "must be greater than or equal to " + number_text(*options.minimum), node).own_words =
        fmt::format("property \"{}\" must be at least {}", property.name, number_text(*options.minimum));
  } else if (options.maximum && *number > *options.maximum) {
    context.report(wrong_size, "must be less than or equal to " + number_text(*options.maximum), node).own_words =
        fmt::format("property \"{}\" must be at most {}", property.name, number_text(*options.maximum));
  }
}

void check_length(const Property& property, size_t length, const NodePtr& node, BindContext& context) {
  const PropertyOptions& options = property.options;
  const size_t least = options.min_length.value_or(0);
  const size_t most = options.max_length.value_or(INT32_MAX);
  if (length >= least && length <= most) return;
  const std::string_view own = options.length_message;
  Diagnostic& found = context.report(
      wrong_size, own.empty() ? fmt::format("size must be between {} and {}", least, most) : std::string(own), node);
  if (!own.empty()) return;
  const std::string_view what = node->is_scalar() ? "characters" : node->is_sequence() ? "items" : "entries";
  found.own_words = !options.max_length
                        ? fmt::format("property \"{}\" must have at least {} {}", property.name, least, what)
                        : fmt::format("property \"{}\" must have {} to {} {}", property.name, least, most, what);
}

/// The name of a class of the reference as people know it: types of plugins in full, of others the last part.
std::string_view shown_class(std::string_view name) {
  if (name.starts_with("io.kestra.plugin.") && name.find('$') == name.npos) return name;
  const std::string_view last = name.substr(name.find_last_of(".$") + 1);
  return last == "FlowWithSource" ? "Flow" : last;
}

void report_missing(const Property& property, std::string_view class_name, const NodePtr& node,
                    const syntax::Span& span, BindContext& context) {
  const PropertyOptions& options = property.options;
  std::string message = "must not be null";
  if (options.not_empty && !options.empty_message.empty()) {
    message = options.empty_message;
  } else if (!options.required) {
    message = options.not_blank ? "must not be blank" : "must not be empty";
  }
  // A node lets the context see that a default outside the flow is to blame.
  Diagnostic& found = context.report(missing_value, std::move(message), node);
  if (found.severity == syntax::Severity::error && span.line != 0) found.span = span;
  found.own_words = fmt::format("property \"{}\" of {} is required", property.name, shown_class(class_name));
  found.label = fmt::format("`{}` is missing", property.name);
}

/// Null, or an empty value of a property that is a number, a list or similar: `retry:` without a value.
bool stands_for_null(const Property& property, const syntax::Node& node) {
  if (node.is_null()) return true;
  if (property.dynamic || !node.is_scalar() || !node.value().is_string() || !node.value().text().empty()) return false;
  switch (property.type.type) {
    case ValueType::string:
    case ValueType::uri:
    case ValueType::time:
    case ValueType::any: return false;
    case ValueType::integer:
    case ValueType::number:
    case ValueType::boolean:
    case ValueType::duration:
    case ValueType::date_time:
    case ValueType::date: return true;
    default: return !node.quoted();
  }
}

/// The constraints of an existing value; the first violation is reported. False if the value is empty and must not be.
bool check_constraints(const Property& property, const NodePtr& node, BindContext& context) {
  const PropertyOptions& options = property.options;
  const auto refuse_empty = [&] {
    std::string message(options.empty_message.empty() ? "must not be empty" : options.empty_message);
    Diagnostic& found = context.report(missing_value, std::move(message), node);
    found.own_words = fmt::format("property \"{}\" must not be empty", property.name);
    found.label = "empty";
    return false;
  };
  if (!node->is_scalar()) {
    const size_t size = node->is_sequence() ? node->items().size() : node->entries().size();
    if (options.not_empty && size == 0) return refuse_empty();
    if ((options.min_length || options.max_length) && !property.dynamic) check_length(property, size, node, context);
    return true;
  }
  const std::string text = scalar_text(*node);
  if (options.not_blank && base::trim(text).empty()) {
    Diagnostic& found = context.report(missing_value, "must not be blank", node);
    found.own_words = fmt::format("property \"{}\" must not be blank", property.name);
    found.label = "blank";
    return false;
  }
  if (options.not_empty && text.empty()) return refuse_empty();
  const size_t before = context.problems();
  if (options.min_length || options.max_length) check_length(property, base::code_points(text), node, context);
  if (context.problems() != before || (property.dynamic && has_expression(text))) return true;
  check_bounds(property, node, context);
  if (property.regex != nullptr && context.problems() == before && property.regex->matches(text) != true) {
    const std::string_view own = options.pattern_message;
    Diagnostic& found = context.report(
        wrong_pattern, own.empty() ? fmt::format("must match \"{}\"", options.pattern) : std::string(own), node);
    if (own.empty())
      found.own_words = fmt::format("property \"{}\" must match the pattern {}", property.name, options.pattern);
  }
  return true;
}

}  // namespace

/// Binds one mapping into its targets. Lives for one call.
class MappingBinder {
 public:
  MappingBinder(const NodePtr& node, std::span<const BindTarget> targets, std::string_view class_name,
                BindContext& context)
      : node_(node), targets_(targets), class_name_(class_name), context_(context) {}

  void bind() {
    if (!node_->is_mapping()) {
      detail::report_kind(class_name_, "a mapping", node_, context_);
      return;
    }
    for (const auto& entry : node_->entries()) {
      if (!knows(entry.key)) report_unknown(entry);
    }
    bool complete = true;
    for (const BindTarget& target : targets_) {
      for (const Property& property : target.schema->properties()) complete &= bind_property(property, target.object);
    }
    if (!complete) return;
    for (const BindTarget& target : targets_) {
      for (const auto& check : target.schema->checks_) check(target.object, node_, context_);
    }
  }

 private:
  bool knows(std::string_view key) const {
    return std::ranges::any_of(targets_, [key](const BindTarget& target) {
      return target.schema->ignores(key) || target.schema->find(key) != nullptr;
    });
  }

  void report_unknown(const syntax::NodeEntry& entry) {
    std::vector<std::string_view> known;
    for (const BindTarget& target : targets_) {
      for (const Property& property : target.schema->properties()) known.push_back(property.name);
      for (const std::string& name : target.schema->ignored_) {
        if (std::ranges::find(known, name) == known.end()) known.push_back(name);
      }
    }
    BindContext::Scope scope(context_, entry.key);
    Diagnostic& found = context_.report(
        unknown_property,
        fmt::format("Unrecognized field \"{}\" (class {}), not marked as ignorable ({} known properties: "
                    "\"{}\")",
                    entry.key, class_name_, known.size(), fmt::join(known, "\", \"")),
        entry.key_span);
    found.own_words = fmt::format("unknown property \"{}\" of {}", entry.key, shown_class(class_name_));
    found.label = "unknown property";
    if (auto meant = base::nearest(entry.key, known)) found.help = fmt::format("did you mean `{}`?", *meant);
  }

  const syntax::NodeEntry* entry_of(const Property& property) {
    const syntax::NodeEntry* entry = node_->find_entry(property.name);
    for (std::string_view alias : property.options.aliases) {
      const syntax::NodeEntry* old = node_->find_entry(alias);
      if (old == nullptr) continue;
      BindContext::Scope scope(context_, alias);
      context_.deprecated(context_.path(), old->key_span, fmt::format("use `{}`", property.name));
      if (entry == nullptr) entry = old;
    }
    return entry;
  }

  /// Where a property that is not there would have been: at its key if it is null, else at the first key beside it.
  syntax::Span missing_span(const syntax::NodeEntry* entry) const {
    if (entry != nullptr) return entry->key_span;
    return node_->entries().empty() ? node_->span() : node_->entries().front().key_span;
  }

  /// Whether the object now has a value of the right kind there, or needs none.
  bool bind_property(const Property& property, void* object) {
    const syntax::NodeEntry* entry = entry_of(property);
    BindContext::Scope scope(context_, entry != nullptr ? std::string_view(entry->key) : property.name);
    if (entry == nullptr || stands_for_null(property, *entry->value)) {
      if (property.default_node != nullptr) {
        property.bind(property.default_node, object, context_);
      } else if (property.must_be_given()) {
        report_missing(property, class_name_, entry != nullptr ? entry->value : node_, missing_span(entry), context_);
        return false;
      }
      return true;
    }
    if (property.options.deprecated) context_.deprecated(context_.path(), entry->key_span);
    const NodePtr& node = entry->value;
    if (property.options.text_only && !node->is_scalar()) {
      detail::report_kind("java.lang.String", "a string", node, context_);
      return false;
    }
    const size_t before = context_.problems();
    property.bind(node, object, context_);
    if (context_.problems() != before) return false;
    return check_constraints(property, node, context_);
  }

  const NodePtr& node_;
  std::span<const BindTarget> targets_;
  std::string_view class_name_;
  BindContext& context_;
};

void bind_mapping(const NodePtr& node, std::span<const BindTarget> targets, std::string_view class_name,
                  BindContext& context) {
  MappingBinder(node, targets, class_name, context).bind();
}

}  // namespace gyr::model
