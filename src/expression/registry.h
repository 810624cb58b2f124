// The filters, functions, tests and tags of the language: explicit lists, one file for each group. One list drives
// evaluation, error messages, completion and the listing of the API (EXPR-422, EXPR-434).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gyr::expression {

class Invocation;
class Operand;

/// One declared parameter of a filter, function or test. Static data.
struct Parameter {
  std::string_view name;
  std::string_view default_value = {};  ///< as an expression, for listings; empty: null
  /// For a required argument: the error of the evaluation if it is absent or null.
  std::string_view required = {};
};

/// The properties of one filter, function or test, besides its parameters.
enum Traits : uint16_t {
  plain = 0,
  variadic = 1,           ///< any number of positional arguments, none named
  takes_undefined = 2,    ///< sees an undefined input (`default`, `defined`: EXPR-87)
  takes_lazy = 4,         ///< gets a lazy map unchanged; others get a materialised map
  asks_host = 8,          ///< ends in a host call (EXPR-373)
  reads_everything = 16,  ///< may read any part of the context (`render`, `printContext`)
  hidden = 32,            ///< not listed to users
  addition = 64,          ///< not in the reference engine: `[+]` of the specification
  deprecated = 128,
  null_is_null = 256,  ///< a null input returns null without a call
};
constexpr Traits operator|(Traits a, Traits b) { return static_cast<Traits>(uint16_t{a} | uint16_t{b}); }

/// One filter, function or test. Static data.
struct Entry {
  std::string_view name;
  Operand (*run)(Invocation&) = nullptr;
  std::span<const Parameter> parameters = {};
  Traits traits = plain;
  std::string_view summary;
  std::string_view example;  ///< a template; with `result` what it renders to (tested)
  std::string_view result = {};
  /// Parts of the context that the function itself reads: "taskrun", "flow.namespace".
  std::span<const std::string_view> reads = {};

  bool has(Traits trait) const { return (traits & trait) != 0; }
};

/// One tag of the language (`{% if %}` …), for listings and completion. Static data.
struct TagEntry {
  std::string_view name;
  std::string_view end;  ///< name of the closing tag, empty for none
  std::string_view summary;
  std::string_view example;
  std::string_view result = {};
};

/// A null pointer if there is no entry of that name.
const Entry* find_filter(std::string_view name);
const Entry* find_function(std::string_view name);
const Entry* find_test(std::string_view name);

/// All of them by name, hidden ones included.
std::span<const Entry* const> all_filters();
std::span<const Entry* const> all_functions();
std::span<const Entry* const> all_tests();
std::span<const TagEntry> all_tags();

/// `did you mean …?`, or empty.
std::string suggest(std::string_view word, std::span<const Entry* const> entries);
std::string suggest(std::string_view word, std::span<const std::string> names);

// The groups. Defined in filters/, functions/ and tests.cc.
std::span<const Entry> string_filters();
std::span<const Entry> text_codec_filters();
std::span<const Entry> regex_filters();
std::span<const Entry> layout_filters();
std::span<const Entry> number_filters();
std::span<const Entry> collection_filters();
std::span<const Entry> structured_filters();
std::span<const Entry> date_filters();
std::span<const Entry> inventory_filters();
std::span<const Entry> rendering_functions();
std::span<const Entry> data_functions();
std::span<const Entry> file_functions();
std::span<const Entry> parsing_functions();
std::span<const Entry> workflow_functions();
std::span<const Entry> utility_functions();
std::span<const Entry> crypto_functions();
std::span<const Entry> calendar_functions();
std::span<const Entry> test_entries();

}  // namespace gyr::expression
