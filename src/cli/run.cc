// Finds and runs the command that the command line names: common options, help, version, suggestions, exit codes.
#include <signal.h>

#include "base/log.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/command_names.h"
#include "cli/errors.h"
#include "cli/help.h"
#include "cli/json_filter.h"
#include "cli/suggestions.h"
#include "command/errors.h"
#include "intake/starter.h"
#include "storage/storage.h"
#include "syntax/diagnostic.h"
#include "syntax/json.h"

namespace gyr::cli {

using base::Value;

ExitCode exit_code_of(const base::Error& error) {
  for (base::ErrorCode code : {unknown_command, wrong_usage, executor::invalid_inputs, executor::checks_failed}) {
    if (error.code() == code) return exit_usage;
  }
  if (error.code() == not_logged_in) return exit_authentication;
  if (error.code() == unreachable) return exit_unreachable;
  for (base::ErrorCode code : {no_such_file, unknown_error_code, not_on_server, executor::flow_not_found,
                               executor::execution_not_found, storage::file_not_found}) {
    if (error.code() == code) return exit_not_found;
  }
  return exit_failed;
}

void CommonOptions::declare(Arguments& arguments) {
  arguments.section("Options of every command");
  arguments.flag("-h,--help", help, "show this help");
  arguments.flag("--no-color", no_color,
                 "disable colours and the live view; same as the environment variable NO_COLOR");
  arguments.counter("-v,--verbose", verbosity, "show debug messages of the program; -vv also shows trace messages");
  arguments.option("-l,--log-level", "LEVEL", log_level,
                   "level of the messages of the program: TRACE, DEBUG, INFO, WARN or ERROR");
  arguments.flag("--internal-log", internal_log, "accepted for compatibility, without effect");
  arguments.option("-c,--config", "FILE", config, "configuration file in YAML");
  arguments.option("-p,--plugins", "DIR", plugins,
                   "accepted for compatibility, without effect: plugins are part of the program");
  arguments.flag("-V,--version", version, "show the version");
}

int Session::fail(const base::Error& error) const {
  if (json_errors) {
    base::MapBuilder shown;
    shown.set("code", Value::string(error.code().text));
    shown.set("message", Value::string(error.message()));
    if (!error.hint().empty()) shown.set("hint", Value::string(error.hint()));
    shown.set("exitCode", Value::integer(exit_code_of(error)));
    console.err.write(syntax::write_json(Value::map({{"error", shown.build()}})) + '\n');
    return exit_code_of(error);
  }
  std::string_view file = error.place() == nullptr ? std::string_view() : std::string_view(error.place()->file);
  console.err.write(
      syntax::print_diagnostics({syntax::diagnostic_of(error)}, file, "", {.color = console.color(console.err)}));
  return exit_code_of(error);
}

void Session::warn(std::string_view message) const {
  console.err.write(fmt::format("{}: {}\n", painted(Paint::yellow, "warning", console.color(console.err)), message));
}

namespace {

/// The command line, split into the names of the command and its arguments.
struct Words {
  std::vector<std::string> names;  ///< `flow`, `run`
  std::vector<std::string> rest;   ///< arguments of the command
};

bool is_option(std::string_view word) { return word.size() > 1 && word.starts_with('-') && word != "--"; }

/// An option before `--`, with or without a value behind `=`.
bool has_option(std::span<const std::string> words, std::string_view option) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word.starts_with(option) && (word.size() == option.size() || word[option.size()] == '=')) return true;
  }
  return false;
}

/// `--jq` implies `--json`.
bool asks_for_json(std::span<const std::string> words) {
  return has_option(words, "--json") || has_option(words, "--jq");
}

