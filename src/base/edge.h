// Edges: the places that stop an unexpected exception, so that it becomes the failure of one execution, task or request
// and never ends the server.
//
// Failures are values in this program (base/error.h). An exception at an edge comes from a library, from a lack of
// memory, or from a defect. An edge catches everything with `catch (...)`, calls caught_at(), and turns the error into
// the failure of its operation. caught_at() logs the exception and counts it; `/prometheus` shows the counts (OPS-21).
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::base {

/// An unexpected exception, stopped at an edge.
inline constexpr ErrorCode unexpected_exception{"GYR-E120"};

/// Where exceptions are stopped.
enum class Edge : uint8_t {
  turn,       ///< one message of a partition, or the rest of its turn
  callback,   ///< a callback or timer of an event loop
  coroutine,  ///< a coroutine that a TaskScope runs
  request,    ///< the handler of an HTTP request, or the stream of its answer
  pool,       ///< a job on a pool
  attempt,    ///< an attempt of a task, a rendering or the evaluation of a trigger, on a worker
  reader,     ///< a question to the store
  writer,     ///< a batch or job of the thread that writes the store, or its upkeep
  log_filer,  ///< the thread that files log lines
  client,     ///< a transfer of the HTTP client
  poller,     ///< a handler of the process poller
};
inline constexpr size_t edge_count = 11;

/// Its name in logs and metrics.
std::string_view to_text(Edge edge);

/// The exception that is being handled, as an error with code GYR-E120 whose message is what the exception says.
/// Counts it for the edge and logs it: `doing` says what was interrupted. Only inside a catch block. Any thread.
Error caught_at(Edge edge, std::string_view doing) noexcept;

/// How many exceptions the edge has stopped since the start of the process. Any thread.
uint64_t caught_count(Edge edge);

/// A job of a queue that ended with an exception, while its parts are being destroyed. A destructor that still has to
/// answer a caller finds the reason here. One thread.
class FailedJob {
 public:
  explicit FailedJob(Error error);
  ~FailedJob();
  FailedJob(const FailedJob&) = delete;
  FailedJob& operator=(const FailedJob&) = delete;
  /// Why the job failed whose parts are being destroyed on this thread; null if no job is being destroyed.
  static const Error* current();

 private:
  Error error_;
  const Error* before_;
};

// ---- Exceptions on purpose, for the test that proves the edges.

/// Reads a plan of exceptions: `EDGE:SUBJECT:COUNT[:bad_alloc]`, several separated by commas. The first COUNT calls of
/// maybe_throw() with that edge and subject throw. For the environment variable GYR_TEST_THROW, before the first thread
/// starts. A plan that cannot be read is an error.
Result<void> plan_exceptions(std::string_view plan);

namespace detail {
extern bool exceptions_planned;
void throw_if_planned(Edge edge, std::string_view subject);
}  // namespace detail

/// For subjects that cost something to make.
inline bool exceptions_are_planned() { return detail::exceptions_planned; }

/// Throws if the plan requires it. Without a plan it costs one load. `subject` identifies the operation, for example by
/// the id of the flow or the task.
inline void maybe_throw(Edge edge, std::string_view subject) {
  if (detail::exceptions_planned) [[unlikely]]
    detail::throw_if_planned(edge, subject);
}

}  // namespace gyr::base
