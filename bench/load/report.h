// What the generator prints: one JSON object on one line.
#pragma once

#include <string>

#include "load_run.h"
#include "sync_probe.h"

namespace gyr::load {

std::string to_json(const LoadReport& report);
std::string to_json(const SyncReport& report);

}  // namespace gyr::load
