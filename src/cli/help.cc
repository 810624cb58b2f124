#include "cli/help.h"

#include "base/text.h"

namespace gyr::cli {
namespace {

constexpr size_t columns = 100;
constexpr Example program_examples[] = {
    {"gyr server local", "Start a server on http://127.0.0.1:8080"},
    {"gyr flow run hello.yaml --inputs name=Ada", "Run a flow without a server"},
    {"gyr explain GYR-F014", "Explain an error code"},
};

void append_paragraph(std::string& out, std::string_view text) {
  size_t at = 0;
  for (std::string_view word : base::split(text, ' ')) {
    size_t width = base::code_points(word);
    if (at > 0 && at + 1 + width > columns) {
      out += '\n';
      at = 0;
    }
    if (at > 0) {
      out += ' ';
      ++at;
    }
    out += word;
    at += width;
  }
  out += '\n';
}

void append_examples(std::string& out, std::span<const Example> examples, std::string_view name) {
  out += "\nExamples:\n";
  for (const Example& example : examples) {
    std::string line(example.line);
    if (line.starts_with("gyr ")) line.replace(0, 3, name);
    out += fmt::format("  {}\n      {}\n", line, example.what);
  }
}

void append_commands(std::string& out, std::string_view group) {
  size_t width = 0;
  auto shown = [&](const CommandInfo& command) {
    return group.empty() || command.path.starts_with(std::string(group) + ' ');
  };
  for (const CommandInfo& command : all_commands()) {
    if (shown(command)) width = std::max(width, command.path.size());
  }
  for (const CommandInfo& command : all_commands()) {
    if (shown(command)) out += fmt::format("  {:<{}}  {}\n", command.path, width, command.summary);
  }
}

}  // namespace

std::string program_help(std::string_view name) {
  std::string out = "Gyrfalcon runs workflows that are written in YAML.\n\n";
  out += fmt::format("Usage: {} COMMAND [options]\n\nCommands:\n", name);
  append_commands(out, "");
  out += fmt::format(
      "\nEvery command accepts --help, --version, --verbose, --log-level, --config and --no-color;\nmost accept "
      "--json. Run `{} COMMAND --help` for the options of a command.\n",
      name);
  append_examples(out, program_examples, name);
  return out;
}

std::string group_help(const GroupInfo& group, std::string_view name) {
  std::string out = fmt::format("{} {}: {}\n\nUsage: {} {} COMMAND [options]\n\nCommands:\n", name, group.name,
                                group.summary, name, group.name);
  append_commands(out, group.name);
  std::vector<Example> examples;
  for (size_t i = 0; i < 3 && examples.size() < 3; ++i) {
    for (const CommandInfo& command : all_commands()) {
      if (command.path.starts_with(std::string(group.name) + ' ') && examples.size() < 3)
        examples.push_back(command.examples[i]);
    }
  }
  append_examples(out, examples, name);
  return out;
}

std::string command_help(const CommandInfo& command, const Arguments& arguments, std::string_view name) {
  std::string out = fmt::format("{} {}: {}\n\nUsage: {} {} {}\n\n", name, command.path, command.summary, name,
                                command.path, arguments.usage());
  append_paragraph(out, command.details);
  out += '\n';
  out += arguments.help();
  append_examples(out, command.examples, name);
  return out;
}

}  // namespace gyr::cli
