// How commands print what a server answers: tables, plain columns, JSON, ids.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/value.h"
#include "cli/arguments.h"
#include "cli/command.h"

namespace gyr::cli {

/// A column of a table: its title, and the place of its value in a row: `state.current`.
struct Column {
  std::string_view title;
  std::string_view path;
};

/// The value at a place in a document; null if there is none.
base::Value value_at(const base::Value& document, std::string_view path);
/// A value as one line of text, safe for a terminal. Labels are `key:value`, joined by commas.
std::string cell_text(const base::Value& value);
/// The colour of a state of an execution.
Paint paint_of_state(std::string_view state);

/// The options for the output, and the output. On a terminal rows are a table that fits its width; elsewhere they are
/// columns with tabs between them, without titles and never cut.
class Listing {
 public:
  void declare(Arguments& arguments);
  bool is_json() const { return json_.has_value(); }
  bool is_quiet() const { return quiet_; }

  /// `ids` are the places that `--quiet` prints, with blanks between them.
  void print_rows(const Console& console, const base::Value& rows, std::span<const Column> columns,
                  std::string_view ids) const;
  /// One object: a line for each column.
  void print_object(const Console& console, const base::Value& object, std::span<const Column> columns,
                    std::string_view ids) const;

 private:
  base::Value selected(const base::Value& document) const;
  std::string ids_of(const base::Value& row, std::string_view ids) const;

  std::optional<std::string> json_;  ///< fields, joined by commas; empty for all
  bool quiet_ = false;
};

}  // namespace gyr::cli
