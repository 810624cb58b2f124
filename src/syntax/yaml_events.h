// From the tokens of a YAML text to the events of its first document.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/yaml_scanner.h"
#include "syntax/yaml_token.h"

namespace gyr::syntax {

/// One event. Texts are views that are valid until the next event is requested.
struct YamlEvent {
  enum class Type : uint8_t {
    mapping_start,
    mapping_end,
    sequence_start,
    sequence_end,
    scalar,
    alias,
    document_end,  ///< nothing follows; if nothing came before it, the text has no document
    failed,        ///< problem() says why; nothing follows
  };
  Type type = Type::failed;
  ScalarStyle style = ScalarStyle::plain;
  bool bracketed = false;  ///< a collection in `[ ]` or `{ }`
  /// A scalar with its quotes or the header of a block scalar; an alias with its `*`; a bracket; the start of a block
  /// collection; the position of a missing value (after the `:`).
  YamlMark begin;
  YamlMark end;
  std::string_view text;    ///< of a scalar; the name of an alias
  std::string_view tag;     ///< resolved: `tag:yaml.org,2002:str`, `!foo`, `!`; empty if there is no tag
  std::string_view anchor;  ///< empty if there is no anchor
};

/// The grammar over YamlScanner: an automaton with its own stack of states, so that nesting does not use the call
/// stack.
class YamlEvents {
 public:
  explicit YamlEvents(std::string_view text) : scanner_(text) {}

  YamlEvent next();
  const YamlProblem& problem() const { return scanner_.problem(); }

 private:
  enum class State : uint8_t {
    document_start,
    document_end,
    finished,
    block_sequence_entry,
    indentless_sequence_entry,
    block_mapping_key,
    block_mapping_value,
    flow_sequence_first,
    flow_sequence_entry,
    pair_key,  // of `[a: b]`: a mapping of one pair in a list
    pair_value,
    pair_end,
    flow_mapping_first,
    flow_mapping_key,
    flow_mapping_value,
    flow_mapping_missing_value,  // `{a, b}`
  };
  /// Tag and anchor of a node.
  struct Properties {
    bool any = false;
    std::string tag;
    std::string anchor;
  };

  YamlEvent step();
  YamlEvent document_start();
  YamlEvent document_end();
  /// The next node; `then` is what follows it.
  YamlEvent node(State then, bool block, bool indentless);
  YamlEvent collection(bool indentless);
  bool read_properties();
  bool resolve_tag(const YamlToken& token);
  YamlEvent block_sequence_entry();
  YamlEvent indentless_sequence_entry();
  YamlEvent block_mapping_key();
  YamlEvent block_mapping_value();
  YamlEvent flow_sequence_entry(bool first);
  YamlEvent pair_key();
  YamlEvent pair_value();
  YamlEvent flow_mapping_key(bool first);
  YamlEvent flow_mapping_value();

  /// Of the next token; stream_end after a failure, too.
  YamlTokenType peek();
  bool next_is_one_of(std::initializer_list<YamlTokenType> types);
  void take();
  YamlEvent open(YamlEvent::Type type, State inside, bool bracketed);
  YamlEvent close(YamlEvent::Type type, const YamlMark& begin, const YamlMark& end);
  /// A missing value, after the last token.
  YamlEvent missing(State then);
  /// The same at the position of a tag or an anchor.
  YamlEvent empty(State then);
  YamlEvent failure(std::string_view context, std::string message, std::string hint = {});
  YamlEvent wrong_separator(std::string_view context, char bracket);
  YamlEvent unexpected_in_block(std::string_view context);
  State pop();

  YamlScanner scanner_;
  State state_ = State::document_start;
  std::vector<State> states_;       // what follows when the collection ends, the innermost last
  std::vector<YamlMark> brackets_;  // of the open flow collections
  std::map<std::string, std::string, std::less<>> handles_;  // of %TAG
  YamlToken token_;                                          // the last token that was taken
  Properties properties_;                                    // of the node of the last event
  bool failed_ = false;
};

}  // namespace gyr::syntax
