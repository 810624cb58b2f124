// Files of Ion rows as lines of JSON (STOR-50).
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "web/services.h"

namespace gyr::web {

using PieceSource = std::function<base::Task<base::Result<std::string>>()>;

/// A stream of Ion text as a stream of JSON lines, converted piece by piece on the pool. Fails where the first rows
/// cannot be read; later the stream fails. `services` and `loop` outlive the stream.
base::Task<base::Result<PieceSource>> json_lines(const Services* services, base::Loop* loop, PieceSource ion);

}  // namespace gyr::web
