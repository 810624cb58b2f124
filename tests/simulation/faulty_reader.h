// Rows that cannot be read now and then.
#pragma once

#include <functional>
#include <memory>

#include "store/store.h"

namespace gyr::simulation {

/// Hands on what the reader below answers. `before` is called ahead of each read of what an executor asks for: an error
/// is the answer instead, and it may throw.
std::unique_ptr<store::Reader> make_faulty_reader(std::unique_ptr<store::Reader> below,
                                                  std::function<base::Result<void>()> before);

}  // namespace gyr::simulation
