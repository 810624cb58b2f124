#include "web/executions/executions.h"

#include <unordered_set>
#include <variant>

#include "base/clock.h"
#include "base/one_shot.h"
#include "cluster/change_hub.h"
#include "command/commands.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/limits.h"
#include "web/http/notice.h"

namespace gyr::web {

base::Task<base::Result<LoadedExecution>> find_execution(Request* request, std::string_view id, size_t runs) {
  std::string text(id);
  const auto parsed = base::Id::parse(text);
  if (!parsed) co_return base::fail(no_execution(text));
  GYR_CO_TRY(auto loaded, co_await request->read([access = request->access(), tenant = request->tenant(), id = *parsed,
                                                  runs](store::Reader& reader) {
    return load_execution(reader, access, tenant, id, runs);
  }));
  if (!loaded) co_return base::fail(no_execution(text));
  GYR_CO_CHECK(request->judge(loaded->row.execution.flow->namespace_, no_execution(text)));
  co_return *std::move(loaded);
}

base::Result<void> judge_command(const Request& request, const executor::Command& command) {
  return std::visit([&](const auto& one) { return judge_command(request, one.about()); }, command);
}

base::Task<std::vector<base::Result<executor::Answer>>> submit_chunk(Request* request,
                                                                     std::span<executor::Command> commands) {
  std::vector<base::OneShot<base::Result<executor::Answer>>> slots;
  slots.reserve(commands.size());
  for (executor::Command& command : commands) {
    AnswerSlot<executor::Answer> answer(slots.emplace_back(request->loop()));
    if (auto judged = judge_command(*request, command); !judged) {
      answer.give(base::fail(judged.error()));
      continue;
    }
    request->services().commands.submit(
        std::move(command),
        [answer = std::move(answer)](base::Result<executor::Answer> given) mutable { answer.give(std::move(given)); });
  }
  std::vector<base::Result<executor::Answer>> answers;
  answers.reserve(slots.size());
  for (auto& slot : slots) answers.push_back(co_await slot.wait());
  co_return answers;
}

base::Task<base::Result<uint64_t>> submit_all(Request* request, std::vector<executor::Command> commands) {
  for (const auto& command : commands) GYR_CO_CHECK(judge_command(*request, command));
  uint64_t done = 0;
  const std::span all(commands);
  for (size_t begin = 0; begin < all.size(); begin += bulk_commands) {
    std::optional<base::Error> error;
    const size_t count = std::min(bulk_commands, all.size() - begin);
    for (auto& answer : co_await submit_chunk(request, all.subspan(begin, count))) {
      if (answer) {
        done += 1;
      } else if (!error) {
        error = answer.error();
      }
    }
    if (error) co_return base::fail(error->with_hint(fmt::format("{} of {} were processed before", done, all.size())));
  }
  co_return done;
}

// ---- waiting for a beginning, and for an end

base::Task<base::Result<bool>> wait_until_there(Request* request, base::Id id) {
  Notice notice(request->loop());
  auto subscription = request->services().changes.subscribe(id, [notice](const executor::Change&) { notice.raise(); });
  auto gone = request->http().gone.on_cancel([notice] { notice.raise(); });
  auto stopping = request->http().stopping.on_cancel([notice] { notice.raise(); });
  const auto deadline = request->loop().now() + appearance;
  for (;;) {
    GYR_CO_TRY(bool there, co_await request->read([id, access = request->access(), tenant = request->tenant()](
                                                      store::Reader& reader) -> base::Result<bool> {
      GYR_TRY(auto row, reader.execution(id));
      return row && row->execution.flow->tenant == tenant && access.may_read(row->execution.flow->namespace_);
    }));
    if (there) co_return true;
    if (request->http().gone.cancelled() || request->http().stopping.cancelled()) co_return false;
    if (!co_await notice.wait(deadline)) co_return false;
  }
}

struct TerminationWait::State {
  State(Request* request, base::Id execution) : request(request), execution(execution), notice(request->loop()) {
    // The hub's callback may outrun this object only until `subscription` is destroyed, which waits for it.
    subscription = request->services().changes.subscribe(execution, [this](const executor::Change& change) {
      if (change.logs_only || !model::is_terminated(change.state)) return;
      terminated.store(true, std::memory_order_release);
      notice.raise();
    });
    gone = request->http().gone.on_cancel([notice = notice] { notice.raise(); });
    stopping = request->http().stopping.on_cancel([notice = notice] { notice.raise(); });
  }

  Request* request;
  base::Id execution;
  Notice notice;
  std::atomic<bool> terminated{false};
  executor::ChangeHub::Subscription subscription;
  base::CancelRegistration gone, stopping;
};

TerminationWait::TerminationWait(Request* request, base::Id execution)
    : state_(std::make_unique<State>(request, execution)) {}
TerminationWait::~TerminationWait() = default;

base::Task<base::Result<WaitOutcome>> TerminationWait::wait(std::chrono::nanoseconds at_most) {
  State& state = *state_;
  const auto deadline = state.request->loop().now() + at_most;
  if (!state.terminated.load(std::memory_order_acquire)) {
    // It can have ended before the subscription started.
    GYR_CO_TRY(bool over, co_await read<bool>(&state.request->services().store, &state.request->loop(),
                                              [id = state.execution](store::Reader& reader) -> base::Result<bool> {
                                                GYR_TRY(auto row, reader.execution(id));
                                                return row && model::is_terminated(row->execution.state.current());
                                              }));
    if (over) co_return WaitOutcome::terminated;
  }
  for (;;) {
    if (state.terminated.load(std::memory_order_acquire)) co_return WaitOutcome::terminated;
    if (state.request->http().gone.cancelled()) co_return WaitOutcome::gone;
    if (state.request->http().stopping.cancelled()) co_return WaitOutcome::stopping;
    if (state.request->loop().now() >= deadline) co_return WaitOutcome::timed_out;
    co_await state.notice.wait(deadline);
  }
}

base::Task<base::Result<ExecutionAnswer>> show_execution(Request* request, base::Id id) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, id.to_text()));
  co_return execution_answer(request, loaded);
}

