// Helpers that several operations on executions share.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "command/commands.h"
#include "web/execution_text.h"
#include "web/http/await.h"
#include "web/http/request.h"

namespace gyr::web {

/// An execution of the tenant of the request, with at most this many of its first task runs; 404 if it does not exist,
/// also for a text that is not an id.
base::Task<base::Result<LoadedExecution>> find_execution(Request* request, std::string_view id,
                                                         size_t runs = runs_a_page);

/// Submits a command to the executor and waits for its commit.
template <executor::OneCommand C>
base::Task<base::Result<typename C::Answer>> submit(Request* request, C command) {
  co_return co_await answer_of<typename C::Answer>(
      &request->loop(),
      [commands = &request->services().commands, command = std::move(command)](executor::ReplyTo<C> reply) mutable {
        commands->submit(std::move(command), std::move(reply));
      });
}

/// Submits many commands, a limited number at a time; returns the number of successful ones, or the first error.
base::Task<base::Result<uint64_t>> submit_all(Request* request, std::vector<executor::Command> commands);

/// The result of a wait for an execution.
enum class WaitOutcome : uint8_t { terminated, timed_out, gone, stopping };
/// Waits until the execution is terminated, the client has disconnected, the server stops, or the time is over. Create
/// it before the execution exists, so that no change is missed.
class TerminationWait {
 public:
  TerminationWait(Request* request, base::Id execution);
  ~TerminationWait();
  base::Task<base::Result<WaitOutcome>> wait(std::chrono::nanoseconds at_most);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The options of answers: the current time, and the URL of the page if requested.
ExecutionTextOptions text_options(Request* request, const model::Execution* with_url_of = nullptr);

/// The execution from an answer of the executor; read from the store if the answer omits its many runs.
base::Task<Outcome> show_answer(Request* request, executor::ExecutionWithRuns answer);

/// Reads all executions. `problem_of_row` returns the problem of each id (empty: none); problems lead to the 400 of
/// API-45.
struct BulkTarget {
  base::Id id;
  model::State state = model::State::created;
};
using BulkRule = std::function<std::string(const store::ExecutionRow&)>;
/// The targets of a bulk request by ids or by query, or the answer that refuses it. `ids`: the list from a body with
/// other fields; without it, the body is the list.
base::Task<base::Result<std::variant<std::vector<BulkTarget>, net::ServerResponse>>> bulk_targets(
    Request* request, std::string verb, BulkRule rule, std::optional<base::Value> ids = {});
/// A bulk request: checks all targets, then runs `command_of` for each (API-85).
base::Task<Outcome> bulk(Request* request, std::string verb, BulkRule rule,
                         std::function<executor::Command(Request*, const BulkTarget&)> command_of,
                         std::optional<base::Value> ids = {});

}  // namespace gyr::web
