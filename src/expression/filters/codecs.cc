// Encodings, hashes and escapes (EXPR-151 to EXPR-155).
#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/registry.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

Operand base64_encode(Invocation& call) { return call.text(base::base64_encode(call.text_of(call.value()))); }

Operand base64_decode(Invocation& call) {
  std::string text = call.text_of(call.value());
  auto bytes = base::base64_decode(text);
  if (!bytes) return call.fail("Please provide a correctly Base64 encoded string containing an UTF-8 string");
  return call.text(base::find_invalid_utf8(*bytes) ? base::repair_utf8(*bytes) : *bytes);
}

Operand url_encode(Invocation& call) {
  if (!needs_text(call)) return Operand::failed();
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (char c : call.value().text()) {
    auto byte = static_cast<unsigned char>(c);
    bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                c == '*' || c == '_';
    if (kept) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15]);
    }
  }
  return call.text(out);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Operand url_decode(Invocation& call) {
  if (!needs_text(call)) return Operand::failed();
  std::string_view text = call.value().text();
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return call.fail(fmt::format("illegal escape in the URL-encoded text at index {}", i));
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return call.text(base::find_invalid_utf8(out) ? base::repair_utf8(out) : out);
}

Operand hash(Invocation& call, const EVP_MD* algorithm) {
  if (!call.input().is_string()) return call.fail("Need a string to hash");
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  std::string_view text = call.value().text();
  if (!call.charge(text.size() / 64)) return Operand::failed();
  if (EVP_Digest(text.data(), text.size(), digest, &size, algorithm, nullptr) != 1) {
    return call.fail(fmt::format("this system does not offer {}", call.entry().name));
  }
  return call.text(base::hex_encode(std::string_view(reinterpret_cast<const char*>(digest), size)));
}

Operand md5(Invocation& call) { return hash(call, EVP_md5()); }
Operand sha1(Invocation& call) { return hash(call, EVP_sha1()); }
Operand sha256(Invocation& call) { return hash(call, EVP_sha256()); }
Operand sha512(Invocation& call) { return hash(call, EVP_sha512()); }

std::string escaped(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(from)) {
      out.append(to);
      at += from.size();
    } else {
      out.push_back(text[at++]);
    }
  }
  return out;
}

/// Texts at any depth escaped, other scalars as their texts.
Value escaped_value(const Value& value, std::string_view from, std::string_view to) {
  if (value.is_null()) return value;
  if (value.is_list()) {
    base::ListBuilder list;
    for (const Value& item : value.items()) list.push(escaped_value(item, from, to));
    return list.build();
  }
  if (value.is_map()) {
    base::MapBuilder map;
    for (const auto& entry : value.entries()) map.set(entry.key, escaped_value(entry.value, from, to));
    return map.build();
  }
  return Value::string(escaped(value.is_string() ? std::string(value.text()) : java_text(value), from, to));
}

Operand escape_char(Invocation& call) {
  std::string type = text::to_lower(call.text_of(call.argument(0)));
  if (!call.check_size(call.value().weight() * 4)) return Operand::failed();
  if (type == "single") return escaped_value(call.value(), "'", "\\'");
  if (type == "double") return escaped_value(call.value(), "\"", "\\\"");
  if (type == "shell") return escaped_value(call.value(), "'", "'\\''");
  return call.fail("The 'escapeChar' filter expects the value of 'type' to be either 'single', 'double', or 'shell'.");
}

constexpr Parameter escape_parameters[] = {
    {.name = "type",
     .required = "The 'escapeChar' filter expects the value of 'type' to be either 'single', 'double', or 'shell'."}};

constexpr Entry codecs_entries[] = {
    {.name = "base64decode",
     .run = base64_decode,
     .traits = null_is_null,
     .summary = "decodes a Base64 text",
     .example = R"({{ "dGVzdA==" | base64decode }})",
     .result = "test"},
    {.name = "base64encode",
     .run = base64_encode,
     .traits = null_is_null,
     .summary = "encodes a text as Base64",
     .example = R"({{ "test" | base64encode }})",
     .result = "dGVzdA=="},
    {.name = "escapeChar",
     .run = escape_char,
     .parameters = escape_parameters,
     .traits = null_is_null,
     .summary = "escapes quotes: single, double or shell",
     .example = R"({{ "L'eau" | escapeChar("shell") }})",
     .result = R"(L'\''eau)"},
    {.name = "md5",
     .run = md5,
     .traits = null_is_null,
     .summary = "MD5 hash in hexadecimal digits",
     .example = R"({{ "test" | md5 }})",
     .result = "098f6bcd4621d373cade4e832627b4f6"},
    {.name = "sha1",
     .run = sha1,
     .traits = null_is_null,
     .summary = "SHA-1 hash in hexadecimal digits",
     .example = R"({{ "test" | sha1 }})",
     .result = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"},
    {.name = "sha256",
     .run = sha256,
     .traits = null_is_null,
     .summary = "SHA-256 hash in hexadecimal digits",
     .example = R"({{ "test" | sha256 }})",
     .result = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    {.name = "sha512",
     .run = sha512,
     .traits = null_is_null,
     .summary = "SHA-512 hash in hexadecimal digits",
     .example = R"({{ "test" | sha512 | slice(0, 16) }})",
     .result = "ee26b0dd4af7e749"},
    {.name = "urldecode",
     .run = url_decode,
     .traits = null_is_null,
     .summary = "decodes a URL-encoded text",
     .example = R"({{ "a+b%2Fc" | urldecode }})",
     .result = "a b/c"},
    {.name = "urlencode",
     .run = url_encode,
     .traits = null_is_null,
     .summary = "encodes a text for use in the query of a URL",
     .example = R"({{ "a b/c" | urlencode }})",
     .result = "a+b%2Fc"},
};

}  // namespace

std::span<const Entry> text_codec_filters() { return codecs_entries; }

}  // namespace gyr::expression
