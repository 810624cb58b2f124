// The version and the commit from which the program was built.
#pragma once

namespace gyr::main {

/// Texts that live as long as the program; commit and date are empty if the source is not a repository.
struct Version {
  const char* number;
  const char* commit;
  const char* commit_date;  ///< ISO 8601
};
extern const Version version;

}  // namespace gyr::main
