#include "web/http/csv.h"

#include "web/http/answers.h"

namespace gyr::web {
namespace {

std::string cell_text(const base::Value& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return std::string(value.text());
  std::string json = to_json(value);
  // Instants and durations are quoted in JSON, and plain here.
  if (json.size() >= 2 && json.front() == '"') return json.substr(1, json.size() - 2);
  return json;
}

}  // namespace

void append_cell(std::string& out, std::string text) {
  // A spreadsheet must not interpret a text of another user as a formula.
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of("\",\r\n") == std::string::npos) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_csv_head(std::string& out, std::span<const std::string_view> columns) {
  const char* separator = "";
  for (const std::string_view column : columns) {
    out += separator;
    separator = ",";
    append_cell(out, std::string(column));
  }
  out += "\r\n";
}

void CsvWriter::add(const base::Value& row, std::string& out) {
  if (columns_.empty()) {
    for (const auto& entry : row.entries()) columns_.emplace_back(entry.name());
    append_csv_head(out, std::vector<std::string_view>(columns_.begin(), columns_.end()));
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) out += ',';
    if (const base::Value* value = row.find(columns_[i])) append_cell(out, cell_text(*value));
  }
  out += "\r\n";
}

}  // namespace gyr::web
