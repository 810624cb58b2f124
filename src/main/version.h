// What this program was built from.
#pragma once

namespace gyr::main {

/// Texts that live as long as the program; commit and date are empty where the source is no repository.
struct Version {
  const char* number;
  const char* commit;
  const char* commit_date;  ///< ISO 8601
};
extern const Version version;

}  // namespace gyr::main
