// A line of a terminal: pieces of coloured text, cut to a width.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"

namespace gyr::cli {

/// The number of terminal columns of a text without control characters.
size_t display_columns(std::string_view text);

/// Concatenated pieces of text. Texts are made printable and put on one line; tabs become spaces.
class StyledLine {
 public:
  StyledLine& add(Paint paint, std::string_view text);
  StyledLine& add(std::string_view text) { return add(Paint::none, text); }
  /// Adds spaces up to this column, counted from 0; at least one.
  StyledLine& pad_to(size_t column);

  size_t columns() const { return columns_; }
  /// The line in at most `columns` columns, with `…` at the end if it was cut.
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
