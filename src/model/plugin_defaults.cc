#include "model/plugin_defaults.h"

#include <unordered_map>

#include "base/text.h"
#include "model/bind.h"
#include "model/errors.h"
#include "model/no_types.h"

namespace gyr::model {

using syntax::Node;
using syntax::NodeEntry;
using syntax::NodePtr;

namespace {

/// The items of `first`, then those of `second` that are not among them.
NodePtr concatenate(const NodePtr& first, const NodePtr& second, const NodePtr& place) {
  std::vector<NodePtr> items(first->items().begin(), first->items().end());
  std::unordered_multimap<size_t, base::Value> known;
  for (const NodePtr& item : first->items()) {
    base::Value value = item->to_value();
    known.emplace(base::hash_of(value), value);
  }
  for (const NodePtr& item : second->items()) {
    const base::Value value = item->to_value();
    const auto [begin, end] = known.equal_range(base::hash_of(value));
    if (std::none_of(begin, end, [&](const auto& entry) { return entry.second == value; })) items.push_back(item);
  }
  return Node::sequence(std::move(items), place->span());
}

/// Merges mappings by key; `merge` decides about keys that both have.
template <class Merge>
NodePtr merge_entries(const NodePtr& author, const NodePtr& default_, Merge merge) {
  std::vector<NodeEntry> entries(author->entries().begin(), author->entries().end());
  std::unordered_map<std::string_view, size_t> positions;
  for (size_t i = 0; i < author->entries().size(); ++i) positions.emplace(author->entries()[i].key, i);
  for (const NodeEntry& entry : default_->entries()) {
    const auto found = positions.find(entry.key);
    if (found == positions.end()) {
      entries.push_back(entry);
    } else {
      entries[found->second].value = merge(entries[found->second].value, entry.value);
    }
  }
  return Node::mapping(std::move(entries), author->span());
}

}  // namespace

NodePtr merge_under(const NodePtr& author, const NodePtr& default_) {
  if (author->is_null()) return default_;
  if (author->is_mapping() && default_->is_mapping()) return merge_entries(author, default_, merge_under);
  if (author->is_sequence() && default_->is_sequence()) return concatenate(default_, author, author);
  return author;
}

NodePtr merge_over(const NodePtr& author, const NodePtr& default_) {
  if (default_->is_null()) return author;
  if (author->is_mapping() && default_->is_mapping()) return merge_entries(author, default_, merge_over);
  if (author->is_sequence() && default_->is_sequence()) return concatenate(author, default_, author);
  return default_;
}

namespace {

/// Entries that defaults may bring into one flow: a long default in a flow of many tasks multiplies.
constexpr size_t max_injected_entries = 2'000'000;

/// A default with what does not change from map to map.
struct PreparedDefault {
  const PluginDefault* source;
  std::string_view real_type;  ///< the real name if `type` is an alias
  size_t level;
  size_t position;
};

const TypeSource::Found* find_any(const TypeSource& types, std::string_view name,
                                  TypeSource::Kind* found_kind = nullptr) {
  for (auto kind : {TypeSource::Kind::task, TypeSource::Kind::trigger, TypeSource::Kind::condition,
                    TypeSource::Kind::task_runner}) {
    if (const auto* found = types.find(kind, name)) {
      if (found_kind != nullptr) *found_kind = kind;
      return found;
    }
  }
  return nullptr;
}

const Schema& common_schema(TypeSource::Kind kind) {
  switch (kind) {
    case TypeSource::Kind::trigger: return TriggerSpec::common_schema();
    case TypeSource::Kind::condition: return ConditionSpec::common_schema();
    case TypeSource::Kind::task_runner: return TaskRunnerSpec::common_schema();
    case TypeSource::Kind::task: break;
  }
  return TaskSpec::common_schema();
}

/// The mapping without the keys that the type does not know; all of it for types that are not registered.
NodePtr known_values(const NodePtr& values, const TypeSource::Found* found, TypeSource::Kind kind) {
  if (found == nullptr) return values;
  const auto knows = [&](const NodeEntry& entry) {
    return entry.key != "type" &&
           (found->schema->find(entry.key) != nullptr || common_schema(kind).find(entry.key) != nullptr);
  };
  if (std::ranges::all_of(values->entries(), knows)) return values;
  std::vector<NodeEntry> entries;
  std::ranges::copy_if(values->entries(), std::back_inserter(entries), knows);
  return Node::mapping(std::move(entries), values->span());
}

/// Applies all defaults to one flow. Lives for one merge.
class DefaultMerger {
 public:
  DefaultMerger(std::span<const DefaultLevel> levels, const TypeSource& types) : types_(types) {
    for (size_t level = 0; level < levels.size(); ++level) {
      for (size_t i = 0; i < levels[level].defaults.size(); ++i) {
        const PluginDefault& source = levels[level].defaults[i];
        if (source.type.empty() || source.values == nullptr) continue;
        const auto* found = find_any(types, source.type);
        defaults_.push_back({&source, found != nullptr ? std::string_view(found->type) : source.type, level, i});
        if (!levels[level].own) mark_foreign(source.values);
      }
    }
  }

