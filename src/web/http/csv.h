// Exports as CSV (API-49): RFC 4180, CRLF, nested values as JSON text.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "web/http/described.h"

namespace gyr::web {

/// Writes maps as lines. The columns are given, or they are the keys of the first map.
class CsvWriter {
 public:
  CsvWriter() = default;
  /// Rows are written below a line that append_csv_head() has written.
  explicit CsvWriter(std::span<const std::string_view> columns) : columns_(columns.begin(), columns.end()) {}

  void add(const base::Value& row, std::string& out);

 private:
  std::vector<std::string> columns_;
};

/// Appends a cell; the text is quoted if it has to be.
void append_cell(std::string& out, std::string text);

/// Appends the line with the columns.
void append_csv_head(std::string& out, std::span<const std::string_view> columns);

/// Appends some fields of a described object as a line; a field that is absent is an empty cell.
template <class T>
void append_csv(std::string& out, const T& row, std::span<const std::string_view> columns) {
  const char* separator = "";
  for (const std::string_view column : columns) {
    out += separator;
    separator = ",";
    const auto append = [&]<class F>(const F& field) {
      if (field.name != column || described::is_absent(row.*field.get, field.options)) return;
      std::string text = to_json(row.*field.get);
      if constexpr (described::Text<typename F::type>) {
        text = row.*field.get;
      } else if (text.starts_with('"')) {
        text = text.substr(1, text.size() - 2);  // dates and names of enumerations have nothing to escape
      }
      append_cell(out, std::move(text));
    };
    std::apply([&](const auto&... fields) { (append(fields), ...); }, Described<T>::fields);
  }
  out += "\r\n";
}

}  // namespace gyr::web
