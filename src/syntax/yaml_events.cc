#include "syntax/yaml_events.h"

#include <algorithm>

namespace gyr::syntax {
namespace {

using Type = YamlTokenType;

constexpr std::string_view core_prefix = "tag:yaml.org,2002:";
constexpr std::string_view columns_hint =
    "keys of a mapping and items of a list must start in the same column; check the indentation";
constexpr std::string_view closed_quote_hint =
    "the text ends at the closing quote; put all of it in quotes, and write a quote as `\\\"` inside \"…\" and as `''` "
    "inside '…'";

}  // namespace

YamlEvent YamlEvents::next() {
  YamlEvent event = failed_ ? YamlEvent() : step();
  return failed_ ? YamlEvent() : event;
}

YamlEvent YamlEvents::step() {
  switch (state_) {
    case State::document_start: return document_start();
    case State::document_end: return document_end();
    case State::block_sequence_entry: return block_sequence_entry();
    case State::indentless_sequence_entry: return indentless_sequence_entry();
    case State::block_mapping_key: return block_mapping_key();
    case State::block_mapping_value: return block_mapping_value();
    case State::flow_sequence_first: return flow_sequence_entry(true);
    case State::flow_sequence_entry: return flow_sequence_entry(false);
    case State::pair_key: return pair_key();
    case State::pair_value: return pair_value();
    case State::pair_end:
      state_ = State::flow_sequence_entry;
      return close(YamlEvent::Type::mapping_end, token_.end, token_.end);
    case State::flow_mapping_first: return flow_mapping_key(true);
    case State::flow_mapping_key: return flow_mapping_key(false);
    case State::flow_mapping_value: return flow_mapping_value();
    case State::flow_mapping_missing_value: return missing(State::flow_mapping_key);
    case State::finished: break;
  }
  YamlEvent end;
  end.type = YamlEvent::Type::document_end;
  return end;
}

YamlEvent YamlEvents::document_start() {
  while (peek() == Type::document_end) take();
  bool directives = peek() == Type::directive;
  for (; peek() == Type::directive; take()) {
    const YamlToken* token = scanner_.peek();
    if (!token->handle.empty()) handles_.insert_or_assign(std::string(token->handle), std::string(token->source));
  }
  if (peek() == Type::document_start) {
    take();
  } else if (directives) {
    return failure({}, "expected '<document start>', but found ",
                   "a line of `---` stands between the directives and the document");
  } else if (peek() == Type::stream_end) {
    state_ = State::finished;
    return step();
  }
  if (next_is_one_of({Type::directive, Type::document_start, Type::document_end, Type::stream_end})) {
    return missing(State::document_end);
  }
  return node(State::document_end, true, false);
}

/// What stands behind the first document belongs to another one, or is a mistake of indentation that must not be lost.
YamlEvent YamlEvents::document_end() {
  if (!next_is_one_of({Type::document_start, Type::document_end, Type::stream_end})) {
    return failure({}, "expected '<document start>', but found ", std::string(columns_hint));
  }
  state_ = State::finished;
  return step();
}

YamlEvent YamlEvents::node(State then, bool block, bool indentless) {
  YamlEvent event;
  if (peek() == Type::alias) {
    take();
    properties_ = {};
    state_ = then;
    event.type = YamlEvent::Type::alias;
    event.begin = token_.begin;
    event.end = token_.end;
    event.text = token_.text();
    return event;
  }
  if (!read_properties()) return event;
  states_.push_back(then);
  bool starts_collection = next_is_one_of({Type::flow_sequence_start, Type::flow_mapping_start}) ||
                           (block && next_is_one_of({Type::block_sequence_start, Type::block_mapping_start})) ||
                           (indentless && peek() == Type::block_entry);
  if (starts_collection) return collection(indentless);
  if (peek() == Type::scalar) {
    take();
    state_ = pop();
    event.type = YamlEvent::Type::scalar;
    event.style = token_.style;
    event.begin = token_.begin;
    event.end = token_.end;
    event.text = token_.text();
    event.tag = properties_.tag;
    event.anchor = properties_.anchor;
    return event;
  }
  if (properties_.any) return empty(pop());
  if (!brackets_.empty() && peek() == Type::stream_end) return wrong_separator("while parsing a flow node", '\0');
  return failure(block ? "while parsing a block node" : "while parsing a flow node",
                 "expected the node content, but found ");
}

YamlEvent YamlEvents::collection(bool indentless) {
  switch (peek()) {
    case Type::flow_sequence_start: return open(YamlEvent::Type::sequence_start, State::flow_sequence_first, true);
    case Type::flow_mapping_start: return open(YamlEvent::Type::mapping_start, State::flow_mapping_first, true);
    case Type::block_sequence_start: return open(YamlEvent::Type::sequence_start, State::block_sequence_entry, false);
    case Type::block_mapping_start: return open(YamlEvent::Type::mapping_start, State::block_mapping_key, false);
    default: break;
  }
  // A list whose dashes stand in the column of its key has no start of its own: its first dash is still to be read.
  YamlEvent event;
  if (!indentless) return event;
  event.type = YamlEvent::Type::sequence_start;
  event.begin = scanner_.peek()->begin;
  event.end = event.begin;
  event.tag = properties_.tag;
  event.anchor = properties_.anchor;
  state_ = State::indentless_sequence_entry;
  return event;
}

YamlEvent YamlEvents::open(YamlEvent::Type type, State inside, bool bracketed) {
  take();
  if (bracketed) brackets_.push_back(token_.begin);
  state_ = inside;
  YamlEvent event;
  event.type = type;
  event.bracketed = bracketed;
  event.begin = token_.begin;
  event.end = token_.end;
  event.tag = properties_.tag;
  event.anchor = properties_.anchor;
  return event;
}

YamlEvent YamlEvents::close(YamlEvent::Type type, const YamlMark& begin, const YamlMark& end) {
  YamlEvent event;
  event.type = type;
  event.begin = begin;
  event.end = end;
  return event;
}

YamlEvent YamlEvents::missing(State then) {
  properties_ = {};
  return empty(then);
}

YamlEvent YamlEvents::empty(State then) {
  state_ = then;
  YamlEvent event;
  event.type = YamlEvent::Type::scalar;
  event.begin = token_.end;
  event.end = token_.end;
  event.tag = properties_.tag;
  event.anchor = properties_.anchor;
  return event;
}

/// A tag and an anchor, in either order.
bool YamlEvents::read_properties() {
  properties_ = {};
  bool anchored = false;
  bool tagged = false;
  while ((!anchored && peek() == Type::anchor) || (!tagged && peek() == Type::tag)) {
    take();
    properties_.any = true;
    if (token_.type == Type::anchor) {
      anchored = true;
      properties_.anchor = token_.text();
    } else {
      tagged = true;
      if (!resolve_tag(token_)) return false;
    }
  }
  return true;
}

bool YamlEvents::resolve_tag(const YamlToken& token) {
  if (token.handle.empty()) {
    properties_.tag = token.text();
    return true;
  }
  auto found = handles_.find(token.handle);
  if (found != handles_.end()) {
    properties_.tag = found->second;
  } else if (token.handle == "!!") {
    properties_.tag = core_prefix;
  } else if (token.handle == "!") {
    properties_.tag = "!";
  } else {
    scanner_.fail("while parsing a node", fmt::format("found undefined tag handle {}", token.handle), token.begin,
                  "put a text that starts with `!` in quotes");
    failed_ = true;
    return false;
  }
  properties_.tag += token.text();
  return true;
}

YamlEvent YamlEvents::block_sequence_entry() {
  if (peek() == Type::block_entry) {
    take();
    if (next_is_one_of({Type::block_entry, Type::block_end})) return missing(State::block_sequence_entry);
    return node(State::block_sequence_entry, true, false);
  }
  if (peek() != Type::block_end) return unexpected_in_block("while parsing a block collection");
  take();
  state_ = pop();
  return close(YamlEvent::Type::sequence_end, token_.begin, token_.end);
}

YamlEvent YamlEvents::indentless_sequence_entry() {
  if (peek() == Type::block_entry) {
    take();
    if (next_is_one_of({Type::block_entry, Type::key, Type::value, Type::block_end})) {
      return missing(State::indentless_sequence_entry);
    }
    return node(State::indentless_sequence_entry, true, false);
  }
  state_ = pop();
  return close(YamlEvent::Type::sequence_end, token_.end, token_.end);
}

YamlEvent YamlEvents::block_mapping_key() {
  if (peek() == Type::key) {
    take();
    if (next_is_one_of({Type::key, Type::value, Type::block_end})) return missing(State::block_mapping_value);
    return node(State::block_mapping_value, true, true);
  }
  if (peek() != Type::block_end) return unexpected_in_block("while parsing a block mapping");
  take();
  state_ = pop();
  return close(YamlEvent::Type::mapping_end, token_.begin, token_.end);
}

YamlEvent YamlEvents::block_mapping_value() {
  if (peek() != Type::value) return missing(State::block_mapping_key);
  take();
  if (next_is_one_of({Type::key, Type::value, Type::block_end})) return missing(State::block_mapping_key);
  return node(State::block_mapping_key, true, true);
}

YamlEvent YamlEvents::flow_sequence_entry(bool first) {
  if (peek() != Type::flow_sequence_end) {
    if (!first) {
      if (peek() != Type::flow_entry) return wrong_separator("while parsing a flow sequence", ']');
      take();
    }
    if (peek() == Type::key) {
      properties_ = {};
      YamlEvent event = open(YamlEvent::Type::mapping_start, State::pair_key, false);
      event.end = event.begin;
      return event;
    }
    if (peek() != Type::flow_sequence_end) return node(State::flow_sequence_entry, false, false);
  }
  take();
  brackets_.pop_back();
  state_ = pop();
  return close(YamlEvent::Type::sequence_end, token_.begin, token_.end);
}

YamlEvent YamlEvents::pair_key() {
  if (next_is_one_of({Type::value, Type::flow_entry, Type::flow_sequence_end})) return missing(State::pair_value);
  return node(State::pair_value, false, false);
}

YamlEvent YamlEvents::pair_value() {
  if (peek() != Type::value) return missing(State::pair_end);
  take();
  if (next_is_one_of({Type::flow_entry, Type::flow_sequence_end})) return missing(State::pair_end);
  return node(State::pair_end, false, false);
}

YamlEvent YamlEvents::flow_mapping_key(bool first) {
  if (peek() != Type::flow_mapping_end) {
    if (!first) {
      if (peek() != Type::flow_entry) return wrong_separator("while parsing a flow mapping", '}');
      take();
    }
    if (peek() == Type::key) {
      take();
      if (next_is_one_of({Type::value, Type::flow_entry, Type::flow_mapping_end}))
        return missing(State::flow_mapping_value);
      return node(State::flow_mapping_value, false, false);
    }
    if (peek() != Type::flow_mapping_end) return node(State::flow_mapping_missing_value, false, false);
  }
  take();
  brackets_.pop_back();
  state_ = pop();
  return close(YamlEvent::Type::mapping_end, token_.begin, token_.end);
}

YamlEvent YamlEvents::flow_mapping_value() {
  if (peek() != Type::value) return missing(State::flow_mapping_key);
  take();
  if (next_is_one_of({Type::flow_entry, Type::flow_mapping_end})) return missing(State::flow_mapping_key);
  return node(State::flow_mapping_key, false, false);
}

YamlTokenType YamlEvents::peek() {
  const YamlToken* token = failed_ ? nullptr : scanner_.peek();
  failed_ = token == nullptr;
  return failed_ ? Type::stream_end : token->type;
}

bool YamlEvents::next_is_one_of(std::initializer_list<YamlTokenType> types) {
  return std::find(types.begin(), types.end(), peek()) != types.end();
}

void YamlEvents::take() {
  if (!failed_) token_ = scanner_.take();
}

YamlEvents::State YamlEvents::pop() {
  State state = states_.back();
  states_.pop_back();
  return state;
}

/// Fails at the next token, which the message names.
YamlEvent YamlEvents::failure(std::string_view context, std::string message, std::string hint) {
  if (peek() == Type::stream_end && failed_) return {};
  const YamlMark at = scanner_.peek()->begin;
  scanner_.fail(context, message + scanner_.found_at(at), at, std::move(hint));
  failed_ = true;
  return {};
}

/// Neither a comma nor the closing bracket. At the end of the text there is nothing to see: the open bracket is shown.
YamlEvent YamlEvents::wrong_separator(std::string_view context, char bracket) {
  bool end = peek() == Type::stream_end;
  std::string expected = bracket == '\0' ? "expected the node content, but found "
                                         : fmt::format("expected ',' or '{}', but got ", bracket);
  if (!end || failed_) return failure(context, std::move(expected));
  YamlMark open = brackets_.back();
  scanner_.fail(context, expected + "'<stream end>'", open,
                fmt::format("the `{}` that opens here is never closed", scanner_.text()[open.offset]));
  failed_ = true;
  return {};
}

YamlEvent YamlEvents::unexpected_in_block(std::string_view context) {
  bool quoted = token_.type == Type::scalar &&
                (token_.style == ScalarStyle::single_quoted || token_.style == ScalarStyle::double_quoted);
  const YamlToken* token = scanner_.peek();
  bool same_line = token != nullptr && token->begin.line == token_.end.line;
  return failure(context, "expected <block end>, but found ",
                 std::string(quoted && same_line ? closed_quote_hint : columns_hint));
}

}  // namespace gyr::syntax