/// Options may precede the command: `gyr -v flow run x` is `gyr flow run -v x`. Another name is read only after the
/// name of a group: `flow`, `namespace kv`.
Words take_apart(std::span<const std::string> words) {
  Words taken;
  std::vector<std::string> leading;
  size_t i = 0;
  bool more = true;
  while (i < words.size() && more) {
    const std::string& word = words[i];
    if (is_option(word)) {
      leading.push_back(word);
      if (takes_value(word) && i + 1 < words.size()) leading.push_back(words[++i]);
    } else if (word == "--") {
      break;
    } else {
      taken.names.push_back(word);
      resolve_alias(taken.names);
      const std::string path = fmt::format("{}", fmt::join(taken.names, " "));
      more = std::ranges::any_of(all_groups(), [&](const GroupInfo& group) { return group.name == path; });
    }
    ++i;
  }
  taken.rest = std::move(leading);
  taken.rest.insert(taken.rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  return taken;
}

/// Sets the level of the program's own messages. Servers show more of them than other commands.
base::Result<void> set_log_level(const CommonOptions& common, bool server) {
  using base::log::Level;
  Level level = server ? Level::info : Level::warn;
  if (common.log_level) {
    constexpr std::pair<std::string_view, Level> names[] = {{"TRACE", Level::trace},
                                                            {"DEBUG", Level::debug},
                                                            {"INFO", Level::info},
                                                            {"WARN", Level::warn},
                                                            {"ERROR", Level::error}};
    auto found = std::ranges::find_if(
        names, [&](const auto& name) { return base::equals_ignoring_case(name.first, *common.log_level); });
    if (found == std::end(names)) {
      return base::fail(
          base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--log-level`", *common.log_level))
              .with_hint("use TRACE, DEBUG, INFO, WARN or ERROR"));
    }
    level = found->second;
  }
  if (common.verbosity > 0) level = common.verbosity == 1 ? Level::debug : Level::trace;
  base::log::set_level(level);
  return {};
}

/// One run of the program.
class Invocation {
 public:
  Invocation(const Program& program, Console& console, const base::Clock& clock, std::span<const std::string> words)
      : session_{program, console, clock}, words_(take_apart(words.empty() ? words : words.subspan(1))) {
    std::string_view called = words.empty() ? "gyr" : std::string_view(words[0]);
    session_.as_kestra = called.substr(called.rfind('/') + 1) == "kestra";
    session_.json_errors = asks_for_json(words_.rest);
  }

  int run() {
    int code = dispatch();
    // EPIPE is not an error: the reader has closed the pipe.
    if (int failure = session_.console.out.failure(); failure != 0 && failure != EPIPE) {
      code = session_.fail(
          base::Error(cannot_write, fmt::format("cannot write to standard output: {}", std::strerror(failure)))
              .with_hint("the output is incomplete"));
    }
    if (session_.as_kestra && (code == exit_not_found || code == exit_authentication || code == exit_unreachable))
      return exit_failed;
    return code;
  }

 private:
  std::string_view name() const { return session_.as_kestra ? "kestra" : "gyr"; }
  size_t columns() const { return help_columns(session_.console.out); }

  int print(std::string_view text) {
    session_.console.out.write(text);
    return exit_ok;
  }

  int dispatch() {
    if (words_.names.empty()) return without_command();
    if (words_.names[0] == "help") return help();
    if (words_.names[0] == "version" && words_.names.size() == 1) return version();
    std::string path = fmt::format("{}", fmt::join(words_.names, " "));
    if (const CommandInfo* command = find_command(path)) return run_command(*command);
    if (const GroupInfo* group = find_group(path)) return without_command(group);
    return session_.fail(no_command(words_.names, name()));
  }

  /// `gyr --version`, `gyr --help`, `gyr`, `gyr flow`.
  int without_command(const GroupInfo* group = nullptr) {
    bool json = false;
    Arguments arguments;
    arguments.flag("--json", json, "");
    session_.common.declare(arguments);
    auto parsed = arguments.parse(words_.rest);
    if (session_.common.version && !session_.common.help) {
      return filtered(arguments, session_,
                      [&](Session& session) { return print_version(session, json || arguments.jq()); });
    }
    if (!parsed && !session_.common.help) return session_.fail(parsed.error());
    return print(group != nullptr ? group_help(*group, name(), columns()) : program_help(name(), columns()));
  }

  /// `gyr version`, `gyr version --json`.
  int version() {
    words_.rest.emplace_back("--version");
    bool json = false;
    Arguments arguments;
    arguments.flag("--json", json, "print version, commit, build id and memory allocator as JSON");
    session_.common.declare(arguments);
    auto parsed = arguments.parse(words_.rest);
    if (session_.common.help)
      return print(fmt::format("{0} version: Show the version\n\nUsage: {0} version [options]\n\n{1}", name(),
                               arguments.help(columns())));
    if (!parsed) return session_.fail(parsed.error());
    return filtered(arguments, session_,
                    [&](Session& session) { return print_version(session, json || arguments.jq()); });
  }

  static int print_version(const Session& session, bool json) {
    const Program& program = session.program;
    if (json) {
      Value value = Value::map({{"version", Value::string(program.version)},
                                {"commit", Value::string(program.commit)},
                                {"buildId", Value::string(program.build_id)},
                                {"allocator", Value::string(program.allocator)}});
      session.console.out.write(syntax::write_json(value) + '\n');
      return exit_ok;
    }
    session.console.out.write(program.commit.empty() ? fmt::format("gyr {}\n", program.version)
                                                     : fmt::format("gyr {} ({})\n", program.version, program.commit));
    return exit_ok;
  }

  /// The words of a command. `--jq` needs the output of `--json`.
  std::vector<std::string> words_for(const Arguments& arguments) const {
    std::vector<std::string> words = words_.rest;
    if (arguments.has("--json") && has_option(words, "--jq") && !has_option(words, "--json"))
      words.insert(words.begin(), "--json");
    return words;
  }

  /// Runs a command. With `--jq`, its output goes through the program.
  template <class Run>
  static int filtered(const Arguments& arguments, Session& session, Run run) {
    if (!arguments.jq()) return run(session);
    auto filter = JsonFilter::make(*arguments.jq(), session.console.out, session.clock.now());
    if (!filter) return session.fail(filter.error());
    Console console = session.console.with_output(**filter);
    Session inner{session.program, console, session.clock, session.as_kestra, session.common, session.json_errors};
    arguments.provide(inner);
    const int code = run(inner);
    auto finished = (*filter)->finish();
    return finished ? code : std::max(code, session.fail(finished.error()));
  }

  /// `gyr help flow run`.
  int help() {
    std::vector<std::string> names;
    for (const std::string& word : words_.rest) {
      if (is_option(word)) continue;
      names.push_back(word);
      resolve_alias(names);
    }
    if (names.empty()) return print(program_help(name(), columns()));
    std::string path = fmt::format("{}", fmt::join(names, " "));
    if (const GroupInfo* group = find_group(path)) return print(group_help(*group, name(), columns()));
    const CommandInfo* command = find_command(path);
    if (command == nullptr) return session_.fail(no_command(names, name()));
    auto made = command->make();
    Arguments arguments;
    made->declare(arguments);
    session_.common.declare(arguments);
    return print(command_help(*command, arguments, name(), columns()));
  }

  int run_command(const CommandInfo& info) {
    auto command = info.make();
    Arguments arguments;
    command->declare(arguments);
    session_.common.declare(arguments);
    auto parsed = arguments.parse(words_for(arguments));
    if (session_.common.help) return print(command_help(info, arguments, name(), columns()));
    if (session_.common.version) return print_version(session_, false);
    if (!parsed) return session_.fail(parsed.error());
    session_.console.color_allowed = session_.console.color_allowed && !session_.common.no_color;
    if (auto set = set_log_level(session_.common, info.path.starts_with("server ")); !set)
      return session_.fail(set.error());
    if (session_.common.plugins) {
      session_.warn(fmt::format("`--plugins {}` has no effect: plugins are part of the program",
                                printable(*session_.common.plugins)));
    }
    arguments.provide(session_);
    return filtered(arguments, session_, [&](Session& session) { return command->run(session); });
  }

  Session session_;
  Words words_;
};

bool set_in_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

int run_in(const Program& program, Console& console, const base::Clock& clock, std::span<const std::string> words) {
  return Invocation(program, console, clock, words).run();
}

int run(const Program& program, int argc, const char* const* argv) {
  // Without the signal, a closed pipe gives EPIPE. Programs that tasks start get the default back
  // (process/guardian.cc).
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);

  FileOutput out(1);
  FileOutput err(2);
  Console console{out, err};
  const char* terminal = std::getenv("TERM");
  console.color_allowed =
      !set_in_environment("NO_COLOR") && terminal != nullptr && std::string_view(terminal) != "dumb";
  base::SystemClock clock;
  std::vector<std::string> words(argv, argv + argc);
  return run_in(program, console, clock, words);
}

}  // namespace gyr::cli
