// From the events of one YAML text to its tree of nodes.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "syntax/node.h"
#include "syntax/yaml_events.h"
#include "syntax/yaml_limits.h"

namespace gyr::syntax {

/// One parse of one text. Not recursive: open collections are frames, and their items and entries are on two shared
/// stacks until they close. Nesting does not use the call stack, and a collection costs one allocation.
class YamlTree {
 public:
  /// The text is sound (find_forbidden_text) and outlives the object.
  YamlTree(std::string_view text, const YamlLimits& limits, YamlAliases aliases);

  base::Result<NodePtr> build();

 private:
  /// The size of the expanded tree, as a protection against alias bombs: an alias counts as much as the value of its
  /// anchor.
  struct Size {
    uint64_t nodes = 0;
    uint64_t bytes = 0;
    uint32_t height = 0;
  };
  struct Anchor {
    NodePtr node;  ///< null pointer while its collection is open
    Size size;
  };
  struct Frame {
    bool mapping = false;
    bool bracketed = false;
    bool has_key = false;         ///< a key waits for its value
    std::optional<size_t> merge;  ///< place of `<<` among its entries
    size_t first = 0;             ///< of its items or entries on the common stack
    Span span;                    ///< up to the end of its parts so far
    Size size{1, 0, 1};           ///< with its parts so far
    std::string anchor;
    std::unordered_set<std::string> keys;  ///< only when there are many
  };

  base::Result<void> add(const YamlEvent& event);
  base::Result<void> add_scalar(const YamlEvent& event);
  base::Result<void> add_alias(const YamlEvent& event);
  base::Result<void> open(const YamlEvent& event, bool mapping);
  base::Result<void> close(const YamlEvent& event);
  base::Result<void> add_key(std::string key, const Span& span, bool merge);
  base::Result<void> check_repeated(Frame& frame, const std::string& key, const Span& span);
  base::Result<void> add_node(NodePtr node, const Span& span, const Size& size, std::string_view anchor);
  base::Result<std::vector<NodeEntry>> merged(std::span<const NodeEntry> entries, size_t merge) const;
  base::Result<void> count(const Size& size, const Span& span);
  base::Result<base::Value> resolve(const YamlEvent& event, const Span& span) const;
  base::Error key_error(const Span& span, std::string_view what) const;
  base::Error error(base::ErrorCode code, std::string message, const Span& span, std::string hint = {}) const;
  base::Error problem() const;
  bool wants_key() const { return !frames_.empty() && frames_.back().mapping && !frames_.back().has_key; }

  std::string_view text_;
  const YamlLimits& limits_;
  YamlAliases aliases_;
  YamlEvents events_;
  std::vector<Frame> frames_;
  std::vector<NodePtr> items_;
  std::vector<NodeEntry> entries_;
  std::map<std::string, Anchor, std::less<>> anchors_;
  Size total_;
  NodePtr root_;
};

}  // namespace gyr::syntax
