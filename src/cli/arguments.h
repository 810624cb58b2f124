// The options and arguments of one command: declared once, for parsing and for its help.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::cli {

/// Collects what a command takes and puts what the user gave into the command's members. Targets outlive it. All values
/// are texts: whoever knows what they mean reads them, and says what is wrong with one in its own words.
class Arguments {
 public:
  /// `names`: `--json`, or `-c,--config`.
  void flag(std::string names, bool& target, std::string help);
  /// How often it was given: `-vv` is 2.
  void counter(std::string names, int& target, std::string help);
  void option(std::string names, std::string value_name, std::optional<std::string>& target, std::string help);
  /// Takes several values at once and may be repeated.
  void list(std::string names, std::string value_name, std::vector<std::string>& target, std::string help);
  void positional(std::string name, std::optional<std::string>& target, std::string help);
  void positionals(std::string name, std::vector<std::string>& target, std::string help);
  /// What is declared from here on is listed under this title.
  void section(std::string title);

  /// GYR-C011 for what is unknown, given twice or lacks its value.
  base::Result<void> parse(std::span<const std::string> words) const;

  /// `FILE… [options]`
  std::string usage() const;
  /// The list of all of them, for a terminal of any width.
  std::string help() const;

 private:
  enum class Kind : uint8_t { flag, counter, option, list, positional, positionals };
  struct Declared {
    Kind kind;
    std::string names;
    std::string value_name;
    std::string help;
    void* target;
    size_t section;
  };
  void add(Declared declared);
  base::Error unexpected(const std::string& word) const;
  static std::string left_column(const Declared& declared);

  std::vector<Declared> declared_;
  std::vector<std::string> sections_{"Options"};
};

}  // namespace gyr::cli
