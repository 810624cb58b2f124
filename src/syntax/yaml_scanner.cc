#include "syntax/yaml_scanner.h"

#include <algorithm>

#include "syntax/excerpt.h"
#include "syntax/source_text.h"
#include "syntax/yaml_characters.h"

namespace gyr::syntax {
namespace {

constexpr size_t max_key_bytes = 1024;   // of YAML itself: so far a parser may have to look ahead
constexpr size_t max_taken_tokens = 32;  // kept in front of the queue, so that moving the rest up is seldom
constexpr size_t max_found_bytes = 40;   // enough of a word to know it again in a message

constexpr std::string_view colon_hint =
    "put a value that contains `: ` in quotes; start a key in the same column as the other keys of its mapping";
constexpr std::string_view item_hint =
    "start each item with `- ` on a line of its own below the key; put a text that starts with `- ` in quotes";

}  // namespace

YamlScanner::YamlScanner(std::string_view text) : text_(text) { position_.offset = byte_order_mark_size(text); }

const YamlToken* YamlScanner::peek() {
  while (!ready_ && need_more()) {
    if (failed_ || !fetch_more()) return nullptr;
  }
  ready_ = true;
  return failed_ ? nullptr : &tokens_[head_];
}

YamlToken YamlScanner::take() {
  YamlToken token = std::move(tokens_[head_]);
  ++taken_;
  ++head_;
  ready_ = false;
  bool mostly_taken = head_ == tokens_.size() || (head_ >= max_taken_tokens && head_ * 2 >= tokens_.size());
  if (mostly_taken) {
    tokens_.erase(tokens_.begin(), tokens_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
  }
  return token;
}

void YamlScanner::fail(std::string_view context, std::string message, const YamlMark& at, std::string hint) {
  if (failed_) return;
  failed_ = true;
  problem_.message = context.empty() ? std::move(message) : fmt::format("{}: {}", context, message);
  problem_.hint = std::move(hint);
  problem_.begin = at;
  problem_.end = end_of_word(text_, at.offset);
}

std::string YamlScanner::found_at(const YamlMark& at) const {
  if (at.offset >= text_.size()) return "'<stream end>'";
  size_t end = std::min(end_of_word(text_, at.offset), at.offset + max_found_bytes);
  return fmt::format("'{}'", excerpt(text_.substr(at.offset, end - at.offset)));
}

/// Whether the first token may still turn out to be a key, or there is none.
bool YamlScanner::need_more() {
  if (failed_) return true;
  if (ended_) return false;
  if (head_ == tokens_.size()) return true;
  if (!drop_stale_candidates()) return true;
  auto first_is = [&](const KeyCandidate& key) { return key.possible && key.token_number == taken_; };
  return first_is(block_candidate_) || std::any_of(flow_.begin(), flow_.end(), first_is);
}

bool YamlScanner::fetch_more() {
  if (!scan_to_next_token() || !drop_stale_candidates()) return false;
  unwind(column());
  char c = at();
  if (c == '\0') return fetch_stream_end();
  if (position_.column == 1) {
    if (c == '%') return fetch_directive();
    if (at_document_indicator()) {
      return fetch_document_indicator(c == '-' ? YamlTokenType::document_start : YamlTokenType::document_end);
    }
  }
  bool json_key = std::exchange(follows_json_key_, false);
  switch (c) {
    case '[': return fetch_flow_start(YamlTokenType::flow_sequence_start);
    case '{': return fetch_flow_start(YamlTokenType::flow_mapping_start);
    case ']': return fetch_flow_end(YamlTokenType::flow_sequence_end);
    case '}': return fetch_flow_end(YamlTokenType::flow_mapping_end);
    case ',': return fetch_flow_entry();
    case '*': return fetch_name(YamlTokenType::alias);
    case '&': return fetch_name(YamlTokenType::anchor);
    case '!': return fetch_tag();
    case '\'':
    case '"': return fetch_quoted(c);
    case '|': return in_flow() ? fetch_unknown() : fetch_block_scalar(ScalarStyle::literal);
    case '>': return in_flow() ? fetch_unknown() : fetch_block_scalar(ScalarStyle::folded);
    case '-': return is_space_or_end(at(1)) ? fetch_block_entry() : fetch_plain();
    case '?': return is_space_or_end(at(1)) ? fetch_key() : fetch_plain();
    case ':': return is_value_indicator() || (json_key && in_flow()) ? fetch_value() : fetch_plain();
    case '%':
    case '@':
    case '`': return fetch_unknown();
    default: return fetch_plain();
  }
}

bool YamlScanner::fetch_unknown() {
  fail("while scanning for the next token", fmt::format("found character '{}' that cannot start any token", at()),
       position_, "put the text in quotes");
  return false;
}

bool YamlScanner::fetch_stream_end() {
  unwind(-1);
  if (!drop_candidate()) return false;
  add(YamlTokenType::stream_end, position_, position_);
  ended_ = true;
  return true;
}

bool YamlScanner::fetch_document_indicator(YamlTokenType type) {
  unwind(-1);
  if (!drop_candidate()) return false;
  key_allowed_ = false;
  YamlMark begin = position_;
  skip(3);
  add(type, begin, position_);
  return true;
}

bool YamlScanner::fetch_flow_start(YamlTokenType type) {
  if (!save_candidate()) return false;
  YamlMark begin = position_;
  skip(1);
  flow_.emplace_back();
  key_allowed_ = true;
  add(type, begin, position_);
  return true;
}

bool YamlScanner::fetch_flow_end(YamlTokenType type) {
  if (!drop_candidate()) return false;
  // One too many is a matter of the grammar, which sees the token.
  if (in_flow()) flow_.pop_back();
  key_allowed_ = false;
  YamlMark begin = position_;
  skip(1);
  add(type, begin, position_);
  follows_json_key_ = true;
  return true;
}

bool YamlScanner::fetch_flow_entry() {
  if (!drop_candidate()) return false;
  key_allowed_ = true;
  YamlMark begin = position_;
  skip(1);
  add(YamlTokenType::flow_entry, begin, position_);
  return true;
}

bool YamlScanner::fetch_block_entry() {
  if (!in_flow()) {
    if (!key_allowed_) {
      fail({}, "sequence entries are not allowed here", position_, std::string(item_hint));
      return false;
    }
    if (deepen(column())) add(YamlTokenType::block_sequence_start, position_, position_);
  }
  if (!drop_candidate()) return false;
  key_allowed_ = true;
  YamlMark begin = position_;
  skip(1);
  add(YamlTokenType::block_entry, begin, position_);
  return true;
}

bool YamlScanner::fetch_key() {
  if (!in_flow()) {
    if (!key_allowed_) {
      fail({}, "mapping keys are not allowed here", position_, "put a text that starts with `? ` in quotes");
      return false;
    }
    if (deepen(column())) add(YamlTokenType::block_mapping_start, position_, position_);
  }
  if (!drop_candidate()) return false;
  key_allowed_ = !in_flow();
  YamlMark begin = position_;
  skip(1);
  add(YamlTokenType::key, begin, position_);
  return true;
}

bool YamlScanner::fetch_value() {
  KeyCandidate& key = candidate();
  if (key.possible) {
    key.possible = false;
    insert(key.token_number, YamlTokenType::key, key.mark);
    bool deeper = !in_flow() && deepen(static_cast<int32_t>(key.mark.column) - 1);
    if (deeper) insert(key.token_number, YamlTokenType::block_mapping_start, key.mark);
    key_allowed_ = false;
  } else {
    if (!in_flow()) {
      if (!key_allowed_) {
        fail({}, "mapping values are not allowed here", position_, std::string(colon_hint));
        return false;
      }
      if (deepen(column())) add(YamlTokenType::block_mapping_start, position_, position_);
    }
    key_allowed_ = !in_flow();
    if (!drop_candidate()) return false;
  }
  YamlMark begin = position_;
  skip(1);
  add(YamlTokenType::value, begin, position_);
  return true;
}

bool YamlScanner::scan_to_next_token() {
  while (true) {
    if (is_blank(at()) && !skip_blanks_before_token()) return false;
    if (at() == '#') {
      size_t end = std::min(text_.find_first_of("\r\n", position_.offset), text_.size());
      skip(end - position_.offset);
    }
    if (!is_break(at())) return true;
    skip_break();
    follows_json_key_ = false;
    if (!in_flow()) key_allowed_ = true;
  }
}

/// Tabs are blanks inside of brackets and at the end of a line; elsewhere they would make columns uncertain.
bool YamlScanner::skip_blanks_before_token() {
  size_t blanks = 0;
  size_t tab = std::string_view::npos;
  for (; is_blank(at(blanks)); ++blanks) {
    if (at(blanks) == '\t') tab = std::min(tab, blanks);
  }
  char next = at(blanks);
  bool harmless = tab == std::string_view::npos || in_flow() || next == '#' || is_break(next) || next == '\0';
  skip(harmless ? blanks : tab);
  if (harmless) return true;
  fail("while scanning for the next token", "found character '\\t(TAB)' that cannot start any token", position_,
       "use spaces, not tabs, for indentation and between tokens");
  return false;
}

void YamlScanner::unwind(int32_t column) {
  if (in_flow()) return;
  while (indentation_ > column) {
    indentation_ = indentations_.back();
    indentations_.pop_back();
    add(YamlTokenType::block_end, position_, position_);
  }
}

bool YamlScanner::deepen(int32_t column) {
  if (indentation_ >= column) return false;
  indentations_.push_back(indentation_);
  indentation_ = column;
  return true;
}

bool YamlScanner::save_candidate() {
  if (!key_allowed_) return true;
  if (!drop_candidate()) return false;
  KeyCandidate& key = candidate();
  key.possible = true;
  key.required = !in_flow() && indentation_ == column();
  key.token_number = taken_ + (tokens_.size() - head_);
  key.mark = position_;
  return true;
}

bool YamlScanner::drop_candidate() {
  KeyCandidate& key = candidate();
  bool lost = key.possible && key.required;
  key.possible = false;
  if (!lost) return true;
  fail("while scanning a simple key", "could not find expected ':'", key.mark,
       "a key is followed by `:`; a text of several lines is indented deeper than its key");
  return false;
}

bool YamlScanner::drop_stale_candidates() {
  auto stale = [&](const KeyCandidate& key) {
    return key.possible && (key.mark.line != position_.line || position_.offset - key.mark.offset > max_key_bytes);
  };
  for (KeyCandidate& key : flow_) {
    if (stale(key)) key.possible = false;
  }
  if (!stale(block_candidate_)) return true;
  bool required = block_candidate_.required;
  block_candidate_.possible = false;
  if (!required) return true;
  fail("while scanning a simple key", "could not find expected ':'", block_candidate_.mark,
       "a key is followed by `:`; a text of several lines is indented deeper than its key");
  return false;
}

void YamlScanner::add(YamlTokenType type, const YamlMark& begin, const YamlMark& end) {
  YamlToken& token = tokens_.emplace_back();
  token.type = type;
  token.begin = begin;
  token.end = end;
}

void YamlScanner::insert(size_t number, YamlTokenType type, const YamlMark& mark) {
  YamlToken token;
  token.type = type;
  token.begin = mark;
  token.end = mark;
  tokens_.insert(tokens_.begin() + static_cast<ptrdiff_t>(head_ + number - taken_), std::move(token));
}

bool YamlScanner::at_document_indicator() const {
  std::string_view three = text_.substr(position_.offset, 3);
  return position_.column == 1 && (three == "---" || three == "...") && is_space_or_end(at(3));
}

bool YamlScanner::is_value_indicator() const {
  return is_space_or_end(at(1)) || (in_flow() && is_flow_indicator(at(1)));
}

void YamlScanner::skip(size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) {
    position_.column += (static_cast<unsigned char>(text_[position_.offset + i]) & 0xC0) != 0x80 ? 1 : 0;
  }
  position_.offset += bytes;
}

void YamlScanner::skip_break() {
  position_.offset += at() == '\r' && at(1) == '\n' ? 2 : 1;
  ++position_.line;
  position_.column = 1;
}

}  // namespace gyr::syntax
