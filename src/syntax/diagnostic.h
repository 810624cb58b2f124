// What is wrong with a source text, and how people, editors and machines see it (anchors: rustc's shape).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "syntax/node.h"

namespace gyr::syntax {

enum class Severity { error, warning, info };
/// `error`, `warning`, `info`.
std::string_view severity_name(Severity severity);

/// One finding. `path` and `message` are what the REST answer shows (`tasks[0].message: must not be null`); code, span,
/// label, notes and help are for the terminal and for editors.
struct Diagnostic {
  base::ErrorCode code;
  Severity severity = Severity::error;
  std::string message;  ///< the text of the reference, if it has one
  std::string path;     ///< `tasks[1].message`; empty for the whole document
  std::optional<Span>
      span;           ///< unknown for what came from no source text; its lines and columns count, not its offsets
  std::string label;  ///< short words beside the caret, may be empty
  std::string help;   ///< next step: "did you mean `retry`?"; further lines are shown as source to write
  std::vector<std::string> notes;
};

/// How a diagnostic is printed.
struct PrintOptions {
  bool color = false;
  bool docs_line = true;  ///< `= docs: gyr explain CODE`
};

/// All findings in the form `error[CODE]: message`, ` --> file:line:column`, source line, carets, help, with a blank
/// line between them. Lines that are too long for a terminal are shortened around the position. Control characters of
/// the source and of messages are shown as symbols, never sent to the terminal. Carets count columns of the terminal: a
/// tab is four columns, a wide character two.
std::string print_diagnostics(const std::vector<Diagnostic>& diagnostics, std::string_view file,
                              std::string_view source, const PrintOptions& options = {});
/// A list for `--json`: {code, severity, message, path, file, line, column, endLine, endColumn, label, help, notes};
/// empty and unknown fields are left out. The end is the position after the last character.
base::Value diagnostics_to_value(const std::vector<Diagnostic>& diagnostics, std::string_view file);
/// SARIF 2.1.0 document for `--sarif`.
base::Value diagnostics_to_sarif(const std::vector<Diagnostic>& diagnostics, std::string_view file);

/// A diagnostic for an error that carries a place. The place that parsers repeat at the end of their message is left
/// out of it.
Diagnostic diagnostic_of(const base::Error& error);

}  // namespace gyr::syntax
