// Filters over texts (EXPR-140 to EXPR-149, EXPR-154).
#include <fmt/format.h>
#include <unicode/normalizer2.h>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/numbers.h"
#include "expression/registry.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

Operand lower(Invocation& call) { return call.text(text::to_lower(call.text_of(call.value()))); }
Operand upper(Invocation& call) { return call.text(text::to_upper(call.text_of(call.value()))); }
Operand string(Invocation& call) { return call.text(call.text_of(call.value())); }

Operand capitalize(Invocation& call) {
  std::string text = call.text_of(call.value());
  size_t at = 0;
  for (size_t size = 0; (size = text::white_space_size(text, at)) != 0;) at += size;
  return call.text(text.substr(0, at) + text::to_title_first(std::string_view(text).substr(at)));
}

/// Java's isSpaceChar: the separators, line breaks and tabs not among them.
bool is_separator(uint32_t c) {
  return c == ' ' || c == 0xA0 || c == 0x2007 || c == 0x202F || (c >= 0x80 && text::is_white_space(c));
}

Operand title(Invocation& call) {
  std::string text = call.text_of(call.value());
  std::string out;
  bool begins_word = true;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    uint32_t c = text::decode_utf8(text, at, size);
    std::string_view character = std::string_view(text).substr(at, size);
    out.append(begins_word ? text::to_title_first(character) : std::string(character));
    begins_word = is_separator(c);
  }
  return call.text(out);
}

Operand trim(Invocation& call) {
  if (!needs_text(call)) return Operand::failed();
  return call.text(base::trim(call.value().text()));
}

Operand abbreviate(Invocation& call) {
  if (!needs_text(call)) return Operand::failed();
  auto length = integer_part(call.argument(0));
  if (!length || *length < 0)
    return call.fail("The 'abbreviate' filter expects a positive number as argument 'length'.");
  auto limit = static_cast<size_t>(*length);
  if (text::utf16_length(call.value().text()) <= limit) return call.value();
  constexpr size_t dots = 3;
  if (limit <= dots) return call.text(text::utf16_slice(call.value().text(), 0, limit));
  return call.text(text::utf16_slice(call.value().text(), 0, limit - dots) + "...");
}

Operand substring_before(Invocation& call) {
  std::string text = call.text_of(call.value());
  return call.text(text.substr(0, text.find(call.text_of(call.argument(0)))));
}

Operand substring_after(Invocation& call) {
  std::string text = call.text_of(call.value());
  std::string separator = call.text_of(call.argument(0));
  size_t at = text.find(separator);
  return call.text(at == std::string::npos ? std::string() : text.substr(at + separator.size()));
}

Operand substring_before_last(Invocation& call) {
  std::string text = call.text_of(call.value());
  std::string separator = call.text_of(call.argument(0));
  return call.text(separator.empty() ? text : text.substr(0, text.rfind(separator)));
}

Operand substring_after_last(Invocation& call) {
  std::string text = call.text_of(call.value());
  std::string separator = call.text_of(call.argument(0));
  size_t at = separator.empty() ? std::string::npos : text.rfind(separator);
  return call.text(at == std::string::npos ? std::string() : text.substr(at + separator.size()));
}

/// Letters without their accents.
std::string decomposed(std::string_view text) {
  if (text::is_ascii(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFDInstance(status);
  if (U_FAILURE(status)) return std::string(text);
  auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  std::string out;
  normalizer->normalize(wide, status).toUTF8String(out);
  return out;
}

Operand slugify(Invocation& call) {
  std::string text = call.text_of(call.value());
  std::string dashed;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    bool blank = text::is_white_space(text::decode_utf8(text, at, size));
    dashed.append(blank ? std::string_view("-") : std::string_view(text).substr(at, size));
  }
  std::string slug;
  for (char c : decomposed(dashed)) {
    bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c == '-' || c == '_') {
      if (slug.empty() || slug.back() != '-') slug.push_back('-');
    } else if (kept) {
      slug.push_back(c);
    }
  }
  std::string_view trimmed = slug;
  if (trimmed.starts_with('-')) trimmed.remove_prefix(1);
  if (trimmed.ends_with('-')) trimmed.remove_suffix(1);
  return call.text(base::to_lower_ascii(trimmed));
}

/// EXPR-148
Operand default_value(Invocation& call) {
  bool replaced = !call.input().is_usable() || is_empty_value(call.value());
  return replaced && call.size() > 0 ? Operand(call.argument(0))
                                     : (call.input().is_usable() ? call.input() : Operand());
}

Operand starts_with(Invocation& call) {
  if (call.input().is_null()) return Invocation::boolean(false);
  return Invocation::boolean(call.text_of(call.value()).starts_with(call.text_of(call.argument(0))));
}

