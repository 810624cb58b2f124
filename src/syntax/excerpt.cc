#include "syntax/excerpt.h"

#include <fmt/format.h>

#include "base/text.h"
#include "syntax/display.h"

namespace gyr::syntax {
namespace {

constexpr size_t max_excerpt = 64;  // characters: what fits a line of a message beside its words

}  // namespace

std::string excerpt(std::string_view text) {
  std::string out;
  size_t at = 0;
  for (size_t count = 0; at < text.size(); ++count) {
    if (count == max_excerpt) return out + "…";
    uint32_t code_point = next_code_point(text, at);
    if (code_point == '\n') {
      out += "\\n";
    } else if (code_point == '\r') {
      out += "\\r";
    } else if (code_point == '\t') {
      out += "\\t";
    } else if (is_unprintable(code_point)) {
      out += fmt::format("\\u{:04X}", code_point);
    } else {
      base::append_utf8(out, code_point);
    }
  }
  return out;
}

}  // namespace gyr::syntax
