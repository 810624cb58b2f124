// Outputs for tests: a buffer, and a terminal that interprets the sequences of the live view.
#pragma once

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/console.h"
#include "syntax/display.h"

namespace gyr::cli::testing {

/// Stores what is written. Can fail like a closed pipe or a full disk.
class BufferOutput final : public Output {
 public:
  void write(std::string_view bytes) override {
    if (failure_ != 0) return;
    ++writes;
    text += bytes;
  }
  bool is_terminal() const override { return terminal; }
  Size size() const override { return {.columns = columns}; }
  int failure() const override { return failure_; }
  void fail_with(int error) { failure_ = error; }

  std::string text;
  size_t writes = 0;
  bool terminal = false;
  size_t columns = 80;

 private:
  int failure_ = 0;
};

/// A terminal of fixed size that keeps the rows that scroll out at the top. Supports CR, LF, colours (which it
/// ignores), cursor up and both erase sequences; anything else fails the test. Like real terminals, it wraps a full row
/// only when the next character comes.
class FakeTerminal final : public Output {
 public:
  FakeTerminal(size_t columns, size_t rows) : columns_(columns), screen_(rows, Row(columns)) {}

  void write(std::string_view bytes) override {
    ++writes;
    for (size_t i = 0; i < bytes.size();) {
      if (bytes[i] == '\x1B') {
        i = escape(bytes, i + 1);
      } else if (bytes[i] == '\r') {
        column_ = 0;
        full_ = false;
        ++i;
      } else if (bytes[i] == '\n') {
        line_feed();
        ++i;
      } else {
        size_t begin = i;
        uint32_t code_point = syntax::next_code_point(bytes, i);
        ASSERT_FALSE(syntax::is_unprintable(code_point))
            << "U+" << std::hex << code_point << " was sent to the terminal";
        put(bytes.substr(begin, i - begin), syntax::display_width(code_point));
      }
    }
  }
  bool is_terminal() const override { return true; }
  Size size() const override { return {columns_, screen_.size()}; }
  int failure() const override { return 0; }

  /// The screen, without trailing spaces and trailing empty rows.
  std::string screen() const { return text_of(screen_, 0, screen_.size()); }
  /// The rows that have scrolled out, and the screen.
  std::string all() const {
    std::vector<Row> rows = history_;
    rows.insert(rows.end(), screen_.begin(), screen_.end());
    return text_of(rows, 0, rows.size());
  }
  size_t cursor_row() const { return row_; }
  size_t cursor_column() const { return column_; }

  /// Changes the size, as when the window is resized. Rows that are too long are wrapped, as in most terminals.
  void resize(size_t columns, size_t rows) {
    std::vector<Row> folded;
    size_t cursor = 0;
    for (size_t r = 0; r < screen_.size(); ++r) {
      if (r == row_) cursor = folded.size();
      size_t used = screen_[r].size();
      while (used > 0 && screen_[r][used - 1] == " ") --used;
      for (size_t from = 0; from == 0 || from < used; from += columns) {
        Row row(columns, " ");
        for (size_t c = 0; c < columns && from + c < used; ++c) row[c] = screen_[r][from + c];
        folded.push_back(std::move(row));
      }
    }
    while (folded.size() > rows && cursor + 1 > rows) {
      history_.push_back(folded.front());
      folded.erase(folded.begin());
      --cursor;
    }
    folded.resize(rows, Row(columns, " "));
    screen_ = std::move(folded);
    columns_ = columns;
    row_ = cursor;
    column_ = 0;
    full_ = false;
  }

  size_t writes = 0;

 private:
  struct Row : std::vector<std::string> {
    explicit Row(size_t columns, const std::string& fill = " ") : std::vector<std::string>(columns, fill) {}
  };

  void put(std::string_view character, uint32_t width) {
    if (width == 0) return;
    if (full_ || column_ + width > columns_) {
      column_ = 0;
      full_ = false;
      line_feed();
    }
    screen_[row_][column_] = character;
    for (uint32_t i = 1; i < width; ++i) screen_[row_][column_ + i] = "";
    column_ += width;
    if (column_ == columns_) {
      --column_;
      full_ = true;
    }
  }

  void line_feed() {
    full_ = false;
    if (row_ + 1 < screen_.size()) {
      ++row_;
      return;
    }
    history_.push_back(screen_.front());
    screen_.erase(screen_.begin());
    screen_.push_back(Row(columns_));
  }

  size_t escape(std::string_view bytes, size_t i) {
    EXPECT_EQ(bytes[i], '[');
    size_t number = 0;
    size_t end = bytes.find_first_of("mAKJ", i);
    if (end == std::string_view::npos) {
      ADD_FAILURE() << "unknown escape sequence";
      return bytes.size();
    }
    for (char c : bytes.substr(i + 1, end - i - 1)) {
      if (c >= '0' && c <= '9') number = number * 10 + static_cast<size_t>(c - '0');
    }
    switch (bytes[end]) {
      case 'A':
        row_ -= std::min(row_, std::max<size_t>(number, 1));
        full_ = false;
        break;
      case 'K': erase(row_, column_, columns_); break;
      case 'J':
        erase(row_, column_, columns_);
        for (size_t row = row_ + 1; row < screen_.size(); ++row) erase(row, 0, columns_);
        break;
      default: break;
    }
    return end + 1;
  }

  void erase(size_t row, size_t from, size_t to) {
    for (size_t column = from; column < to; ++column) screen_[row][column] = " ";
  }

  static std::string text_of(const std::vector<Row>& rows, size_t from, size_t to) {
    std::string out;
    for (size_t r = from; r < to; ++r) {
      std::string line;
      for (const std::string& cell : rows[r]) line += cell;
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    size_t end = out.find_last_not_of('\n');
    return end == std::string::npos ? std::string() : out.substr(0, end + 1);
  }

  size_t columns_;
  std::vector<Row> screen_;
  std::vector<Row> history_;
  size_t row_ = 0;
  size_t column_ = 0;
  bool full_ = false;
};

}  // namespace gyr::cli::testing
