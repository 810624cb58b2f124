#include "web/flows/task_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "syntax/yaml.h"
#include "web/http/described.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

using syntax::Node;

/// Parts of a flow without tasks: what looks like a task there is none.
constexpr std::array<std::string_view, 7> without_tasks{"triggers", "inputs", "outputs",       "variables",
                                                        "labels",   "retry",  "pluginDefaults"};

bool is_task(const Node& node, std::string_view id) {
  const Node* found = node.find("id");
  const Node* type = node.find("type");
  return found != nullptr && found->is_scalar() && found->text() == id && type != nullptr && type->is_scalar();
}

const Node* find_task_node(const Node& node, std::string_view id) {
  if (node.is_mapping() && is_task(node, id)) return &node;
  for (const auto& item : node.items()) {
    if (const Node* found = find_task_node(*item, id)) return found;
  }
  for (const auto& entry : node.entries()) {
    if (std::ranges::find(without_tasks, entry.key) != without_tasks.end()) continue;
    if (const Node* found = find_task_node(*entry.value, id)) return found;
  }
  return nullptr;
}

/// The task as lines of YAML, each but the first behind the same white space as the first.
std::string block_of(const base::Value& task, std::string_view indent, std::string_view line_end) {
  std::string text = syntax::write_yaml(task);
  while (text.ends_with('\n')) text.pop_back();
  std::string block;
  for (const char c : text) {
    if (c == '\n') {
      block += line_end;
      block += indent;
    } else {
      block += c;
    }
  }
  return block;
}

}  // namespace

base::Result<std::optional<std::string>> with_task(std::string_view source, std::string_view task_id,
                                                   const base::Value& task) {
  const auto refuse = [] {
    return base::fail(
        base::Error(illegal_state, "cannot edit the task at its place in the source").with_hint("send the whole flow"));
  };
  const auto document = syntax::parse_yaml(source);
  if (!document || !(*document)->is_mapping()) return refuse();
  const Node* found = find_task_node(**document, task_id);
  if (found == nullptr) return std::nullopt;
  const size_t begin = found->span().offset;
  if (found->span().line == 0 || begin >= source.size()) return refuse();
  const size_t end = found->span().end_offset;
  if (end <= begin || end > source.size()) return refuse();
  const size_t line = begin == 0 ? std::string_view::npos : source.rfind('\n', begin - 1);
  const std::string indent(begin - (line == std::string_view::npos ? 0 : line + 1), ' ');
  const std::string_view line_end = source.find("\r\n") == std::string_view::npos ? "\n" : "\r\n";
  std::string edited(source.substr(0, begin));
  edited += source[begin] == '{' ? to_json(task) : block_of(task, indent, line_end);
  edited += source.substr(end);
  // The place of an alias is that of its anchor, and a document can be of a form that was not expected here.
  const auto again = syntax::parse_yaml(edited);
  const Node* written = again && (*again)->is_mapping() ? find_task_node(**again, task_id) : nullptr;
  if (written == nullptr || written->to_value() != task) return refuse();
  return edited;
}

}  // namespace gyr::web