Operand ends_with(Invocation& call) {
  if (call.input().is_null()) return Invocation::boolean(false);
  return Invocation::boolean(call.text_of(call.value()).ends_with(call.text_of(call.argument(0))));
}

constexpr Parameter abbreviate_parameters[] = {
    {.name = "length", .required = "The 'abbreviate' filter expects an argument 'length'."}};
constexpr Parameter before_parameters[] = {
    {.name = "separator", .required = "The 'substringBefore' filter expects an argument 'separator'."}};
constexpr Parameter before_last_parameters[] = {
    {.name = "separator", .required = "The 'substringBeforeLast' filter expects an argument 'separator'."}};
constexpr Parameter after_parameters[] = {
    {.name = "separator", .required = "The 'substringAfter' filter expects an argument 'separator'."}};
constexpr Parameter after_last_parameters[] = {
    {.name = "separator", .required = "The 'substringAfterLast' filter expects an argument 'separator'."}};
constexpr Parameter default_parameters[] = {{.name = "default"}};
constexpr Parameter value_parameters[] = {{.name = "value", .required = "The argument 'value' is required."}};

constexpr Entry strings_entries[] = {
    {.name = "abbreviate",
     .run = abbreviate,
     .parameters = abbreviate_parameters,
     .traits = null_is_null,
     .summary = "shortens a text to a length, with three dots at the end",
     .example = R"({{ "this is a long sentence." | abbreviate(7) }})",
     .result = "this..."},
    {.name = "capitalize",
     .run = capitalize,
     .traits = null_is_null,
     .summary = "makes the first letter a capital",
     .example = R"({{ "hello world" | capitalize }})",
     .result = "Hello world"},
    {.name = "default",
     .run = default_value,
     .parameters = default_parameters,
     .traits = takes_undefined,
     .summary = "the argument where the value is undefined, null or empty",
     .example = R"({{ missing | default("d") }})",
     .result = "d"},
    {.name = "endsWith",
     .run = ends_with,
     .parameters = value_parameters,
     .summary = "whether the text ends with another",
     .example = R"({{ "report.csv" | endsWith(".csv") }})",
     .result = "true"},
    {.name = "lower",
     .run = lower,
     .traits = null_is_null,
     .summary = "the text in lower case",
     .example = R"({{ "LOUD" | lower }})",
     .result = "loud"},
    {.name = "slugify",
     .run = slugify,
     .traits = null_is_null,
     .summary = "the text as lower-case letters, digits and dashes, for use in URLs",
     .example = R"({{ "Hello World!" | slugify }})",
     .result = "hello-world"},
    {.name = "startsWith",
     .run = starts_with,
     .parameters = value_parameters,
     .summary = "whether the text starts with another",
     .example = R"({{ "kestra://file" | startsWith("kestra://") }})",
     .result = "true"},
    {.name = "string",
     .run = string,
     .traits = null_is_null,
     .summary = "the text of a value",
     .example = R"({{ 42 | string | length }})",
     .result = "2"},
    {.name = "substringAfter",
     .run = substring_after,
     .parameters = after_parameters,
     .traits = null_is_null,
     .summary = "the text after the first separator",
     .example = R"({{ "a.b.c" | substringAfter(".") }})",
     .result = "b.c"},
    {.name = "substringAfterLast",
     .run = substring_after_last,
     .parameters = after_last_parameters,
     .traits = null_is_null,
     .summary = "the text after the last separator",
     .example = R"({{ "a.b.c" | substringAfterLast(".") }})",
     .result = "c"},
    {.name = "substringBefore",
     .run = substring_before,
     .parameters = before_parameters,
     .traits = null_is_null,
     .summary = "the text before the first separator",
     .example = R"({{ "a.b.c" | substringBefore(".") }})",
     .result = "a"},
    {.name = "substringBeforeLast",
     .run = substring_before_last,
     .parameters = before_last_parameters,
     .traits = null_is_null,
     .summary = "the text before the last separator",
     .example = R"({{ "a.b.c" | substringBeforeLast(".") }})",
     .result = "a.b"},
    {.name = "title",
     .run = title,
     .traits = null_is_null,
     .summary = "makes the first letter of each word a capital",
     .example = R"({{ "article title" | title }})",
     .result = "Article Title"},
    {.name = "trim",
     .run = trim,
     .traits = null_is_null,
     .summary = "the text without spaces at both ends",
     .example = R"([{{ "  x  " | trim }}])",
     .result = "[x]"},
    {.name = "upper",
     .run = upper,
     .traits = null_is_null,
     .summary = "the text in upper case",
     .example = R"({{ "quiet" | upper }})",
     .result = "QUIET"},
};

}  // namespace

std::span<const Entry> string_filters() { return strings_entries; }

}  // namespace gyr::expression