  MergedFlow merge(const NodePtr& flow) {
    MergedFlow result;
    result.node = visit_root(flow);
    result.foreign = std::move(foreign_);
    result.unknown_refs = std::move(unknown_refs_);
    result.too_large = injected_ > max_injected_entries;
    return result;
  }

 private:
  void mark_foreign(const NodePtr& node) {
    foreign_.insert(node.get());
    for (const NodePtr& item : node->items()) mark_foreign(item);
    for (const NodeEntry& entry : node->entries()) mark_foreign(entry.value);
  }

  /// Everything but the list of defaults itself.
  NodePtr visit_root(const NodePtr& flow) {
    if (!flow->is_mapping()) return flow;
    return visit_entries(
        flow, [](const NodeEntry& entry) { return entry.key == "pluginDefaults" || entry.key == "taskDefaults"; });
  }

  NodePtr visit(const NodePtr& node) {
    if (node->is_scalar()) return node;
    if (node->is_sequence()) {
      std::vector<NodePtr> items;
      items.reserve(node->items().size());
      bool changed = false;
      for (const NodePtr& item : node->items()) {
        items.push_back(visit(item));
        changed = changed || items.back() != item;
      }
      return changed ? Node::sequence(std::move(items), node->span()) : node;
    }
    return apply(visit_entries(node, [](const NodeEntry&) { return false; }));
  }

  template <class Skip>
  NodePtr visit_entries(const NodePtr& node, Skip skip) {
    std::vector<NodeEntry> entries;
    entries.reserve(node->entries().size());
    bool changed = false;
    for (const NodeEntry& entry : node->entries()) {
      entries.push_back({entry.key, entry.key_span, skip(entry) ? entry.value : visit(entry.value)});
      changed = changed || entries.back().value != entry.value;
    }
    return changed ? Node::mapping(std::move(entries), node->span()) : node;
  }

  NodePtr apply(NodePtr node) {
    const Node* type = node->find("type");
    if (type == nullptr || !type->is_scalar() || !type->value().is_string()) return node;
    const std::string_view name = type->value().text();
    TypeSource::Kind kind{};
    const TypeSource::Found* found = find_any(types_, name, &kind);
    std::vector<const PreparedDefault*> matching = matches(node, name, found);
    if (matching.empty()) return node;
    // Nearer levels first, longer types first, then as listed: what comes first is not overridden.
    std::ranges::sort(matching, [](const PreparedDefault* a, const PreparedDefault* b) {
      return std::tuple(a->level, -static_cast<int64_t>(a->real_type.size()), a->position) <
             std::tuple(b->level, -static_cast<int64_t>(b->real_type.size()), b->position);
    });
    for (const PreparedDefault* default_ : matching) injected_ += default_->source->values->entries().size();
    if (injected_ > max_injected_entries) return node;
    for (const PreparedDefault* default_ : matching) {
      if (!default_->source->forced) node = merge_under(node, known_values(default_->source->values, found, kind));
    }
    // Far levels first, within a level as listed: what comes last wins (FLOW-63).
    std::ranges::sort(matching, [](const PreparedDefault* a, const PreparedDefault* b) {
      return std::tuple(b->level, a->position) < std::tuple(a->level, b->position);
    });
    for (const PreparedDefault* default_ : matching) {
      if (default_->source->forced) node = merge_over(node, known_values(default_->source->values, found, kind));
    }
    return node;
  }

