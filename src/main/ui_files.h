// The files of the web interface that a server serves.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/error.h"
#include "web/pages/ui_pack.h"

namespace gyr::main {

/// The pack in this file, or the embedded one if no file is given; null if this build contains none. Errors:
/// bad_ui_pack, also if the file cannot be read.
base::Result<std::shared_ptr<const web::UiPack>> open_ui(const std::optional<std::filesystem::path>& file);

}  // namespace gyr::main
