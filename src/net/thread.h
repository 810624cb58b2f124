// Threads with a name, which leave signals to the main thread.
#pragma once

#include <functional>
#include <string>
#include <thread>

namespace gyr::net {

/// The system shows so much of a thread's name.
inline constexpr size_t shown_thread_name_bytes = 15;

/// Starts a thread called `name`. Signals that are sent to the process, and SIGPIPE, are blocked on it, so that only
/// the main thread handles them.
std::thread start_thread(std::string name, std::move_only_function<void()> body);

}  // namespace gyr::net
