#include "cli/help.h"

#include <algorithm>

#include "base/text.h"

namespace gyr::cli {
namespace {

constexpr Example program_examples[] = {
    {"gyr server local", "Start a server on http://127.0.0.1:8080"},
    {"gyr flow run hello.yaml --inputs name=Ada", "Run a flow without a server"},
    {"gyr explain GYR-F014", "Explain an error code"},
};

/// Appends words in lines of at most `columns`. The first line begins at column `at`; the others are indented.
void append_wrapped_words(std::string& out, std::string_view text, size_t columns, size_t at, size_t indent) {
  bool first = true;  // on its line
  for (std::string_view word : base::split(text, ' ')) {
    const size_t width = base::code_points(word);
    if (!first && at + 1 + width > columns) {
      (out += '\n').append(indent, ' ');
      at = indent;
      first = true;
    }
    if (!first) {
      out += ' ';
      ++at;
    }
    out += word;
    at += width;
    first = false;
  }
  out += '\n';
}

void append_paragraph(std::string& out, std::string_view text, size_t columns) {
  append_wrapped_words(out, text, columns, 0, 0);
}

void append_examples(std::string& out, std::span<const Example> examples, std::string_view name, size_t columns) {
  out += "\nExamples:\n";
  for (const Example& example : examples) {
    std::string line(example.line);
    if (line.starts_with("gyr ")) line.replace(0, 3, name);
    out += fmt::format("  {}\n      ", line);
    append_wrapped_words(out, example.what, columns, 6, 6);
  }
}

void append_commands(std::string& out, std::string_view group, size_t columns) {
  size_t width = 0;
  auto shown = [&](const CommandInfo& command) {
    return group.empty() || command.path.starts_with(std::string(group) + ' ');
  };
  for (const CommandInfo& command : all_commands()) {
    if (shown(command)) width = std::max(width, command.path.size());
  }
  for (const CommandInfo& command : all_commands()) {
    if (!shown(command)) continue;
    out += fmt::format("  {:<{}}  ", command.path, width);
    append_wrapped_words(out, command.summary, columns, width + 4, width + 4);
  }
}

}  // namespace

size_t help_columns(const Output& output) {
  constexpr size_t least = 40, most = 100;
  return output.is_terminal() ? std::clamp(output.size().columns, least, most) : most;
}

std::string program_help(std::string_view name, size_t columns) {
  std::string out = "Gyrfalcon runs workflows that are written in YAML.\n\n";
  out += fmt::format("Usage: {} COMMAND [options]\n\nCommands:\n", name);
  append_commands(out, "", columns);
  out += '\n';
  append_paragraph(
      out,
      fmt::format(
          "Every command accepts --help, --version, --verbose, --log-level, --config and --no-color. Most commands "
          "also accept --json and --jq. Run `{} COMMAND --help` for the options of a command.",
          name),
      columns);
  append_examples(out, program_examples, name, columns);
  return out;
}

std::string group_help(const GroupInfo& group, std::string_view name, size_t columns) {
  std::string out = fmt::format("{} {}: ", name, group.name);
  append_wrapped_words(out, group.summary, columns, base::code_points(out), 0);
  out += fmt::format("\nUsage: {} {} COMMAND [options]\n\nCommands:\n", name, group.name);
  append_commands(out, group.name, columns);
  std::vector<Example> examples;
  for (size_t i = 0; i < 3 && examples.size() < 3; ++i) {
    for (const CommandInfo& command : all_commands()) {
      if (command.path.starts_with(std::string(group.name) + ' ') && examples.size() < 3)
        examples.push_back(command.examples[i]);
    }
  }
  append_examples(out, examples, name, columns);
  return out;
}

std::string command_help(const CommandInfo& command, const Arguments& arguments, std::string_view name,
                         size_t columns) {
  std::string out = fmt::format("{} {}: ", name, command.path);
  append_wrapped_words(out, command.summary, columns, base::code_points(out), 0);
  out += fmt::format("\nUsage: {} {} {}\n\n", name, command.path, arguments.usage());
  append_paragraph(out, command.details, columns);
  out += '\n';
  out += arguments.help(columns);
  append_examples(out, command.examples, name, columns);
  return out;
}

}  // namespace gyr::cli
