#include "syntax/scalar_place.h"

#include <algorithm>
#include <vector>

#include "syntax/source_text.h"
#include "syntax/yaml_characters.h"

namespace gyr::syntax {
namespace {

/// The source position of each byte of the text of a scalar. It repeats the work of the scanner without building the
/// text.
class ScalarTrace {
 public:
  struct Piece {
    size_t begin = 0;
    size_t end = 0;
  };

  ScalarTrace(std::string_view source, const Node& scalar)
      : source_(source), text_(scalar.text()), at_(scalar.span().offset), end_(scalar.span().end_offset) {
    pieces_.reserve(text_.size());
    switch (at_ < end_ ? source_[at_] : '\0') {
      case '\'':
      case '"': trace_quoted(source_[at_]); break;
      case '|':
      case '>': trace_block(source_[at_] == '>'); break;
      default:
        while (at_ < end_) is_gap() ? trace_gap() : step(1, 1);
    }
  }

  /// Every byte of the text has a piece, and unescaped characters match the source.
  bool complete() const {
    if (pieces_.size() != text_.size()) return false;
    for (size_t i = 0; i < text_.size(); ++i) {
      char there = source_[std::min(pieces_[i].begin, source_.size() - 1)];
      bool changed = there == '\\' || is_blank(there) || is_break(there) || text_[i] == '\n' || text_[i] == ' ';
      if (!changed && there != text_[i]) return false;
    }
    return true;
  }
  const Piece& operator[](size_t i) const { return pieces_[i]; }

 private:
  bool is_gap() const { return is_blank(source_[at_]) || is_break(source_[at_]); }

  /// `bytes` of text from `length` bytes of source here.
  void step(size_t bytes, size_t length) {
    for (size_t i = 0; i < bytes; ++i) pieces_.push_back({at_, at_ + length});
    at_ += length;
  }
  void emit(size_t bytes, size_t begin, size_t end) {
    for (size_t i = 0; i < bytes; ++i) pieces_.push_back({begin, end});
  }
  void skip_break() { at_ += source_[at_] == '\r' && at_ + 1 < source_.size() && source_[at_ + 1] == '\n' ? 2 : 1; }

  /// Blanks, or folded line breaks with the blanks around them.
  void trace_gap() {
    size_t begin = at_;
    size_t breaks = 0;
    while (at_ < end_ && is_gap()) {
      if (is_break(source_[at_])) {
        ++breaks;
        skip_break();
      } else {
        ++at_;
      }
    }
    if (breaks > 0) {
      emit(std::max<size_t>(breaks - 1, 1), begin, at_);
      return;
    }
    for (size_t i = begin; i < at_; ++i) emit(1, i, i + 1);
  }

  void trace_quoted(char quote) {
    ++at_;
    --end_;
    while (at_ < end_) {
      if (is_gap()) {
        trace_gap();
      } else if (quote == '\'' && source_[at_] == '\'') {
        step(1, 2);
      } else if (quote == '"' && source_[at_] == '\\') {
        trace_escape();
      } else {
        step(1, 1);
      }
    }
  }

  void trace_escape() {
    char c = source_[at_ + 1];
    if (is_break(c)) {
      ++at_;
      skip_break();
      while (at_ < end_ && is_gap()) {
        if (is_break(source_[at_])) {
          emit(1, at_, at_ + 1);
          skip_break();
        } else {
          ++at_;
        }
      }
      return;
    }
    size_t length = c == 'x' ? 4 : c == 'u' ? 6 : c == 'U' ? 10 : 2;
    bool pair = length == 6 && at_ + 12 <= end_ && is_high_surrogate(at_ + 2) && source_.substr(at_ + 6, 2) == "\\u" &&
                is_low_surrogate(at_ + 8);
    if (pair) length = 12;
    // The bytes of the escape are those of the next character of the text.
    size_t bytes = 1;
    size_t next = pieces_.size();
    while (next + bytes < text_.size() && (static_cast<unsigned char>(text_[next + bytes]) & 0xC0) == 0x80) ++bytes;
    step(bytes, length);
  }

  bool is_high_surrogate(size_t at) const {
    return (source_[at] | 0x20) == 'd' && std::string_view("89abAB").find(source_[at + 1]) != std::string_view::npos;
  }
  bool is_low_surrogate(size_t at) const {
    return (source_[at] | 0x20) == 'd' && std::string_view("cdefCDEF").find(source_[at + 1]) != std::string_view::npos;
  }

  /// The lines below the header. Their indentation is what the source has more than the text.
  void trace_block(bool folded) {
    while (at_ < end_ && !is_break(source_[at_])) ++at_;
    size_t indentation = block_indentation();
    bool first = true;
    bool last_starts_blank = false;
    size_t empty_lines = 0;
    size_t line_end = at_;
    while (at_ < end_) {
      skip_break();
      size_t start = at_;
      while (at_ < end_ && !is_break(source_[at_])) ++at_;
      if (at_ - start <= indentation) {
        ++empty_lines;
        continue;
      }
      bool starts_blank = is_blank(source_[start + indentation]);
      bool joins = folded && !first && !last_starts_blank && !starts_blank;
      size_t between = first ? empty_lines : joins ? std::max<size_t>(empty_lines, 1) : empty_lines + 1;
      emit(between, line_end, start);
      for (size_t i = start + indentation; i < at_; ++i) emit(1, i, i + 1);
      first = false;
      last_starts_blank = starts_blank;
      empty_lines = 0;
      line_end = at_;
    }
    // Line breaks at the end are after the span.
    while (pieces_.size() < text_.size() && text_[pieces_.size()] == '\n') emit(1, line_end, line_end);
  }

  /// By the first line that is more than blanks, in the source and in the text.
  size_t block_indentation() const {
    size_t there = source_.find_first_not_of(" \r\n", at_);
    size_t here = text_.find_first_not_of(" \n");
    if (there == std::string_view::npos || here == std::string_view::npos) return 0;
    size_t blanks_there = there - 1 - source_.find_last_of("\r\n", there);
    size_t line = text_.rfind('\n', here);
    size_t blanks_here = line == std::string_view::npos ? here : here - 1 - line;
    return blanks_there - std::min(blanks_here, blanks_there);
  }

  std::string_view source_;
  std::string_view text_;
  size_t at_;
  size_t end_;
  std::vector<Piece> pieces_;
};

}  // namespace

Span span_in_scalar(std::string_view source, const Node& scalar, size_t begin, size_t end) {
  const Span& whole = scalar.span();
  bool usable =
      scalar.is_scalar() && whole.line > 0 && whole.offset < whole.end_offset && whole.end_offset <= source.size();
  if (!usable || begin > end || end > scalar.text().size() || begin == scalar.text().size()) return whole;
  ScalarTrace trace(source, scalar);
  if (!trace.complete()) return whole;
  size_t from = trace[begin].begin;
  size_t to = end == begin ? from : std::max(trace[end - 1].end, from);
  SourceCursor cursor(source);
  Position first = cursor.at(from);
  Position last = cursor.at(to);
  return {first.line, first.column, last.line, last.column, static_cast<uint32_t>(from), static_cast<uint32_t>(to)};
}

}  // namespace gyr::syntax
