#include "syntax/node.h"

#include "base/assert.h"
#include "syntax/java_number.h"
#include "syntax/time.h"

namespace gyr::syntax {
namespace {

/// The text that a scalar made by a program would have had in a source.
std::string text_of_scalar(const base::Value& value) {
  std::string text;
  if (value.is_string()) {
    text = value.text();
  } else if (value.is_null()) {
    text = "null";
  } else if (value.is_boolean()) {
    text = value.as_boolean() ? "true" : "false";
  } else if (is_temporal(value)) {
    append_temporal(text, value, TemporalStyle::document);
  } else {
    append_number(text, value);
  }
  return text;
}

}  // namespace

NodePtr Node::scalar(base::Value value, std::string text, bool quoted, Span span) {
  GYR_ASSERT(!value.is_container());
  auto node = std::make_shared<Node>(Key());
  node->kind_ = Kind::scalar;
  node->value_ = std::move(value);
  node->text_ = std::move(text);
  node->quoted_ = quoted;
  node->span_ = span;
  return node;
}

NodePtr Node::sequence(std::vector<NodePtr> items, Span span) {
  auto node = std::make_shared<Node>(Key());
  node->kind_ = Kind::sequence;
  node->items_ = std::move(items);
  node->span_ = span;
  return node;
}

NodePtr Node::mapping(std::vector<NodeEntry> entries, Span span) {
  auto node = std::make_shared<Node>(Key());
  node->kind_ = Kind::mapping;
  node->entries_ = std::move(entries);
  node->span_ = span;
  return node;
}

NodePtr Node::of_value(const base::Value& value) {
  if (value.is_list()) {
    std::vector<NodePtr> items;
    items.reserve(value.size());
    for (const auto& item : value.items()) items.push_back(of_value(item));
    return sequence(std::move(items), {});
  }
  if (value.is_map()) {
    std::vector<NodeEntry> entries;
    entries.reserve(value.size());
    for (const auto& entry : value.entries()) {
      entries.push_back({std::string(entry.name()), {}, of_value(entry.value)});
    }
    return mapping(std::move(entries), {});
  }
  return scalar(value, text_of_scalar(value), value.is_string(), {});
}

const NodeEntry* Node::find_entry(std::string_view key) const {
  for (const auto& entry : entries_) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const NodeEntry* entry = find_entry(key);
  return entry == nullptr ? nullptr : entry->value.get();
}

NodePtr Node::find_shared(std::string_view key) const {
  const NodeEntry* entry = find_entry(key);
  return entry == nullptr ? nullptr : entry->value;
}

base::Value Node::to_value() const {
  if (is_scalar()) return value_;
  if (is_sequence()) {
    base::ListBuilder list;
    list.reserve(items_.size());
    for (const auto& item : items_) list.push(item->to_value());
    return list.build();
  }
  base::MapBuilder map;
  map.reserve(entries_.size());
  for (const auto& entry : entries_) map.set(entry.key, entry.value->to_value());
  return map.build();
}

}  // namespace gyr::syntax
