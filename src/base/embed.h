// Files that are part of the program: documentation, connectors, the user interface.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace gyr::base {

/// One file that cmake/embed.cmake embedded into the program. Lives as long as the program.
struct EmbeddedFile {
  std::string_view name;     ///< relative to the folder, with slashes: `GYR-Y001.md`, `http/github.yaml`
  std::string_view content;  ///< any bytes
};

/// The file with this name, or a null pointer. `files` are sorted by name, as in the generated functions.
inline const EmbeddedFile* find_embedded(std::span<const EmbeddedFile> files, std::string_view name) {
  size_t begin = 0;
  size_t end = files.size();
  while (begin < end) {
    size_t middle = begin + (end - begin) / 2;
    if (files[middle].name == name) return &files[middle];
    if (files[middle].name < name) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return nullptr;
}

}  // namespace gyr::base
