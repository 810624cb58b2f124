#include "plugins/runner/command_line.h"

#include <string_view>

namespace gyr::plugins::runner {
namespace {

constexpr size_t shown_of_command = 4096;
constexpr std::string_view encrypted = "encryptedOutputs";
constexpr std::string_view mask = "{******}";

/// The end of the braces that open at `at`; the end of the text where they never close.
size_t end_of_braces(std::string_view text, size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && --depth == 0) return at + 1;
  }
  return text.size();
}

}  // namespace

std::string shown_command(const std::vector<std::string>& command) {
  std::string line = fmt::format("{}", fmt::join(command, " "));
  for (size_t at = line.find(encrypted); at != std::string::npos; at = line.find(encrypted, at)) {
    at += encrypted.size();
    // Whatever quotes a shell or another language puts around the name.
    const size_t open = line.find_first_not_of("\\\"' \t:=", at);
    if (open == std::string::npos || line[open] != '{') continue;
    line.replace(open, end_of_braces(line, open) - open, mask);
    at = open + mask.size();
  }
  if (line.size() > shown_of_command) {
    line.resize(shown_of_command);
    line += "…";
  }
  return line;
}

}  // namespace gyr::plugins::runner
