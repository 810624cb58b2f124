// Distant pages of log lines: found by counting, and the same as if all lines before them were walked.
#include <algorithm>
#include <random>

#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using model::LogLevel;

class LogPageSuite : public StoreSuite {
 protected:
  /// Lines of two flows, each of a task run of its own, at times of which some are equal; `first` numbers them.
  void add_lines(size_t first, size_t count) {
    Batch batch;
    for (size_t i = first; i < first + count; ++i) {
      const ExecutionRow& row = rows_[random_() % rows_.size()];
      auto line = log_line(row, ids_.at(time_of(0)), 1, fmt::format("line {}", i),
                           random_() % 3 == 0 ? LogLevel::warn : LogLevel::info);
      line.timestamp =
          row.execution.state.started() + base::Duration::of_micros(static_cast<int64_t>(random_() % 3000));
      batch.logs.push_back(std::move(line));
    }
    commit(std::move(batch));
  }
  std::vector<std::string> page(LogQuery query, uint32_t number, uint32_t size) {
    query.tenant = "main";
    query.paging.page = number;
    query.paging.size = size;
    auto found = must(reader().search_logs(query));
    std::vector<std::string> texts;
    for (const auto& line : found.results) texts.push_back(line.message);
    if (found.total_is_exact && !texts.empty()) EXPECT_GE(found.total, (number - 1) * size + texts.size());
    return texts;
  }
  void expect_pages_are_parts_of_the_whole() {
    LogQuery of_a_flow{everything};
    of_a_flow.namespaces = {{Operator::equals, {"a"}}};
    LogQuery warnings{everything};
    warnings.levels = {LogLevel::warn};
    LogQuery between{everything};
    between.timestamps = {{Operator::greater, rows_[0].execution.state.started() + base::Duration::of_micros(500)},
                          {Operator::less, rows_[3].execution.state.started() + base::Duration::of_micros(1500)}};
    for (LogQuery query : {LogQuery{everything}, of_a_flow, warnings, between}) {
      for (const bool descending : {false, true}) {
        query.descending = descending;
        const auto all = page(query, 1, 100'000);
        ASSERT_GT(all.size(), 1'300u);
        for (const uint32_t number : {2u, 11u, 12u, 13u, 30u, 61u, 62u, 63u, 64u, 100u}) {
          const size_t begin = std::min<size_t>(all.size(), (number - 1) * 100);
          const size_t end = std::min<size_t>(all.size(), begin + 100);
          const std::vector<std::string> wanted(all.begin() + static_cast<ptrdiff_t>(begin),
                                                all.begin() + static_cast<ptrdiff_t>(end));
          EXPECT_EQ(page(query, number, 100), wanted) << "page " << number << (descending ? " descending" : "");
        }
      }
    }
  }

  std::mt19937_64 random_{11};
  std::vector<ExecutionRow> rows_;
};
INSTANTIATE_TEST_SUITE_P(Backends, LogPageSuite, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

TEST_P(LogPageSuite, DistantPagesAreThoseOfTheWholeList) {  // API-27, API-28
  Batch batch;
  for (int i = 0; i < 4; ++i) {  // two days
    rows_.push_back(execution(flow_key(i % 2 == 0 ? "a" : "b", "f"), time_of(i / 2 * 86'400, i * 1'000)));
    batch.new_executions.push_back(rows_.back());
  }
  commit(std::move(batch));
  add_lines(0, 6'000);
  reopen();  // now they are in the files of their days
  expect_pages_are_parts_of_the_whole();
  add_lines(6'000, 300);  // in the journal
  expect_pages_are_parts_of_the_whole();
}

}  // namespace
}  // namespace gyr::store::test
