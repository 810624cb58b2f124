// Diagnostics for people at a terminal.
#include <algorithm>

#include "base/text.h"
#include "syntax/diagnostic.h"
#include "syntax/display.h"
#include "syntax/source_text.h"

namespace gyr::syntax {
namespace {

constexpr uint32_t tab_width = 4;
constexpr uint32_t widest_source = 120;  // columns of source shown: a terminal of 132 with its gutter
constexpr uint32_t context_before = 40;  // columns before the position that a shortened line keeps

/// A character as a terminal shall show it: what would steer the terminal or reorder the line becomes a visible sign.
void append_visible(std::string& out, uint32_t code_point) {
  if (!is_unprintable(code_point)) {
    base::append_utf8(out, code_point);
  } else if (code_point < 0x20) {
    base::append_utf8(out, 0x2400 + code_point);  // the block of control pictures
  } else if (code_point == 0x7F) {
    base::append_utf8(out, 0x2421);
  } else {
    base::append_utf8(out, 0xFFFD);
  }
}

/// Text of a message: its own line breaks stay.
std::string visible(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    uint32_t code_point = next_code_point(text, i);
    if (code_point == '\n') {
      out += '\n';
    } else if (code_point != '\r') {
      append_visible(out, code_point);
    }
  }
  return out;
}

/// A source line ready to be shown, with the columns of the terminal that carets go under.
struct ShownLine {
  std::string text;
  uint32_t caret = 0;
  uint32_t carets = 1;
};

/// Calls `take` with the number of each character from 1, its look and its width.
template <class Take>
void each_character(std::string_view line, Take take) {
  std::string text;
  uint32_t column = 1;
  for (size_t i = 0; i < line.size(); ++column) {
    text.clear();
    uint32_t code_point = next_code_point(line, i);
    if (code_point == '\t') {
      text.assign(tab_width, ' ');
      take(column, text, tab_width);
    } else {
      append_visible(text, code_point);
      take(column, text, is_unprintable(code_point) ? 1 : display_width(code_point));
    }
  }
}

/// `first` and `last`: columns of the source from 1, `last` after the position.
ShownLine show(std::string_view line, uint32_t first, uint32_t last) {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t width = 0;
  each_character(line, [&](uint32_t column, const std::string&, uint32_t columns) {
    if (column < first) begin += columns;
    if (column < last) end += columns;
    width += columns;
  });
  bool cut_front = width > widest_source && begin > widest_source - context_before;
  uint32_t from = cut_front ? begin - context_before : 0;
  uint32_t to = std::min(width, from + widest_source);
  ShownLine out;
  if (from > 0) out.text = "…";
  out.caret = begin - from + (from > 0 ? 1 : 0);
  uint32_t at = 0;
  each_character(line, [&](uint32_t, const std::string& text, uint32_t columns) {
    if (at >= from && at + columns <= to) out.text += text;
    at += columns;
  });
  if (to < width) out.text += "…";
  end = std::max(std::min(end, to), begin);
  out.carets = std::max(end - begin, 1U);
  return out;
}

/// Prints the findings of one source.
class DiagnosticPrinter {
 public:
  DiagnosticPrinter(std::string_view file, std::string_view source, const PrintOptions& options)
      : file_(visible(file)), lines_(source_lines(source)), options_(options) {}

  void print(const Diagnostic& diagnostic) {
    bool located = diagnostic.span && diagnostic.span->line > 0;
    gutter_ = located ? fmt::format("{}", diagnostic.span->line).size() : 1;
    print_title(diagnostic);
    print_place(diagnostic, located);
    bool shown = located && print_source(diagnostic);
    bool more =
        !diagnostic.help.empty() || !diagnostic.notes.empty() || (options_.docs_line && !diagnostic.code.text.empty());
    if (shown && more) bar("");
    print_help(diagnostic.help);
    for (const std::string& note : diagnostic.notes) remark("note", visible(note));
    if (options_.docs_line && !diagnostic.code.text.empty())
      remark("docs", fmt::format("gyr explain {}", diagnostic.code.text));
  }

  std::string take() { return std::move(out_); }

