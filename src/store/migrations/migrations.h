// The steps of the schema, in order. A released step never changes. Later steps expand the schema first and contract it
// one version later, so that versions N and N-1 run with the same data (principle: migrations).
#pragma once

#include <span>
#include <string_view>

namespace gyr::store::migrations {

/// One step of the schema; an empty text does not change the database.
struct Step {
  int number = 0;
  std::string_view name;
  std::string_view sqlite_main;  ///< statements for the main database
  std::string_view sqlite_logs;  ///< statements for the log database of a day
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

}  // namespace gyr::store::migrations
