// Where the tests of this module find files: of the repository, and of the corpora beside it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace gyr::syntax {

/// Top of the repository: given by the test runner, else found upwards from where the test was started.
inline std::filesystem::path source_dir() {
  if (const char* given = std::getenv("GYR_SOURCE_DIR")) return given;
  std::filesystem::path at = std::filesystem::current_path();
  while (!std::filesystem::exists(at / "src" / "syntax" / "yaml.h") && at != at.parent_path()) at = at.parent_path();
  return at;
}

/// The flows that the reference accepts or refuses, if the files exist.
inline std::optional<std::filesystem::path> corpus_dir() {
  std::filesystem::path corpus = source_dir() / ".." / "shared" / "corpus";
  if (std::filesystem::is_directory(corpus)) return corpus;
  return std::nullopt;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace gyr::syntax
