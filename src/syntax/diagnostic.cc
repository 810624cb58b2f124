#include "syntax/diagnostic.h"

namespace gyr::syntax {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::info: return "info";
  }
  return "error";
}

Diagnostic diagnostic_of(const base::Error& error) {
  Diagnostic out;
  out.code = error.code();
  out.message = error.message();
  out.help = error.hint();
  for (const base::Error* cause = error.cause(); cause != nullptr; cause = cause->cause()) {
    out.notes.push_back(cause->message());
  }
  const base::Place* place = error.place();
  if (place == nullptr || place->line == 0) return out;
  Span span;
  span.line = place->line;
  span.column = std::max(place->column, 1U);
  span.end_line = place->line;
  span.end_column = span.column + std::max(place->length, 1U);
  out.span = span;
  std::string said = fmt::format(" at line {}, column {}", place->line, place->column);
  if (out.message.ends_with(said)) out.message.resize(out.message.size() - said.size());
  return out;
}

}  // namespace gyr::syntax
