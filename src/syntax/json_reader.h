// The strict JSON parser of parse_json: it builds values itself and knows the position of every error.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "syntax/json_limits.h"

namespace gyr::syntax {

/// An integer has at most this many digits, as in Jackson: arithmetic on decimals takes the square of it.
inline constexpr size_t max_json_integer = 1000;

/// State that the JSON parsers share: one reusable builder per level, and the keys seen last, so that the objects of a
/// list share the texts of their keys. Used for one parse.
class JsonBuilders {
 public:
  struct Level {
    base::ListBuilder list;
    base::MapBuilder map;
  };
  /// Of depth 0, 1, 2 …; its address does not change when deeper builders are added.
  Level& level(uint32_t depth);
  const base::Value& key(std::string_view text);

 private:
  std::deque<Level> levels_;
  std::array<base::Value, 128> keys_;
};

/// One parse of one text, recursive down to limits.depth. parse_json tries simdjson first, because it is faster, and
/// uses this parser for what simdjson cannot do: the position of an error, integers beyond 64 bits, lone surrogates,
/// the first of several values, and texts that are too large for the index of simdjson.
class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonLimits& limits);

  /// The value; what follows must be white space, or with `prefix` is ignored.
  base::Result<base::Value> read(bool prefix);

 private:
  bool read_value(uint32_t depth, base::Value& out);
  bool read_list(uint32_t depth, base::Value& out);
  bool read_map(uint32_t depth, base::Value& out);
  bool read_key(std::string_view& out);
  bool read_string(std::string_view& out);
  bool read_escaped_string(size_t start, std::string_view& out);
  bool read_escape();
  bool read_unicode_escape();
  bool read_hex(uint32_t& out);
  bool read_number(base::Value& out);
  bool read_word(base::Value& out);

  void skip_space();
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool accept(char c);
  /// Remembers what is wrong at an offset; always false.
  bool fail(size_t offset, std::string message, std::string hint = {});
  /// Notes a step of the way to what failed, from the inside outwards.
  bool fail_below(std::string_view step);
  bool unexpected(std::string_view expected, std::string hint = {});
  bool check_depth(uint32_t depth);
  base::Error error() const;

  std::string_view text_;
  const JsonLimits& limits_;
  size_t at_ = 0;
  JsonBuilders builders_;
  std::string unescaped_;

  base::ErrorCode problem_code_ = json_malformed;
  size_t problem_offset_ = 0;
  std::string problem_;
  std::string hint_;
  bool tells_path_ = false;  ///< the value is at fault and not the syntax
  std::string path_;         ///< the keys and numbers of items down to the problem
};

/// What is wrong with a number that no double holds; texts never become infinite (docs/users/numbers.md).
inline constexpr std::string_view out_of_range = "is beyond the range of a 64-bit floating-point number";

/// The double nearest to a number with fraction or exponent: too small is 0, too large is nothing.
std::optional<double> decimal_to_double(std::string_view text);
/// Digits with an optional sign: narrow integer, integer or decimal.
base::Value integer_value(std::string_view text);

}  // namespace gyr::syntax
