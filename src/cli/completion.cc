// `gyr completion bash|zsh|fish`: scripts made from the table of commands (CLI-60).
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"
#include "cli/completion_names.h"
#include "cli/errors.h"
#include "cli/verbs.h"

namespace gyr::cli {
namespace {

/// What can follow each beginning of a command: `flow` → `list`, `get` …; `flow list` → `--json` …
std::map<std::string, std::set<std::string>> continuations() {
  std::map<std::string, std::set<std::string>> out;
  out[""] = {"help", "version"};
  for (const CommandInfo& command : all_commands()) {
    std::string path;
    for (std::string_view word : base::split(command.path, ' ')) {
      out[path].emplace(word);
      path += (path.empty() ? "" : " ") + std::string(word);
    }
    Arguments arguments;
    CommonOptions common;
    auto made = command.make();
    made->declare(arguments);
    common.declare(arguments);
    for (std::string& name : arguments.long_options()) out[path].insert(std::move(name));
  }
  return out;
}

std::string words_of(const std::set<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// The function that finds the continuation: the words that are not options, as far as they name a command.
std::string bash_script() {
  std::string out = R"sh(# Completion of gyr for bash.
_gyr() {
  local current="${COMP_WORDS[COMP_CWORD]}" path="" word next
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    next="${path:+$path }$word"
    [[ -n "$(_gyr_words "$next")" ]] || break
    path="$next"
  done
  local names=""
  [[ $current == -* || -z $path ]] || names="$("${COMP_WORDS[0]}" completion names -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)"
  COMPREPLY=($(compgen -W "$(_gyr_words "$path") $names" -- "$current"))
  [[ -n "${COMPREPLY[*]}" || $current == -* ]] || COMPREPLY=($(compgen -f -- "$current"))
}
_gyr_words() {
  case "$1" in
)sh";
  for (const auto& [path, words] : continuations())
    out += fmt::format("    '{}') echo '{}' ;;\n", path, words_of(words));
  return out + "  esac\n}\ncomplete -o filenames -F _gyr gyr kestra\n";
}

std::string zsh_script() {
  std::string out = R"sh(#compdef gyr kestra
# Completion of gyr for zsh.
_gyr() {
  local path="" word next
  local -A known
  known=(
)sh";
  for (const auto& [path, words] : continuations()) {
    // An association has no empty key.
    out += fmt::format("    '{}' '{}'\n", path.empty() ? "." : path, words_of(words));
  }
  out += R"sh(  )
  for word in "${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] && continue
    next="${path:+$path }$word"
    [[ -n "${known[$next]}" ]] || break
    path="$next"
  done
  local -a names
  [[ $PREFIX == -* || -z $path ]] || names=(${(f)"$(${words[1]} completion names -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -- ${(s: :)known[${path:-.}]} $names && return
  _files
}
if [[ ${funcstack[1]} == _gyr ]]; then _gyr "$@"; else compdef _gyr gyr kestra; fi
)sh";
  return out;
}

std::string fish_script() {
  std::string out = R"sh(# Completion of gyr for fish.
function __gyr_words
  switch "$argv"
)sh";
  for (const auto& [path, words] : continuations())
    out += fmt::format("    case '{}'\n      string split ' ' '{}'\n", path, words_of(words));
  return out + R"sh(  end
end
function __gyr_complete
  set -l path
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    set -l next $path $word
    test -n "$(__gyr_words "$next")"; or break
    set path $next
  end
  __gyr_words "$path"
  set -l current (commandline -ct)
  test -z "$path"; or string match -q -- '-*' $current; and return
  set -l tokens (commandline -opc)
  $tokens[1] completion names -- $tokens[2..-1] "$current" 2>/dev/null
end
complete -c gyr -a '(__gyr_complete)'
complete -c kestra -a '(__gyr_complete)'
)sh";
}

class Completion final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("SHELL", shell_, "bash, zsh or fish");
    arguments.optional_positionals("WORD", words_,
                                   "used only by the printed scripts: `names -- WORD…` prints the names that can "
                                   "follow these words");
  }
  int run(Session& session) override {
    const std::string shell = shell_.value_or("");
    if (shell == "names") return print_names(session, words_);
    if (!words_.empty())
      return session.fail(base::Error(wrong_usage, fmt::format("unexpected argument `{}`", printable(words_.front())))
                              .with_hint("for example: gyr completion bash"));
    if (shell == "bash") session.console.out.write(bash_script());
    if (shell == "zsh") session.console.out.write(zsh_script());
    if (shell == "fish") session.console.out.write(fish_script());
    if (shell == "bash" || shell == "zsh" || shell == "fish") return exit_ok;
    return session.fail(base::Error(wrong_usage, shell.empty()
                                                     ? std::string("SHELL is missing")
                                                     : fmt::format("`{}` is not a valid value for SHELL", shell))
                            .with_hint("use bash, zsh or fish"));
  }

  std::optional<std::string> shell_;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_completion() { return std::make_unique<Completion>(); }

}  // namespace gyr::cli
