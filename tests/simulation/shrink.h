// Makes a failing scenario smaller as long as it fails.
#pragma once

#include <functional>

#include "scenario.h"

namespace gyr::simulation {

/// Takes away requests, flows, tasks, properties and faults one after another, and sets bounds back to those of the
/// product, keeping what still fails. At most `tries` scenarios are played.
Scenario shrink(Scenario scenario, const std::function<bool(const Scenario&)>& fails, size_t tries = 400);

}  // namespace gyr::simulation
