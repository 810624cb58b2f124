// The last lines of a terminal, redrawn in place while log lines scroll above them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/follow/styled_line.h"

namespace gyr::cli {

/// Each draw() is one write that overwrites the previous picture, so nothing flickers. Unchanged lines are skipped. No
/// line is as wide as the terminal, and the cursor stays on a row below the area, so nothing wraps or scrolls by
/// itself. The last picture stays on the terminal when the object is destroyed. One thread.
class LiveArea {
 public:
  LiveArea(Output& output, bool color) : output_(output), color_(color) {}

  /// Maximum number of rows of the area on this terminal.
  size_t max_lines() const;
  /// `above`: complete lines that scroll above the area, without line breaks.
  void draw(std::span<const std::string> above, std::span<const StyledLine> lines);

 private:
  /// Rows of the last picture on a terminal of this width: lines are wrapped if the terminal became narrower.
  size_t rows_drawn(size_t columns) const;

  struct Drawn {
    std::string text;
    size_t columns;
  };
  Output& output_;
  bool color_;
  std::vector<Drawn> drawn_;
  size_t drawn_for_columns_ = 0;
};

}  // namespace gyr::cli
