// A line of a terminal as pieces of text with colours, cut to a width.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"

namespace gyr::cli {

/// Columns a terminal gives to a text without control characters.
size_t display_columns(std::string_view text);

/// Pieces side by side. Texts are made printable and one line; tabs become blanks.
class StyledLine {
 public:
  StyledLine& add(Paint paint, std::string_view text);
  StyledLine& add(std::string_view text) { return add(Paint::none, text); }
  /// Blanks up to this column, counted from 0; at least one where it is passed already.
  StyledLine& pad_to(size_t column);

  size_t columns() const { return columns_; }
  /// At most so many columns, with `…` at the end of what was cut.
  std::string render(size_t columns, bool color) const;

 private:
  struct Piece {
    Paint paint;
    std::string text;
  };
  std::vector<Piece> pieces_;
  size_t columns_ = 0;
};

}  // namespace gyr::cli
