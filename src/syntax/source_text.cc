#include "syntax/source_text.h"

#include <algorithm>

namespace gyr::syntax {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool continues_sequence(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Whether a line ends with the character at `i`.
bool ends_line(std::string_view text, size_t i) {
  if (text[i] == '\n') return true;
  return text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
}

}  // namespace

size_t byte_order_mark_size(std::string_view text) {
  return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}

SourceCursor::SourceCursor(std::string_view text) : text_(text), offset_(byte_order_mark_size(text)) {}

Position SourceCursor::at(size_t offset) {
  offset = std::clamp(offset, byte_order_mark_size(text_), text_.size());
  if (offset >= offset_) {
    forward(offset);
  } else {
    back(offset);
  }
  return position_;
}

void SourceCursor::forward(size_t offset) {
  for (size_t i = offset_; i < offset; ++i) {
    if (text_[i] > '\r') {  // most of a text: plain ASCII
      ++position_.column;
    } else if (ends_line(text_, i)) {
      ++position_.line;
      position_.column = 1;
    } else if (!continues_sequence(text_[i])) {
      ++position_.column;
    }
  }
  offset_ = offset;
}

void SourceCursor::back(size_t offset) {
  for (size_t i = offset; i < offset_; ++i) position_.line -= ends_line(text_, i) ? 1 : 0;
  size_t start = offset;
  while (start > byte_order_mark_size(text_) && !ends_line(text_, start - 1)) --start;
  position_.column = 1;
  offset_ = start;
  forward(offset);
}

Position position_at(std::string_view text, size_t offset) { return SourceCursor(text).at(offset); }

std::vector<std::string_view> source_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  size_t start = byte_order_mark_size(text);
  for (size_t i = start; i < text.size(); ++i) {
    if (!ends_line(text, i)) continue;
    std::string_view line = text.substr(start, i - start);
    if (text[i] == '\n' && line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    start = i + 1;
  }
  lines.push_back(text.substr(start));
  return lines;
}

}  // namespace gyr::syntax
