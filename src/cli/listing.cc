#include "cli/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/text.h"
#include "cli/follow/styled_line.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

constexpr size_t column_gap = 2;
constexpr size_t min_column = 6;

/// The columns of a terminal, at most `available` together: the widest ones become narrower.
std::vector<size_t> fitting_widths(std::vector<size_t> widths, size_t available) {
  const size_t gaps = widths.empty() ? 0 : (widths.size() - 1) * column_gap;
  while (true) {
    const size_t total = std::accumulate(widths.begin(), widths.end(), gaps);
    const auto widest = std::ranges::max_element(widths);
    if (total <= available || widest == widths.end() || *widest <= min_column) return widths;
    *widest -= 1;
  }
}

Paint paint_of_cell(const Column& column, const std::string& text) {
  return column.path.ends_with("state.current") || column.path == "level" ? paint_of_state(text) : Paint::none;
}

void print_table(const Console& console, const std::vector<std::vector<std::string>>& cells,
                 std::span<const Column> columns) {
  std::vector<size_t> widths;
  for (const Column& column : columns) widths.push_back(display_columns(column.title));
  for (const auto& row : cells) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_columns(row[i]));
  }
  const size_t available = console.out.size().columns - 1;
  widths = fitting_widths(std::move(widths), available);
  const bool color = console.color(console.out);
  std::string out;
  auto add_line = [&](auto text_of, auto paint_of) {
    StyledLine line;
    size_t at = 0;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line.pad_to(at);
      line.add(paint_of(i), StyledLine().add(text_of(i)).render(widths[i], false));
      at += widths[i] + column_gap;
    }
    out += line.render(available, color) + '\n';
  };
  add_line([&](size_t i) { return std::string(columns[i].title); }, [](size_t) { return Paint::bold; });
  for (const auto& row : cells)
    add_line([&](size_t i) { return row[i]; }, [&](size_t i) { return paint_of_cell(columns[i], row[i]); });
  console.out.write(out);
}

}  // namespace

Value value_at(const Value& document, std::string_view path) {
  Value at = document;
  for (std::string_view part : base::split(path, '.')) {
    const Value* next = at.is_map() ? at.find(part) : nullptr;
    if (next == nullptr) return {};
    at = Value(*next);
  }
  return at;
}

std::string cell_text(const Value& value) {
  std::string out;
  if (value.is_null()) return out;
  if (value.is_list()) {
    for (const Value& item : value.items()) {
      if (!out.empty()) out += ',';
      const Value* key = item.is_map() ? item.find("key") : nullptr;
      const Value* of = item.is_map() ? item.find("value") : nullptr;
      out += key != nullptr && of != nullptr ? cell_text(*key) + ':' + cell_text(*of) : cell_text(item);
    }
    return out;
  }
  out = printable(value.is_string() ? std::string(value.text()) : syntax::write_json(value));
  for (char& c : out) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return out;
}

Paint paint_of_state(std::string_view state) {
  if (state == "SUCCESS") return Paint::green;
  if (state == "FAILED" || state == "KILLED" || state == "ERROR") return Paint::red;
  for (std::string_view other : {"WARNING", "PAUSED", "QUEUED", "RETRYING", "WARN"}) {
    if (state == other) return Paint::yellow;
  }
  return Paint::none;
}

void Listing::declare(Arguments& arguments) {
  arguments.flag_with_value("--json", "FIELDS", json_,
                            "print JSON; `--json=id,state.current` prints these fields only");
  arguments.flag("-q,--quiet", quiet_, "print the ids only");
}

Value Listing::selected(const Value& document) const {
  if (json_->empty()) return document;
  if (document.is_list()) {
    base::ListBuilder list;
    for (const Value& row : document.items()) list.push(selected(row));
    return list.build();
  }
  base::MapBuilder map;
  for (std::string_view field : base::split(*json_, ',')) {
    if (!field.empty()) map.set(field, value_at(document, field));
  }
  return map.build();
}

std::string Listing::ids_of(const Value& row, std::string_view ids) const {
  std::string out;
  for (std::string_view path : base::split(ids, ' ')) {
    if (!out.empty()) out += ' ';
    out += path.empty() ? cell_text(row) : cell_text(value_at(row, path));
  }
  return out + '\n';
}

void Listing::print_rows(const Console& console, const Value& rows, std::span<const Column> columns,
                         std::string_view ids) const {
  if (json_) return console.out.write(syntax::write_json(selected(rows)) + '\n');
  const std::span<const Value> items = rows.is_list() ? rows.items() : std::span<const Value>();
  if (quiet_) {
    std::string out;
    for (const Value& row : items) out += ids_of(row, ids);
    return console.out.write(out);
  }
  std::vector<std::vector<std::string>> cells;
  for (const Value& row : items) {
    std::vector<std::string>& line = cells.emplace_back();
    for (const Column& column : columns)
      line.push_back(column.path.empty() ? cell_text(row) : cell_text(value_at(row, column.path)));
  }
  if (console.out.is_terminal()) return print_table(console, cells, columns);
  std::string out;
  for (const auto& line : cells) out += fmt::format("{}\n", fmt::join(line, "\t"));
  console.out.write(out);
}

void Listing::print_object(const Console& console, const Value& object, std::span<const Column> columns,
                           std::string_view ids) const {
  if (json_) return console.out.write(syntax::write_json(selected(object)) + '\n');
  if (quiet_) return console.out.write(ids_of(object, ids));
  size_t width = 0;
  for (const Column& column : columns) width = std::max(width, column.title.size());
  const bool color = console.color(console.out);
  std::string out;
  for (const Column& column : columns) {
    const std::string text = cell_text(value_at(object, column.path));
    if (!text.empty())
      out += fmt::format("{:<{}}  {}\n", column.title, width, painted(paint_of_cell(column, text), text, color));
  }
  console.out.write(out);
}

}  // namespace gyr::cli
