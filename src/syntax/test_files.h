// Where the tests of this module find files of the repository.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace gyr::syntax {

/// Top of the repository: given by the test runner, else found upwards from where the test was started.
inline std::filesystem::path source_dir() {
  if (const char* given = std::getenv("GYR_SOURCE_DIR")) return given;
  std::filesystem::path at = std::filesystem::current_path();
  while (!std::filesystem::exists(at / "src" / "syntax" / "yaml.h") && at != at.parent_path()) at = at.parent_path();
  return at;
}

/// Flows that the reference accepts (`valids`) or refuses (`invalids`), sorted. A folder without flows is a mistake of
/// the caller.
inline std::vector<std::filesystem::path> corpus_flows(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(source_dir() / "tests" / "corpus" / "flows" / folder)) {
    files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace gyr::syntax