  std::vector<const PreparedDefault*> matches(const NodePtr& node, std::string_view name,
                                              const TypeSource::Found* found) {
    const NodePtr ref_node = found != nullptr ? node->find_shared("pluginDefaultsRef") : nullptr;
    const std::string ref =
        ref_node != nullptr && ref_node->is_scalar() && !ref_node->is_null() ? scalar_text(*ref_node) : "";
    const std::string_view real = found != nullptr ? std::string_view(found->type) : name;
    std::vector<const PreparedDefault*> matching;
    bool ref_known = ref.empty();
    for (const PreparedDefault& default_ : defaults_) {
      ref_known = ref_known || default_.source->ref == ref;
      if (default_.source->ref != ref) continue;
      if (real.starts_with(default_.real_type) || name.starts_with(default_.source->type))
        matching.push_back(&default_);
    }
    if (!ref_known) unknown_refs_.emplace_back(ref, ref_node);
    return matching;
  }

  const TypeSource& types_;
  std::vector<PreparedDefault> defaults_;
  std::unordered_set<const Node*> foreign_;
  std::vector<std::pair<std::string, NodePtr>> unknown_refs_;
  size_t injected_ = 0;
};

}  // namespace

MergedFlow merge_plugin_defaults(const NodePtr& flow, std::span<const DefaultLevel> levels, const TypeSource& types) {
  return DefaultMerger(levels, types).merge(flow);
}

DefaultLevel plugin_defaults_of(const base::Value& list, std::vector<std::string>& problems) {
  DefaultLevel level;
  const NoTypes types;
  BindContext context(types);
  Binder<std::vector<PluginDefault>>::bind(Node::of_value(list), level.defaults, context);
  for (const syntax::Diagnostic& found : context.diagnostics()) problems.push_back(found.path + ": " + found.message);
  std::erase_if(level.defaults, [&](const PluginDefault& default_) {
    if (!default_.type.empty() && default_.values != nullptr) return false;
    problems.push_back(
        fmt::format("Invalid Plugin Default: No '{}' provided", default_.type.empty() ? "type" : "values"));
    return true;
  });
  return level;
}

void check_plugin_defaults(std::span<const PluginDefault> defaults, const NodePtr& list, BindContext& context) {
  for (size_t i = 0; i < defaults.size(); ++i) {
    const PluginDefault& default_ = defaults[i];
    BindContext::Scope item(context, i);
    const NodePtr place = list != nullptr && i < list->items().size() ? list->items()[i] : list;
    std::vector<std::string> findings;
    if (default_.type.empty()) findings.push_back("No 'type' provided");
    if (default_.values == nullptr) findings.push_back("No 'values' provided");
    TypeSource::Kind kind{};
    const auto* found = default_.type.empty() ? nullptr : find_any(context.types(), default_.type, &kind);
    NodePtr caret = place;
    if (found != nullptr && default_.values != nullptr) {
      const auto knows = [&](std::string_view key) {
        const auto equals = [key](const Property& property) { return base::equals_ignoring_case(property.name, key); };
        return base::equals_ignoring_case(key, "type") || found->schema->find(key) != nullptr ||
               common_schema(kind).find(key) != nullptr || std::ranges::any_of(found->schema->properties(), equals) ||
               std::ranges::any_of(common_schema(kind).properties(), equals);
      };
      for (const NodeEntry& entry : default_.values->entries()) {
        if (knows(entry.key)) continue;
        findings.push_back(fmt::format("No property '{}' exists in plugin '{}'", entry.key, default_.type));
        if (caret == place) caret = entry.value;
      }
    }
    if (findings.empty()) continue;
    context.report(wrong_plugin_default, fmt::format("Invalid Plugin Default: {}", fmt::join(findings, ", ")), caret);
  }
}

}  // namespace gyr::model
