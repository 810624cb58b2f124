// Waits on the main thread for an answer from another thread.
#pragma once

#include <future>
#include <memory>

#include "base/error.h"
#include "command/errors.h"

namespace gyr::cli {

/// Calls `ask` with a callback and waits until the callback is called. If it is destroyed without a call, the engine
/// has shut down.
template <class T, class Ask>
base::Result<T> await(Ask ask) {
  std::future<base::Result<T>> answer;
  {
    auto promise = std::make_shared<std::promise<base::Result<T>>>();
    answer = promise->get_future();
    ask([promise](base::Result<T> result) { promise->set_value(std::move(result)); });
  }
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return base::fail(executor::shutting_down, "the engine stopped before it answered");
  }
}

}  // namespace gyr::cli