 private:
  // Colours as rustc has them: the finding in that of its severity, the frame blue, the message bold.
  static constexpr std::string_view frame_color = "\x1B[1;34m";
  static constexpr std::string_view bold = "\x1B[1m";
  static constexpr std::string_view help_color = "\x1B[1;36m";
  static constexpr std::string_view reset = "\x1B[0m";
  static std::string_view severity_color(Severity severity) {
    switch (severity) {
      case Severity::error: return "\x1B[1;31m";
      case Severity::warning: return "\x1B[1;33m";
      case Severity::info: return "\x1B[1;36m";
    }
    return bold;
  }

  void paint(std::string_view color, std::string_view text) {
    if (options_.color) out_ += color;
    out_ += text;
    if (options_.color) out_ += reset;
  }

  void print_title(const Diagnostic& diagnostic) {
    std::string title(severity_name(diagnostic.severity));
    if (!diagnostic.code.text.empty()) title += fmt::format("[{}]", diagnostic.code.text);
    paint(severity_color(diagnostic.severity), title);
    paint(bold, ": " + indented(visible(diagnostic.title())));
    out_ += '\n';
  }

  void print_place(const Diagnostic& diagnostic, bool located) {
    std::string place = file_;
    if (located) place += fmt::format(":{}:{}", diagnostic.span->line, diagnostic.span->column);
    if (!located && !diagnostic.path.empty())
      place += (place.empty() ? "" : " ") + fmt::format("({})", visible(diagnostic.path));
    if (place.empty()) return;
    out_.append(gutter_, ' ');
    paint(frame_color, "-->");
    out_ += ' ' + place + '\n';
  }

  /// False if the source has no such line: it is not the text that was parsed.
  bool print_source(const Diagnostic& diagnostic) {
    const Span& span = *diagnostic.span;
    if (span.line > lines_.size()) return false;
    std::string_view line = lines_[span.line - 1];
    // Of several lines the first is shown, to its end.
    uint32_t last = span.end_line > span.line ? UINT32_MAX : std::max(span.end_column, span.column + 1);
    ShownLine shown = show(line, span.column, last);
    bar("");
    paint(frame_color, fmt::format("{} |", span.line));
    if (!shown.text.empty()) out_ += ' ' + shown.text;
    out_ += '\n';
    out_.append(gutter_ + 1, ' ');
    paint(frame_color, "|");
    out_.append(shown.caret + 1, ' ');
    std::string carets(shown.carets, '^');
    if (!diagnostic.label.empty()) carets += ' ' + visible(diagnostic.label);
    paint(severity_color(diagnostic.severity), carets);
    out_ += '\n';
    return true;
  }

  void print_help(std::string_view help) {
    if (help.empty()) return;
    std::string text = visible(help);
    size_t end = std::min(text.find('\n'), text.size());
    paint(help_color, "help");
    paint(bold, ": " + text.substr(0, end));
    out_ += '\n';
    while (end < text.size()) {
      size_t start = end + 1;
      end = std::min(text.find('\n', start), text.size());
      bar(text.substr(start, end - start));
    }
  }

  void bar(const std::string& text) {
    out_.append(gutter_ + 1, ' ');
    paint(frame_color, "|");
    if (!text.empty()) out_ += ' ' + text;
    out_ += '\n';
  }

  void remark(std::string_view kind, const std::string& text) {
    out_.append(gutter_ + 1, ' ');
    paint(frame_color, "=");
    out_ += fmt::format(" {}: {}\n", kind, indented(text));
  }

  static std::string indented(const std::string& text) {
    std::string out;
    for (char c : text) {
      out += c;
      if (c == '\n') out += "  ";
    }
    return out;
  }

  std::string out_;
  std::string file_;
  std::vector<std::string_view> lines_;
  const PrintOptions& options_;
  size_t gutter_ = 1;
};

}  // namespace

std::string print_diagnostics(const std::vector<Diagnostic>& diagnostics, std::string_view file,
                              std::string_view source, const PrintOptions& options) {
  std::string out;
  DiagnosticPrinter printer(file, source, options);
  for (const Diagnostic& diagnostic : diagnostics) {
    printer.print(diagnostic);
    if (!out.empty()) out += '\n';
    out += printer.take();
  }
  return out;
}

}  // namespace gyr::syntax
