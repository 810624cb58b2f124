#include "cli/completion_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"
#include "cli/api_client.h"
#include "cli/command_names.h"
#include "cli/context_file.h"
#include "cli/listing.h"
#include "cli/verb.h"

namespace gyr::cli {
namespace {

using base::Value;

constexpr std::chrono::milliseconds patience{900};
constexpr std::string_view rows_of_answer = "100";

/// What was typed, up to the cursor.
struct Typed {
  const CommandInfo* command = nullptr;
  std::string wanted;                  ///< what the last word is: `NAMESPACE`
  bool option = false;                 ///< it is the value of an option
  std::vector<std::string> arguments;  ///< those before the last word
  std::vector<std::string> access;     ///< options of the server, with their values
  std::string prefix;                  ///< the last word
};

bool is_of_server(std::string_view option) {
  constexpr std::string_view names[] = {"--server", "--host",    "--user",    "--api-token", "--token",
                                        "--tenant", "--context", "--headers", "--header"};
  return std::ranges::find(names, option) != std::end(names);
}

/// The command of the words, and the meaning of the last one.
Typed read_words(std::span<const std::string> words) {
  Typed typed;
  if (words.empty()) return typed;
  typed.prefix = words.back();
  std::vector<std::string> names;
  size_t at = 0;
  while (at + 1 < words.size() && typed.command == nullptr) {
    const std::string& word = words[at++];
    if ((takes_value(word) || is_of_server(word)) && at + 1 < words.size()) {
      if (is_of_server(word)) typed.access.insert(typed.access.end(), {word, words[at]});
      ++at;
      continue;
    }
    if (word.starts_with('-')) continue;
    names.push_back(word);
    resolve_alias(names);
    typed.command = find_command(fmt::format("{}", fmt::join(names, " ")));
  }
  if (typed.command == nullptr) return typed;
  Arguments arguments;
  const auto made = typed.command->make();
  made->declare(arguments);
  std::string option;  // whose value comes next
  for (; at + 1 < words.size(); ++at) {
    const std::string& word = words[at];
    if (!option.empty()) {
      if (is_of_server(option)) typed.access.insert(typed.access.end(), {option, word});
      option.clear();
    } else if (word.starts_with("--") && word.find('=') != std::string::npos) {
      if (is_of_server(word.substr(0, word.find('=')))) typed.access.push_back(word);
    } else if (word.starts_with('-') && word != "-") {
      if (!arguments.value_name(word).empty()) option = word;
    } else {
      typed.arguments.push_back(word);
    }
  }
  typed.option = !option.empty();
  typed.wanted = typed.option ? arguments.value_name(option) : arguments.argument_name(typed.arguments.size());
  if (option == "--context") typed.wanted = "CONTEXT";
  return typed;
}

/// The names that a server has for what is wanted.
class ServerNames {
 public:
  ServerNames(const Session& session, const Typed& typed) : typed_(typed) {
    Arguments arguments;
    client_.declare(arguments);
    usable_ = arguments.parse(typed.access).has_value();
    arguments.provide(session);
  }

  std::set<std::string> find() const {
    const std::string_view group = typed_.command->path.substr(0, typed_.command->path.find(' '));
    const std::string_view wanted = typed_.wanted;
    const std::string first = typed_.arguments.empty() ? "" : typed_.arguments.front();
    if (wanted == "NAMESPACE") return list("namespaces/search", "id");
    if (group == "flow" && wanted == "ID" && !first.empty() && !typed_.option) return flows_of(first);
    if (wanted == "FLOW" && !first.empty()) return flows_of(first);
    if (wanted == "TRIGGER" && typed_.arguments.size() == 2) return triggers_of(first, typed_.arguments[1]);
    if ((group == "execution" || group == "logs") && wanted == "ID" && !typed_.option)
      return list("executions/search?sort=state.startDate:desc", "id");
    if (group == "kv" && wanted == "KEY") return list(in_namespace("kv", first), "key");
    if (group == "secret" && wanted == "KEY") return list(in_namespace("secrets", first), "key");
    if (group == "dashboard" && wanted == "ID") return list("dashboards", "id");
    if (group == "blueprint" && wanted == "ID") return list("blueprints/community/flow", "id");
    return {};
  }

 private:
  static std::string in_namespace(std::string path, const std::string& namespace_) {
    append_query(path, "filters[namespace][EQUALS]", namespace_);
    return path;
  }
  std::set<std::string> flows_of(const std::string& namespace_) const {
    return list(in_namespace("flows/search", namespace_), "id");
  }

  /// Null for every failure: a shell shows no errors while somebody types.
  Value ask(const std::string& path) const {
    if (!usable_) return {};
    auto answer = client_.call_json({.path = path, .timeout = patience});
    return answer ? *std::move(answer) : Value();
  }

  std::set<std::string> list(std::string path, std::string_view field) const {
    append_query(path, "page", "1");
    append_query(path, "size", rows_of_answer);
    return texts(value_at(ask(path), "results"), field);
  }

  std::set<std::string> triggers_of(const std::string& namespace_, const std::string& flow) const {
    return texts(value_at(ask(fmt::format("flows/{}/{}", path_part(namespace_), path_part(flow))), "triggers"), "id");
  }

  static std::set<std::string> texts(const Value& rows, std::string_view field) {
    std::set<std::string> out;
    for (const Value& row : rows.is_list() ? rows.items() : std::span<const Value>()) {
      if (std::string text = cell_text(value_at(row, field)); !text.empty()) out.insert(std::move(text));
    }
    return out;
  }

  const Typed& typed_;
  ApiClient client_;
  bool usable_ = false;
};

std::set<std::string> context_names() {
  std::set<std::string> out;
  if (auto contexts = read_contexts()) {
    for (const Context& context : contexts->all) out.insert(context.name);
  }
  return out;
}

std::set<std::string> type_names(const Session& session) {
  std::set<std::string> out;
  const plugin::Registry& registry = session.program.registry();
  auto add = [&](const auto& list) {
    for (const auto& type : list) out.emplace(type.type);
  };
  add(registry.tasks());
  add(registry.triggers());
  add(registry.conditions());
  add(registry.task_runners());
  return out;
}

std::set<std::string> names_for(const Session& session, const Typed& typed) {
  if (typed.command == nullptr || typed.wanted.empty()) return {};
  if (typed.wanted == "CONTEXT") return context_names();
  if (typed.command->path.starts_with("context ") && typed.wanted == "NAME" && !typed.option) return context_names();
  if (typed.wanted == "TYPE" && typed.command->path == "plugin docs") return type_names(session);
  if (typed.wanted == "SHELL") return {"bash", "fish", "zsh"};
  return ServerNames(session, typed).find();
}

}  // namespace

int print_names(const Session& session, std::span<const std::string> words) {
  // Nobody is asked for a password.
  Console silent = session.console;
  silent.input_fd = -1;
  const Session inner{session.program, silent, session.clock, session.as_kestra, session.common, session.json_errors};
  const Typed typed = read_words(words);
  std::string out;
  for (const std::string& name : names_for(inner, typed)) {
    if (name.starts_with(typed.prefix) && name.find_first_of(" \t\n") == std::string::npos) out += name + '\n';
  }
  session.console.out.write(out);
  return exit_ok;
}

}  // namespace gyr::cli
