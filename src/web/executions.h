// Steps that several operations on executions share.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "executor/command.h"
#include "web/execution_text.h"
#include "web/request.h"

namespace gyr::web {

/// An execution of the request's tenant, with at most so many of its first task runs; 404 where there is none, also for
/// a text that is no id.
base::Task<base::Result<LoadedExecution>> find_execution(Request* request, std::string_view id,
                                                         size_t runs = runs_a_page);

/// Gives a command to the executor and waits for its commit.
base::Task<base::Result<executor::Answer>> submit(Request* request, executor::Command command);

/// Gives many commands, a bounded number at a time; the count of those that were carried out, or the first error.
base::Task<base::Result<uint64_t>> submit_all(Request* request, std::vector<executor::Command> commands);

/// How a wait for an execution ended.
enum class WaitOutcome : uint8_t { terminated, timed_out, gone, stopping };
/// Waits until the execution is terminated, the client has gone, the server stops, or the time is up. Begin before the
/// execution exists, so that nothing is missed.
class TerminationWait {
 public:
  TerminationWait(Request* request, base::Id execution);
  ~TerminationWait();
  base::Task<base::Result<WaitOutcome>> wait(std::chrono::nanoseconds at_most);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Texts of options for answers: now, and the page's address where it is wanted.
ExecutionTextOptions text_options(Request* request, const model::Execution* with_url_of = nullptr);

/// The execution as an answer of the executor has it; read again where that leaves out its many runs.
base::Task<Outcome> show_answer(Request* request, executor::Answer answer);

/// Looks all executions up; what is wrong with each id by `problem_of_row` (empty: nothing) makes the 400 of API-45.
struct BulkTarget {
  base::Id id;
  model::State state = model::State::created;
};
using BulkRule = std::function<std::string(const store::ExecutionRow&)>;
/// The targets of a bulk call by ids or by query, or the answer that refuses it. `ids`: of a body that holds more than
/// them; without it the body is their list.
base::Task<base::Result<std::variant<std::vector<BulkTarget>, net::ServerResponse>>> bulk_targets(
    Request* request, std::string verb, BulkRule rule, std::optional<base::Value> ids = {});
/// A bulk call: looks at all, then does `command_of` for each (API-85).
base::Task<Outcome> bulk(Request* request, std::string verb, BulkRule rule,
                         std::function<executor::Command(Request*, const BulkTarget&)> command_of,
                         std::optional<base::Value> ids = {});

}  // namespace gyr::web
