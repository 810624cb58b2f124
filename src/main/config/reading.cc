// What a reading of the configuration has found.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "main/config/reader.h"

namespace gyr::main::config {

using syntax::Diagnostic;
using syntax::Severity;

bool Reading::failed() const {
  return std::ranges::any_of(sources, [](const SourceFindings& source) {
    return std::ranges::any_of(source.diagnostics,
                               [](const Diagnostic& found) { return found.severity == Severity::error; });
  });
}

base::Error Reading::error() const {
  std::optional<base::Error> first;
  size_t more = 0;
  for (const SourceFindings& source : sources) {
    for (const Diagnostic& found : source.diagnostics) {
      if (found.severity != Severity::error) continue;
      if (first) {
        ++more;
        continue;
      }
      base::Place place{.file = source.name};
      if (found.span) {
        place.line = found.span->line;
        place.column = found.span->column;
        place.length = found.span->line == found.span->end_line ? found.span->end_column - found.span->column : 0;
      }
      first = base::Error(found.code, found.message).with_place(std::move(place)).with_hint(found.help);
    }
  }
  if (!first) return {bad_configuration, "the configuration cannot be used"};
  if (more == 0) return *first;
  return base::Error(first->code(), fmt::format("{} (and {} more)", first->message(), more))
      .with_place(*first->place())
      .with_hint(first->hint());
}

void log_warnings(const Reading& reading) {
  for (const SourceFindings& source : reading.sources) {
    for (const Diagnostic& found : source.diagnostics) {
      if (found.severity != Severity::warning) continue;
      const std::string place =
          found.span ? fmt::format("{}:{}:{}", source.name, found.span->line, found.span->column) : source.name;
      base::log::warn("{}: {}{}{} [{}]", place, found.message, found.help.empty() ? "" : "; ", found.help,
                      found.code.text);
    }
  }
}

base::Result<Settings> load(const std::string& file, const char* const* environment) {
  Reading reading = read_file(file, environment);
  log_warnings(reading);
  if (reading.failed()) return base::fail(reading.error());
  return std::move(reading.settings);
}

Settings defaults() { return read_file({}, nullptr).settings; }

}  // namespace gyr::main::config