base::Task<base::Result<ExecutionAnswer>> show_answer(Request* request, executor::ExecutionWithRuns answer) {
  if (!answer.task_runs) co_return co_await show_execution(request, answer.execution.id);
  // In its state at that time: it can have ended again.
  std::vector<store::TaskRunRow> rows;
  rows.reserve(answer.task_runs->size());
  for (auto& run : *answer.task_runs)
    rows.push_back({answer.execution.id, static_cast<uint32_t>(rows.size()), std::move(run), {}});
  const json::Execution shown{&answer.execution, request->services().clock.now(), rows};
  co_return ExecutionAnswer(JsonOf<json::Execution>{to_json(shown)});
}

// ---- bulk calls

namespace {

struct Judged {
  std::vector<BulkTarget> targets;
  std::vector<json::InvalidTarget> invalids;
};

void judge(Judged& judged, const store::ExecutionRow& row, const BulkRule& rule) {
  const std::string problem = rule(row);
  judged.targets.push_back({row.execution.id, row.execution.state.current()});
  if (problem.empty()) return;
  judged.invalids.push_back({problem, row.execution.id.to_text()});
}

/// Each id once.
base::Result<std::vector<std::string>> unique_ids(std::vector<std::string> given) {
  if (given.size() > bulk_ids) return base::fail(bad_body, fmt::format("more than {} ids in one request", bulk_ids));
  std::vector<std::string> ids;
  std::unordered_set<std::string_view> seen;
  ids.reserve(given.size());
  for (const std::string& id : given) {
    if (seen.insert(id).second) ids.push_back(id);
  }
  return ids;
}

base::Result<Judged> judge_ids(store::Reader& reader, const store::Access& access, std::string_view tenant,
                               const std::vector<std::string>& ids, const BulkRule& rule) {
  Judged judged;
  for (const std::string& text : ids) {
    const auto id = base::Id::parse(text);
    std::optional<store::ExecutionRow> row;
    if (id) {
      GYR_TRY(row, reader.execution(*id));
    }
    if (row && row->execution.flow->tenant == tenant && access.allows(row->execution.flow->namespace_)) {
      judge(judged, *row, rule);
    } else {
      judged.invalids.push_back({"execution not found", text});
    }
  }
  return judged;
}

base::Result<Judged> judge_matches(store::Reader& reader, store::ExecutionQuery query, base::Instant now,
                                   const BulkRule& rule) {
  Judged judged;
  // Executions that start in the meantime would move the pages.
  query.started.push_back({store::Operator::less_or_equal, now});
  query.order.clear();
  query.paging.size = 1'000;
  for (query.paging.page = 1;; ++query.paging.page) {
    GYR_TRY(auto page, reader.search_executions(query));
    for (const auto& row : page.results) judge(judged, row, rule);
    if (judged.targets.size() > bulk_matches) {
      return base::fail(base::Error(bad_filter, fmt::format("more than {} executions match", bulk_matches))
                            .with_hint("narrow the filters"));
    }
    if (page.results.size() < query.paging.size) return judged;
  }
}

}  // namespace

Problem invalid_targets(std::string_view verb, const std::vector<json::InvalidTarget>& invalids) {
  Problem problem = problem_of(base::Error(invalid_bulk, fmt::format("invalid bulk {}", verb)));
  problem.invalids = invalids;
  return problem;
}

base::Task<base::Result<BulkTargets>> bulk_targets(Request* request, BulkSelection given, std::string verb,
                                                   BulkRule rule) {
  std::move_only_function<base::Result<Judged>(store::Reader&)> look;
  if (!given) {
    GYR_CO_TRY(auto selection, select_executions(*request));
    if (selection.nothing) co_return BulkTargets();
    look = [query = std::move(selection.query), now = request->services().clock.now(), rule](store::Reader& reader) {
      return judge_matches(reader, query, now, rule);
    };
  } else {
    GYR_CO_TRY(auto ids, unique_ids(*std::move(given)));
    look = [access = request->access(), ids = std::move(ids), tenant = request->tenant(), rule](store::Reader& reader) {
      return judge_ids(reader, access, tenant, ids, rule);
    };
  }
  GYR_CO_TRY(Judged judged, co_await request->read(std::move(look)));
  if (!judged.invalids.empty()) co_return BulkTargets(invalid_targets(verb, judged.invalids));
  co_return BulkTargets(std::move(judged.targets));
}

base::Task<base::Result<BulkAnswer>> run_all(Request* request, std::vector<executor::Command> commands) {
  GYR_CO_TRY(uint64_t count, co_await submit_all(request, std::move(commands)));
  co_return BulkAnswer(json::bulk_response(count, request->services().clock.now()));
}

base::Task<base::Result<BulkAnswer>> bulk(Request* request, BulkSelection ids, std::string verb, BulkRule rule,
                                          std::function<executor::Command(const BulkTarget&)> command_of) {
  GYR_CO_TRY(auto found, co_await bulk_targets(request, std::move(ids), std::move(verb), std::move(rule)));
  if (auto* refused = std::get_if<Problem>(&found)) co_return BulkAnswer(std::move(*refused));
  std::vector<executor::Command> commands;
  for (const BulkTarget& target : std::get<std::vector<BulkTarget>>(found)) commands.push_back(command_of(target));
  co_return co_await run_all(request, std::move(commands));
}

}  // namespace gyr::web
