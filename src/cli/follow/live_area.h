// The last lines of a terminal, drawn again and again while log lines scroll by above them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/follow/styled_line.h"

namespace gyr::cli {

/// Each draw() is one write that overwrites what it drew before, so nothing flickers; lines that are the same are
/// skipped. No line is as wide as the terminal, and there is always a row below the area where the cursor rests, so
/// nothing wraps or scrolls by itself. After the object's end the last picture stays as ordinary text. One thread.
class LiveArea {
 public:
  LiveArea(Output& output, bool color) : output_(output), color_(color) {}

  /// Rows the area may have on this terminal.
  size_t max_lines() const;
  /// `above`: whole lines that scroll by, without their ends.
  void draw(std::span<const std::string> above, std::span<const StyledLine> lines);

 private:
  /// Rows that the last picture takes on a terminal of this width: after it became narrower, its lines are folded.
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
