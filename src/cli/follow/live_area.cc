#include "cli/follow/live_area.h"

namespace gyr::cli {
namespace {

constexpr size_t min_columns = 20;
constexpr std::string_view erase_line_end = "\x1B[K";
constexpr std::string_view erase_below = "\x1B[J";

}  // namespace

size_t LiveArea::max_lines() const { return std::max<size_t>(output_.size().rows, 4) - 1; }

size_t LiveArea::rows_drawn(size_t columns) const {
  size_t rows = 0;
  for (const Drawn& line : drawn_) rows += std::max<size_t>(1, (line.columns + columns - 1) / columns);
  return rows;
}

void LiveArea::draw(std::span<const std::string> above, std::span<const StyledLine> lines) {
  size_t columns = std::max(output_.size().columns, min_columns);
  bool same_width = columns == drawn_for_columns_;
  std::string out;
  if (size_t rows = rows_drawn(columns); rows > 0) out += fmt::format("\x1B[{}A", rows);
  out += '\r';
  // Log lines can be wider than the terminal, so erase what is there first.
  bool whole = !above.empty() || !same_width;
  if (whole) out += erase_below;
  for (const std::string& line : above) {
    out += line;
    out += "\r\n";
  }
  std::vector<Drawn> picture;
  for (const StyledLine& line : lines.first(std::min(lines.size(), max_lines()))) {
    Drawn drawn{line.render(columns - 1, color_), std::min(line.columns(), columns - 1)};
    bool same = !whole && picture.size() < drawn_.size() && drawn_[picture.size()].text == drawn.text;
    if (!same) {
      out += drawn.text;
      out += erase_line_end;
    }
    out += "\r\n";
    picture.push_back(std::move(drawn));
  }
  // Erase the rest of a longer picture, and what was typed.
  out += erase_below;
  output_.write(out);
  drawn_ = std::move(picture);
  drawn_for_columns_ = columns;
}

}  // namespace gyr::cli
