#include "plugins/cli/inventory_guard.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "plugin_api/render.h"

namespace gyr::plugins::cli {
namespace {

using base::Value;
using Place = InventoryPart::Place;

constexpr bool is_blank(char character) {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

/// The end of the expression that begins here; the end of the text if it has none. Braces in quotes do not count.
size_t end_of_expression(std::string_view text, size_t at) {
  char quote = 0;
  for (size_t i = at + 2; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == '\\') {
        ++i;
      } else if (text[i] == quote) {
        quote = 0;
      }
    } else if (text[i] == '\'' || text[i] == '"') {
      quote = text[i];
    } else if (text.substr(i).starts_with("}}")) {
      return i + 2;
    }
  }
  return text.size();
}

/// One word of a shell command: its text without quotes, where expressions are left out, and the expressions.
struct Word {
  std::string text;
  std::vector<InventoryPart> parts;
  std::vector<size_t> starts;  ///< of each part: the length of the text in front of it
};

/// Reads a command as a shell does, as far as words and quotes are concerned.
class WordReader {
 public:
  explicit WordReader(std::string_view command) : command_(command) {}

  std::optional<Word> next() {
    while (at_ < command_.size() && (is_blank(command_[at_]) || command_.substr(at_).starts_with("\\\n"))) {
      at_ += is_blank(command_[at_]) ? 1 : 2;
    }
    if (at_ == command_.size()) return std::nullopt;
    Word word;
    char quote = 0;
    for (; at_ < command_.size(); ++at_) {
      const char character = command_[at_];
      if (command_.substr(at_).starts_with("{{")) {
        const size_t end = end_of_expression(command_, at_);
        const Place place = quote == 0 ? Place::bare : quote == '\'' ? Place::single_quoted : Place::double_quoted;
        word.parts.push_back({std::string(command_.substr(at_, end - at_)), place, false});
        word.starts.push_back(word.text.size());
        at_ = end - 1;
      } else if (quote != 0) {
        if (character == quote) {
          quote = 0;
        } else {
          word.text += character;
        }
      } else if (character == '\'' || character == '"') {
        quote = character;
      } else if (is_blank(character)) {
        break;
      } else if (character == '\\' && at_ + 1 < command_.size()) {
        ++at_;
        if (command_[at_] != '\n') word.text += command_[at_];  // else the command continues on the next line
      } else {
        word.text += character;
      }
    }
    return word;
  }

 private:
  std::string_view command_;
  size_t at_ = 0;
};

constexpr std::array<std::string_view, 3> inventory_options = {"-i", "--inventory", "--inventory-file"};
constexpr std::array<std::string_view, 3> limit_options = {"-l", "--limit", "--subset"};

/// Adds the value of an option, which begins behind `from` characters of the word.
void add_value(InventoryWords& words, Word word, size_t from, bool names_file) {
  for (size_t i = 0; i < word.parts.size(); ++i) {
    if (word.starts[i] < from) continue;  // of the option's own name
    word.parts[i].first = word.starts[i] == from && (i == 0 || word.starts[i - 1] < from);
    words.parts.push_back(std::move(word.parts[i]));
  }
  std::string file = word.text.substr(std::min(from, word.text.size()));
  if (file.starts_with("./")) file.erase(0, 2);
  if (names_file && word.parts.empty() && !file.empty()) words.files.push_back(std::move(file));
}

/// The length of the option at the beginning of the word, if its value follows in the same word.
std::optional<size_t> attached(std::string_view word, std::span<const std::string_view> options) {
  for (std::string_view option : options) {
    if (!word.starts_with(option)) continue;
    if (option.starts_with("--")) {
      if (word.substr(option.size()).starts_with('=')) return option.size() + 1;
    } else if (word.size() > option.size()) {
      return option.size();
    }
  }
  return std::nullopt;
}

std::string described(const InventoryPart& part, std::string_view where) {
  return fmt::format("`{}` in {}", part.expression, where);
}

base::Task<base::Result<void>> check_part(plugin::RunContext& context, InventoryPart part, std::string where,
                                          Value variables) {
  const model::Dynamic<std::string> piece(Value::string(part.expression));
  GYR_CO_TRY(auto value, co_await context.render(piece, std::move(variables)));
  const std::string_view problem = problem_of(part, value.value_or(std::string()));
  if (problem.empty()) co_return base::Result<void>();
  co_return base::fail(base::Error(unsafe_inventory, fmt::format("the value of {} {}", described(part, where), problem))
                           .with_hint("check the value before this task, or pass it in a file of host variables"));
}

bool is_inventory(std::string_view name, const std::vector<std::string>& named) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  if (file.starts_with("inventory") || file == "hosts" || file.starts_with("hosts.")) return true;
  return std::any_of(named.begin(), named.end(), [&](const std::string& path) {
    return name == path || (name.starts_with(path) && (path.ends_with('/') || name[path.size()] == '/'));
  });
}

}  // namespace

