// Diagnostics for programs: our own JSON, and SARIF 2.1.0.
#include <algorithm>

#include "syntax/diagnostic.h"

namespace gyr::syntax {
namespace {

using base::Value;

bool located(const Diagnostic& diagnostic) { return diagnostic.span && diagnostic.span->line > 0; }

/// SARIF requires an end after the start; our span may be empty.
uint32_t end_column(const Span& span) {
  return span.end_line == span.line ? std::max(span.end_column, span.column + 1) : span.end_column;
}

Value to_value(const Diagnostic& diagnostic, std::string_view file) {
  base::MapBuilder out;
  auto text = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) out.set(key, Value::string(value));
  };
  text("code", diagnostic.code.text);
  out.set("severity", Value::string(severity_name(diagnostic.severity)));
  out.set("message", Value::string(diagnostic.message));
  text("path", diagnostic.path);
  text("file", file);
  if (located(diagnostic)) {
    const Span& span = *diagnostic.span;
    out.set("line", Value::integer(span.line));
    out.set("column", Value::integer(span.column));
    out.set("endLine", Value::integer(std::max(span.end_line, span.line)));
    out.set("endColumn", Value::integer(span.end_column));
  }
  text("label", diagnostic.label);
  text("help", diagnostic.help);
  base::ListBuilder notes;
  for (const std::string& note : diagnostic.notes) notes.push(Value::string(note));
  if (notes.size() > 0) out.set("notes", notes.build());
  return out.build();
}

Value message_of(std::string_view text) { return Value::map({{"text", Value::string(text)}}); }

std::string_view sarif_level(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::info: return "note";
  }
  return "none";
}

/// A path as a relative or absolute URI reference (RFC 3986): what is not unreserved or a slash is escaped.
std::string uri_of(std::string_view path) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  constexpr std::string_view plain = "-._~/";
  std::string out;
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    bool letter = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
    if (letter || plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

Value sarif_location(const Diagnostic& diagnostic, std::string_view file) {
  base::MapBuilder location;
  base::MapBuilder physical;
  if (!file.empty()) physical.set("artifactLocation", Value::map({{"uri", Value::string(uri_of(file))}}));
  if (located(diagnostic)) {
    const Span& span = *diagnostic.span;
    physical.set("region", Value::map({{"startLine", Value::integer(span.line)},
                                       {"startColumn", Value::integer(span.column)},
                                       {"endLine", Value::integer(std::max(span.end_line, span.line))},
                                       {"endColumn", Value::integer(end_column(span))}}));
  }
  // A region means nothing without the file it is in.
  if (!file.empty()) location.set("physicalLocation", physical.build());
  if (!diagnostic.path.empty()) {
    Value logical = Value::map({{"fullyQualifiedName", Value::string(diagnostic.path)}});
    location.set("logicalLocations", Value::list({logical}));
  }
  return location.build();
}

std::string sarif_message(const Diagnostic& diagnostic) {
  std::string out = diagnostic.title();
  if (!diagnostic.help.empty()) out += "\n" + diagnostic.help;
  for (const std::string& note : diagnostic.notes) out += "\n" + note;
  return out;
}

}  // namespace

Value diagnostics_to_value(const std::vector<Diagnostic>& diagnostics, std::string_view file) {
  base::ListBuilder out;
  for (const Diagnostic& diagnostic : diagnostics) out.push(to_value(diagnostic, file));
  return out.build();
}

Value diagnostics_to_sarif(const std::vector<Diagnostic>& diagnostics, std::string_view file) {
  std::vector<std::string_view> codes;
  base::ListBuilder rules;
  base::ListBuilder results;
  for (const Diagnostic& diagnostic : diagnostics) {
    base::MapBuilder result;
    std::string_view code = diagnostic.code.text;
    if (!code.empty()) {
      auto known = std::find(codes.begin(), codes.end(), code);
      if (known == codes.end()) {
        codes.push_back(code);
        known = codes.end() - 1;
        rules.push(
            Value::map({{"id", Value::string(code)}, {"help", message_of(fmt::format("gyr explain {}", code))}}));
      }
      result.set("ruleId", Value::string(code));
      result.set("ruleIndex", Value::integer(known - codes.begin()));
    }
    result.set("level", Value::string(sarif_level(diagnostic.severity)));
    result.set("message", message_of(sarif_message(diagnostic)));
    Value location = sarif_location(diagnostic, file);
    if (location.size() > 0) result.set("locations", Value::list({location}));
    results.push(result.build());
  }
  Value driver = Value::map({{"name", Value::string("Gyrfalcon")}, {"rules", rules.build()}});
  Value run = Value::map({{"tool", Value::map({{"driver", driver}})},
                          {"columnKind", Value::string("unicodeCodePoints")},
                          {"results", results.build()}});
  return Value::map({{"$schema", Value::string("https://json.schemastore.org/sarif-2.1.0.json")},
                     {"version", Value::string("2.1.0")},
                     {"runs", Value::list({run})}});
}

}  // namespace gyr::syntax
