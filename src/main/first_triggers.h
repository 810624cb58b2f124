// Triggers of flows that were saved by a version which had no states of triggers.
#pragma once

#include "command/commands.h"
#include "store/store.h"

namespace gyr::main {

/// Saves such flows again as they are, which makes the states of their triggers. Does nothing where there is any state;
/// flows that have no schedules are not looked at. Blocks; errors go to the server's log.
void define_first_triggers(store::Store& store, executor::Commands& commands);

}  // namespace gyr::main
