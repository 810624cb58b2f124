#include "syntax/yaml_characters.h"

#include "base/text.h"

namespace gyr::syntax {

size_t end_of_word(std::string_view text, size_t at) {
  constexpr size_t longest = 64;
  if (at >= text.size()) return at;
  size_t end = at + 1;
  bool sign = is_flow_indicator(text[at]) || text[at] == '\t' || text[at] == '"' || text[at] == '\'';
  if (!sign) {
    while (end < text.size() && end - at < longest && !is_space_or_end(text[end]) && !is_flow_indicator(text[end]))
      ++end;
    // The `:` after a key does not belong to it.
    if (end - at > 1 && text[end - 1] == ':') --end;
  }
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end;
}

std::optional<ForbiddenText> find_forbidden_text(std::string_view text) {
  auto malformed = base::find_invalid_utf8(text);
  std::string_view sound = text.substr(0, malformed.value_or(text.size()));
  auto byte = [&](size_t i) { return static_cast<unsigned char>(sound[i]); };
  for (size_t i = 0; i < sound.size(); ++i) {
    unsigned char c = byte(i);
    if (c >= 0x20 && c < 0x7F) continue;
    if (c == 0) return ForbiddenText{i, "a NUL character"};
    bool control = (c < 0x20 && !is_blank(sound[i]) && !is_break(sound[i])) || c == 0x7F;
    bool second_control = c == 0xC2 && byte(i + 1) < 0xA0 && byte(i + 1) != 0x85;
    if (control || second_control) return ForbiddenText{i, "a control character"};
    bool no_character = c == 0xEF && byte(i + 1) == 0xBF && byte(i + 2) >= 0xBE;
    if (no_character) return ForbiddenText{i, "a code point that is not a character"};
  }
  if (malformed) return ForbiddenText{*malformed, "a byte that is not valid UTF-8"};
  return std::nullopt;
}

}  // namespace gyr::syntax
