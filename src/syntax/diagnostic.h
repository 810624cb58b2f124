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

/// One finding. `path` and `message` are what the REST answer shows (`tasks[0].message: must not be null`): clients
/// match on them. People read title(), the place, the label, the help and the notes.
struct Diagnostic {
  base::ErrorCode code;
  Severity severity = Severity::error;
  std::string message;  ///< the reference's sentence, if it has one
  std::string path;     ///< `tasks[1].message`; empty for the whole document
  std::optional<Span>
      span;           ///< unknown for what came from no source text; its lines and columns count, not its offsets
  std::string label;  ///< short words beside the caret, may be empty
  std::string help;   ///< next step: "did you mean `retry`?"; further lines are shown as source to write
  std::vector<std::string> notes;
  std::string own_words = {};  ///< the same in our own words; empty if `message` is plain enough

  /// What terminals and reports show.
  const std::string& title() const { return own_words.empty() ? message : own_words; }
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
