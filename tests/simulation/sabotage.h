// What the canaries do to commits and reads.
#pragma once

#include <memory>

#include "canary.h"
#include "random.h"
#include "store/store.h"

namespace gyr::simulation {

void sabotage(Canary canary, Random& random, store::Batch& batch);

}  // namespace gyr::simulation
