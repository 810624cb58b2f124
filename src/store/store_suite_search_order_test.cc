// Lists of more executions than are sorted: each way to find a page gives what a look at every execution gives.
#include <set>

#include "store/search_model.h"

namespace gyr::store::test {
namespace {

class SearchOrderTest : public SearchTest {
 protected:
  /// Any page; the total may be a part of all.
  void expect_results(const ExecutionQuery& query, const std::vector<base::Id>& wanted) {
    auto page = must(reader().search_executions(query));
    std::vector<base::Id> found;
    for (const auto& row : page.results) found.push_back(row.execution.id);
    const size_t from = std::min<size_t>(wanted.size(), static_cast<size_t>(query.paging.page - 1) * query.paging.size);
    const size_t to = std::min<size_t>(wanted.size(), from + query.paging.size);
    EXPECT_EQ(found, std::vector<base::Id>(wanted.begin() + static_cast<ptrdiff_t>(from),
                                           wanted.begin() + static_cast<ptrdiff_t>(to)))
        << text_of(query);
    if (page.total_is_exact) EXPECT_EQ(page.total, wanted.size()) << text_of(query);
    EXPECT_LE(page.total, wanted.size()) << text_of(query);
  }
  std::vector<base::Id> ids_of(const ExecutionQuery& query) {
    std::vector<base::Id> ids;
    for (const auto& row : must(reader().search_executions(query)).results) ids.push_back(row.execution.id);
    return ids;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, SearchOrderTest, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

// API-28, API-30: all conditions together with all orders, where lists are too long to be sorted.
TEST_P(SearchOrderTest, ManyExecutionsAreFoundAsTheModelFindsThem) {
  int64_t at = 0;
  for (size_t i = 0; i < 23'000; ++i) {
    at += random_() % 50 == 0 ? 3'700'000'000 : 20'000 + static_cast<int64_t>(random_() % 1000);
    model_.rows.push_back(random_execution(i, at));
  }
  add_all(1000);
  for (int i = 0; i < 70 && !HasFailure(); ++i) {
    ExecutionQuery query = random_query();
    // Half of them ask for much: conditions that leave few are tested with few executions.
    if (i % 2 == 0) {
      query.namespaces.clear();
      query.flow_ids.clear();
      query.execution_ids.clear();
      query.caller_ids.clear();
      query.caller_execution.reset();
      query.states.clear();
      query.any_of.clear();
    }
    const auto wanted = model_.all(query);
    expect_results(query, wanted);
    query.paging.page = 1 + static_cast<uint32_t>(random_() % (wanted.size() / query.paging.size + 2));
    expect_results(query, wanted);
    EXPECT_EQ(must(reader().count_executions(query)), wanted.size()) << text_of(query);
  }
}

// API-30: an execution with two values of a label is in the list once, also among others of its moment.
TEST_P(SearchOrderTest, TwoValuesOfALabelAreOneExecution) {
  for (size_t i = 0; i < 40; ++i) {
    auto row = execution(flow_key("company", fmt::format("flow{}", 9 - i % 5)), time_of(static_cast<int64_t>(i / 20)));
    row.execution.labels = {{"env", "prod"}, {"env", "dev"}};
    model_.rows.push_back(std::move(row));
  }
  for (size_t i = 0; i < 60; ++i) model_.rows.push_back(execution(flow_key("company", "flow1"), time_of(100)));
  add_all(100);
  for (const bool descending : {false, true}) {
    ExecutionQuery query{test::everything};
    query.tenant = "main";
    query.order = {{"state.startDate", descending}};
    query.labels = {{Operator::in, "env", {"prod", "dev", "prod"}}};
    query.paging.size = 100;
    const auto ids = ids_of(query);
    EXPECT_EQ(ids.size(), 40u);
    EXPECT_EQ(std::set<base::Id>(ids.begin(), ids.end()).size(), 40u);
    EXPECT_EQ(must(reader().count_executions(query)), 40u);
  }
}

// API-30: the index has 200 bytes of a value; a longer value that begins with it is another one.
TEST_P(SearchOrderTest, AValueIsNotThePrefixOfALongerOne) {
  const std::string value(200, 'v');
  for (size_t i = 0; i < 30; ++i) {
    auto row = execution(flow_key("company", "flow"), time_of(static_cast<int64_t>(i)));
    if (i % 3 == 0) row.execution.labels = {{"key", value}};
    if (i % 3 == 1) row.execution.labels = {{"key", value + "and more"}};
    model_.rows.push_back(std::move(row));
  }
  add_all(30);
  for (const auto op : {Operator::equals, Operator::not_equals, Operator::in, Operator::not_in}) {
    ExecutionQuery query{test::everything};
    query.tenant = "main";
    query.labels = {{op, "key", {value}}};
    query.paging.size = 5;
    expect_results(query, model_.all(query));
    EXPECT_EQ(must(reader().count_executions(query)), model_.all(query).size());
  }
}

}  // namespace
}  // namespace gyr::store::test
