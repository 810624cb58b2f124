// The steps of the schema, in order. A released step never changes. Later steps expand the schema first and contract it
// one version later, so that versions N and N-1 run with the same data (principle: migrations). Step 13 is the
// exception: it gives the rows the form that makes this possible for their fields.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gyr::store::migrations {

/// A column whose content gets another form.
struct RewrittenRows {
  std::string_view table, column;
  std::string_view kind;  ///< an SQL expression for the form that a row has, where there are several forms
  /// Nothing if the bytes are damaged.
  std::optional<std::string> (*rewrite)(std::string_view bytes, int64_t kind);
};

/// One step of the schema; an empty text does not change the database.
struct Step {
  int number = 0;
  std::string_view name;
  std::string_view sqlite_main;  ///< statements for the main database
  std::string_view sqlite_logs;  ///< statements for the log database of a day
  /// Rows of the main database, rewritten after those statements in their transaction. A store first copies its data.
  std::span<const RewrittenRows> rows = {};
};

/// All steps; the version of a database is the number of its last step.
std::span<const Step> steps();

// One file per step.
extern const Step step_0001;
extern const Step step_0002;
extern const Step step_0003;
extern const Step step_0004;
extern const Step step_0005;
extern const Step step_0006;
extern const Step step_0007;
extern const Step step_0008;
extern const Step step_0009;
extern const Step step_0010;
extern const Step step_0011;
extern const Step step_0012;
extern const Step step_0013;
extern const Step step_0014;
extern const Step step_0015;
extern const Step step_0016;
extern const Step step_0017;
extern const Step step_0018;
extern const Step step_0019;

}  // namespace gyr::store::migrations
