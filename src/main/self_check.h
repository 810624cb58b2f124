// `gyr --self-check`: whether this program, as it is linked, can catch what its libraries throw.
#pragma once

namespace gyr::main {

/// Makes each C++ library that the program is linked with throw, and catches that here; then looks whether one C++
/// runtime is mapped and no second one. Prints a line for each on standard output. The exit status: 0 where all is
/// well, 1 otherwise. A library whose exceptions cannot be caught ends the process instead. Before other threads exist.
int self_check();

}  // namespace gyr::main
