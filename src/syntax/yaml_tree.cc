#include "syntax/yaml_tree.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "syntax/excerpt.h"
#include "syntax/source_text.h"
#include "syntax/yaml_scalar.h"

namespace gyr::syntax {
namespace {

// With fewer keys, comparing with each is cheaper than a set.
constexpr size_t keys_without_set = 16;
constexpr std::string_view merge_key = "<<";

Span span_of(const YamlMark& begin, const YamlMark& end) {
  return {begin.line,
          begin.column,
          end.line,
          end.column,
          static_cast<uint32_t>(begin.offset),
          static_cast<uint32_t>(end.offset)};
}

void extend(Span& span, const Span& part) {
  span.end_line = part.end_line;
  span.end_column = part.end_column;
  span.end_offset = part.end_offset;
}

}  // namespace

YamlTree::YamlTree(std::string_view text, const YamlLimits& limits, YamlAliases aliases)
    : text_(text), limits_(limits), aliases_(aliases), events_(text) {}

base::Result<NodePtr> YamlTree::build() {
  while (true) {
    YamlEvent event = events_.next();
    if (event.type == YamlEvent::Type::failed) return base::fail(problem());
    if (event.type == YamlEvent::Type::document_end) break;
    GYR_CHECK(add(event));
  }
  if (root_ != nullptr) return root_;
  // No document at all: blanks and comments.
  Position end = position_at(text_, text_.size());
  YamlMark mark{text_.size(), end.line, end.column};
  return Node::scalar(base::Value::null(), "", false, span_of(mark, mark));
}

base::Result<void> YamlTree::add(const YamlEvent& event) {
  switch (event.type) {
    case YamlEvent::Type::scalar: return add_scalar(event);
    case YamlEvent::Type::alias: return add_alias(event);
    case YamlEvent::Type::mapping_start: return open(event, true);
    case YamlEvent::Type::sequence_start: return open(event, false);
    default: return close(event);
  }
}

base::Result<void> YamlTree::add_scalar(const YamlEvent& event) {
  Span span = span_of(event.begin, event.end);
  Size size{1, event.text.size(), 0};
  GYR_CHECK(count(size, span));
  bool quoted = event.style != ScalarStyle::plain;
  if (!wants_key()) {
    GYR_TRY(base::Value value, resolve(event, span));
    return add_node(Node::scalar(std::move(value), std::string(event.text), quoted, span), span, size, event.anchor);
  }
  // A key is a text, whatever it looks like; an anchor of it may be used for values.
  if (!event.anchor.empty()) {
    NodePtr node = Node::scalar(base::Value::string(event.text), std::string(event.text), quoted, span);
    anchors_.insert_or_assign(std::string(event.anchor), Anchor{std::move(node), size});
  }
  bool merge = aliases_ == YamlAliases::resolve && event.text == merge_key && !quoted;
  return add_key(std::string(event.text), span, merge);
}

base::Result<base::Value> YamlTree::resolve(const YamlEvent& event, const Span& span) const {
  bool as_it_is = event.text.empty() || (event.tag.empty() && event.style != ScalarStyle::plain);
  if (as_it_is) return base::Value::string(event.text);
  auto value = event.tag.empty() ? resolve_plain(event.text) : resolve_tagged(event.tag, event.text);
  if (value) return *std::move(value);
  return base::fail(error(yaml_malformed, std::move(value).error(), span, "put it in quotes if it is meant as a text"));
}

base::Result<void> YamlTree::add_alias(const YamlEvent& event) {
  Span span = span_of(event.begin, event.end);
  bool key = wants_key();
  if (aliases_ == YamlAliases::as_text) {
    if (key) return base::fail(key_error(span, "an alias"));
    Size size{1, event.text.size(), 0};
    GYR_CHECK(count(size, span));
    return add_node(Node::scalar(base::Value::string(event.text), std::string(event.text), false, span), span, size,
                    {});
  }
  auto found = anchors_.find(event.text);
  if (found == anchors_.end()) {
    return base::fail(error(yaml_malformed, fmt::format("found undefined alias {}", excerpt(event.text)), span,
                            "put a text that starts with `*` in quotes; an anchor `&name` must precede its aliases"));
  }
  const Anchor& anchor = found->second;
  if (anchor.node == nullptr) {
    return base::fail(error(yaml_malformed, fmt::format("found recursive alias {}", excerpt(event.text)), span,
                            "an alias cannot stand inside of what its anchor names"));
  }
  GYR_CHECK(count(anchor.size, span));
  if (!key) return add_node(anchor.node, span, anchor.size, {});
  if (!anchor.node->is_scalar()) return base::fail(key_error(span, "an alias of a list or mapping"));
  return add_key(anchor.node->text(), span, false);
}

base::Result<void> YamlTree::open(const YamlEvent& event, bool mapping) {
  Frame frame;
  frame.mapping = mapping;
  frame.bracketed = event.bracketed;
  frame.span = span_of(event.begin, event.end);
  frame.first = mapping ? entries_.size() : items_.size();
  frame.anchor = event.anchor;
  if (wants_key()) return base::fail(key_error(frame.span, mapping ? "a mapping" : "a list"));
  GYR_CHECK(count({1, 0, 1}, frame.span));
  // Known from here on, so that an alias inside of what its anchor names is told from one that does not exist.
  if (!frame.anchor.empty()) anchors_.insert_or_assign(frame.anchor, Anchor{});
  frames_.push_back(std::move(frame));
  return {};
}

base::Result<void> YamlTree::close(const YamlEvent& event) {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.bracketed) extend(frame.span, span_of(event.begin, event.end));
  NodePtr node;
  if (frame.mapping) {
    std::span<NodeEntry> entries(entries_.begin() + static_cast<ptrdiff_t>(frame.first), entries_.end());
    std::vector<NodeEntry> own;
    if (frame.merge) {
      GYR_TRY(own, merged(entries, *frame.merge));
    } else {
      own.assign(std::move_iterator(entries.begin()), std::move_iterator(entries.end()));
    }
    entries_.resize(frame.first);
    node = Node::mapping(std::move(own), frame.span);
  } else {
    auto first = items_.begin() + static_cast<ptrdiff_t>(frame.first);
    std::vector<NodePtr> own(std::move_iterator(first), std::move_iterator(items_.end()));
    items_.resize(frame.first);
    node = Node::sequence(std::move(own), frame.span);
  }
  return add_node(std::move(node), frame.span, frame.size, frame.anchor);
}

