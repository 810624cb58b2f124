// Commands that are one call to a server: a table says which call and which columns.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/listing.h"

namespace gyr::cli {

/// An argument of a verb. With `parameter` it can be omitted and becomes this parameter of the query.
struct VerbArgument {
  std::string_view name;
  std::string_view help;
  std::string_view parameter = {};
};

/// An option that becomes a parameter of the query. Without `value_name` it is a flag, and its value is `true`.
struct VerbOption {
  std::string_view names;
  std::string_view value_name;
  std::string_view parameter;
  std::string_view help;
};

enum class Answer : uint8_t {
  page,    ///< `{results, total}`, read page by page
  rows,    ///< a list
  object,  ///< one object
  text,    ///< the body, or the text of one field
  done,    ///< nothing worth printing
};

/// One call. `{0}` in a path is the first argument, encoded.
struct Verb {
  std::string_view method = "GET";
  std::string_view path = {};
  std::array<VerbArgument, 4> arguments = {};
  std::array<VerbOption, 5> options = {};
  Answer answer = Answer::object;
  std::string_view field = {};  ///< of rows or text: the place in the answer; empty: the answer itself
  std::array<Column, 7> columns = {};
  std::string_view ids = "id";       ///< places that `--quiet` prints
  std::string_view absent = "null";  ///< of text: what is printed where the answer does not have the field
  /// The body of the call; none without it.
  base::Value (*body)(std::span<const std::string> arguments) = nullptr;
};

std::unique_ptr<Command> make_verb_command(const Verb& verb);
template <const Verb& verb>
std::unique_ptr<Command> make_verb() {
  return make_verb_command(verb);
}

/// The filled places of a table row.
template <class Part, size_t Size>
std::span<const Part> filled(const std::array<Part, Size>& parts, std::string_view Part::* name) {
  size_t count = 0;
  while (count < Size && !(parts[count].*name).empty()) ++count;
  return {parts.data(), count};
}

/// Appends `name=value` to a path, both encoded.
void append_query(std::string& path, std::string_view name, std::string_view value);

/// The first `limit` rows of a list that a server answers in pages. `total` gets their number on the server.
base::Result<base::Value> read_pages(const ApiClient& client, const std::string& path, size_t limit, size_t& total);
/// Says on standard error that there are more rows than were printed.
void say_more(const Session& session, size_t shown, size_t total);
/// The number of rows of `--limit`; 100 by default.
base::Result<size_t> read_limit(const std::optional<std::string>& text);

}  // namespace gyr::cli
