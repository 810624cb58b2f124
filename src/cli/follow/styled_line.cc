#include "cli/follow/styled_line.h"

#include "base/text.h"
#include "syntax/display.h"

namespace gyr::cli {

size_t display_columns(std::string_view text) {
  size_t columns = 0;
  for (size_t i = 0; i < text.size();) columns += syntax::display_width(syntax::next_code_point(text, i));
  return columns;
}

StyledLine& StyledLine::add(Paint paint, std::string_view text) {
  Piece piece{paint, printable(text)};
  for (char& c : piece.text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  columns_ += display_columns(piece.text);
  pieces_.push_back(std::move(piece));
  return *this;
}

StyledLine& StyledLine::pad_to(size_t column) {
  size_t blanks = columns_ < column ? column - columns_ : 1;
  return add(std::string(blanks, ' '));
}

std::string StyledLine::render(size_t columns, bool color) const {
  std::string out;
  bool cut = columns_ > columns;
  size_t left = cut && columns > 0 ? columns - 1 : columns;  // room for `…`
  for (const Piece& piece : pieces_) {
    size_t end = 0;
    for (size_t i = 0; i < piece.text.size(); end = i) {
      uint32_t width = syntax::display_width(syntax::next_code_point(piece.text, i));
      if (width > left) {
        left = 0;
        break;
      }
      left -= width;
    }
    out += painted(piece.paint, std::string_view(piece.text).substr(0, end), color);
    if (end < piece.text.size()) break;
  }
  if (cut && columns > 0) out += "…";
  return out;
}

}  // namespace gyr::cli
