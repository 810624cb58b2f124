// Converts files of Ion rows to lines of JSON (STOR-50).
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "web/http/services.h"

namespace gyr::web {

using PieceSource = std::function<base::Task<base::Result<std::string>>()>;

/// Converts a stream of Ion text to a stream of JSON lines, in parts on the pool. Fails if the first rows cannot be
/// read; later errors end the stream. `services` and `loop` must outlive the stream.
base::Task<base::Result<PieceSource>> json_lines(const Services* services, base::Loop* loop, PieceSource ion);

}  // namespace gyr::web
