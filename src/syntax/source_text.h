// Offsets of a source text as lines and columns, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gyr::syntax {

/// Lines and columns start at 1, columns count code points; a byte order mark at the start has no column.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// Converts byte offsets to positions. Lines end with `
/// `, `\r
/// ` or a lone `\r`, as in YAML; the `
/// ` of `\r
/// ` belongs to its line. With ascending offsets, all conversions together cost one pass over the text; a smaller
/// offset than before is allowed, but costs the way back. An invalid UTF-8 byte counts as one column. The text outlives
/// the cursor.
class SourceCursor {
 public:
  explicit SourceCursor(std::string_view text);
  Position at(size_t offset);

 private:
  void forward(size_t offset);
  void back(size_t offset);

  std::string_view text_;
  size_t offset_ = 0;
  Position position_;
};

Position position_at(std::string_view text, size_t offset);

/// The lines of a text without their ends, split as SourceCursor counts them. Views into the text.
std::vector<std::string_view> source_lines(std::string_view text);

/// Bytes of a byte order mark at the start: 3 or 0.
size_t byte_order_mark_size(std::string_view text);

}  // namespace gyr::syntax