base::Result<void> YamlTree::add_key(std::string key, const Span& span, bool merge) {
  Frame& frame = frames_.back();
  GYR_CHECK(check_repeated(frame, key, span));
  if (merge) frame.merge = entries_.size() - frame.first;
  frame.has_key = true;
  // A block mapping starts with its first key, not with an anchor before it.
  if (!frame.bracketed && entries_.size() == frame.first) frame.span = span;
  if (!frame.bracketed) extend(frame.span, span);
  frame.size.nodes += 1;
  frame.size.bytes += key.size();
  entries_.push_back({std::move(key), span, nullptr});
  return {};
}

base::Result<void> YamlTree::check_repeated(Frame& frame, const std::string& key, const Span& span) {
  auto begin = entries_.begin() + static_cast<ptrdiff_t>(frame.first);
  if (entries_.size() - frame.first >= keys_without_set) {
    if (frame.keys.empty()) {
      for (auto entry = begin; entry != entries_.end(); ++entry) frame.keys.insert(entry->key);
    }
    if (frame.keys.insert(key).second) return {};
  }
  auto found = std::find_if(begin, entries_.end(), [&](const NodeEntry& entry) { return entry.key == key; });
  if (found == entries_.end()) return {};
  std::string hint = fmt::format("the first one is in line {}", found->key_span.line);
  if (key == merge_key) hint += "; merge several mappings by a list: `<<: [*a, *b]`";
  return base::fail(
      error(yaml_duplicate_key, fmt::format("Duplicate field '{}'", excerpt(key)), span, std::move(hint)));
}

