// Waiting on the main thread for an answer that comes on another one.
#pragma once

#include <future>
#include <memory>

#include "base/error.h"
#include "executor/errors.h"

namespace gyr::cli {

/// Calls `ask` with a callback and waits until it was called. A callback that is dropped counts as a shutdown.
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
