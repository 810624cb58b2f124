// The steps of the schema, in order. A step that has been released never changes; later ones expand first and contract
// a version later, so that versions N and N-1 run on the same data (principle: migrations).
#pragma once

#include <span>
#include <string_view>

namespace gyr::store::migrations {

/// One step of the schema; an empty text means that this database does not change.
struct Step {
  int number = 0;
  std::string_view name;
  std::string_view sqlite_main;  ///< statements for the main database
  std::string_view sqlite_logs;  ///< statements for a day's log database
};

/// All steps; a database's version is the number of the last one applied.
std::span<const Step> steps();

// One file a step.
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
