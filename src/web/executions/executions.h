// Helpers that several operations on executions share.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "command/commands.h"
#include "web/executions/text.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/http/values.h"

namespace gyr::web {

/// An execution of the tenant of the request, with at most this many of its first task runs; 404 if it does not exist,
/// also for a text that is not an id.
base::Task<base::Result<LoadedExecution>> find_execution(Request* request, std::string_view id,
                                                         size_t runs = runs_a_page);

// Commands are judged like writes. Those about an execution name one that find_execution() or bulk_targets() has found,
// which judge it; those about a flow are judged here, by its namespace.
inline base::Result<void> judge_command(const Request&, base::Id) { return {}; }
inline base::Result<void> judge_command(const Request& request, const model::FlowKey& flow) {
  return request.judge(flow.namespace_, {forbidden, "you do not have permission to do this"});
}
base::Result<void> judge_command(const Request& request, const executor::Command& command);

/// Whether the execution is there. One that was just started may not exist yet on another server: waits up to 10 s for
/// it (API-47).
base::Task<base::Result<bool>> wait_until_there(Request* request, base::Id id);

/// Submits a command to the executor and waits for its commit.
template <executor::OneCommand C>
base::Task<base::Result<typename C::Answer>> submit(Request* request, C command) {
  GYR_CO_CHECK(judge_command(*request, command.about()));
  co_return co_await answer_of<typename C::Answer>(
      &request->loop(),
      [commands = &request->services().commands, command = std::move(command)](executor::ReplyTo<C> reply) mutable {
        commands->submit(std::move(command), std::move(reply));
      });
}

/// Submits a few commands side by side, each judged like a single one; the answers in their order.
base::Task<std::vector<base::Result<executor::Answer>>> submit_chunk(Request* request,
                                                                     std::span<executor::Command> commands);
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

/// The execution as it is now.
base::Task<base::Result<ExecutionAnswer>> show_execution(Request* request, base::Id id);
/// The execution from an answer of the executor; read from the store if the answer omits its many runs.
base::Task<base::Result<ExecutionAnswer>> show_answer(Request* request, executor::ExecutionWithRuns answer);

// ---- bulk requests: all or nothing, after a check of each (API-45, API-85)

/// One execution of a bulk request.
struct BulkTarget {
  base::Id id;
  model::State state = model::State::created;
};
/// The problem of an execution; empty: none. Problems of any lead to the 400 of API-45.
using BulkRule = std::function<std::string(const store::ExecutionRow&)>;
using BulkTargets = OrProblem<std::vector<BulkTarget>>;
using BulkAnswer = OrProblem<json::BulkResponse>;

/// The ids of a body, or the filters of the query.
using BulkSelection = std::optional<std::vector<std::string>>;

/// The executions with these ids, or those that match the filters of the query, or the refusal of all.
base::Task<base::Result<BulkTargets>> bulk_targets(Request* request, BulkSelection ids, std::string verb,
                                                   BulkRule rule);
/// Checks all targets, then runs `command_of` for each.
base::Task<base::Result<BulkAnswer>> bulk(Request* request, BulkSelection ids, std::string verb, BulkRule rule,
                                          std::function<executor::Command(const BulkTarget&)> command_of);
/// Submits the commands of a bulk request.
base::Task<base::Result<BulkAnswer>> run_all(Request* request, std::vector<executor::Command> commands);
/// The refusal with the problem of each id.
Problem invalid_targets(std::string_view verb, const std::vector<json::InvalidTarget>& invalids);

}  // namespace gyr::web
