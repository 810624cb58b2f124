// Passes over the log of an execution, and lines by their identity.
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using model::LogLevel;

class LogLineSuite : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    row_ = execution(flow_key("a", "f"), time_of(0));
    run_ = task_run(row_, 0);
    Batch batch;
    batch.new_executions.push_back(row_);
    batch.new_task_runs.push_back(run_);
    for (uint32_t i = 1; i <= 5; ++i)
      batch.logs.push_back(
          log_line(row_, run_.run.id, i, fmt::format("line {}", i), i == 2 ? LogLevel::error : LogLevel::info));
    batch.logs.push_back(log_line(row_, {}, 1, "own"));
    commit(std::move(batch));
  }
  LogQuery query(uint32_t size = 100) {
    LogQuery query{everything};
    query.tenant = "main";
    query.execution_id = row_.execution.id;
    query.paging.size = size;
    return query;
  }
  /// `message` of each line that is shown, with `!` for errors.
  std::vector<std::string> visited(const LogQuery& query, LogCursor& cursor) {
    std::vector<std::string> texts;
    const size_t count = must(reader().visit_log(query, cursor, [&](const LogLineView& line) {
      EXPECT_EQ(line.task_run_id, line.task_id.empty() ? base::Id() : run_.run.id);
      texts.push_back(std::string(line.message) + (line.level == LogLevel::error ? "!" : ""));
    }));
    EXPECT_EQ(count, texts.size());
    return texts;
  }
  std::vector<std::string> lines(const std::vector<LogKey>& keys, const std::string& tenant = "main") {
    std::vector<std::string> texts;
    for (const auto& line : must(reader().log_lines(everything, tenant, row_.execution.id, keys)))
      texts.push_back(line.message);
    return texts;
  }
  ExecutionRow row_;
  TaskRunRow run_;
};
INSTANTIATE_TEST_SUITE_P(Backends, LogLineSuite, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

using Texts = std::vector<std::string>;

TEST_P(LogLineSuite, APassShowsWhatReadingReturns) {  // UI-652
  for (const bool filed : {false, true}) {
    if (filed) reopen();
    LogCursor cursor;
    Texts all = visited(query(4), cursor);
    EXPECT_EQ(all.size(), 4u);
    for (const auto& text : visited(query(4), cursor)) all.push_back(text);
    EXPECT_TRUE(visited(query(4), cursor).empty());
    EXPECT_EQ(std::erase(all, "own"), 1u);
    EXPECT_EQ(all, (Texts{"line 1", "line 2!", "line 3", "line 4", "line 5"})) << "in the order of the task run";
  }
  LogCursor cursor;
  visited(query(), cursor);
  Batch batch;
  batch.logs.push_back(log_line(row_, run_.run.id, 6, "late"));
  batch.logs.back().timestamp = time_of(-5);
  commit(std::move(batch));
  EXPECT_EQ(visited(query(), cursor), Texts{"late"}) << "what is added later comes later, whatever its time is";
  auto of_level = query();
  of_level.min_level = LogLevel::error;
  LogCursor errors;
  EXPECT_EQ(visited(of_level, errors), Texts{"line 2!"});
  of_level.descending = true;
  EXPECT_FALSE(reader().visit_log(of_level, errors, [](const LogLineView&) {}).has_value());
}

TEST_P(LogLineSuite, LinesAreFoundByTheirIdentity) {  // UI-652
  const base::Id run = run_.run.id;
  const std::vector<LogKey> keys{{run, 5}, {{}, 1}, {run, 99}, {run, 1}, {run, 5}, {ids_.at(time_of(1)), 1}, {run, 0}};
  const Texts wanted{"line 5", "own", "line 1"};
  EXPECT_EQ(lines(keys), wanted);
  reopen();
  EXPECT_EQ(lines(keys), wanted);
  Batch batch;
  batch.logs.push_back(log_line(row_, run, 5, "again"));
  batch.logs.push_back(log_line(row_, run, 6, "new"));
  commit(std::move(batch));
  EXPECT_EQ(lines({{run, 6}, {run, 5}, {run, 4}}), (Texts{"new", "again", "line 4"}));
  Batch removal;
  removal.deleted_logs.push_back({.execution_id = row_.execution.id, .task_run_id = run, .task_id = {}, .attempt = {}});
  commit(std::move(removal));
  EXPECT_EQ(lines(keys), Texts{"own"});
  EXPECT_TRUE(lines(keys, "other").empty());
  EXPECT_TRUE(lines({}).empty());
  EXPECT_TRUE(must(reader().log_lines(everything, "main", {}, keys)).empty());
}

TEST_P(LogLineSuite, ACallerWhoMayNotSeeTheFlowGetsNoLine) {  // RBAC-3
  const std::vector<LogKey> keys{{run_.run.id, 5}};
  for (const bool filed : {false, true}) {
    if (filed) reopen();
    for (const auto& [visible, count] : {std::pair(Callers::sees({"b"}), 0u), std::pair(Callers::sees({"a"}), 1u)}) {
      EXPECT_EQ(must(reader().log_lines(visible, "main", row_.execution.id, keys)).size(), count);
      LogQuery wanted = query();
      wanted.visible = visible;
      LogCursor cursor;
      EXPECT_EQ(visited(wanted, cursor).empty(), count == 0u);
    }
  }
}

}  // namespace
}  // namespace gyr::store::test
