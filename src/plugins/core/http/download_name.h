// Under which name a downloaded file is stored (CORE-24).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::plugins::core {

/// The file name of a `Content-Disposition`: `filename*` before `filename`, without any folders; nothing if there is no
/// name.
std::optional<std::string> name_in_disposition(std::string_view header);

/// The extension, with its dot, of the last segment of the path of a URL; empty if there is no extension.
std::string extension_of_address(std::string_view uri);

/// The name as part of an address: everything but letters, digits and `-._~` percent-encoded.
std::string encoded_name(std::string_view name);

/// The name that `saveAs` requests. A name that leads to another folder is refused.
base::Result<std::string> checked_name(std::string_view name);

}  // namespace gyr::plugins::core