base::Result<void> YamlTree::add_node(NodePtr node, const Span& span, const Size& size, std::string_view anchor) {
  if (!anchor.empty()) anchors_.insert_or_assign(std::string(anchor), Anchor{node, size});
  if (frames_.empty()) {
    root_ = std::move(node);
    return {};
  }
  Frame& frame = frames_.back();
  frame.size.nodes += size.nodes;
  frame.size.bytes += size.bytes;
  frame.size.height = std::max(frame.size.height, size.height + 1);
  if (!frame.bracketed) extend(frame.span, span);
  if (frame.mapping) {
    entries_.back().value = std::move(node);
    frame.has_key = false;
  } else {
    items_.push_back(std::move(node));
  }
  return {};
}

/// The entries of a mapping with those of its `<<` in their place; keys of its own win, then those merged first.
base::Result<std::vector<NodeEntry>> YamlTree::merged(std::span<const NodeEntry> entries, size_t merge) const {
  const NodeEntry& merging = entries[merge];
  const Node& value = *merging.value;
  bool mappings = value.is_sequence() && std::all_of(value.items().begin(), value.items().end(),
                                                     [](const NodePtr& item) { return item->is_mapping(); });
  if (!value.is_mapping() && !mappings) {
    return base::fail(error(yaml_malformed, "the merge key '<<' takes a mapping or a list of mappings",
                            merging.key_span, "name the mapping by an alias: `<<: *name`"));
  }
  std::unordered_set<std::string> taken;
  for (const auto& entry : entries) taken.insert(entry.key);
  std::vector<NodeEntry> out;
  auto take = [&](const Node& source) {
    for (const auto& entry : source.entries()) {
      if (taken.insert(entry.key).second) out.push_back(entry);
    }
  };
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i != merge) {
      out.push_back(entries[i]);
      continue;
    }
    take(value);
    for (const auto& item : value.items()) take(*item);
  }
  return out;
}

base::Result<void> YamlTree::count(const Size& size, const Span& span) {
  total_.nodes += size.nodes;
  total_.bytes += size.bytes;
  constexpr const char* hint = "every use of an alias counts as much as what it names";
  if (total_.nodes > limits_.nodes) {
    return base::fail(
        error(yaml_limit_exceeded, fmt::format("the document has more than {} values", limits_.nodes), span, hint));
  }
  if (total_.bytes > limits_.bytes) {
    return base::fail(error(yaml_limit_exceeded,
                            fmt::format("the texts of the document have more than {} bytes", limits_.bytes), span,
                            hint));
  }
  uint32_t deepest = std::min(limits_.depth, base::limits::value_depth);
  if (frames_.size() + size.height > deepest) {
    return base::fail(
        error(yaml_limit_exceeded, fmt::format("lists and mappings are nested more than {} deep", deepest), span));
  }
  return {};
}

base::Error YamlTree::key_error(const Span& span, std::string_view what) const {
  constexpr std::string_view message = "Expected a field name (Scalar value in YAML), got this instead: ";
  // `{{ x }}` without quotes is a mapping in a mapping for YAML: the mistake that everybody makes once.
  bool expression = span.offset > 0 && text_.substr(span.offset - 1, 2) == "{{";
  if (!expression) {
    return error(yaml_malformed, fmt::format("{}{}", message, what), span, "keys are texts, not lists or mappings");
  }
  Span braces = span;
  braces.offset -= 1;
  braces.column -= 1;
  return error(yaml_malformed, fmt::format("{}'{{{{'", message), braces,
               "put a value that starts with `{{` in quotes: \"{{ … }}\"");
}

base::Error YamlTree::error(base::ErrorCode code, std::string message, const Span& span, std::string hint) const {
  uint32_t length = span.end_line == span.line && span.end_column > span.column ? span.end_column - span.column : 1;
  base::Error out(code, fmt::format("{} at line {}, column {}", message, span.line, span.column));
  out = out.with_place({.file = {}, .line = span.line, .column = span.column, .length = length});
  return hint.empty() ? out : out.with_hint(std::move(hint));
}

base::Error YamlTree::problem() const {
  const YamlProblem& problem = events_.problem();
  Span span = span_of(problem.begin, problem.begin);
  span.end_column +=
      static_cast<uint32_t>(base::code_points(text_.substr(problem.begin.offset, problem.end - problem.begin.offset)));
  return error(yaml_malformed, problem.message, span, problem.hint);
}

}  // namespace gyr::syntax
