// Inside local/ only: the files next to objects that contain their metadata, and their reserved names (STOR-10).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "storage/storage.h"

namespace gyr::storage::local {

/// The name on disk of an object or folder of this name. The metadata of `x` is in the file `x.metadata`. An object of
/// that name therefore gets a `~` appended, and so does an object called `x.metadata~`: no two objects share a name on
/// disk.
std::string name_on_disk(std::string_view name);
/// The other way.
std::string name_of_object(std::string_view on_disk);
/// Whether nothing but metadata is written under it.
bool is_kept_free(std::string_view on_disk);

std::filesystem::path sidecar_of(const std::filesystem::path& file);
/// The metadata next to a file; nothing if there is none. A file that is not valid metadata does not count.
std::optional<Metadata> read_sidecar(const std::filesystem::path& file);
/// Whether this is the metadata of the file in its name. Any other file with such a name was written by another
/// program, or by a version of this one before it reserved the names, and is an object.
bool is_sidecar(const std::filesystem::path& path);
std::string sidecar_text(const Metadata& metadata);

/// The file or folder of an object below `root`, whose last part may be missing. `path` begins with a slash and is
/// normalised. An object under a name that is now reserved is found there.
std::filesystem::path find_on_disk(const std::filesystem::path& root, std::string_view path);

/// Nothing lies at the sidecar of `file` afterwards: metadata goes, what is an object gets the name that such objects
/// have today.
base::Result<void> free_sidecar(const std::filesystem::path& file);
/// Renames an object under a reserved name to its current name on disk; returns its new place.
base::Result<std::filesystem::path> with_name_of_today(const std::filesystem::path& file);

}  // namespace gyr::storage::local
