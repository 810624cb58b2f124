// The parsed form of a YAML (or JSON) document that keeps the place of every key and value.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"

namespace gyr::syntax {

/// Part of a source text. Lines and columns start at 1, columns count characters (code points); offsets count bytes.
/// The end is the position after the last character. A text without a position (made by a program) has line 0.
struct Span {
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t end_line = 0;
  uint32_t end_column = 0;
  uint32_t offset = 0;
  uint32_t end_offset = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

class Node;

/// `key: value` of a mapping.
struct NodeEntry {
  std::string key;
  Span key_span;
  std::shared_ptr<const Node> value;  ///< never null
};

/// One scalar, sequence or mapping. Immutable; shared between the document and the objects bound from it (a task keeps
/// the nodes of its dynamic properties for messages). An alias shares the node of its anchor. Any thread.
///
/// Spans include the quotes of a scalar, the `|` of a block scalar without the line breaks after its text, and the
/// brackets of a flow collection. A block collection reaches from its first key or item to the end of its last. Anchors
/// and tags are before the span. A missing value (`key:`) has an empty span after the `:`.
class Node {
  // Keeps the constructor, which make_shared needs public, to the functions below.
  struct Key {
    explicit Key() = default;
  };

 public:
  enum class Kind : uint8_t { scalar, sequence, mapping };

  explicit Node(Key /*key*/) {}
  static std::shared_ptr<const Node> scalar(base::Value value, std::string text, bool quoted, Span span);
  static std::shared_ptr<const Node> sequence(std::vector<std::shared_ptr<const Node>> items, Span span);
  static std::shared_ptr<const Node> mapping(std::vector<NodeEntry> entries, Span span);
  /// A tree without positions, for values that were made by a program (defaults, API bodies).
  static std::shared_ptr<const Node> of_value(const base::Value& value);

  Kind kind() const { return kind_; }
  bool is_scalar() const { return kind_ == Kind::scalar; }
  bool is_sequence() const { return kind_ == Kind::sequence; }
  bool is_mapping() const { return kind_ == Kind::mapping; }
  bool is_null() const { return is_scalar() && value_.is_null(); }
  /// There is no value after the key (`inputs:`). The reference reads it as an empty text, not as null.
  bool is_missing() const { return is_scalar() && !quoted_ && value_.is_string() && text_.empty(); }

  /// Of a scalar: resolved as Kestra's parser resolves it (null, boolean, integer, number, string).
  const base::Value& value() const { return value_; }
  /// Of a scalar: its text after unquoting and folding, before resolution (`0123`, `yes`, `1.10`).
  const std::string& text() const { return text_; }
  /// In single or double quotes, or a block scalar.
  bool quoted() const { return quoted_; }

  std::span<const std::shared_ptr<const Node>> items() const { return items_; }
  std::span<const NodeEntry> entries() const { return entries_; }
  const NodeEntry* find_entry(std::string_view key) const;
  /// The value of a key, or null pointer.
  const Node* find(std::string_view key) const;
  std::shared_ptr<const Node> find_shared(std::string_view key) const;

  const Span& span() const { return span_; }

  /// The whole tree as a value; scalars resolved. The tree must not be deeper than limits::value_depth (parsed ones
  /// never are).
  base::Value to_value() const;

 private:
  Kind kind_ = Kind::scalar;
  bool quoted_ = false;
  base::Value value_;
  std::string text_;
  std::vector<std::shared_ptr<const Node>> items_;
  std::vector<NodeEntry> entries_;
  Span span_;
};

using NodePtr = std::shared_ptr<const Node>;

}  // namespace gyr::syntax
