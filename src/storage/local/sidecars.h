// Inside local/ only: the files beside objects that hold their metadata, and the names that are kept free for them
// (STOR-10).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "storage/storage.h"

namespace gyr::storage::local {

/// The name on disk of an object or folder of this name. `x.metadata` is what the metadata of `x` is called, so that an
/// object of that name gets a `~` behind it, as does one that is called `x.metadata~`: no two share a name on disk.
std::string name_on_disk(std::string_view name);
/// The other way.
std::string name_of_object(std::string_view on_disk);
/// Whether nothing but metadata is written under it.
bool is_kept_free(std::string_view on_disk);

std::filesystem::path sidecar_of(const std::filesystem::path& file);
/// The metadata beside a file; nothing where there is none. What is there and cannot be metadata is none.
std::optional<Metadata> read_sidecar(const std::filesystem::path& file);
/// Whether this is the metadata of the file that it is called after. Anything else under such a name was written by
/// another program, or by this one before it kept the names free, and is an object.
bool is_sidecar(const std::filesystem::path& path);
std::string sidecar_text(const Metadata& metadata);

/// The file or folder of an object below `root`, whose last part may be missing. `path` begins with a slash and is
/// normal. An object that lies under a name which is kept free today is found there.
std::filesystem::path find_on_disk(const std::filesystem::path& root, std::string_view path);

/// Nothing lies at the sidecar of `file` afterwards: metadata goes, what is an object gets the name that such objects
/// have today.
base::Result<void> free_sidecar(const std::filesystem::path& file);
/// An object under a name which is kept free gets the one that it has today; gives where it is then.
base::Result<std::filesystem::path> with_name_of_today(const std::filesystem::path& file);

}  // namespace gyr::storage::local
