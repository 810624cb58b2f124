#include "cli/suggestions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/command.h"
#include "cli/errors.h"

namespace gyr::cli {
namespace {

struct OtherName {
  std::string_view from;
  std::string_view to;
};

/// Whole names of other command lines (CLI-60). A name here is used only if it is not a command itself.
constexpr OtherName other_paths[] = {
    {"config add", "context set"},
    {"config show", "context show"},
    {"config use", "context use"},
    {"config remove", "context delete"},
    {"configs", "config"},
    {"nsfiles", "files"},
    {"nsfile", "files"},
    {"file", "files"},
    {"files upload", "files put"},
    {"kv update", "kv set"},
    {"flow format", "flow fmt"},
    {"execution trigger", "execution run"},
    {"execution execute", "execution run"},
    {"dashboard create", "dashboard deploy"},
    {"dashboard apply", "dashboard deploy"},
    {"log", "logs"},
};

/// Words of one name.
constexpr OtherName other_names[] = {
    {"flows", "flow"},
    {"executions", "execution"},
    {"namespaces", "namespace"},
    {"ns", "namespace"},
    {"secrets", "secret"},
    {"dashboards", "dashboard"},
    {"blueprints", "blueprint"},
    {"triggers", "trigger"},
    {"plugins", "plugin"},
    {"contexts", "context"},
    {"templates", "template"},
    {"conditions", "condition"},
    {"expressions", "expression"},
    {"ls", "list"},
    {"show", "get"},
    {"rm", "delete"},
    {"remove", "delete"},
    {"cancel", "kill"},
    {"doc", "docs"},
    {"stop", "kill"},
    {"check", "validate"},
};

/// Words that people use for a group or a command.
constexpr OtherName synonyms[] = {
    {"workflow", "flow"}, {"workflows", "flow"}, {"job", "execution"}, {"jobs", "execution"},    {"ps", "execution"},
    {"kvs", "kv"},        {"variable", "kv"},    {"variables", "kv"},  {"login", "context"},     {"profile", "context"},
    {"serve", "server"},  {"start", "server"},   {"schedule", "cron"}, {"schedules", "trigger"}, {"curl", "api"},
    {"rest", "api"},      {"ctl", "help"},       {"upload", "files"},
};

std::string_view last_word(std::string_view path) { return path.substr(path.rfind(' ') + 1); }

/// How many letters were inserted, left out, replaced or swapped.
size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

/// A typing error of this word, not just another short word: `vaildate`, but not `test` for `next` or `bogus` for
/// `logs`.
bool is_near(std::string_view word, std::string_view candidate) {
  constexpr size_t short_word = 5, long_word = 8, max_word = 40;
  if (word.empty() || candidate.empty() || word.size() > max_word) return false;
  if (word.size() < short_word && word.front() != candidate.front()) return false;
  const size_t allowed = word.size() <= short_word ? 1 : word.size() <= long_word ? 2 : 3;
  return edits_between(word, candidate) <= allowed;
}

std::optional<std::string_view> nearest_of(std::string_view word, std::vector<std::string_view> candidates) {
  std::erase_if(candidates, [&](std::string_view candidate) { return !is_near(word, candidate); });
  return base::nearest(word, candidates);
}

std::vector<std::string_view> commands_in(std::string_view group) {
  std::vector<std::string_view> found;
  for (const CommandInfo& command : all_commands()) {
    if (command.path.starts_with(std::string(group) + ' ')) found.push_back(command.path.substr(group.size() + 1));
  }
  return found;
}

/// The full names of the commands whose last word is this one, or means it.
std::vector<std::string_view> commands_named(std::string_view word) {
  std::vector<std::string_view> words = other_words(word);
  words.insert(words.begin(), word);
  std::vector<std::string_view> found;
  for (const CommandInfo& command : all_commands()) {
    if (command.path.find(' ') == std::string_view::npos) continue;
    if (std::ranges::find(words, last_word(command.path)) != words.end()) found.push_back(command.path);
  }
  return found;
}

/// `did you mean `gyr flow list`, `gyr kv list` or …?`
std::string choice_of(std::span<const std::string_view> paths, std::string_view program_name) {
  constexpr size_t max_shown = 4;
  std::string out = "did you mean ";
  for (size_t i = 0; i < paths.size() && i < max_shown; ++i) {
    const bool last = i + 1 == paths.size();
    if (i > 0) out += last ? " or " : ", ";
    out += fmt::format("`{} {}`", program_name, paths[i]);
  }
  return out + (paths.size() > max_shown ? ", …?" : "?");
}

std::string hint_for_first(const std::string& word, std::string_view program_name) {
  for (const OtherName& synonym : synonyms) {
    if (synonym.from == word) return fmt::format("did you mean `{} {}`?", program_name, synonym.to);
  }
  if (const auto same = commands_named(word); !same.empty()) return choice_of(same, program_name);
  std::vector<std::string_view> known{"help", "version"};
  for (const GroupInfo& group : all_groups()) known.push_back(group.name);
  for (const CommandInfo& command : all_commands()) known.push_back(command.path);
  if (const auto near = nearest_of(word, known)) return fmt::format("did you mean `{} {}`?", program_name, *near);
  // `gyr vaildate` means `gyr flow validate`.
  std::vector<std::string_view> last;
  for (const CommandInfo& command : all_commands()) last.push_back(last_word(command.path));
  if (const auto near = nearest_of(word, last); near && word.size() > 4)
    return choice_of(commands_named(*near), program_name);
  return fmt::format("`{} help` lists the commands", program_name);
}

}  // namespace

std::string_view other_path(std::string_view path) {
  const auto* found = std::ranges::find(other_paths, path, &OtherName::from);
  return found == std::end(other_paths) ? std::string_view() : found->to;
}

std::vector<std::string_view> other_words(std::string_view word) {
  std::vector<std::string_view> found;
  for (const OtherName& name : other_names) {
    if (name.from == word) found.push_back(name.to);
  }
  return found;
}

base::Error no_command(std::span<const std::string> names, std::string_view program_name) {
  const std::string wanted = fmt::format("{}", fmt::join(names, " "));
  base::Error error(unknown_command, fmt::format("unknown command `{}`", wanted));
  if (names.size() < 2) return error.with_hint(hint_for_first(wanted, program_name));
  // The group is known: otherwise the second word would not have been read as a name.
  const std::string group = fmt::format("{}", fmt::join(names.first(names.size() - 1), " "));
  const std::vector<std::string_view> inside = commands_in(group);
  std::string hint;
  if (const auto near = nearest_of(names.back(), inside))
    hint = fmt::format("did you mean `{} {} {}`? ", program_name, group, *near);
  if (inside.empty()) return error.with_hint(hint_for_first(names.front(), program_name));
  return error.with_hint(
      fmt::format("{}`{} {}` has the commands {}", hint, program_name, group, fmt::join(inside, ", ")));
}

}  // namespace gyr::cli
