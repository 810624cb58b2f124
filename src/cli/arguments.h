// The options and arguments of one command: declared once, for parsing and for its help.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::cli {

struct Session;

/// Declares the options and arguments of a command and stores the given values in the members of the command. Targets
/// must outlive this object. All values are texts: the command converts them and reports values that are not valid.
class Arguments {
 public:
  Arguments() = default;
  Arguments(const Arguments&) = delete;  // `--jq` is stored here
  Arguments& operator=(const Arguments&) = delete;

  /// `names`: `--json`, or `-c,--config`.
  void flag(std::string names, bool& target, std::string help);
  /// Counts how often the option is given: `-vv` is 2.
  void counter(std::string names, int& target, std::string help);
  /// A flag that can carry a value behind `=`: `--json`, `--json=id,state`. The value is empty if there is none.
  void flag_with_value(std::string names, std::string value_name, std::optional<std::string>& target, std::string help);
  void option(std::string names, std::string value_name, std::optional<std::string>& target, std::string help);
  /// An option that the command cannot do without. The usage shows it; the command itself reports that it is missing.
  void required_option(std::string names, std::string value_name, std::optional<std::string>& target, std::string help);
  /// Accepts several values at once and can be repeated.
  void list(std::string names, std::string value_name, std::vector<std::string>& target, std::string help);
  void positional(std::string name, std::optional<std::string>& target, std::string help);
  /// An argument that can be omitted. The usage shows it in brackets.
  void optional_positional(std::string name, std::optional<std::string>& target, std::string help);
  void positionals(std::string name, std::vector<std::string>& target, std::string help);
  /// The same for arguments that can all be omitted.
  void optional_positionals(std::string name, std::vector<std::string>& target, std::string help);
  /// Declares `--jq` for a command whose output can be JSON without `--json`. With `--json` it is declared anyway.
  void accept_jq();
  /// The program of `--jq`, if it was given.
  const std::optional<std::string>& jq() const { return jq_; }
  /// True if an option or a flag has this name.
  bool has(std::string_view name) const;
  /// A part of the command that needs the session when the command runs, such as a client. provide() sets the target.
  void wants(const Session*& target) { wanted_.push_back(&target); }
  void provide(const Session& session) const {
    for (const Session** target : wanted_) *target = &session;
  }
  /// Starts a section: all later declarations are listed under this title.
  void section(std::string title);

  /// Fails with GYR-C011 if an option is unknown, is given twice or has no value.
  base::Result<void> parse(std::span<const std::string> words) const;

  /// What the argument at a position is called; the last one if it can be repeated. Empty if there is none.
  std::string argument_name(size_t position) const;
  /// What the value of an option is called, `NAMESPACE`; empty for flags and unknown options.
  std::string value_name(std::string_view option) const;
  /// The names of all options that begin with two dashes.
  std::vector<std::string> long_options() const;

  /// `FILE… [options]`, `NAMESPACE FROM [TO] [options]`, `--from PLACE --to PLACE [options]`
  std::string usage() const;
  /// The descriptions of all options and arguments, in lines of at most `columns`.
  std::string help(size_t columns) const;

 private:
  enum class Kind : uint8_t { flag, counter, flag_with_value, option, list, positional, positionals };
  struct Declared {
    Kind kind;
    std::string names;
    std::string value_name;
    std::string help;
    void* target;
    bool required;
    size_t section = 0;
  };
  void add(Declared declared);
  base::Error unexpected(const std::string& word) const;
  static std::string left_column(const Declared& declared);

  std::vector<Declared> declared_;
  std::vector<const Session**> wanted_;
  std::vector<std::string> sections_{"Options"};
  std::optional<std::string> jq_;
};

}  // namespace gyr::cli
