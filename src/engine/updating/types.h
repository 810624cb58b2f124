// The tasks that change the execution, one function per type.
#pragma once

#include "engine/updating/updating.h"

namespace gyr::engine {

const Updating& labels_task();
const Updating& set_variables();
const Updating& unset_variables();
const Updating& exit_task();

}  // namespace gyr::engine