InventoryWords inventory_words(std::string_view command) {
  InventoryWords found;
  if (command.find("{%") != std::string_view::npos) return found;
  WordReader reader(command);
  while (auto word = reader.next()) {
    for (const auto* options : {&inventory_options, &limit_options}) {
      const bool names_file = options == &inventory_options;
      const bool alone = word->parts.empty() && std::ranges::find(*options, word->text) != options->end();
      if (alone) {
        if (auto value = reader.next()) add_value(found, *std::move(value), 0, names_file);
        break;
      }
      if (auto length = attached(word->text, *options)) {
        add_value(found, *std::move(word), *length, names_file);
        break;
      }
      // `-i{{ host }},`: the option is all the text in front of the first expression.
      const bool before_part =
          !word->parts.empty() && word->starts.front() == 2 && word->text.starts_with((*options)[0]);
      if (before_part) {
        add_value(found, *std::move(word), 2, names_file);
        break;
      }
    }
  }
  return found;
}

std::vector<InventoryPart> inventory_lines(std::string_view file) {
  std::vector<InventoryPart> found;
  if (file.find("{%") != std::string_view::npos) return found;
  for (size_t begin = 0; begin < file.size();) {
    // An expression may go over several lines of the source.
    size_t end = begin;
    std::vector<InventoryPart> parts;
    bool has_text = false;
    while (end < file.size() && file[end] != '\n') {
      if (file.substr(end).starts_with("{{")) {
        const size_t behind = end_of_expression(file, end);
        parts.push_back({std::string(file.substr(end, behind - end)), Place::line, !has_text && parts.empty()});
        end = behind;
      } else {
        has_text = has_text || !is_blank(file[end]);
        ++end;
      }
    }
    if (has_text || parts.size() > 1) found.insert(found.end(), parts.begin(), parts.end());
    begin = end + 1;
  }
  return found;
}

std::string_view problem_of(const InventoryPart& part, std::string_view value) {
  const bool control = std::any_of(value.begin(), value.end(), [](char character) {
    return static_cast<unsigned char>(character) < 0x20 || character == 0x7f;
  });
  if (control) return "has a line break or another control character";
  std::string_view ends;  // what would end its word
  switch (part.place) {
    case Place::bare: ends = " ;&|<>()$`\\\"'"; break;
    case Place::single_quoted: ends = "'"; break;
    case Place::double_quoted: ends = "\"$`\\"; break;
    case Place::line: ends = part.first ? " =#;" : ""; break;
  }
  if (value.find_first_of(ends) != std::string_view::npos) return "would end the word in which it stands";
  if (part.first && part.place != Place::line && value.starts_with('-')) return "would be another option";
  if (part.first && part.place == Place::line && value.starts_with('[')) return "would begin a group";
  return {};
}

base::Task<base::Result<void>> check_inventories(plugin::RunContext& context, const Value& commands,
                                                 const Value& input_files, const Value& variables) {
  std::vector<std::string> named;
  if (commands.is_list()) {
    for (const Value& command : commands.items()) {
      // Other programs have options of the same names.
      if (!command.is_string() || command.text().find("ansible") == std::string_view::npos) continue;
      InventoryWords words = inventory_words(command.text());
      for (InventoryPart& part : words.parts) {
        GYR_CO_CHECK(co_await check_part(context, std::move(part), "a command", variables));
      }
      named.insert(named.end(), words.files.begin(), words.files.end());
    }
  }
  if (!input_files.is_map()) co_return base::Result<void>();
  for (const auto& file : input_files.entries()) {
    if (!file.value.is_string() || !is_inventory(file.name(), named)) continue;
    for (InventoryPart& part : inventory_lines(file.value.text())) {
      GYR_CO_CHECK(
          co_await check_part(context, std::move(part), fmt::format("the input file `{}`", file.name()), variables));
    }
  }
  co_return base::Result<void>();
}

}  // namespace gyr::plugins::cli
