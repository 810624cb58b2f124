// Filters that lay out texts (EXPR-159 to EXPR-162).
#include <fmt/format.h>

#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/java_format.h"
#include "expression/numbers.h"
#include "expression/registry.h"

namespace gyr::expression {
namespace {

using base::Value;

/// The style of line breaks in a text.
std::string_view line_break_of(std::string_view text) {
  for (std::string_view style : {"\r\n", "\n\r", "\n", "\r"}) {
    if (text.find(style) != std::string_view::npos) return style;
  }
  return "\n";
}

Operand indented(Invocation& call, bool begins_with_break) {
  const Value& amount = call.argument(0);
  std::string_view name = call.entry().name;
  if (!amount.is_integer()) {
    return call.fail(fmt::format("The '{}' filter expects an integer as argument 'amount'.", name));
  }
  if (amount.as_integer() < 0) {
    return call.fail(fmt::format("The '{}' filter expects a positive integer >=0 as argument 'amount'.", name));
  }
  std::string text = call.text_of(call.value());
  if (text.empty()) return call.text("");
  std::string unit = call.given(1) ? call.text_of(call.argument(1)) : " ";
  std::string_view line_break = line_break_of(text);
  uint64_t prefix_size = 0;
  bool overflow = __builtin_mul_overflow(unit.size(), static_cast<uint64_t>(amount.as_integer()), &prefix_size);
  if (overflow || !call.check_size(prefix_size)) {
    return overflow ? call.fail_limit("the indentation is too large") : Operand::failed();
  }
  std::string prefix;
  prefix.reserve(prefix_size);
  while (prefix.size() < prefix_size) prefix.append(unit);
  std::string out;
  if (begins_with_break) out.append(line_break).append(prefix);
  size_t done = 0;
  for (size_t at = text.find(line_break); at != std::string::npos; at = text.find(line_break, done)) {
    size_t next = at + line_break.size();
    out.append(text, done, next - done);
    out.append(prefix);
    if (!call.check_size(out.size())) return Operand::failed();
    done = next;
  }
  out.append(text, done);
  return call.text(out);
}

Operand indent(Invocation& call) { return indented(call, false); }
Operand nindent(Invocation& call) { return indented(call, true); }

Operand nl2br(Invocation& call) {
  std::string text = call.text_of(call.value());
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\n' || text[i] == '\r') {
      out.append("<br />");
      i += pair ? 1 : 0;
    } else {
      out.push_back(text[i]);
    }
  }
  return call.text(out);
}

Operand format(Invocation& call) {
  std::vector<Value> arguments;
  for (size_t i = 0; i < call.size(); ++i) arguments.push_back(call.argument(i));
  auto formatted = java_format(call.text_of(call.value()), arguments, call.limits().output_bytes);
  if (!formatted) return fail_with(call, formatted.error());
  return call.text(*formatted);
}

constexpr Parameter indent_parameters[] = {
    {.name = "amount", .required = "The 'indent' filter expects an integer as argument 'amount'."},
    {.name = "prefix", .default_value = "\" \""}};
constexpr Parameter nindent_parameters[] = {
    {.name = "amount", .required = "The 'nindent' filter expects an integer as argument 'amount'."},
    {.name = "prefix", .default_value = "\" \""}};

constexpr Entry layout_entries[] = {
    {.name = "format",
     .run = format,
     .traits = variadic | null_is_null,
     .summary = "fills a format string as Java's String.format does",
     .example = R"({{ "%05d|%.2f" | format(42, 3.14159) }})",
     .result = "00042|3.14"},
    {.name = "indent",
     .run = indent,
     .parameters = indent_parameters,
     .traits = null_is_null,
     .summary = "indents every line except the first",
     .example = "{{ \"a\nb\" | indent(2) }}",
     .result = "a\n  b"},
    {.name = "nindent",
     .run = nindent,
     .parameters = nindent_parameters,
     .traits = null_is_null,
     .summary = "starts a new line and indents every line",
     .example = R"({{ "a" | nindent(2) }})",
     .result = "\n  a"},
    {.name = "nl2br",
     .run = nl2br,
     .traits = null_is_null,
     .summary = "line breaks as <br /> tags",
     .example = "{{ \"a\nb\" | nl2br }}",
     .result = "a<br />b"},
};

}  // namespace

std::span<const Entry> layout_filters() { return layout_entries; }

}  // namespace gyr::expression
