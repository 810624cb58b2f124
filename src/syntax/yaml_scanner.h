// From a YAML text to tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/yaml_token.h"

namespace gyr::syntax {

/// Reads one text from front to back, and looks ahead only as far as it must to decide whether something is a key (at
/// most one line and 1024 bytes). The rules are those of SnakeYAML, the parser of the reference, where they differ from
/// YAML 1.2: keys are on one line, a text continues only deeper than its key, and a `#` after a quote needs no space
/// before it. It accepts more in flow collections (`[::1]`) and for tabs (after a token, before a comment, inside
/// brackets), where SnakeYAML fails and YAML 1.2 does not. U+0085, U+2028 and U+2029 are ordinary characters, as in
/// YAML 1.2.
///
/// The text outlives the scanner and contains no NUL and no malformed UTF-8. After a failure there are no more tokens.
class YamlScanner {
 public:
  explicit YamlScanner(std::string_view text);

  /// The next token, or null pointer after a failure.
  const YamlToken* peek();
  /// Takes what peek() showed.
  YamlToken take();
  const YamlProblem& problem() const { return problem_; }
  /// For failures of the grammar: fails at a token.
  void fail(std::string_view context, std::string message, const YamlMark& at, std::string hint = {});
  /// The word or sign at a place, in quotes, for messages.
  std::string found_at(const YamlMark& at) const;
  std::string_view text() const { return text_; }

 private:
  /// Something that is a key if a `:` follows it on its line.
  struct KeyCandidate {
    bool possible = false;
    bool required = false;    // it starts at a position where a key is required
    size_t token_number = 0;  // counted from the first token of the text
    YamlMark mark;
  };

  bool need_more();
  bool fetch_more();
  bool fetch_stream_end();
  bool fetch_directive();
  bool fetch_document_indicator(YamlTokenType type);
  bool fetch_flow_start(YamlTokenType type);
  bool fetch_flow_end(YamlTokenType type);
  bool fetch_flow_entry();
  bool fetch_block_entry();
  bool fetch_key();
  bool fetch_value();
  bool fetch_name(YamlTokenType type);
  bool fetch_tag();
  bool fetch_block_scalar(ScalarStyle style);
  bool fetch_quoted(char quote);
  bool fetch_plain();
  bool fetch_unknown();

  bool scan_to_next_token();
  bool skip_blanks_before_token();
  void scan_plain(YamlToken& token);
  bool scan_quoted(YamlToken& token, char quote);
  bool scan_quoted_break(std::string& out);
  bool scan_escape(std::string& out);
  bool scan_code_escape(std::string& out, size_t digits);
  bool scan_block_header(char& chomping, int32_t& indicator);
  void scan_block_text(YamlToken& token, char chomping, int32_t indicator);
  int32_t find_block_indentation(std::string& breaks);
  void skip_block_breaks(std::string& breaks, int32_t indentation);

  void unwind(int32_t column);
  bool deepen(int32_t column);
  bool save_candidate();
  bool drop_candidate();
  bool drop_stale_candidates();
  void add(YamlTokenType type, const YamlMark& begin, const YamlMark& end);
  void insert(size_t number, YamlTokenType type, const YamlMark& mark);

  char at(size_t ahead = 0) const {
    return position_.offset + ahead < text_.size() ? text_[position_.offset + ahead] : '\0';
  }
  bool at_document_indicator() const;
  bool is_value_indicator() const;
  bool ends_plain(size_t ahead) const;
  /// Moves over bytes that contain no line break.
  void skip(size_t bytes);
  void skip_break();
  int32_t column() const { return static_cast<int32_t>(position_.column) - 1; }
  bool in_flow() const { return !flow_.empty(); }
  KeyCandidate& candidate() { return in_flow() ? flow_.back() : block_candidate_; }

  std::string_view text_;
  YamlMark position_;
  std::vector<YamlToken> tokens_;  // scanned, not taken; the first is at head_
  size_t head_ = 0;
  size_t taken_ = 0;
  bool ready_ = false;  // whether the first token is decided
  bool ended_ = false;
  bool failed_ = false;
  bool key_allowed_ = true;        // a key, `- ` or `? ` may start here
  bool follows_json_key_ = false;  // directly after a quoted scalar or a closing bracket, where `:` needs no space
  int32_t indentation_ = -1;       // column of the innermost block collection, from 0
  std::vector<int32_t> indentations_;
  KeyCandidate block_candidate_;
  std::vector<KeyCandidate> flow_;  // one for each open bracket
  YamlProblem problem_;
};

}  // namespace gyr::syntax
