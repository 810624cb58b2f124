#include "syntax/source_text.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

/// `---`, then blanks or a comment.
bool is_separator(std::string_view line) {
  if (!line.starts_with("---")) return false;
  line.remove_prefix(3);
  size_t word = line.find_first_not_of(" \t");
  return word == std::string_view::npos || (word > 0 && line[word] == '#');
}

/// Whether a line belongs to a document: no blanks, comment or directive.
bool is_content(std::string_view line) {
  size_t word = line.find_first_not_of(" \t");
  return word != std::string_view::npos && line[word] != '#' && line[0] != '%' && line != "...";
}

}  // namespace

std::vector<YamlPart> split_yaml_documents(std::string_view text) {
  std::vector<YamlPart> parts;
  YamlPart part{text.substr(0, 0), 1};
  bool content = false;
  auto finish = [&](const char* end) {
    part.text = std::string_view(part.text.data(), static_cast<size_t>(end - part.text.data()));
    if (content) parts.push_back(part);
  };
  uint32_t number = 0;
  for (std::string_view line : source_lines(text)) {
    ++number;
    if (!is_separator(line)) {
      content = content || is_content(line);
      continue;
    }
    finish(line.data());
    const char* behind = line.data() + line.size();
    // Behind the end of the separator's line, whichever it is.
    const char* end = text.data() + text.size();
    if (behind != end && *behind == '\r') ++behind;
    if (behind != end && *behind == '\n') ++behind;
    part = {std::string_view(behind, 0), number + 1};
    content = false;
  }
  finish(text.data() + text.size());
  return parts;
}

}  // namespace gyr::syntax
