// The messages of the REST interface about an invalid flow (FLOW-2, FLOW-6).
#include "model/bind.h"
#include "model/errors.h"
#include "model/flow_parser.h"

namespace gyr::model {

using syntax::Diagnostic;
using syntax::Node;

namespace {

/// One step of a path: `tasks`, then `[1]`.
struct PathStep {
  std::string_view text;  ///< as in the path, with its dot or brackets
  std::string_view name;
  std::optional<size_t> index;
};

std::vector<PathStep> steps_of(std::string_view path) {
  std::vector<PathStep> steps;
  size_t at = 0;
  while (at < path.size()) {
    const size_t begin = at;
    if (path[at] == '[') {
      const size_t end = std::min(path.find(']', at), path.size() - 1);
      const std::string_view digits = path.substr(at + 1, end - at - 1);
      size_t index = 0;
      const bool number = std::from_chars(digits.data(), digits.data() + digits.size(), index).ec == std::errc();
      at = end + 1;
      steps.push_back({path.substr(begin, at - begin), digits, number ? std::optional(index) : std::nullopt});
      continue;
    }
    if (path[at] == '.') ++at;
    const size_t name_begin = at;
    at = std::min(path.find_first_of(".[", at), path.size());
    if (at == begin) ++at;  // a key that begins with a mark of its own
    steps.push_back({path.substr(begin, at - begin), path.substr(name_begin, at - name_begin), std::nullopt});
  }
  return steps;
}

/// The last `tasks[n]` or `inputs[n]` of a path with at most one property after it: the finding is about the task or
/// input itself, not about an object inside it. Nothing otherwise.
std::optional<size_t> owner_of(const std::vector<PathStep>& steps) {
  for (size_t i = steps.size(); i-- > 1;) {
    if (!steps[i].index || (steps[i - 1].name != "tasks" && steps[i - 1].name != "inputs")) continue;
    size_t properties = 0;
    for (size_t behind = i + 1; behind < steps.size(); ++behind) properties += steps[behind].index ? 0 : 1;
    if (properties <= 1) return i;
    return std::nullopt;
  }
  return std::nullopt;
}

std::string path_by_id(std::string_view path, const Node* root) {
  const std::vector<PathStep> steps = steps_of(path);
  const auto owner = owner_of(steps);
  if (!owner) return std::string(path);
  std::string result;
  const Node* at = root;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (at != nullptr) {
      if (steps[i].index) {
        at = at->is_sequence() && *steps[i].index < at->items().size() ? at->items()[*steps[i].index].get() : nullptr;
      } else {
        at = at->is_mapping() ? at->find(steps[i].name) : nullptr;
      }
    }
    const bool list = i < *owner && steps.size() > i + 1 && steps[i + 1].index &&
                      (steps[i].name == "tasks" || steps[i].name == "inputs");
    if (list && at != nullptr && at->is_sequence() && *steps[i + 1].index < at->items().size()) {
      const Node* item = at->items()[*steps[i + 1].index].get();
      const Node* id = item->is_mapping() ? item->find("id") : nullptr;
      if (id == nullptr && item->is_mapping()) id = item->find("name");
      if (id != nullptr && id->is_scalar() && !id->is_null()) {
        if (!result.empty()) result += '.';
        result += scalar_text(*id);
        at = item;
        ++i;
        continue;
      }
    }
    result +=
        result.empty() ? (steps[i].text.starts_with('.') ? steps[i].text.substr(1) : steps[i].text) : steps[i].text;
  }
  return result;
}

std::string line_of(const Diagnostic& found, const Node* root, PathStyle style) {
  if (!is_parse_error(found.code)) {
    return fmt::format("{}: {}\n", style == PathStyle::id ? path_by_id(found.path, root) : found.path, found.message);
  }
  // A syntax error has no path: the reference stops at the first such error.
  std::string line = found.message;
  const bool has_line = line.find("(at line ") != line.npos;
  if (!found.path.empty() && found.span) {
    line += fmt::format(" (at {}, line {})", found.path, found.span->line);
  } else if (!found.path.empty()) {
    line += fmt::format(" (at {})", found.path);
  } else if (found.span && !has_line) {
    line += fmt::format(" (at line {})", found.span->line);
  }
  return line + "\n";
}

bool is_about_flow(const Diagnostic& found) { return found.path.empty() && !is_parse_error(found.code); }

}  // namespace

std::string violation_lines(const ParsedFlow& parsed, PathStyle style) {
  std::string lines;
  std::vector<std::string_view> whole_flow;
  for (const Diagnostic& found : parsed.diagnostics) {
    if (found.severity != syntax::Severity::error) continue;
    if (is_about_flow(found)) {
      whole_flow.push_back(found.message);
    } else {
      lines += line_of(found, parsed.node.get(), style);
    }
  }
  if (!whole_flow.empty()) lines += fmt::format(": Invalid Flow: {}\n", fmt::join(whole_flow, ", "));
  return lines;
}

std::string invalid_entity_message(const ParsedFlow& parsed) {
  const std::string lines = violation_lines(parsed, PathStyle::position);
  return lines.empty() ? "" : "Invalid entity: " + lines;
}

std::optional<std::string> validation_constraints(const ParsedFlow& parsed) {
  const std::string lines = violation_lines(parsed, PathStyle::id);
  if (lines.empty()) return std::nullopt;
  // A source that is not a flow at all has its own message (API-91).
  return (parsed.node == nullptr ? "Unable to validate the flow: " : "Validation error: ") + lines;
}

}  // namespace gyr::model
