#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <deque>

#include "base/text.h"
#include "cli/errors.h"

namespace gyr::cli {

void Arguments::add(Declared declared) {
  declared.section = sections_.size() - 1;
  declared_.push_back(std::move(declared));
  if (declared_.back().names == "--json") accept_jq();
}
void Arguments::accept_jq() {
  option("--jq", "FILTER", jq_, "apply this jq filter to the JSON and print the results; implies --json");
}
bool Arguments::has(std::string_view name) const {
  return std::ranges::any_of(declared_, [&](const Declared& declared) {
    return std::ranges::any_of(base::split(declared.names, ','), [&](std::string_view own) { return own == name; });
  });
}
void Arguments::flag(std::string names, bool& target, std::string help) {
  add({Kind::flag, std::move(names), {}, std::move(help), &target, false});
}
void Arguments::counter(std::string names, int& target, std::string help) {
  add({Kind::counter, std::move(names), {}, std::move(help), &target, false});
}
void Arguments::flag_with_value(std::string names, std::string value_name, std::optional<std::string>& target,
                                std::string help) {
  add({Kind::flag_with_value, std::move(names), std::move(value_name), std::move(help), &target, false});
}
void Arguments::option(std::string names, std::string value_name, std::optional<std::string>& target,
                       std::string help) {
  add({Kind::option, std::move(names), std::move(value_name), std::move(help), &target, false});
}
void Arguments::required_option(std::string names, std::string value_name, std::optional<std::string>& target,
                                std::string help) {
  add({Kind::option, std::move(names), std::move(value_name), std::move(help), &target, true});
}
void Arguments::list(std::string names, std::string value_name, std::vector<std::string>& target, std::string help) {
  add({Kind::list, std::move(names), std::move(value_name), std::move(help), &target, false});
}
void Arguments::positional(std::string name, std::optional<std::string>& target, std::string help) {
  add({Kind::positional, std::move(name), {}, std::move(help), &target, true});
}
void Arguments::optional_positional(std::string name, std::optional<std::string>& target, std::string help) {
  add({Kind::positional, std::move(name), {}, std::move(help), &target, false});
}
void Arguments::positionals(std::string name, std::vector<std::string>& target, std::string help) {
  add({Kind::positionals, std::move(name), {}, std::move(help), &target, true});
}
void Arguments::optional_positionals(std::string name, std::vector<std::string>& target, std::string help) {
  add({Kind::positionals, std::move(name), {}, std::move(help), &target, false});
}
void Arguments::section(std::string title) { sections_.push_back(std::move(title)); }

base::Error Arguments::unexpected(const std::string& word) const {
  if (!word.starts_with('-') || word == "-") {
    return base::Error(wrong_usage, fmt::format("unexpected argument `{}`", word))
        .with_hint("quote values that contain spaces; `--help` shows the arguments of the command");
  }
  std::vector<std::string_view> names;
  for (const Declared& declared : declared_) {
    if (declared.kind == Kind::positional || declared.kind == Kind::positionals) continue;
    for (std::string_view name : base::split(declared.names, ',')) names.push_back(name);
  }
  std::string_view name = std::string_view(word).substr(0, word.find('='));
  auto near = base::nearest(name, names);
  return base::Error(wrong_usage, fmt::format("unknown option `{}`", name))
      .with_hint(near ? fmt::format("did you mean `{}`?", *near)
                      : "`--help` lists the options; write an argument that begins with a dash after `--`");
}

base::Result<void> Arguments::parse(std::span<const std::string> words) const {
  try {
    CLI::App app;
    app.set_help_flag("");
    app.allow_extras();
    std::deque<std::string> flag_texts;  // of flag_values, in the same order; elements do not move
    std::vector<std::pair<const CLI::Option*, void*>> flag_values;
    for (const Declared& declared : declared_) {
      switch (declared.kind) {
        case Kind::flag: app.add_flag(declared.names, *static_cast<bool*>(declared.target)); break;
        case Kind::counter: app.add_flag(declared.names, *static_cast<int*>(declared.target)); break;
        case Kind::flag_with_value:
          flag_values.emplace_back(app.add_flag(declared.names, flag_texts.emplace_back()), declared.target);
          break;
        case Kind::option:
        case Kind::positional:
          app.add_option_function<std::string>(declared.names, [target = declared.target](const std::string& text) {
            *static_cast<std::optional<std::string>*>(target) = text;
          });
          break;
        case Kind::list:
        case Kind::positionals:
          app.add_option(declared.names, *static_cast<std::vector<std::string>*>(declared.target));
          break;
      }
    }
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    for (size_t i = 0; i < flag_values.size(); ++i) {
      if (flag_values[i].first->count() == 0) continue;
      // Without `=` CLI11 gives the text of a flag that is set.
      auto& target = *static_cast<std::optional<std::string>*>(flag_values[i].second);
      target = flag_texts[i] == "true" ? std::string() : flag_texts[i];
    }
    auto extra = app.remaining();
    std::erase(extra, "--");
    // Report an unknown option first: it may explain why the words after it were not consumed.
    auto option =
        std::ranges::find_if(extra, [](const std::string& word) { return word.starts_with('-') && word != "-"; });
    if (option != extra.end()) return base::fail(unexpected(*option));
    if (!extra.empty()) return base::fail(unexpected(extra.front()));
    return {};
  } catch (const CLI::Error& error) {
    return base::fail(
        base::Error(wrong_usage, error.what()).with_hint("`--help` shows the options and arguments of the command"));
  }
}

std::string Arguments::argument_name(size_t position) const {
  for (const Declared& declared : declared_) {
    if (declared.kind == Kind::positionals) return declared.names;
    if (declared.kind == Kind::positional && position-- == 0) return declared.names;
  }
  return {};
}

std::string Arguments::value_name(std::string_view option) const {
  for (const Declared& declared : declared_) {
    if (declared.kind != Kind::option && declared.kind != Kind::list) continue;
    for (std::string_view name : base::split(declared.names, ',')) {
      if (name == option) return declared.value_name;
    }
  }
  return {};
}

std::vector<std::string> Arguments::long_options() const {
  std::vector<std::string> out;
  for (const Declared& declared : declared_) {
    for (std::string_view name : base::split(declared.names, ',')) {
      if (name.starts_with("--")) out.emplace_back(name);
    }
  }
  return out;
}

std::string Arguments::usage() const {
  std::string text;
  for (const Declared& declared : declared_) {
    if (declared.kind == Kind::positional)
      text += declared.required ? declared.names + ' ' : '[' + declared.names + "] ";
    if (declared.kind == Kind::positionals)
      text += declared.required ? declared.names + "… " : "[" + declared.names + "…] ";
    if (declared.kind == Kind::option && declared.required) text += declared.names + ' ' + declared.value_name + ' ';
  }
  return text + "[options]";
}

std::string Arguments::left_column(const Declared& declared) {
  std::string text = "  ";
  bool positional = declared.kind == Kind::positional || declared.kind == Kind::positionals;
  std::string names = declared.names;
  if (size_t comma = names.find(','); comma != std::string::npos) names.replace(comma, 1, ", ");
  // Align long names, whether or not there is a short one.
  if (!positional && names.starts_with("--")) text += "    ";
  text += names;
  if (declared.kind == Kind::flag_with_value) {
    text += "[=" + declared.value_name + ']';
  } else if (!declared.value_name.empty()) {
    text += ' ' + declared.value_name;
  }
  if (declared.kind == Kind::positionals || declared.kind == Kind::list) text += "…";
  return text;
}

namespace {

constexpr size_t widest_left_column = 30;

/// Appends the words in lines of at most `columns`; all lines but the first are indented.
void append_wrapped(std::string& out, std::string_view text, size_t columns, size_t at, size_t indent) {
  for (std::string_view word : base::split(text, ' ')) {
    size_t width = base::code_points(word);
    if (at + 1 + width > columns && at > indent) {
      out += '\n';
      out.append(indent, ' ');
      at = indent;
    } else if (at > indent) {
      out += ' ';
      ++at;
    }
    out += word;
    at += width;
  }
  out += '\n';
}

}  // namespace

std::string Arguments::help(size_t columns) const {
  size_t width = 0;
  const size_t widest = std::min(widest_left_column, columns / 2);
  for (const Declared& declared : declared_) {
    size_t own = base::code_points(left_column(declared));
    if (own <= widest) width = std::max(width, own);
  }
  std::string out;
  auto append = [&](const Declared& declared) {
    std::string left = left_column(declared);
    size_t own = base::code_points(left);
    out += left;
    if (own > width) {
      out += '\n';
      own = 0;
    }
    out.append(width + 2 - own, ' ');
    append_wrapped(out, declared.help, columns, width + 2, width + 2);
  };
  for (const Declared& declared : declared_) {
    if (declared.kind == Kind::positional || declared.kind == Kind::positionals) append(declared);
  }
  for (size_t section = 0; section < sections_.size(); ++section) {
    bool titled = false;
    for (const Declared& declared : declared_) {
      if (declared.section != section || declared.kind == Kind::positional || declared.kind == Kind::positionals)
        continue;
      if (!std::exchange(titled, true)) out += fmt::format("{}{}:\n", out.empty() ? "" : "\n", sections_[section]);
      append(declared);
    }
  }
  return out;
}

}  // namespace gyr::cli
