// The files of the web interface in one piece: an index, and the content of each file as it is sent. ui/tools/pack.mjs
// writes packs; ui/README.md describes their format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::web {

inline constexpr base::ErrorCode bad_ui_pack{"GYR-W020"};  ///< the start fails: not a pack of pages, or a damaged one

/// Immutable; thread-safe. It refers to the bytes that it was read from, which must outlive it.
class UiPack {
 public:
  struct File {
    std::string path;        ///< relative to `/ui/`
    std::string type;        ///< the media type
    std::string tag;         ///< the value of the ETag header, from the hash of the content
    bool immutable = false;  ///< its name contains its hash: clients never ask for it again
    /// The content in each form that the pack contains; a form that it does not contain is empty.
    std::string_view raw, brotli, gzip;
  };

  /// Checks the whole index, but not the compressed contents. Error: bad_ui_pack.
  static base::Result<UiPack> read(std::string_view bytes);

  /// Null if there is no such file.
  const File* find(std::string_view path) const;
  /// The page that starts the interface, with placeholders (`@GYR_BASE@`). It exists in its raw form.
  const File& page() const { return files_[page_]; }
  const std::vector<File>& files() const { return files_; }

 private:
  std::vector<File> files_;  // sorted by path
  size_t page_ = 0;
};

}  // namespace gyr::web
